"""Parameter sets of a posterior, each repeated with several lucks.

A particle of a posterior is a parameter set and the luck of each actor up to the end of the fit.
Here a parameter set meets the lucks of other particles, taken whole, so that each of them is one
that some parameters made fit history. After the fit each world has its own luck, as always.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.uncertainty.posterior import Posterior


def parameter_sets(posterior: Posterior) -> NDArray[np.int64]:
    """A particle of each different parameter set, in the order of particles."""
    _, first = np.unique(posterior.scores, axis=1, return_index=True)
    return np.sort(first)


def repeated(posterior: Posterior, sets: int, others: int, lucks: int, seed: int) -> Posterior:
    """Worlds in which parameter sets are repeated: world `w` has the set `w // lucks`.

    Args:
        sets, others: how many, from the beginning and from the end of an order by the seed.
        lucks: of each set, all different.

    Raises:
        ValueError: the posterior has fewer different parameter sets, or fewer lucks.
    """
    possible = parameter_sets(posterior)
    if sets + others > len(possible) or lucks > posterior.count:
        raise ValueError(
            f"the posterior has {len(possible)} parameter sets and {posterior.count} lucks; "
            f"{sets + others} and {lucks} are too many"
        )
    generator = np.random.default_rng(seed)
    order = generator.permutation(possible)
    chosen = np.concatenate([order[:sets], order[len(order) - others :]])
    lucky = [generator.choice(posterior.count, lucks, replace=False) for _ in chosen]
    return replace(
        posterior,
        scores=posterior.scores[:, np.repeat(chosen, lucks)],
        lucks=posterior.lucks[:, np.concatenate(lucky)],
        in_order=True,
    )
