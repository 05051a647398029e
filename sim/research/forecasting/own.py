"""Observations of one's own, to be drawn beside those of the project (docs/observations.md)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from sim.research.forecasting.cells import CellError, month_in, range_in
from sim.research.forecasting.observation_table import COLUMNS, read_lines
from sim.research.forecasting.targets import BY_KEY, TARGETS, Target, current_name
from sim.scenario.errors import cut, nearest


@dataclass(frozen=True)
class OwnObservation:
    """An observed value of a series, with its range (the value itself where none is given).

    Attributes:
        month: last month of its period.
    """

    target: Target
    month: str
    value: float
    low: float
    high: float

    def is_of(self, outcome: str, history: str) -> bool:
        """Whether it belongs to a line of a figure: to its outcome, or to its observations."""
        return self.target.outcome == outcome or self.target.history == (history or None)


def read(path: str | Path) -> list[OwnObservation]:
    """Observations of a file, in its order.

    Raises:
        ScenarioError: with every line that cannot be used: unknown series or actor, another unit,
            no date, no number.
    """

    def key(one: OwnObservation) -> tuple[str, str, str]:
        return (*one.target.key, one.month)

    return read_lines(path, _observation, key)


def _observation(cells: dict[str, str]) -> OwnObservation:
    series, actor = current_name(cells["series"]), cells["actor"]
    target = BY_KEY.get((series, actor))
    if target is None:
        actors = [who for name, who in BY_KEY if name == series]
        column, word = ("actor", actor) if actors else ("series", series)
        hint = nearest(word, actors or [name for name, _ in BY_KEY])
        raise CellError(column, f"no {column} '{cut(word)}'", hint)
    if cells["unit"] != target.unit:
        raise CellError("unit", f"'{cut(cells['unit'])}' is not '{target.unit}'", "convert it")
    return OwnObservation(target, month_in(cells["period_end"]), *range_in(cells))


def template() -> str:
    """A table to fill in: a row for each series and actor, with its unit and meaning."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "low", "high", "meaning"])
    for target in TARGETS:
        writer.writerow([*target.key, "", "", target.unit, "", "", target.meaning])
    return text.getvalue()


def as_csv(found: list[OwnObservation]) -> str:
    """Observations as a table in the form of the template."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "low", "high"])
    for one in found:
        numbers = [f"{number:.10g}" for number in (one.value, one.low, one.high)]
        writer.writerow([*one.target.key, one.month, numbers[0], one.target.unit, *numbers[1:]])
    return text.getvalue()


def drawable(found: list[OwnObservation], names: set[str], months: list[str]) -> list[str]:
    """What of a file cannot be drawn beside a run, a sentence each.

    Args:
        names: outcomes of the run.
        months: of the run (none: any).
    """
    without = {one.target.key for one in found if one.target.outcome not in names}
    outside = sum(not months[0] <= one.month <= months[-1] for one in found) if months else 0
    notes = [f"not drawn: {series} of {actor} is no outcome of a run" for series, actor in without]
    if outside:
        rows = "1 row lies" if outside == 1 else f"{outside} rows lie"
        notes.append(f"not drawn: {rows} outside {months[0]} to {months[-1]}")
    return sorted(notes)
