"""M10: flagship runs accumulate compute and end in releases."""

from __future__ import annotations

import numpy as np

from sim.core.units import FLOP_PER_TFLOP, H100_TFLOPS, SECONDS_PER_MONTH
from sim.core.worlds import Block, Mask

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


def points_of(log_gain: Block, per_decade: Block) -> Block:
    """ECI points that a log gain of efficiency is worth at a given compute."""
    return per_decade * log_gain / np.log(10.0)


def carried(method: Block, model: Block, share: Block) -> Block:
    """Log gain that post-training brings to a model trained with older methods.

    Args:
        method, model: ln of training efficiency of the lab today, and in the model.
        share: part of the gap that post-training closes.
    """
    return share * np.maximum(method - model, 0.0)


def open_under_pressure(openness: Block, response: Block, scarcity: Block) -> Block:
    """Chance of open weights whose odds rise with scarcity: 0 and 1 stay as they are."""
    return openness / (openness + (1 - openness) * np.exp(-response * scarcity))


def update_due(age: Block, month: Block, every: Block) -> Mask:
    """Whether an update is due.

    Args:
        age: of the model, in months of work on it: waiting for approval does not count.
        month: how much of this month is work.
        every: months of work between updates.
    """
    return (age > 0) & (np.floor(age / every) > np.floor((age - month) / every))


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
