"""An ensemble: all worlds of a scenario, run block by block, as a record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from sim.core.worlds import Block, Worlds
from sim.model.race import Race
from sim.outcomes.record import Record
from sim.record.recorder import Recorder, bloc_names
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.posterior import Posterior, shipped

BLOCK = 1024  # worlds to a block: the arrays of a month fit the processor's cache

POSTERIOR, PRIOR = "posterior", "prior"  # kinds of ensembles

Progress = Callable[[int, int], None]


def of_worlds(
    resolved: ResolvedScenario, ensemble: str | Posterior = POSTERIOR
) -> ResolvedScenario:
    """A scenario with the worlds in which it runs.

    Args:
        ensemble: `posterior` (worlds that fit history to the end of 2024), `prior` (numbers and
            luck as drawn), or another posterior. A scenario that starts in another month than the
            posterior runs in worlds of its prior.
    """
    if ensemble == PRIOR:
        return replace(resolved, posterior=None)
    if isinstance(ensemble, str) and ensemble != POSTERIOR:
        raise ValueError(f"an ensemble is '{POSTERIOR}' or '{PRIOR}', not '{ensemble}'")
    fitted = shipped() if isinstance(ensemble, str) else ensemble
    fits = resolved.scenario.start == fitted.about["start"]
    return replace(resolved, posterior=fitted if fits else None)


def simulate(
    resolved: ResolvedScenario,
    worlds: int | Iterable[int],
    seed: int = 0,
    months: int | None = None,
    progress: Progress | None = None,
    block: int = BLOCK,
) -> Record:
    """Run a scenario.

    Args:
        worlds: how many worlds of the ensemble, from the first, or their numbers.
        months: how many months from the start (None: all of the scenario).
        progress: called with the world-months done and their total.
        block: worlds simulated at once; results never depend on it.

    Returns:
        the recorded series of all worlds, in order.
    """
    numbers = Worlds(range(worlds) if isinstance(worlds, int) else worlds)
    horizon = resolved.scenario.horizon(months)
    done = 0

    def tick(moved: int) -> None:
        nonlocal done
        done += moved
        if progress:
            progress(done, numbers.count * horizon)

    parts = numbers.blocks(block)
    return joined([simulate_block(resolved, part, seed, months, tick) for part in parts])


def simulate_block(
    resolved: ResolvedScenario,
    worlds: Worlds,
    seed: int = 0,
    months: int | None = None,
    tick: Callable[[int], None] | None = None,
    columns: Mapping[str, Block] | None = None,
    only: Collection[str] | None = None,
) -> Record:
    """Run one block of worlds, all at once.

    Args:
        worlds: numbers of the worlds; one may occur several times, with different columns.
        tick: called after each month with the world-months done in it.
        columns: numbers and channels set per world, by dotted path, `[world]` each.
        only: names of the series to record (None: all).
    """
    race = Race(resolved, worlds.numbers, seed, months, columns=columns)
    return finish(race, Recorder(race, only), tick)


def finish(
    race: Race,
    recorder: Recorder,
    tick: Callable[[int], None] | None = None,
    before: Callable[[], None] | None = None,
) -> Record:
    """Run a race from its present month to its end.

    Args:
        before: called before each month.

    For `tick` see `simulate_block`.
    """
    while race.running:
        if before:
            before()
        race.step()
        recorder.take(race)
        if tick:
            tick(race.worlds.count)
    return _record(race, recorder)


def _record(race: Race, recorder: Recorder) -> Record:
    names = race.row_names() | bloc_names(race.inputs)
    return Record(recorder.arrays(), names, race.calendar)


def joined(records: list[Record]) -> Record:
    """Records of blocks of worlds, joined along the worlds."""
    first = records[0]
    if len(records) == 1:
        return first
    arrays = {
        name: np.concatenate([record.arrays[name] for record in records], axis=-1)
        for name in first.arrays
    }
    return Record(arrays, first.names, first.calendar)
