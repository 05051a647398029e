"""Limits on factors, of which boxes and trees are made, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.worlds import Block, Mask
from sim.sweeps.factors import Factor

FINENESS = 200  # steps of a factor's spread to which limits are rounded


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

    def describe(self, factors: Sequence[Factor]) -> str:
        """In words: `effort.eta >= 1.1`, `channels.leakage off`, `sampler is a or b`."""
        factor = factors[self.column]
        if self.sign == "in":
            return f"{factor.name} is {' or '.join(str(factor.level(at)) for at in self.codes)}"
        if factor.kind == "switch":
            return f"{factor.name} {'on' if self.sign == '>=' else 'off'}"
        if factor.kind == "date":
            first = factor.level(min(math.ceil(self.value), len(factor.levels or ()) - 1))
            return f"{factor.name} {'from' if self.sign == '>=' else 'before'} {first}"
        # Reading the number back gives the limit that is measured: no digit is cut.
        plain = self.value == 0 or 1e-3 <= abs(self.value) < 1e7
        number = f"{self.value:,.10g}" if plain else f"{self.value:.10g}"
        unit = "" if factor.unit in ("", "1", "log") else f" {factor.unit}"
        return f"{factor.name} {self.sign} {number}{unit}"


def describe_limits(limits: Sequence[Limit], factors: Sequence[Factor]) -> str:
    """All limits in one phrase, by factor."""
    ordered = sorted(limits, key=lambda limit: (limit.column, limit.sign != ">="))
    return " and ".join(limit.describe(factors) for limit in ordered) or "everywhere"


def rounded(value: float, column: Block) -> float:
    """A limit with as few digits as the spread of its factor's values allows."""
    spread = float(np.ptp(column))
    return round(value, math.ceil(-math.log10(spread / FINENESS))) if spread else value


def inside(limits: Sequence[Limit], x: Block) -> Mask:
    """Rows of `[row, factor]` inside all limits."""
    mask = np.ones(len(x), dtype=bool)
    for limit in limits:
        mask &= limit.holds(x)
    return mask
