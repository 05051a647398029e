"""Importance from any sample: PAWN, a rank regression, and means at the ends of a factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sim.analysis.indices import RESAMPLES, SEED, Measured, farthest
from sim.core.worlds import Block

SLICES = 10  # of a number's range, equally filled
ENDS = 0.2  # share of the sample that stands for the low and the high end of a number
DUMMIES = 40


def slices(column: Block, most: int = SLICES) -> NDArray[np.int64]:
    """The slice of each row, `[row]`: equally filled, or one for each of few distinct values."""
    values, at = np.unique(column, return_inverse=True)
    if len(values) <= most:
        return at.astype(np.int64)
    order = rankdata(column, method="ordinal") - 1
    return (order * most // len(column)).astype(np.int64)


def pawn(cut: NDArray[np.int64], y: Block) -> float:
    """PAWN index, 0..1: median over slices of the distance between y in the slice and all y.

    The distance is that of Kolmogorov and Smirnov, the largest gap between the two cumulative
    distributions (Pianosi and Wagener 2018). It assumes no shape, so it sees effects that bend.

    Args:
        cut: the slice of each row.
    """
    order = np.argsort(y, kind="stable")
    last = np.flatnonzero(np.append(np.diff(y[order]) > 0, True))  # the last of equal values
    whole = (last + 1) / len(y)
    gaps = []
    for number in np.unique(cut):
        inside = cut[order] == number
        share = np.cumsum(inside)[last] / inside.sum()
        gaps.append(np.max(np.abs(share - whole)))
    return float(np.median(gaps))


def pawn_indices(x: Block, y: Block) -> Measured:
    """PAWN of every factor, with intervals from a bootstrap and the index of shuffled factors.

    Args:
        x: `[row, factor]`.
        y: `[row]`.
    """
    rng = np.random.default_rng(SEED)
    cuts = [slices(column) for column in x.T]
    value = np.array([pawn(cut, y) for cut in cuts])
    draws = rng.integers(0, len(y), (RESAMPLES // 4, len(y)))
    drawn = np.array([[pawn(cut[rows], y[rows]) for cut in cuts] for rows in draws])
    # A bootstrap repeats rows and so finds larger distances: only its spread is used.
    spread = 1.96 * drawn.std(axis=0, ddof=1)
    shuffled = [pawn(rng.permutation(cuts[at % len(cuts)]), y) for at in range(DUMMIES)]
    low, high = np.maximum(value - spread, 0), np.minimum(value + spread, 1)
    dummy = np.mean(shuffled) + farthest(len(cuts)) * np.std(shuffled, ddof=1)
    return Measured(value, low, high, float(dummy))


def rank_regression(x: Block, y: Block) -> Measured:
    """Standardised coefficients of a regression of ranks on ranks.

    A coefficient has the sign of the influence, -1..1: +1 where y rises with this factor alone.

    Args:
        x: `[row, factor]`; factors whose values have no order do not belong here.
        y: `[row]`.
    """
    rng = np.random.default_rng(SEED)
    ranked = _standard(np.apply_along_axis(rankdata, 0, x)), _standard(rankdata(y)[:, None])[:, 0]
    value = _coefficients(*ranked)
    rest = ranked[1] - ranked[0] @ value
    draws = rng.integers(0, len(y), (RESAMPLES, len(y)))
    drawn = np.array([_coefficients(ranked[0][rows], ranked[1][rows]) for rows in draws])
    half = 1.96 * drawn.std(axis=0, ddof=1)
    floor = farthest(len(value)) * np.sqrt(rest.var() / len(y))
    return Measured(value, value - half, value + half, float(floor))


def _standard(columns: Block) -> Block:
    spread = columns.std(axis=0)
    return (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1)


def _coefficients(x: Block, y: Block) -> Block:
    return np.linalg.lstsq(x, y, rcond=None)[0]


def ends(column: Block, y: Block, ordered: bool = True) -> tuple[float, float]:
    """Mean of y at the low and at the high end of a factor, all else as sampled.

    The ends of a number are the lowest and the highest fifth of the sample, those of a switch off
    and on, those of a choice the values with the lowest and the highest mean.
    """
    values, at = np.unique(column, return_inverse=True)
    if not ordered:
        means = [float(y[at == code].mean()) for code in range(len(values))]
        return min(means), max(means)
    if len(values) <= SLICES:
        return float(y[at == 0].mean()), float(y[at == len(values) - 1].mean())
    low, high = np.quantile(column, [ENDS, 1 - ENDS])
    return float(y[column <= low].mean()), float(y[column >= high].mean())
