"""The table of signposts, `signposts.csv`: what will be observed, when it is known, and where.

A row is a series of the model and the months in which it is observed:

- `series`: the name of its observations (`sim/research/history/series.csv`,
  `sim/research/forecasting/targets.py`), or an outcome;
- `title`: what is observed, in a few words;
- `months`: each the last of its period, from 2026-01 to 2028-12;
- `delay`: months from then until it is published;
- `publisher`, `place`: who publishes it, and where;
- `scale`, `least_unit`, `error`: the scale of the error of measurement (`log`, `natural`), what is
  added inside the logarithm where the number can be zero, and its standard deviation; empty where
  the observation model of the project has them;
- `source`: where the error comes from.

>>> first = shipped()[0]
>>> first.key, first.known, first.publisher
('us_frontier 2026-12', '2027-01', 'Epoch AI')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.core.calendar import Calendar
from sim.outcomes.catalogue import OUTCOMES, unit_of
from sim.outcomes.presentation import label_of
from sim.research.forecasting.cells import CellError, month_in, number_in
from sim.research.forecasting.observation_table import raw_rows
from sim.research.forecasting.targets import TARGETS, Target
from sim.research.history.observation_model import observation_models
from sim.research.history.observations import ErrorScale, observed
from sim.scenario.errors import Problem, ScenarioError, cut, nearest

FILE = Path(__file__).with_name("signposts.csv")
COLUMNS = (
    *("series", "title", "months", "delay", "publisher", "place"),
    *("scale", "least_unit", "error", "source"),
)
NEEDED = ("title", "months", "delay", "publisher", "place", "source")
FIRST, LAST = "2026-01", "2028-12"  # months that may be observed
LONGEST = 36  # months of delay
TARGET = {target.history: target for target in TARGETS}
OUTCOME = {outcome.name for outcome in OUTCOMES}


@dataclass(frozen=True)
class Signpost:
    """One observation.

    Attributes:
        month: the last of its period.
        known: month in which it is published.
        errors: scale on which the error of measurement is normal.
        error: its standard deviation on that scale.
        unit: of the value.
    """

    series: str
    title: str
    month: str
    known: str
    publisher: str
    place: str
    errors: ErrorScale
    error: float
    unit: str
    source: str

    @property
    def key(self) -> str:
        """What identifies it."""
        return f"{self.series} {self.month}"

    @property
    def target(self) -> Target | None:
        """The target of forecasts that it is, if any."""
        return TARGET.get(self.series)

    @property
    def meaning(self) -> str:
        """What the series is, in words."""
        return label_of(self.outcome) if self.outcome or not self.target else self.target.meaning

    @property
    def outcome(self) -> str:
        """The outcome that it is; empty where it is a series of one lab or of some firms."""
        return self.target.outcome if self.target else self.series


@cache
def shipped() -> tuple[Signpost, ...]:
    """The signposts of the project, in the order of the table."""
    return read(FILE)


def read(path: str | Path) -> tuple[Signpost, ...]:
    """The signposts of a table.

    Raises:
        ScenarioError: with every line that cannot be used.
    """
    names, rows = raw_rows(Path(path))
    if missing := [name for name in COLUMNS if name not in names]:
        hint = f"the columns are {', '.join(COLUMNS)}"
        raise ScenarioError(Problem(str(path), "", f"lacks {', '.join(missing)}", hint))
    found: dict[str, Signpost] = {}
    problems = []
    for line, cells in rows:
        try:
            for one in _signposts({name: (cells[name] or "").strip() for name in COLUMNS}):
                if one.key in found:
                    raise CellError("months", f"{one.key} stands in the table twice")
                found[one.key] = one
        except CellError as error:
            problems.append(Problem(f"{path}:{line}", error.column, *error.args))
    if not (found or problems):
        problems = [Problem(str(path), "", "holds no signpost", "add a row")]
    if problems:
        raise ScenarioError(problems)
    return tuple(found.values())


def _signposts(cells: dict[str, str]) -> list[Signpost]:
    """The signposts of a row; CellError where it cannot be used."""
    if empty := [name for name in NEEDED if not cells[name]]:
        raise CellError(empty[0], "is empty", "each signpost needs it")
    series = cells["series"]
    errors, error = _error(cells, _unit(series))
    delay = number_in(cells, "delay")
    if not (delay.is_integer() and 0 <= delay <= LONGEST):
        raise CellError("delay", f"{cells['delay']} is no number of months from 0 to {LONGEST}")
    texts = {name: cells[name] for name in ("series", "title", "publisher", "place", "source")}
    return [
        Signpost(
            month=month, known=Calendar(month, 1).label(int(delay)),
            errors=errors, error=error, unit=_unit(series), **texts,
        )
        for month in map(_month, cells["months"].split())
    ]  # fmt: skip


def _unit(series: str) -> str:
    if series in TARGET:
        return TARGET[series].unit
    if series in OUTCOME:
        return unit_of(series)
    known = {*TARGET, *OUTCOME}
    wrong = f"the model simulates no series '{cut(series)}'"
    raise CellError("series", wrong, nearest(series, known))


def _month(text: str) -> str:
    try:
        month = month_in(text)
    except CellError as error:
        raise CellError("months", *error.args) from None
    if not FIRST <= month <= LAST:
        raise CellError("months", f"{month} does not lie in {FIRST} to {LAST}")
    return month


def _error(cells: dict[str, str], unit: str) -> tuple[ErrorScale, float]:
    """Scale and standard deviation of the error of measurement."""
    series, given = cells["series"], [n for n in ("scale", "least_unit", "error") if cells[n]]
    model, facts = observation_models().get(series), observed(series)
    if model and facts:
        if given:
            wrong = f"{series} has an error of measurement in the observation model"
            raise CellError(given[0], wrong, "leave scale, least_unit and error empty")
        return model.errors, facts[-1].error(model.errors)
    if cells["scale"] not in ("log", "natural"):
        wrong = f"'{cut(cells['scale'])}' is no scale"
        raise CellError("scale", wrong, "write log, where errors multiply, or natural")
    least = number_in(cells, "least_unit") if cells["least_unit"] else 0.0
    error = number_in(cells, "error")
    if error <= 0 or least < 0:
        column = "error" if error <= 0 else "least_unit"
        hint = f"a standard deviation, of logarithms or in the unit ({unit})"
        raise CellError(column, f"{cells[column]} is not above 0", hint)
    return ErrorScale(cells["scale"] == "log", least), error
