"""A factor: what varies in a sweep, between what, and how a value of it reaches the model."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from pydantic import Field

from sim.core.worlds import Block
from sim.scenario.paths import split_key
from sim.scenario.quantity import Frozen, Quantity
from sim.scenario.schema import Scenario
from sim.scenario.texts import Line, Name, Setting
from sim.sweeps.dates import date_overrides
from sim.sweeps.keys import Kind, override

DUMMY = "dummy"  # a number that the model never reads: its apparent influence is noise
SCENARIO = "scenario"
Level = float | Line | date


class Factor(Frozen):
    """One factor of a sweep; in points it stands as a number, `[point]`.

    Attributes:
        name: in the design, and of its column.
        key: dotted key that it varies ("" for named sets of overrides).
        kind: of its values. Choices and dates are coded: their number is the position in `levels`.
        low: smallest number (None if it follows a prior, or is no number).
        high: largest number.
        levels: values that it can take, in order; names of choices; None for all between.
        unit: of its numbers.
        log: whether low to high is even in the logarithm.
        prior: the number whose prior it follows, if it follows one.
        declared: unit and allowed range of its numbers in the schema.
        sets: overrides of each level of a choice; of the scenarios, their names as given.
        parts: of the key.
        column: whether each world of a block can have its own value; else it is an override.
    """

    name: Name
    key: Line
    kind: Kind
    low: float | None = None
    high: float | None = None
    levels: tuple[Level, ...] | None = None
    unit: Line = ""
    log: bool = False
    prior: Quantity | None = None
    declared: dict[Line, Any] = {}
    sets: tuple[tuple[Setting, ...], ...] = ()
    parts: tuple[Line, ...] = Field((), exclude=True)
    column: bool = Field(False, exclude=True)

    @property
    def is_coded(self) -> bool:
        """Whether its numbers are positions in `levels`."""
        return self.kind in ("choice", "date")

    @property
    def is_static(self) -> bool:
        """Whether it is the same in all worlds of a run, because it changes the scenario itself."""
        return not self.column and self.key != DUMMY

    @property
    def keys(self) -> list[str]:
        """Dotted keys that it sets."""
        if self.sets and self.key != SCENARIO:
            texts = {text.partition("=")[0].strip() for level in self.sets for text in level}
            return sorted({".".join(split_key(text)) for text in texts})
        return [self.key]

    def level(self, code: float) -> Level:
        """The level at a position."""
        return (self.levels or ())[int(code)]

    def scenario_at(self, code: float) -> str | None:
        """The scenario that a value chooses, if it chooses one."""
        return self.sets[int(code)][0] if self.key == SCENARIO else None

    def overrides(self, scenario: Scenario, value: float) -> list[str]:
        """What a value of a static factor sets in a scenario, as `--set` takes it."""
        if self.key == SCENARIO:
            return []
        if self.sets:
            return list(self.sets[int(value)])
        level = self.level(value) if self.is_coded else float(value)
        if isinstance(level, date):
            return date_overrides(scenario, self.parts, level)
        if self.kind == "switch":
            return [override(self.parts, bool(value))]
        if isinstance(level, float) and level.is_integer():
            level = int(level)  # some keys take nothing but whole numbers
        return [override(self.parts, level)]

    def values_of(self, codes: Block) -> np.ndarray:
        """Values as they stand in a table: numbers, names of levels, dates, `[point]`."""
        if not self.is_coded:
            return codes
        dtype = object if self.kind == "choice" else "datetime64[s]"
        return np.array(self.levels, dtype=dtype)[codes.astype(int)]

    @classmethod
    def from_json(cls, described: dict[str, Any]) -> Factor:
        """A factor from `sweep.json`."""
        if described["kind"] == "date":
            levels = [date.fromisoformat(text) for text in described["levels"]]
            described = described | {"levels": levels}
        return cls.model_validate(described)
