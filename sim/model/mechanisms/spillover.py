"""M9: know-how that flows between labs, from publications and from closed models."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block


def absorbed(
    own: Block,
    public: Block,
    closed: Block | float,
    open_lag: Block,
    closed_lag: Block,
    access: Block,
) -> Block:
    """Log efficiency gained this month from others.

    A lab closes part of its gaps to the best published and the best closed methods, each with its
    lag, and never more than the gap. It gains nothing from labs behind it.

    Args:
        own: log efficiency of the lab, `[lab, world]`.
        public, closed: best published, best anywhere, `[world]`.
        access: 0..1, absorptive capacity times freedom to collaborate, `[lab, world]`.
    """
    ahead_open = np.maximum(public - own, 0.0)
    ahead_closed = np.maximum(closed - own, 0.0)
    gained = access * (ahead_open / open_lag + ahead_closed / closed_lag)
    return np.minimum(gained, np.maximum(ahead_open, ahead_closed))


def distilled(best: Block, own: Block, share: Block) -> Block:
    """ECI points that a model gains by training on outputs of the best one: a share of its gap."""
    return share * np.maximum(best - own, 0.0)


def distilled_by_access(models: Block, own: Block, access: Block, share: Block) -> Block:
    """ECI points that a model gains by training on outputs of those that its lab can use.

    Args:
        models: capability of each lab's best model, `[lab, world]`.
        own: of the flagships that learn, `[lab, world]`.
        access: how far each lab (first axis) can use the services of each other, 0..1,
            `[lab, lab, world or 1]`.
        share: of the gap that an update closes.
    """
    ahead = np.maximum(models[None] - own[:, None], 0.0)
    return share * np.maximum.reduce(access * ahead, 1)


def trail(followed: Block, leader: Block, lag: Block) -> Block:
    """A level that follows a leader with a lag and never falls."""
    return followed + np.maximum(leader - followed, 0.0) * np.minimum(1.0, 1.0 / lag)
