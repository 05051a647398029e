"""M13: use spreads and creates value (Bass 1969)."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block


def spread(adoption: Block, innovation: Block, imitation: Block, speed: Block) -> Block:
    """Share of adopters next month: (p + q a)(1 - a) a year, times `speed`."""
    rate = (innovation + imitation * adoption) * speed / MONTHS
    return adoption + (1 - adoption) * np.minimum(rate, 1.0)


def pull(points: Block, anchor: Block, per_ten: Block) -> Block:
    """Factor by usable capability: exp(`per_ten` x points above the anchor / 10), bounded."""
    return np.exp(per_ten * ((points - anchor) / 10.0).clip(-10.0, 20.0))


def value(gdp: Block, adoption: Block, gain: Block, factor: Block, served: Block) -> Block:
    """USD bn a year created by applying AI: GDP x adopters x gain x quality x share served.

    Args:
        gdp: USD trn a year; gain: share of GDP at full adoption of the anchor's quality.
    """
    return 1e3 * gdp * adoption * np.minimum(gain * factor, 1.0) * served
