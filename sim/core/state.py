"""State: the memory of a population or a market from month to month, declared once.

A class declares each state with its unit and meaning, the value it starts with, and whether it is
recorded. Recorder, checkpoints, Mesa's attributes and the documentation read these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.core.worlds import CODES, Block, frozen

OWN = "actor"  # the axis of the actors that own the state
Start = float | Callable[[Any], Block] | None


class State:
    """One block of state, worlds last; frozen when assigned.

    A rule replaces state (`self.cash = self.cash - spent`) and never edits it, so a recorder or
    checkpoint that holds the block of last month is not affected.

    Args:
        unit, meaning: of the numbers.
        start: value before the first month: a number, a function of the owner, or None for state
            that is always written before it is read.
        axes: names of the axes before the worlds; None: a table whose shape changes.
        recorded: whether it becomes a series of the results; a text is the name of the series.
    """

    def __init__(
        self,
        unit: str,
        meaning: str,
        start: Start = 0.0,
        axes: tuple[str, ...] | None = (OWN,),
        recorded: bool | str = False,
    ) -> None:
        self.unit, self.meaning = unit, meaning
        self.start, self.axes, self.recorded = start, axes, recorded
        self.name = ""

    def __set_name__(self, owner: Any, name: str) -> None:
        self.name = name
        owner.__setattr__ = _assign
        owner.shapes = {}

    def __get__(self, owner, kind=None):
        if owner is None:
            return self
        raise AttributeError(f"state '{self.name}' was read before it was set")

    def read(self, owner: Any) -> Block:
        """The present block of an owner."""
        return getattr(owner, self.name)


class Derived:
    """A recorded block that follows from state and is computed only when it is recorded.

    Used as a decorator of a method without arguments; for the arguments see `State`.
    """

    def __init__(
        self, unit: str, meaning: str, axes: tuple[str, ...] = (OWN,), recorded: bool | str = True
    ) -> None:
        self.unit, self.meaning = unit, meaning
        self.axes, self.recorded = axes, recorded
        self.name = ""
        self.compute: Callable[[Any], Block]

    def __call__(self, method: Callable[[Any], Block]) -> Derived:
        """Take the method that computes the series, as a decorator."""
        self.compute = method
        return self

    def __set_name__(self, owner: Any, name: str) -> None:
        self.name = name

    def read(self, owner: Any) -> Block:
        """The block as it follows from the owner's present state."""
        return self.compute(owner)


def _assign(owner: Any, name: str, values: Any) -> None:
    """Set an attribute: a state is frozen and has the shape that its axes give it."""
    if name in owner.shapes:
        shape = owner.shapes[name]
        if type(values) is np.ndarray and values.shape == shape and values.dtype.char in CODES:
            if values.base is not None:
                values = values.copy()
            values.setflags(False)  # by position, not `write=`: this runs most often of all
        else:
            values = frozen(values if shape is None else np.broadcast_to(values, shape))
    owner.__dict__[name] = values


def initialise(owner: Any, sizes: Mapping[str, int], worlds: int) -> None:
    """Give an owner the shapes of its states and the values they start with.

    Args:
        sizes: length of each axis by name.
        worlds: length of the last axis.
    """
    declared = states(type(owner))
    owner.__dict__["shapes"] = {
        name: None if state.axes is None else (*(sizes[axis] for axis in state.axes), worlds)
        for name, state in declared.items()
    }
    for name, state in declared.items():
        if state.start is not None:
            start = state.start(owner) if callable(state.start) else state.start
            setattr(owner, name, start)


def states(kind: type) -> dict[str, State]:
    """Every state that a class declares, by name, in the order of declaration."""
    return {name: item for name, item in declarations(kind).items() if isinstance(item, State)}


def declarations(kind: type) -> dict[str, State | Derived]:
    """Every state and derived block of a class, by name, in the order of declaration."""
    declared: dict[str, State | Derived] = {}
    for owner in reversed(kind.__mro__):
        items = vars(owner).items()
        declared |= {name: item for name, item in items if isinstance(item, State | Derived)}
    return declared
