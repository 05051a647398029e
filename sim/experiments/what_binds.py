"""`moat binds`: which limits bind, by paired runs that raise one limit by a tenth for a year.

>>> import sim
>>> found = sim.what_binds("as_enacted", ["2024-06"], worlds=4, limits=["china_dies", "us_power"])
>>> found.rises["china_dies"].shape  # date, world
(1, 4)
>>> bool(abs(found.rises["us_power"]).max() < 0.2)
True
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import POSTERIOR, Ensemble, Progress, load_in
from sim.model.forcing import Relief
from sim.model.race import Race
from sim.outcomes.binding import (
    BY_NAME,
    COUNTS,
    LIMITS,
    MONTHS,
    OUTPUTS,
    RAISED,
    Limit,
    rise,
)
from sim.outcomes.record import ReadNames, Record
from sim.record import provenance
from sim.record.checkpoints import Checkpoint, checkpoint, resume
from sim.record.recorder import Recorder, bloc_names
from sim.record.results import write_whole
from sim.record.stored import ABOUT, dumped
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import Overrides, as_texts
from sim.scenario.load import ResolvedScenario, Source
from sim.uncertainty.draw import SharedDraws, shared_draws

DATES = ("2022-06", "2024-06", "2027-01")
TABLE = "binds.csv"


@dataclass(frozen=True)
class WhatBinds:
    """Which limits bind at some dates, by paired runs.

    Attributes:
        dates: months from which on a limit was raised.
        rises: by limit, by which share the output rose within twelve months, `[date, world]`.
        about: provenance.
    """

    dates: list[str]
    rises: dict[str, Block]
    about: dict[str, Any]

    def binds(self, name: str) -> Block:
        """1 where a limit binds, else 0, `[date, world]`."""
        return (self.rises[name] > COUNTS).astype(float)

    def share(self, name: str, date: str) -> float:
        """Share of worlds in which a limit binds at a date."""
        return float(self.binds(name)[self.dates.index(date)].mean())

    def table(self) -> Any:
        """A pandas frame: a row for each limit and date."""
        import pandas as pd

        return pd.DataFrame(
            {
                "limit": name,
                "date": date,
                "share_binding": float(np.mean(rises > COUNTS)),
                "median_rise": float(np.median(rises)),
                "p5": float(np.percentile(rises, 5)),
                "p95": float(np.percentile(rises, 95)),
            }
            for name, by_date in self.rises.items()
            for date, rises in zip(self.dates, by_date, strict=True)
        )

    def summary(self) -> dict[str, Any]:
        """The JSON form: by limit and date the share of worlds and the median rise."""
        rows = self.table().to_dict("records")
        return {
            name: {
                row["date"]: {key: row[key] for key in row if key not in ("limit", "date")}
                for row in rows
                if row["limit"] == name
            }
            for name in self.rises
        }

    def save(self, folder: str | Path) -> Path:
        """Write the table and `run.json` into a folder, all or nothing (see `Results.save`)."""

        def write(part: Path) -> None:
            self.table().to_csv(part / TABLE, index=False)
            (part / ABOUT).write_text(dumped(self.about), "utf-8")

        return write_whole(folder, write)


def what_binds(
    scenario: Source = "as_enacted",
    dates: Iterable[str] = DATES,
    worlds: int = 64,
    seed: int = 0,
    overrides: Overrides = (),
    progress: Progress | None = None,
    ensemble: Ensemble = POSTERIOR,
    limits: Iterable[str] = (),
) -> WhatBinds:
    """Which limits of Chinese chips and of US compute bind.

    A limit binds where raising it alone by 10 % for twelve months from a date raises the output
    (Chinese chips; US compute that has power) by over 1 % within them. Several or none may bind.
    The runs branch from one past, so that a date costs a year of months for each limit.

    Args:
        dates: months, each with twelve months of the scenario from it on.
        limits: names of those to raise (none named: all of `sim.outcomes.binding.LIMITS`).

    For the rest see `run`.

    Raises:
        ScenarioError: the scenario is not valid, or there is no such month or limit.
        ValueError: no world, or a seed below 0.
    """
    overrides = as_texts(overrides)
    resolved = load_in(scenario, ensemble, overrides)
    raised = _limits(list(limits))
    dates = list(dict.fromkeys(dates))
    months = [_month(resolved.scenario.calendar, date) for date in dates]
    began, end = time.perf_counter(), max(months) + MONTHS
    pairs = _Pairs(resolved, Worlds(range(worlds)), seed, months, len(raised), progress)
    rises = {limit.name: np.array([pairs.rise(limit, at) for at in months]) for limit in raised}
    about = {
        "kind": "what binds",
        "scenario": provenance.about_scenario(resolved, overrides),
        **provenance.about_run(worlds, seed, end, time.perf_counter() - began),
    }
    return WhatBinds(dates, rises, about)


class _Pairs:
    """A run of some worlds, and runs that branch from it with one limit raised."""

    def __init__(
        self,
        resolved: ResolvedScenario,
        worlds: Worlds,
        seed: int,
        months: Sequence[int],
        limits: int,
        progress: Progress | None,
    ) -> None:
        self.resolved, self.worlds, self.seed = resolved, worlds, seed
        end = max(months) + MONTHS
        self._done, self._all = 0, worlds.count * (end + MONTHS * limits * len(months))
        self._progress = progress
        self._pasts: dict[int, Checkpoint] = {}
        race = Race(resolved, worlds.numbers, seed, end)
        self._shared: SharedDraws = shared_draws(resolved, race.chance, race.parameters, resolved)
        self._names = race.row_names() | bloc_names(race.inputs)
        self._recorder = Recorder(race, _series(race, self._names))
        while race.running:
            if race.month in months:
                self._pasts[race.month] = checkpoint(race)
            self._step(race, self._recorder)
        self.reference = self._record(self._recorder, race.calendar)

    def rise(self, limit: Limit, month: int) -> Block:
        """By which share the output rises where a limit is raised from a month on, `[world]`."""
        relief = Relief(limit.raises, limit.bloc, RAISED, month, MONTHS)
        end = month + MONTHS
        race = Race(
            self.resolved, self.worlds.numbers, self.seed, end, shared=self._shared, relief=relief
        )
        resume(race, self._pasts[month])
        recorder = self._recorder.following(race)
        while race.running:
            self._step(race, recorder)
        return rise(limit, self._record(recorder, race.calendar), self.reference, month)

    def _step(self, race: Race, recorder: Recorder) -> None:
        race.step()
        recorder.take(race)
        self._done += race.worlds.count
        if self._progress:
            self._progress(self._done, self._all)

    def _record(self, recorder: Recorder, calendar: Calendar) -> Record:
        return Record(recorder.arrays(), self._names, calendar)


def _series(race: Race, names: dict[str, list[str]]) -> set[str]:
    """Names of the recorded series that the outputs read."""
    first = Race(race.inputs, 1, months=1)
    recorder = Recorder(first)
    first.step()
    recorder.take(first)
    read = ReadNames(recorder.arrays())
    for output in OUTPUTS:
        output(Record(read, names, race.calendar))
    return read.names


def _limits(names: list[str]) -> list[Limit]:
    """The limits of these names, all where none is named.

    Raises:
        ScenarioError: there is no such limit.
    """
    for name in names:
        if name not in BY_NAME:
            hint = f"{nearest(name, BY_NAME)}choose from {', '.join(BY_NAME)}"
            raise ScenarioError(Problem("limits", name, "is no limit", hint))
    return [BY_NAME[name] for name in dict.fromkeys(names)] or list(LIMITS)


def _month(calendar: Calendar, label: str) -> int:
    """The number of a month that has twelve months of the calendar from it on.

    Raises:
        ScenarioError: it has not, or is no month.
    """
    try:
        month = calendar.month(label)
    except ValueError as error:
        raise ScenarioError(Problem("dates", label, str(error), "as in 2024-06")) from error
    last = calendar.months - MONTHS
    if 0 <= month <= last:
        return month
    span = f"{calendar.label(0)} to {calendar.label(last)}"
    found = f"is not from {span}, the months that twelve of the scenario follow"
    raise ScenarioError(Problem("dates", label, found, "choose another month"))
