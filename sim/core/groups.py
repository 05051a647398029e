"""Membership of actors in named groups: labs in blocs, suppliers in blocs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import DTYPE, Block, largest, total


class Groups:
    """Membership of actors in named groups (labs in blocs, suppliers in blocs).

    Args:
        names: the groups, in the order of the first axis of everything that is per group.
        member: for each actor the name of its group.
    """

    def __init__(self, names: Sequence[str], member: Sequence[str]) -> None:
        self.names = tuple(names)
        self.index = np.array([self.names.index(name) for name in member], dtype=np.int64)
        self._rows = [np.flatnonzero(self.index == group) for group in range(len(self.names))]
        self._members = [(group, _place(at)) for group, at in enumerate(self._rows) if at.size]
        # With one actor to each group, in the same order, groups and actors have the same values.
        self._same = np.array_equal(self.index, np.arange(len(self.names)))

    @classmethod
    def of_leaders(cls, names: Sequence[str], leaders: Sequence[str | None]) -> Groups:
        """Each actor in the group of whom it follows; one that follows none in its own."""
        return cls(names, [leader or name for name, leader in zip(names, leaders, strict=True)])

    def total(self, rows: Block) -> Block:
        """Sum the actors of each group, in order: `[actor, world]` to `[group, world]`."""
        if self._same:
            return rows
        sums = np.zeros((len(self.names), *rows.shape[1:]), dtype=DTYPE)
        for group, members in self._members:
            sums[group] = rows[members] if type(members) is int else total(rows[members])
        return sums

    def largest(self, rows: Block, otherwise: float = 0.0) -> Block:
        """Maximum over the actors of each group, `otherwise` for a group without actors."""
        if self._same:
            return rows
        maxima = np.full((len(self.names), *rows.shape[1:]), otherwise, dtype=DTYPE)
        for group, members in self._members:
            maxima[group] = rows[members] if type(members) is int else largest(rows[members])
        return maxima

    def spread(self, per_group: Block) -> Block:
        """Give each actor the value of its group: `[group, ...]` to `[actor, ...]`."""
        return per_group if self._same else per_group.take(self.index, 0)

    def rows(self, name: str) -> NDArray[np.int64]:
        """Row numbers of the actors in the group `name`."""
        return self._rows[self.names.index(name)]


def _place(rows: NDArray[np.int64]) -> int | slice | NDArray[np.int64]:
    """Consecutive rows as a slice, which copies nothing, and one row as its number."""
    first, last = int(rows[0]), int(rows[-1])
    if first == last:
        return first
    return slice(first, last + 1) if last - first == len(rows) - 1 else rows
