"""How far the distribution of ranks may stray from a uniform one by chance.

The share of ranks below a point of (0, 1) is binomial. Bands of the distribution function at
several points hold all of them at once with a stated probability: the level at each point is found
by simulation (Säilynoja, Bürkner and Vehtari 2022, "Graphical test for discrete uniformity and its
applications in goodness-of-fit evaluation and multiple sample comparison", Statistics and Computing
32: 32).

>>> bands = simultaneous_bands(100)
>>> inside = bands.low[9] < 0 < bands.high[9]  # the share below 0.5, less 0.5
>>> bool(inside), round(float(bands.high[9]), 2)
(True, 0.13)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import binom

POINTS = np.arange(1, 20) / 20  # of the distribution function
HELD = 0.95  # of samples of uniform ranks that stay inside the bands everywhere
SIMULATED, SEED = 4000, 1  # samples from which the level at a point is found


@dataclass(frozen=True)
class Bands:
    """Bounds of the share of ranks below each of `POINTS`, less that point, `[point]`."""

    low: np.ndarray
    high: np.ndarray

    def hold(self, ranks: np.ndarray) -> bool:
        """Whether the distribution of ranks lies inside everywhere."""
        strayed = difference(ranks)
        return bool(np.all((self.low <= strayed) & (strayed <= self.high)))


def difference(ranks: np.ndarray) -> np.ndarray:
    """Share of ranks below each of `POINTS`, less the share of uniform ones, `[point]`."""
    return np.mean(ranks[:, None] <= POINTS, axis=0) - POINTS


@cache
def simultaneous_bands(count: int) -> Bands:
    """Bands that hold the whole distribution function of so many uniform ranks in 95 % of cases."""
    level = _level_at_a_point(count)
    low, high = (binom.ppf(tail, count, POINTS) / count for tail in (level / 2, 1 - level / 2))
    return Bands(low - POINTS, high - POINTS)


def _level_at_a_point(count: int) -> float:
    """Chance of a point to lie outside at which all of them lie inside with probability `HELD`."""
    sample = np.random.Generator(np.random.Philox(key=SEED)).random((SIMULATED, count))
    below = np.stack([np.sum(sample <= point, axis=1) for point in POINTS], axis=1)
    tails = np.minimum(binom.cdf(below, count, POINTS), binom.sf(below - 1, count, POINTS))
    return float(np.quantile(2 * tails.min(axis=1), 1 - HELD))
