"""The recorder: writes the recorded state of each month into one array by series."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.state import OWN, Derived, State, declarations
from sim.core.worlds import Block
from sim.model.race import Race
from sim.model.setup import KINDS
from sim.outcomes.record import Record
from sim.record.restrictions import RESTRICTIONS
from sim.scenario.schema import Scenario

STORED = np.float32  # precision of stored series: a run of 256 worlds stays below 100 MB
LARGEST = np.finfo(STORED).max
UNPREFIXED = "lab"  # kind whose series have no prefix


@dataclass(frozen=True)
class Series:
    """One recorded series.

    Attributes:
        axes: names of the axes between month and world (`lab`, or `supplier` and `bloc`).
        read: gives the month's block, worlds last.
    """

    name: str
    axes: tuple[str, ...]
    unit: str
    meaning: str
    read: Callable[[Race], Block]


def series(race: Race) -> list[Series]:
    """Every series that is recorded, with unit and meaning."""
    kinds = {table: kind for kind, table in KINDS.items()}
    recorded = []
    for place, owner in race.owners.items():
        recorded += list(_recorded(place, owner, kinds.get(place.partition(".")[0], "")))
    return recorded


def _recorded(place: str, owner: Any, kind: str) -> Iterator[Series]:
    """The series of one owner of state.

    Args:
        place: of the owner in the race, `labs.purchasing`.
        kind: of its actors; empty for a market.
    """
    for name, item in declarations(type(owner)).items():
        if item.recorded and item.axes is not None:
            axes = tuple(kind if axis == OWN else axis for axis in item.axes)
            label = item.recorded if isinstance(item.recorded, str) else name
            prefix = f"{kind}_" if kind not in ("", UNPREFIXED) else ""
            yield Series(f"{prefix}{label}", axes, item.unit, item.meaning, _reader(place, item))


def _reader(place: str, item: State | Derived) -> Callable[[Race], Block]:
    name, _, component = place.partition(".")

    def read(race: Race) -> Block:
        owner = getattr(race, name)
        return item.read(getattr(owner, component) if component else owner)

    return read


def bloc_names(scenario: Scenario) -> dict[str, list[str]]:
    """Blocs of the actors of each kind, as `lab_bloc`."""
    return {
        f"{kind}_bloc": [actor.bloc for actor in getattr(scenario, table).values()]
        for kind, table in KINDS.items()
    }


class Recorder:
    """Stores the series of a race month by month.

    Args:
        race: to be recorded; call `take` after each step.
        only: names of the series to store (None: all but those of `sim.record.restrictions`).
    """

    def __init__(self, race: Race, only: Collection[str] | None = None) -> None:
        possible = series(race)
        if only is not None:
            possible += [Series(*restriction) for restriction in RESTRICTIONS]
        self.series = [item for item in possible if only is None or item.name in only]
        self._arrays: dict[str, np.ndarray] = {}  # of all months, allocated when first filled
        self._months = 0

    def following(self, race: Race) -> Recorder:
        """A recorder of another race of these worlds that holds the months before its present."""
        other = copy(self)
        other._months = race.month
        other._arrays = {}
        for name, stored in self._arrays.items():
            copied = np.empty((race.horizon, *stored.shape[1:]), STORED)
            copied[: race.month] = stored[: race.month]
            other._arrays[name] = copied
        return other

    def take(self, race: Race) -> None:
        """Store this month."""
        for item in self.series:
            block = item.read(race)
            if item.name not in self._arrays:
                self._arrays[item.name] = np.empty((race.horizon, *block.shape), STORED)
            with np.errstate(over="ignore"):  # what single precision cannot hold: see `arrays`
                self._arrays[item.name][self._months] = block
        self._months += 1

    def arrays(self) -> dict[str, np.ndarray]:
        """All stored series, `[month, row, ..., world]` by name.

        A number beyond single precision stands as the largest that it holds.
        """
        arrays = {name: stored[: self._months] for name, stored in self._arrays.items()}
        for stored in arrays.values():
            np.clip(stored, -LARGEST, LARGEST, out=stored)
        return arrays

    def record(self, race: Race) -> Record:
        """What is stored of a race so far, as outcomes read it."""
        names = race.row_names() | bloc_names(race.inputs)
        return Record(self.arrays(), names, race.calendar)
