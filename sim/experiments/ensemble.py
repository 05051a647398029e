"""An ensemble: all worlds of a scenario, run block by block, as a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from sim.measures import Record
from sim.race import Race
from sim.recorder import POPULATIONS, Recorder, row_names
from sim.scenario.load import Loaded
from sim.worlds import Worlds

BLOCK = 1024  # worlds to a block: the arrays of a month fit the processor's cache

Progress = Callable[[int, int], None]


def simulate(
    loaded: Loaded,
    worlds: int | Iterable[int],
    seed: int = 0,
    months: int | None = None,
    progress: Progress | None = None,
    block: int = BLOCK,
) -> Record:
    """Run a scenario.

    Args:
        worlds: how many worlds of the ensemble (the first so many), or which.
        months: only so many months from the start.
        progress: called with (world-months done, of how many).
        block: worlds simulated at once; results never depend on it.

    Returns:
        the recorded series of all worlds, in order.
    """
    numbers = Worlds(range(worlds) if isinstance(worlds, int) else worlds)
    records = []
    done = 0
    whole = loaded.scenario.months
    horizon = whole if months is None else min(months, whole)
    for part in numbers.blocks(block):
        race = Race(loaded, part.numbers, seed, months)
        recorder = Recorder(race)
        while race.running:
            race.step()
            recorder.take(race)
            done += part.count
            if progress:
                progress(done, numbers.count * horizon)
        records.append(_record(race, recorder))
    return joined(records)


def _record(race: Race, recorder: Recorder) -> Record:
    names = row_names(race)
    for kind in ("cloud", "investor", "market", "power_supplier", "talent_pool"):
        actors = getattr(race, POPULATIONS[kind])
        names[f"{kind}_bloc"] = [race.blocs[row] for row in actors.blocs.index]
    return Record(
        recorder.arrays(),
        names,
        [lab.bloc for lab in race.story.labs.values()],
        [supplier.bloc for supplier in race.story.suppliers.values()],
        race.calendar,
    )


def joined(records: list[Record]) -> Record:
    """Blocks of worlds side by side."""
    first = records[0]
    if len(records) == 1:
        return first
    arrays = {
        name: np.concatenate([record.arrays[name] for record in records], axis=2)
        for name in first.arrays
    }
    return Record(arrays, first.names, first.lab_blocs, first.supplier_blocs, first.calendar)
