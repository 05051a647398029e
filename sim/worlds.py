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
FEW = 4  # rows that are added as fast one after the other


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
    array of last month (a recorder, the board) keeps last month. What is assigned lies in the
    population's own attributes, so that reading it costs no more than reading any attribute.
    """

    def __init__(self, unit: str, meaning: str) -> None:
        self.unit = unit
        self.meaning = meaning
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        owner.__setattr__ = _assign

    def __get__(self, population, owner=None):
        if population is None:
            return self
        raise AttributeError(f"state '{self.name}' was read before it was set")


def _assign(population, name: str, values) -> None:
    """Set an attribute of a population: a state is frozen and has the shape of the block."""
    if type(getattr(type(population), name, None)) is not State:
        object.__setattr__(population, name, values)
        return
    array = frozen(values)
    shape = (population.rows, population.model.worlds.count)
    if array.shape != shape:
        whole = np.empty(shape, dtype=array.dtype)
        whole[...] = array
        array = frozen(whole)
    population.__dict__[name] = array


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
        self.count = len(self.numbers)  # how many worlds the block holds

    def blocks(self, size: int) -> list[Worlds]:
        """Cut into blocks of at most `size` worlds; results never depend on the cut."""
        return [Worlds(self.numbers[i : i + size]) for i in range(0, self.count, size)]


def total(rows: Block | Sequence[Block], axis: int = 0) -> Block:
    """Sum over actors (the first axis unless said otherwise), row by row in order.

    numpy's own reduction does so too where it runs along many worlds; with one world it changes its
    order of adding, so that a world alone would differ in the last bit from itself among others.
    """
    if type(rows) is np.ndarray and _in_order(rows, axis):
        return np.add.reduce(rows, axis)
    if axis:
        rows = rows.transpose(axis, *(other for other in range(rows.ndim) if other != axis))
    if len(rows) == 1:
        return rows[0]
    result = rows[0] + rows[1]
    for row in rows[2:]:
        result += row
    return result


def _in_order(rows: Block, axis: int) -> bool:
    """Whether numpy adds these rows in order, and sooner than one after the other."""
    shape, last = rows.shape, rows.ndim - 1
    return axis < last and shape[axis] >= FEW and shape[last] > 1 and rows.flags.c_contiguous


def largest(rows: Block, axis: int = 0) -> Block:
    """Maximum over actors (the first axis unless said otherwise)."""
    return np.maximum.reduce(rows, axis)


def where_largest(rows: Block, values: Block) -> Block:
    """`values` of the actor whose `rows` is largest, per world (the first of equals)."""
    best = rows.argmax(axis=0)
    every = np.arange(rows.shape[1])
    return np.broadcast_to(values, rows.shape)[best, every]


def flag(mask: Mask) -> Block:
    """1 where the mask is true, else 0."""
    return mask.astype(DTYPE)


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
        self._members = [(group, _as_slice(at)) for group, at in enumerate(self._rows) if at.size]
        # Where each group has one actor, in the same order, a group's value is its actor's.
        self._same = np.array_equal(self.index, np.arange(len(self.names)))

    def total(self, rows: Block) -> Block:
        """Sum the actors of each group, in order: `[actor, world]` to `[group, world]`."""
        if self._same:
            return rows
        found = np.zeros((len(self.names), *rows.shape[1:]), dtype=DTYPE)
        for group, members in self._members:
            found[group] = total(rows[members])
        return found

    def largest(self, rows: Block, otherwise: float = 0.0) -> Block:
        """Maximum over the actors of each group, `otherwise` for a group without actors."""
        if self._same:
            return rows
        found = np.full((len(self.names), *rows.shape[1:]), otherwise, dtype=DTYPE)
        for group, members in self._members:
            found[group] = largest(rows[members])
        return found

    def spread(self, per_group: Block) -> Block:
        """Give each actor the value of its group: `[group, ...]` to `[actor, ...]`."""
        return per_group if self._same else per_group.take(self.index, 0)

    def rows(self, name: str) -> NDArray[np.int64]:
        """Row numbers of the actors in the group `name`."""
        return self._rows[self.names.index(name)]


def _as_slice(rows: NDArray[np.int64]) -> slice | NDArray[np.int64]:
    """Rows that follow each other as a slice, which copies nothing."""
    first, last = int(rows[0]), int(rows[-1])
    return slice(first, last + 1) if last - first == len(rows) - 1 else rows
