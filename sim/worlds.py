"""The ensemble axis: blocks `[actor, world]`, frozen state, sums in order, groups of actors.

A *world* is one possible history. State of all actors of a kind in all worlds is one array, worlds
last and contiguous, so that a rule written as if for one actor in one world runs for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

DTYPE = np.float64  # the one place that decides the precision of the model
KEPT = (np.dtype(DTYPE).char, np.dtype(np.bool_).char)  # what frozen arrays may hold
Block = NDArray[np.float64]
Mask = NDArray[np.bool_]


def frozen(values: np.ndarray) -> np.ndarray:
    """Return `values` as a read-only array of the model's precision (masks stay masks).

    Nobody can edit it through another name: an array that owns its numbers is frozen for its giver
    too, and what others might still edit is copied.
    """
    array = values if type(values) is np.ndarray else np.asarray(values)
    if array.dtype.char not in KEPT:
        array = array.astype(DTYPE)
    if array.base is not None and _editable_elsewhere(array):
        array = array.copy()
    array.setflags(write=False)
    return array


def _editable_elsewhere(array: np.ndarray) -> bool:
    """Whether the array is a view of something that can be edited."""
    owner = array.base
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return True
        owner = owner.base
    return owner is not None


class State:
    """One block of state, `[actor, world]`, with its unit and meaning; frozen when assigned.

    A rule replaces state (`self.cash = self.cash - spent`), it never edits it: whoever kept the
    array of last month (a recorder, the board) keeps last month.
    """

    def __init__(self, unit: str, meaning: str) -> None:
        self.unit = unit
        self.meaning = meaning
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, population, owner=None):
        if population is None:
            return self
        try:
            return population.__dict__[self.name]
        except KeyError:
            raise AttributeError(f"state '{self.name}' was read before it was set") from None

    def __set__(self, population, values) -> None:
        array = frozen(values)
        shape = (population.rows, population.model.worlds.count)
        if array.shape != shape:
            whole = np.empty(shape, dtype=array.dtype)
            whole[...] = array
            array = frozen(whole)
        population.__dict__[self.name] = array


def states(kind: type) -> dict[str, State]:
    """Every `State` that a population declares, by name, in the order of declaration."""
    found: dict[str, State] = {}
    for owner in reversed(kind.__mro__):
        found |= {name: item for name, item in vars(owner).items() if isinstance(item, State)}
    return found


class Worlds:
    """Which worlds a block holds: numbers in the ensemble, in the order of the last axis.

    `Worlds(range(1024))` is a usual block, `Worlds([17])` is world 17 alone.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = np.array(list(numbers), dtype=np.int64)
        if self.numbers.size == 0 or np.any(self.numbers < 0):
            raise ValueError("a block needs at least one world, numbered from 0")

    @property
    def count(self) -> int:
        """How many worlds the block holds."""
        return len(self.numbers)

    def blocks(self, size: int) -> list[Worlds]:
        """Cut into blocks of at most `size` worlds; results never depend on the cut."""
        return [Worlds(self.numbers[i : i + size]) for i in range(0, self.count, size)]


def total(rows: Block | Sequence[Block], axis: int = 0) -> Block:
    """Sum over actors (the first axis unless said otherwise), row by row in order.

    numpy's own reduction changes its order of adding with the shape, so that a world alone would
    differ in the last bit from the same world among a thousand.
    """
    if axis:
        rows = rows.transpose(axis, *(other for other in range(rows.ndim) if other != axis))
    if len(rows) == 1:
        return rows[0]
    result = rows[0] + rows[1]
    for row in rows[2:]:
        result += row
    return result


def largest(rows: Block) -> Block:
    """Maximum over actors (the first axis): `[actor, world]` to `[world]`."""
    return np.max(rows, axis=0)


def where_largest(rows: Block, values: Block) -> Block:
    """`values` of the actor whose `rows` is largest, per world (the first of equals)."""
    best = np.argmax(rows, axis=0)
    return np.take_along_axis(np.broadcast_to(values, rows.shape), best[None], axis=0)[0]


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
        self._members = [(group, at.tolist()) for group, at in enumerate(self._rows) if at.size]

    def total(self, rows: Block) -> Block:
        """Sum the actors of each group, in order: `[actor, world]` to `[group, world]`."""
        found = np.zeros((len(self.names), *rows.shape[1:]), dtype=DTYPE)
        for group, (first, *others) in self._members:
            found[group] = rows[first]
            for row in others:
                found[group] += rows[row]
        return found

    def largest(self, rows: Block, otherwise: float = 0.0) -> Block:
        """Maximum over the actors of each group, `otherwise` for a group without actors."""
        found = np.full((len(self.names), *rows.shape[1:]), otherwise, dtype=DTYPE)
        for group, (first, *others) in self._members:
            found[group] = rows[first]
            for row in others:
                np.maximum(found[group], rows[row], out=found[group, ...])
        return found

    def spread(self, per_group: Block) -> Block:
        """Give each actor the value of its group: `[group, ...]` to `[actor, ...]`."""
        return per_group[self.index]

    def rows(self, name: str) -> NDArray[np.int64]:
        """Row numbers of the actors in the group `name`."""
        return self._rows[self.names.index(name)]
