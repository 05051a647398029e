"""The ensemble axis: blocks `[actor, world]`, frozen arrays, sums in order.

A *world* is one possible history. State of all actors of a kind in all worlds is one array, worlds
last and contiguous, so that a rule written as if for one actor in one world runs for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

DTYPE = np.float64  # the one place that decides the precision of the model
CODES = (np.dtype(DTYPE).char, np.dtype(np.bool_).char)  # of the types of frozen arrays
Block = NDArray[np.float64]
Mask = NDArray[np.bool_]


def frozen(values: np.ndarray) -> np.ndarray:
    """Return `values` as a read-only array of the model's precision (masks stay masks).

    An array that owns its numbers is frozen for the caller too; a view of an array that can still
    be edited is copied.
    """
    if type(values) is np.ndarray and values.base is None and values.dtype.char in CODES:
        values.setflags(write=False)
        return values
    array = np.asarray(values)
    if array.dtype.char not in CODES:
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
