"""M15: researchers go where opportunity is, as far as visa rules allow.

Shapes: `[from, to, world]` over blocs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, largest, total


def between_pools(denial: Block, homes: NDArray[np.int64]) -> Block:
    """Visa rules between blocs as rules between the talent pools of these blocs.

    Args:
        denial: share kept out, `[from bloc, to bloc, world or 1]`.
        homes: bloc of each pool.
    """
    return denial[homes][:, homes]


def barrier(open_share: Block) -> Block:
    """Term of visa rules in the utility of going: `[from, to, world or 1]`.

    Args:
        open_share: 1 - share kept out, `[from, to, world or 1]`.
    """
    let_in = np.where(_at_home(len(open_share)) > 0, 1.0, open_share)
    # The barrier is part of the utility, so that a closed destination is never the best one.
    return np.where(let_in > 0, np.log(np.where(let_in > 0, let_in, 1.0)), -np.inf)


def destinations(opportunity: Block, response: Block, home: Block, closed: Block) -> Block:
    """Where people trained in each bloc go to work: shares over destinations, `[from, to, world]`.

    Logit on the log of compute spending per researcher, plus the utility of staying at home.

    Args:
        opportunity: USD of compute a researcher and year, `[bloc, world]`.
        home: utility of staying by origin, `[bloc, world]`.
        closed: term of visa rules (`barrier`).
    """
    drawn = response * np.log(np.maximum(opportunity, 1e-12))
    utility = drawn + _at_home(len(opportunity)) * home[:, None] + closed
    weight = np.exp(utility - largest(utility, axis=1)[:, None])
    return weight / total(weight, axis=1)[:, None]


def _at_home(blocs: int) -> Block:
    """1 where people stay in the bloc that trained them, `[from, to, 1]`."""
    return np.eye(blocs)[..., None]


def moves(trained: Block, shares: Block) -> Block:
    """People trained in each bloc who start work in each bloc: `[from, to, world]`."""
    return trained[:, None] * shares


def staying(shares: Block) -> Block:
    """Share of the people trained in a bloc who stay: the diagonal, `[bloc, world]`."""
    bloc = np.arange(len(shares))
    return shares[bloc, bloc]
