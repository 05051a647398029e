"""Worlds to ask: an ensemble that runs a scenario, with numbers or channels set where asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.experiments.ensemble import joined, simulate_block
from sim.measures import Record
from sim.race import Race
from sim.scenario.draw import prior_paths
from sim.scenario.load import Loaded, load
from sim.worlds import Block, Worlds

BLOCK = 512  # worlds at once: recorded series of a long run stay below a few hundred MB


@dataclass(frozen=True)
class Ensemble:
    """So many worlds under one seed.

    Attributes:
        name: `posterior` (worlds fitted to history) or `prior`.
    """

    name: str
    worlds: int
    seed: int = 0

    def record(
        self,
        scenario: str,
        months: int | None = None,
        columns: Mapping[str, float | Block] | None = None,
        only: Collection[str] | None = None,
        sets: Iterable[str] = (),
    ) -> Record:
        """Run a scenario.

        Args:
            columns: numbers and channels by dotted path, one for all worlds or `[world]`.
            only: names of the series to record (None: all).
        """
        loaded = _loaded(scenario, tuple(sets))
        every = np.arange(self.worlds)
        wide = {
            path: np.broadcast_to(np.asarray(value, dtype=float), every.shape)
            for path, value in (columns or {}).items()
        }
        found = []
        for start in range(0, self.worlds, BLOCK):
            part = every[start : start + BLOCK]
            cut = {path: values[part].copy() for path, values in wide.items()}
            found.append(
                simulate_block(loaded, Worlds(part), self.seed, months, columns=cut, only=only)
            )
        return joined(found)

    def numbers(self, scenario: str = "as_enacted") -> dict[str, Block]:
        """Every number with a prior, by dotted path, `[world]`."""
        loaded = _loaded(scenario, ())
        race = Race(loaded, self.worlds, self.seed, 1)
        return {path: _at(race.numbers, path) for path in prior_paths(loaded.scenario)}


@cache
def _loaded(scenario: str, sets: tuple[str, ...]) -> Loaded:
    return load(scenario, sets)


def _at(tree: object, path: str) -> Block:
    """A number of the drawn tree; names of actors hold no dots."""
    node = tree
    for part in path.split("."):
        node = node[part] if isinstance(node, dict) else getattr(node, part)
    return np.asarray(node, dtype=float)
