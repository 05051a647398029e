"""M10: flagship runs accumulate compute and end in releases."""

from __future__ import annotations

import numpy as np

from sim.core.units import FLOP_PER_TFLOP, H100_TFLOPS, SECONDS_PER_MONTH
from sim.core.worlds import Block

H100_MONTH = H100_TFLOPS * FLOP_PER_TFLOP * SECONDS_PER_MONTH  # FLOP of one H100 at peak


def flop_per_month(chips: Block, utilisation: Block) -> Block:
    """Utilised FLOP of `chips` H100e in a month."""
    return chips * utilisation * H100_MONTH


def points(
    flop: Block, log_efficiency: Block, anchor: Block, anchor_flop: Block, per_decade: Block
) -> Block:
    """Capability of a run in ECI points: anchor + b log10(FLOP x efficiency / anchor FLOP)."""
    decades = np.log10(np.maximum(flop, 1.0) / anchor_flop) + log_efficiency / np.log(10.0)
    return anchor + per_decade * decades


def spread(luck: Block, sd: Block) -> Block:
    """A log-normal factor of median 1 from a standard normal shock."""
    return np.exp(sd * luck)


def flop_for(
    capability: Block, log_efficiency: Block, anchor: Block, anchor_flop: Block, per_decade: Block
) -> Block:
    """FLOP of a run that reaches a capability with given methods: the inverse of `points`."""
    decades = (capability - anchor) / per_decade - log_efficiency / np.log(10.0)
    return anchor_flop * np.exp(np.log(10.0) * decades.clip(-30.0, 30.0))


def chip_months(flop: Block, utilisation: Block) -> Block:
    """H100e-months that a run takes."""
    return flop / (utilisation * H100_MONTH)
