"""Reaction rules of governments: tighten, retaliate, relax."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block, Mask


def due(triggered: Mask, waited: Block, every: Block) -> Mask:
    """Whether a step is taken: triggered, and long enough after the last one (months)."""
    return triggered & (waited >= every)


def limit(first: Block, step: Block, steps: Block) -> Block:
    """Limit of a rule after a number of steps: first x (1 - step)^(steps - 1)."""
    return first * (1 - step) ** np.maximum(steps - 1, 0.0)


def lead_in_months(points: Block, pace: Block) -> Block:
    """A lead in points as months at the frontier's pace (points a month)."""
    return points / np.maximum(pace, 0.1)
