"""Adjustment: a value follows its target with a lag (Nerlove 1958), or decays by half-lives."""

from __future__ import annotations

from sim.core.worlds import Block


def adjusted(value: Block, target: Block, months: float | Block) -> Block:
    """A value after a month in which it moved a share `1 / months` of the way to its target.

    Args:
        value, target: any shape; the same unit.
        months: lag; at least 1, or the value overshoots.
    """
    return value + (target - value) / months


def decay(elapsed: float | Block, half_life: Block) -> Block:
    """Share of a quantity that is left after a time, in the unit of its half-life."""
    return 0.5 ** (elapsed / half_life)
