"""The ensemble axis: blocks `[actor, world]`, frozen state, sums in order, groups of actors.

A *world* is one possible history. State of all actors of a kind in all worlds is one array, worlds
last and contiguous, so that a rule written as if for one actor in one world runs for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import is_
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

DTYPE = np.float64  # the one place that decides the precision of the model
KEPT = (np.dtype(DTYPE).char, np.dtype(np.bool_).char)  # what frozen arrays may hold
Block = NDArray[np.float64]
Mask = NDArray[np.bool_]
WIDEST = 256  # worlds up to which numbers are held as wide as the blocks they meet


def frozen(values: np.ndarray) -> np.ndarray:
    """Return `values` as a read-only array of the model's precision (masks stay masks).

    Nobody can edit it through another name: an array that owns its numbers is frozen for its giver
    too, and what others might still edit is copied.
    """
    if type(values) is np.ndarray and values.base is None and values.dtype.char in KEPT:
        values.setflags(write=False)
        return values
    array = np.asarray(values)
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

    def __set_name__(self, owner: Any, name: str) -> None:
        self.name = name
        owner.kept = getattr(owner, "kept", frozenset()) | {name}
        owner.__setattr__ = _assign

    def __get__(self, population, owner=None):
        if population is None:
            return self
        raise AttributeError(f"state '{self.name}' was read before it was set")


def _assign(population, name: str, values) -> None:
    """Set an attribute of a population: a state is frozen and has the shape of the block."""
    if name in population.kept:
        fits = type(values) is np.ndarray and values.shape == population.shape
        if not (fits and values.dtype.char in KEPT):
            values = frozen(np.broadcast_to(values, population.shape))
        elif values.base is not None:
            values = values.copy()
        values.setflags(False)  # by place, not `write=`: it is called most of all
    population.__dict__[name] = values


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


class CacheLast:
    """What a function made of what it was given last: made anew only for something else.

    Tables by month hand on the same block as long as nothing changes.

    Args:
        make: from blocks, what follows from them.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._given: tuple[Block | None, ...] = (None,)
        self._made: Any = None

    def __call__(self, *given: Block) -> Any:
        """What follows from `given`."""
        if not all(map(is_, given, self._given)):
            self._given, self._made = given, self._make(*given)
        return self._made


class Broadcast:
    """Numbers as wide as the rows that they meet, `[actor, world]`, made when first asked for.

    numpy is three times as fast where both blocks have one shape. With many worlds that gains
    nothing and costs memory: then a number stays as it is, `[world or 1]`.

    Args:
        numbers: a group of numbers, or groups of them by name.
        shape: of the rows.
    """

    def __init__(self, numbers: BaseModel, shape: tuple[int, ...]) -> None:
        self._narrow = numbers
        self._shape = shape

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copying and pickling are its own, not those of the numbers
            raise AttributeError(name)
        found = getattr(self.__dict__["_narrow"], name)
        if isinstance(found, BaseModel):
            found = Broadcast(found, self._shape)
        elif isinstance(found, np.ndarray):
            found = widened(found, self._shape)
        self.__dict__[name] = found
        return found


def broadcast[P: BaseModel](parameters: P, shape: tuple[int, ...]) -> P:
    """Parameters as wide as the rows that they meet: read like the parameters themselves."""
    return cast(P, Broadcast(parameters, shape))


def widened(block: Block, shape: tuple[int, ...]) -> Block:
    """A block in full, where its worlds are few enough that this is faster."""
    if shape[-1] > WIDEST or block.shape == shape:
        return block
    return frozen(np.broadcast_to(block, shape).copy())


def total(rows: Block | Sequence[Block], axis: int = 0) -> Block:
    """Sum over actors (the first axis unless said otherwise), row by row in order.

    numpy's own reduction does so too where it runs along many worlds; with one world it changes its
    order of adding, so that a world alone would differ in the last bit from itself among others.
    """
    if type(rows) is np.ndarray:
        across = axis < rows.ndim - 1 and rows.shape[-1] > 1
        if across and rows.strides[-1] == rows.itemsize:
            return np.add.reduce(rows, axis)
    if axis:
        block = np.asarray(rows)
        rows = block.swapaxes(0, 1) if axis == 1 else np.moveaxis(block, axis, 0)
    if len(rows) == 1:
        return rows[0]
    result = rows[0] + rows[1]
    for row in rows[2:]:
        result += row
    return result


def largest(rows: Block, axis: int = 0) -> Block:
    """Maximum over actors (the first axis unless said otherwise)."""
    return np.maximum.reduce(rows, axis)


def at_largest(rows: Block) -> Callable[[Block], Block]:
    """Reads off a block the row whose `rows` is largest, per world (the first of equals)."""
    best, worlds = rows.argmax(axis=0), np.arange(rows.shape[1])
    return lambda values: values[best, worlds]


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
