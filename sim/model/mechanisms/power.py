"""M14: chips run only with power, and power takes years to build."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block

HOURS = 8766.0 / MONTHS  # in a month


def gigawatt(chips: Block, watts: Block, overhead: Block) -> Block:
    """GW that chips draw, host and cooling included."""
    return chips * watts * overhead * 1e-9


def construction_starts(wanted: Block, capacity: Block, building: Block, most: Block) -> Block:
    """GW on which construction starts this month: the shortfall of capacity, up to a maximum.

    Args:
        wanted, capacity, building: GW; most: largest construction starts, GW/yr.
    """
    return np.minimum(np.maximum(wanted - capacity - building, 0.0), most / MONTHS)


def arrives(building: Block, lead_time: Block) -> Block:
    """GW finished this month: 1 / lead time (years) of what is being built, a year."""
    return building * np.minimum(1.0, 1.0 / (MONTHS * lead_time))


def running(capacity: Block, drawn: Block) -> Block:
    """Share of the chips that run: power over what all would draw, at most 1."""
    return np.minimum(1.0, (capacity + 1e-12) / (drawn + 1e-12))


def energy_cost(gigawatt: Block, chips: Block, price: Block) -> Block:
    """USD a month for the power of an H100e.

    Args:
        gigawatt: drawn by `chips` H100e; price: USD/MWh.
    """
    return gigawatt * 1e3 * HOURS * price / np.maximum(chips, 1e-9)
