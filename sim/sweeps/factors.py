"""Factors: what varies in a sweep, between what, and how it reaches the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from sim.scenario.layers import split_key
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario
from sim.sweeps.dates import moved
from sim.sweeps.keys import Kind, flag

DUMMY = "dummy"  # a number that the model never reads: what it seems to do is noise
SCENARIO = "scenario"


@dataclass(frozen=True)
class Factor:
    """One factor of a sweep.

    Attributes:
        name: as the design calls it, the name of its column.
        key: the scenario key that it varies ("" for named sets of overrides).
        kind: of its values.
        low: smallest number (None where it follows a prior, and where it is no number).
        high: largest number.
        levels: the values it can take, in order; names of a choice; None for all between.
        unit: of its numbers.
        log: whether low to high is even in the logarithm.
        prior: the number whose prior it follows, None where it follows none.
        declared: unit and allowed range of its numbers in the schema.
        parts: of the key.
        column: whether each world of a block can have its own; else it is an override.
        sets: of each level of a choice the overrides, or the scenario's name as it was given.
    """

    name: str
    key: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    levels: tuple[Any, ...] | None = None
    unit: str = ""
    log: bool = False
    prior: Quantity | None = None
    declared: dict[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    column: bool = False
    sets: tuple[tuple[str, ...], ...] = ()

    @property
    def is_coded(self) -> bool:
        """Whether its values are kept as numbers of levels, 0 on."""
        return self.kind in ("choice", "date")

    @property
    def is_static(self) -> bool:
        """Whether it is the same in all worlds of a run: it changes the scenario itself."""
        return not self.column and self.key != DUMMY

    @property
    def covers(self) -> list[str]:
        """Dotted keys that it sets, a choice all of those of its sets."""
        if self.key == SCENARIO:
            return [SCENARIO]
        given = [text.partition("=")[0].strip() for one in self.sets for text in one]
        own = [".".join(self.parts)] if self.parts else []
        return own + sorted({".".join(split_key(key)) for key in given})

    def level(self, code: float) -> Any:
        """A level by its number."""
        return (self.levels or ())[int(code)]

    def scenario_at(self, code: float) -> str | None:
        """The scenario that a value chooses, if it chooses one."""
        return self.sets[int(code)][0] if self.key == SCENARIO else None

    def overrides(self, scenario: Scenario, code: float) -> list[str]:
        """What a value of a static factor sets in a scenario, as `--set` takes it.

        Args:
            code: the number of a level (choices, dates), else the value.
        """
        if self.key == SCENARIO:
            return []
        if self.sets:
            return list(self.sets[int(code)])
        if self.kind == "date":
            return moved(scenario, self.parts, self.level(code))
        if self.kind == "choice":
            return [flag(self.parts, self.level(code))]
        return [flag(self.parts, bool(code) if self.kind == "switch" else _number(code))]

    def shown(self, codes: np.ndarray) -> np.ndarray:
        """Values as they stand in a table: numbers, names of levels, dates; `[point]`."""
        if self.kind == "choice":
            return np.array(self.levels, dtype=object)[codes.astype(int)]
        if self.kind == "date":
            return np.array(self.levels, dtype="datetime64[s]")[codes.astype(int)]
        return codes

    def about(self) -> dict[str, Any]:
        """The factor in the store's description, as JSON can hold it."""
        levels = None if self.levels is None else [_plain(one) for one in self.levels]
        return {
            "name": self.name,
            "key": self.key,
            "kind": self.kind,
            "low": self.low,
            "high": self.high,
            "levels": levels,
            "unit": self.unit,
            "log": self.log,
            "prior": None if self.prior is None else self.prior.model_dump(mode="json"),
            "declared": self.declared,
            "sets": [list(one) for one in self.sets],
        }


def factor_from(about: dict[str, Any]) -> Factor:
    """A factor from a store's description."""
    given = about | {"sets": tuple(map(tuple, about["sets"]))}
    levels = given.pop("levels")
    if levels is not None:
        is_date = given["kind"] == "date"
        given["levels"] = tuple(date.fromisoformat(one) if is_date else one for one in levels)
    if given["prior"] is not None:
        given["prior"] = Quantity.model_validate(given["prior"])
    return Factor(**given)


def _number(value: float) -> float | int:
    """Whole numbers without a point: some keys take nothing else."""
    return int(value) if float(value).is_integer() else float(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
