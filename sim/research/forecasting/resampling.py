"""Bootstrap intervals of scores: series are drawn again, and in each its observations.

Observations of one series depend on each other (a forecast that is too low in March is too low in
June), so that what is drawn is the series.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.research.history.observations import FLOOR

TIMES, WITHIN = 4000, 500  # samples of series; samples of the observations of each series
LEVELS = (0.05, 0.95)
Interval = tuple[float, float]


def coverage_interval(inside: Sequence[Sequence[bool]]) -> Interval:
    """Interval of the share of observations inside a band.

    Args:
        inside: by series, observation by observation.
    """
    sizes = np.array([len(some) for some in inside])
    drawn, held = _resampled(inside, np.sum)
    return _interval(held.sum(axis=1) / sizes[drawn].sum(axis=1))


def histogram_interval(pits: Sequence[Sequence[float]], bins: int) -> tuple[Block, Block]:
    """Interval of the share of PIT values in each of so many equal bins of 0 to 1, `[bin]` each.

    Args:
        pits: by series, observation by observation.
    """
    places = [np.minimum(np.asarray(some) * bins, bins - 1).astype(int) for some in pits]
    drawn, counts = _resampled([np.eye(bins)[some] for some in places], np.sum)
    sizes = np.array([len(some) for some in pits])[drawn]
    low, high = np.quantile(counts.sum(axis=1) / sizes.sum(axis=1)[:, None], LEVELS, axis=0)
    return low, high


def skill_interval(own: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> Interval:
    """Interval of 1 - the geometric mean over series of the ratio of CRPS.

    Args:
        own, other: CRPS of forecast and reference by series, observation by observation.
    """
    pairs = [np.stack([a, b], axis=1) for a, b in zip(own, other, strict=True)]

    def log_ratio(values: Block, axis: int) -> Block:
        sums = np.maximum(values.sum(axis=axis), FLOOR)
        return np.log(sums[..., 0] / sums[..., 1])

    return _interval(1 - np.exp(_resampled(pairs, log_ratio)[1].mean(axis=1)))


def _resampled(series: Sequence[Any], of: Callable[..., Block]) -> tuple[np.ndarray, Block]:
    """Which series were drawn, and a statistic of each of them on observations drawn again.

    Args:
        series: observations by series, numbers or rows of numbers.
        of: statistic of observations along `axis`.

    Returns:
        Numbers of series and values of the statistic, `[sample, series]` each.
    """
    rng = np.random.default_rng(0)
    pools = []
    for some in series:
        values = np.asarray(some)
        at = rng.integers(len(values), size=(WITHIN, len(values)))
        pools.append(of(values[at], axis=1))
    drawn = rng.integers(len(pools), size=(TIMES, len(pools)))
    return drawn, np.stack(pools)[drawn, rng.integers(WITHIN, size=drawn.shape)]


def _interval(samples: Block) -> Interval:
    low, high = np.quantile(samples, LEVELS)
    return float(low), float(high)
