"""M5: capacity, yield, learning and the inputs behind a foundry: tools and memory."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, total


def follow(capacity: Block, wanted: Block, lag: Block, ceiling: Block) -> Block:
    """Capacity next month: moves toward the wanted one with a lag, no faster than the ceiling.

    Args:
        capacity, wanted: in the same unit.
        lag: months in which 63 % of a gap (in logs) closes.
        ceiling: fastest growth, x/yr. Capacity is never torn down faster than 1 % a month.
    """
    pull = np.log(np.maximum(wanted, 1e-9) / np.maximum(capacity, 1e-9)) / lag
    return capacity * np.exp(pull.clip(-0.01, np.log(ceiling) / MONTHS))


def next_yield(now: Block, ceiling: Block, learning: Block, use: Block) -> Block:
    """Yield next month: `learning` points a year at full use, slowing toward the ceiling.

    A yield that starts above its ceiling falls to it.
    """
    return np.minimum(ceiling, now + learning / MONTHS * use * np.maximum(1 - now / ceiling, 0.0))


def experience(start: Block, cumulative: Block, learning: Block) -> Block:
    """Experience curve on the excess of cost: falls by `learning` per doubling of output.

    Args:
        start: cost relative to the cheapest maker at the beginning (1: no excess).
        cumulative: output so far over output before the start (at least 1).
        learning: share [.10, .20, .30] per doubling (Irwin and Klenow 1994 for memory chips).

    Returns:
        cost relative to the cheapest maker now.
    """
    return 1 + (start - 1) * cumulative ** np.log2(1 - learning)


def access(home: Block, imported: Block) -> Block:
    """Share of the needed tools (or other inputs) that home and foreign makers supply."""
    return np.minimum(1.0, home + (1 - home) * imported)


def logistic(now: Block, rate: Block) -> Block:
    """A share that spreads: next month's value at `rate` per year."""
    return now + now * (1 - now) * np.minimum(rate / MONTHS, 1.0)


def need_ahead(years: Block, growth: Block) -> Block:
    """Years of today's need that suffice for so many years in which need grows (x/yr)."""
    log_growth = np.maximum(np.log(growth), 1e-6)
    return np.expm1(log_growth * years) / log_growth


def parts(pull: Block) -> Block:
    """Shares of the foundries in a supplier's orders: `[foundry, supplier, world]`.

    Args:
        pull: ties times access, `[foundry, supplier, world or 1]`.
    """
    return pull / np.maximum(total(pull), 1e-12)
