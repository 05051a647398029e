"""Observations of one's own, to which worlds are fitted beside the history or in its place.

The file has the form of those that `moat score` reads (docs/backtest.md). Each row belongs to a
series of the history, which says how it is compared with the model, how far the model may err, and
whether worlds are fitted to it or only checked by it (`sim/research/history/series.csv`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.calendar import Calendar
from sim.research.forecasting.cells import CellError, month_in, range_in
from sim.research.forecasting.observation_table import read_lines
from sim.research.forecasting.targets import BY_KEY, TARGETS, Target, current_name
from sim.research.history.observation_model import History, history, observation_models
from sim.research.history.observations import Observation
from sim.scenario.errors import Problem, ScenarioError, close, cut, nearest

Key = tuple[str, str, str]


@dataclass(frozen=True)
class OwnObservations:
    """Observations of a file.

    Attributes:
        facts: in the order of the file.
        is_all: whether they stand in place of the history, not beside it.
        about: file, hash and number of rows, for the provenance of what is fitted to them.
    """

    facts: tuple[Observation, ...]
    is_all: bool
    about: dict[str, Any]

    @property
    def last(self) -> str:
        """The last month that is observed."""
        return max(fact.month for fact in self.facts)

    def history(self, use: str | None, until: str) -> History:
        """Observations by series up to a month, in order of time.

        Args:
            use: `fit`, or None for those that are held out of the fit too. An observation goes
                before that of the history for the same series and month.
        """
        before = {} if self.is_all else history(use, until)
        merged = {name: {fact.month: fact for fact in facts} for name, facts in before.items()}
        for fact in self.facts:
            if fact.month <= until:
                merged.setdefault(fact.series, {})[fact.month] = fact
        models = observation_models().items()
        order = [name for name, one in models if name in merged and use in (None, one.use)]
        return {name: [merged[name][month] for month in sorted(merged[name])] for name in order}


def read(path: Path, calendar: Calendar, is_all: bool = False) -> OwnObservations:
    """Observations of a file.

    Args:
        calendar: of the scenario that is fitted.
        is_all: see `OwnObservations`.

    Raises:
        ScenarioError: with every line that cannot be used: a series that is not compared with the
            model, a month outside the scenario, another unit, no number; or there is none to fit.
    """

    def line(cells: dict[str, str]) -> tuple[Key, Observation]:
        target = _target(cells["series"], cells["actor"])
        return _observation(cells, target, calendar, path)

    rows = read_lines(path, line, lambda row: row[0])
    if not any(observation_models()[fact.series].use == "fit" for _, fact in rows):
        fitted = _listed(target for target in usable().values() if _is_fitted(target))
        wrong = "all of its series are held out of the fit, as checks"
        raise ScenarioError(Problem(str(path), "series", wrong, f"add some of {fitted}"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    about = {"file": path.name, "hash": digest, "rows": len(rows), "only": is_all}
    return OwnObservations(tuple(fact for _, fact in rows), is_all, about)


def usable() -> dict[tuple[str, str], Target]:
    """Targets whose observations are compared with the model, by series and actor."""
    return {target.key: target for target in TARGETS if target.history in observation_models()}


def _is_fitted(target: Target) -> bool:
    return observation_models()[target.history].use == "fit"


def _target(series: str, actor: str) -> Target:
    """The target of a line; CellError where its observations are not compared with the model."""
    key, named = (current_name(series), actor), usable()
    if key in named:
        return named[key]
    actors = [who for name, who in BY_KEY if name == key[0]]
    if actor not in actors and actors:
        raise CellError("actor", f"no actor '{cut(actor)}' in {series}", nearest(actor, actors))
    near = close(series, [name for name, _ in BY_KEY])
    if near and not actors:
        raise CellError("series", f"no series '{cut(series)}'", f"did you mean '{near}'?")
    wrong = f"the model's error of {cut(series)} of {cut(actor)} is not declared"
    raise CellError("series", wrong, f"leave the row out; use {_listed(named.values())}")


def _listed(targets: Iterable[Target]) -> str:
    return ", ".join(f"{target.series} of {target.actor}" for target in targets)


def _observation(
    cells: dict[str, str], target: Target, calendar: Calendar, path: Path
) -> tuple[Key, Observation]:
    """The observation of a line; CellError where it cannot be used."""
    month = month_in(cells["period_end"])
    first, last = calendar.label(0), calendar.label(calendar.months - 1)
    if not first <= month <= last:
        raise CellError("period_end", f"{month} lies outside the scenario", f"{first} to {last}")
    if cells["unit"] != target.unit:
        raise CellError("unit", f"'{cut(cells['unit'])}' is not '{target.unit}'", "convert it")
    value, low, high = range_in(cells)
    if observation_models()[target.history].scale == "log" and low <= 0:
        raise CellError("value", f"{target.series} is positive, {low} is not")
    numbers, texts = (value, low, high), (target.unit, month, "", path.name, "")
    return (*target.key, month), Observation(0, target.history, month, *numbers, *texts)
