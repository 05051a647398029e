"""Arrays that are computed once: last results of functions, numbers broadcast to their block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import is_
from typing import Any, cast

import numpy as np

from sim.core.worlds import Block, frozen

WIDEST = 128  # worlds up to which numbers are stored as wide as the blocks they meet


class CacheLast:
    """A function that computes its result anew only when it gets other arrays than last time.

    Without it a run of 64 worlds takes 5 % more time (`benchmarks/worlds.py`).

    Tables by month return the same array as long as nothing changes, so arrays are compared by
    identity.

    Args:
        compute: a function of arrays.
    """

    def __init__(self, compute: Callable[..., Any]) -> None:
        self._compute = compute
        self._arguments: tuple[Block | None, ...] = (None,)
        self._result: Any = None

    def __call__(self, *arguments: Block) -> Any:
        """The result for these arguments."""
        if not all(map(is_, arguments, self._arguments)):
            self._arguments, self._result = arguments, self._compute(*arguments)
        return self._result


def broadcast[P](numbers: P, shape: tuple[int, ...]) -> P:
    """Drawn numbers, read as wide as the rows they meet; typed like the numbers themselves."""
    return cast(P, _Broadcast(numbers, shape))


class _Broadcast:
    """Numbers as wide as some rows, `[actor, world]`, computed when they are first read.

    numpy is faster where both blocks have one shape: runs of 16 to 128 worlds take 2 to 6 % less
    time (`benchmarks/worlds.py`). With more worlds it costs memory and gains nothing: then a number
    stays `[world or 1]`.
    """

    def __init__(self, numbers: Any, shape: tuple[int, ...]) -> None:
        self.__dict__.update(_numbers=numbers, _shape=shape)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copying and pickling use this object, not the numbers
            raise AttributeError(name)
        value = getattr(self.__dict__["_numbers"], name)
        if isinstance(value, np.ndarray):
            value = widened(value, self._shape)
        elif hasattr(value, "__dict__"):
            value = _Broadcast(value, self._shape)
        self.__dict__[name] = value
        return value


def stacked[A](
    table: Mapping[str, A], shape: tuple[int, ...], function: Callable[[Block], Block] | None = None
) -> A:
    """One number of every actor of a table, `[actor, world or 1]`; typed like one actor.

    Args:
        table: the drawn numbers of each actor, by name.
        function: applied to each number, for example `np.log`.
    """
    return cast(A, _Stacked(table, shape, function))


class _Stacked:
    """The numbers of all actors of a table, stacked when they are first read."""

    def __init__(self, table: Mapping[str, Any], shape: tuple[int, ...], function: Any) -> None:
        self.__dict__.update(_table=table, _shape=shape, _function=function)

    def __getattr__(self, name: str) -> Block:
        if name.startswith("__"):
            raise AttributeError(name)
        attributes = self.__dict__
        block = widened(stack(attributes["_table"], name), attributes["_shape"])
        if attributes["_function"] is not None:
            block = attributes["_function"](block)
        self.__dict__[name] = block
        return block


def replace_stacked(rows: Any, field: str, numbers: Block) -> None:
    """Give actors other numbers than their table says, in `own` and in `own_log`.

    Args:
        rows: with the `shape` of their blocks.
        numbers: `[actor, world or 1]`.
    """
    block = widened(frozen(numbers), rows.shape)
    vars(rows.own)[field] = block
    with np.errstate(divide="ignore"):  # of a number that may be 0 no rule reads the logarithm
        vars(rows.own_log)[field] = np.log(block)


def stack(table: Mapping[str, Any], field: str) -> Block:
    """One number of every actor: `[actor, world]`, or `[actor, 1]` where all worlds agree."""
    return frozen(np.stack(np.broadcast_arrays(*(getattr(row, field) for row in table.values()))))


def widened(block: Block, shape: tuple[int, ...]) -> Block:
    """A block in full shape, where its worlds are few enough that this is faster."""
    if shape[-1] > WIDEST or block.shape == shape:
        return block
    return frozen(np.broadcast_to(block, shape).copy())
