"""Limits on factors, that boxes and trees are made of, and how they are said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.worlds import Block, Mask

FINENESS = 200  # steps of a factor's spread to which limits are rounded: what is said is counted


@dataclass(frozen=True)
class Limit:
    """One side of a box along a factor: `effort.eta >= 1.1`.

    Attributes:
        column: of the factor.
        sign: `>=`, `<`, or `in` for a choice.
        value: of a number, date or switch, in the unit of the factor.
        codes: of a choice, those inside.
    """

    column: int
    sign: str
    value: float = 0.0
    codes: tuple[int, ...] = ()

    @property
    def side(self) -> tuple[int, str]:
        """Which side of which factor it limits."""
        return self.column, self.sign

    def holds(self, x: Block) -> Mask:
        """Which rows of `[row, factor]` lie inside."""
        column = x[:, self.column]
        if self.sign == "in":
            return np.isin(column, self.codes)
        return column >= self.value if self.sign == ">=" else column < self.value

    def said(self, factors: list[Any]) -> str:
        """In words: `effort.eta >= 1.1`, `channels.leakage off`, `sampler is a or b`."""
        factor = factors[self.column]
        if self.sign == "in":
            names = " or ".join(str(factor.levels[code]) for code in self.codes)
            return f"{factor.name} is {names}"
        if factor.kind == "switch":
            return f"{factor.name} {'on' if self.sign == '>=' else 'off'}"
        if factor.kind == "date":
            first = factor.levels[min(math.ceil(self.value), len(factor.levels) - 1)]
            return f"{factor.name} {'from' if self.sign == '>=' else 'before'} {first}"
        unit = factor.unit if factor.unit not in (None, "", "1", "log") else ""
        return f"{factor.name} {self.sign} {written(self.value)}{f' {unit}' if unit else ''}"


def written(value: float) -> str:
    """A limit as it is said; reading it back gives the limit that is counted."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return f"{value:,.10g}"
    return f"{value:.10g}"


def rounded(value: float, column: Block) -> float:
    """A limit to as few digits as the spread of its factor's values asks for."""
    spread = float(np.ptp(column))
    return round(value, math.ceil(-math.log10(spread / FINENESS))) if spread else value


def inside(limits: list[Limit], x: Block) -> Mask:
    """Rows of `[row, factor]` inside all limits."""
    found = np.ones(len(x), dtype=bool)
    for limit in limits:
        found &= limit.holds(x)
    return found


def said(limits: list[Limit], factors: list[Any]) -> str:
    """All limits in one phrase, by factor."""
    ordered = sorted(limits, key=lambda limit: (limit.column, limit.sign != ">="))
    return " and ".join(limit.said(factors) for limit in ordered) or "everywhere"
