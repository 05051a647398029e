"""Paired worlds for the tests of levers: the same luck and numbers, one thing changed.

Runs are kept while the tests go on, so that a reference is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate, simulate_block
from sim.model.race import Race
from sim.outcomes.catalogue import OUTCOMES
from sim.outcomes.record import Record
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.paths import value_at

WORLDS = 24  # worlds of a lever's test; medians over them move little with more
HEAD = 'extends = "{}"\ntitle = "Changed"\nwhy = "One thing differs from what it extends."\n'
KINDS_OF_ROWS = ("cloud", "supplier", "foundry", "tool_maker", "hbm_maker")
KINDS_OF_ROWS += ("investor", "sector", "market", "power_supplier", "talent_pool", "regulator")
PAIRS = {
    "flow_": ("supplier", "bloc"),
    "use_": ("market", "maker"),
    "trade_units": ("supplier", "buyer"),
    "die_flow": ("foundry", "supplier"),
}
OF_OUTCOME = {one.name: one.of for one in OUTCOMES}


@cache
def scenario(base: str, text: str = "", overrides: tuple[str, ...] = ()) -> ResolvedScenario:
    """A scenario that extends `base` by further TOML text and by overrides."""
    if not text:
        return load(base, overrides)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "changed.toml"
        file.write_text(HEAD.format(base) + text)
        return load(file, overrides)


@cache
def record(
    base: str,
    text: str = "",
    overrides: tuple[str, ...] = (),
    until: str = "2030-12",
    worlds: int = WORLDS,
) -> Record:
    """The recorded run of such a scenario, to the end of the month `until`."""
    resolved = scenario(base, text, overrides)
    return simulate(resolved, worlds, months=resolved.scenario.calendar.month(until) + 1)


def numbers_set(cases: Mapping[str, float], until: str, worlds: int = WORLDS) -> dict[str, Record]:
    """Runs of `as_enacted` in each of which one number or channel has another value.

    All are simulated at once, in one block that holds the worlds again for each case. What is
    set for one world is bit for bit what an override sets (`tests/laws`).

    Args:
        cases: the value by dotted path.
    """
    return _numbers_set(tuple(cases.items()), until, worlds)


@cache
def _numbers_set(
    cases: tuple[tuple[str, float], ...], until: str, worlds: int
) -> dict[str, Record]:
    resolved = scenario("as_enacted")
    months = resolved.scenario.calendar.month(until) + 1
    usual = Race(resolved, worlds, months=1).parameters
    columns = {}
    for place, (path, value) in enumerate(cases):
        drawn = np.broadcast_to(value_at(usual, path), worlds)
        column = np.tile(drawn, (len(cases), 1)).astype(float)
        column[place] = value
        columns[path] = column.reshape(-1)
    block = Worlds(np.tile(np.arange(worlds), len(cases)))
    run = simulate_block(resolved, block, months=months, columns=columns)
    parts = [slice(at * worlds, (at + 1) * worlds) for at in range(len(cases))]
    return {
        path: replace(run, arrays={name: a[..., part] for name, a in run.arrays.items()})
        for (path, _), part in zip(cases, parts, strict=True)
    }


def series(run: Record, name: str, row: str | None = None) -> np.ndarray:
    """`[month, world]` of a recorded series' row or of an outcome."""
    if row is None:
        return OF_OUTCOME[name](run)
    values = run.arrays[name]
    for axis, label in zip(_axes_of(name), row.split(" > "), strict=True):
        values = values[:, run.names[axis].index(label)]
    return values.astype(float)


def _axes_of(name: str) -> tuple[str, ...]:
    """Names of the axes of a series; a row of a pair series is written `Nvidia > China`."""
    for start, axes in PAIRS.items():
        if name.startswith(start):
            return axes
    return (next((kind for kind in KINDS_OF_ROWS if name.startswith(f"{kind}_")), "lab"),)


def at(run: Record, values: np.ndarray, month: str) -> np.ndarray:
    """The worlds' values in a month (`"2024-12"`)."""
    return values[run.calendar.month(month)]


def during(run: Record, values: np.ndarray, first: str, last: str) -> np.ndarray:
    """The worlds' sums over the months from `first` to `last`, both included."""
    return values[run.calendar.month(first) : run.calendar.month(last) + 1].sum(axis=0)


def year_before(run: Record, values: np.ndarray, month: str) -> np.ndarray:
    """The worlds' sums over the twelve months that end with `month`."""
    end = run.calendar.month(month) + 1
    return values[end - 12 : end].sum(axis=0)


def moved_before(this: Record, other: Record, month: int) -> list[str]:
    """Names of recorded series that are not bit for bit the same before a month."""
    return [
        name
        for name in this.arrays
        if this.arrays[name][:month].tobytes() != other.arrays[name][:month].tobytes()
    ]
