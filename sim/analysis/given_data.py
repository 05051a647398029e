"""Importance from any sample: PAWN, rank regression and what stands at either end of a factor."""

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
    """The slice of each row, `[row]`: slices are equally filled, few distinct values one each."""
    values, at = np.unique(column, return_inverse=True)
    if len(values) <= most:
        return at.astype(np.int64)
    order = rankdata(column, method="ordinal") - 1
    return (order * most // len(column)).astype(np.int64)


def pawn(cut: NDArray[np.int64], y: Block) -> float:
    """PAWN index, 0..1: median over slices of the distance between y in the slice and all y.

    The distance is that of Kolmogorov and Smirnov, the largest gap between the two cumulative
    distributions (Pianosi and Wagener 2018). It asks for no shape: also for effects that bend.

    Args:
        cut: the slice of each row.
    """
    order = np.argsort(y, kind="stable")
    last = np.flatnonzero(np.append(np.diff(y[order]) > 0, True))  # the last of equal values
    everybody = (last + 1) / len(y)
    gaps = []
    for one in np.unique(cut):
        inside = cut[order] == one
        share = np.cumsum(inside)[last] / inside.sum()
        gaps.append(np.max(np.abs(share - everybody)))
    return float(np.median(gaps))


def pawn_indices(x: Block, y: Block) -> Measured:
    """PAWN of every factor, with a bootstrap and what shuffled factors get.

    Args:
        x: `[row, factor]`.
        y: `[row]`.
    """
    rng = np.random.default_rng(SEED)
    cuts = [slices(column) for column in x.T]
    value = np.array([pawn(cut, y) for cut in cuts])
    draws = rng.integers(0, len(y), (RESAMPLES // 4, len(y)))
    again = np.array([[pawn(cut[rows], y[rows]) for cut in cuts] for rows in draws])
    # A bootstrap repeats rows and so finds larger distances: its spread counts, not its place.
    spread = 1.96 * again.std(axis=0, ddof=1)
    none = [pawn(rng.permutation(cuts[at % len(cuts)]), y) for at in range(DUMMIES)]
    low, high = np.maximum(value - spread, 0), np.minimum(value + spread, 1)
    dummy = np.mean(none) + farthest(len(cuts)) * np.std(none, ddof=1)
    return Measured(value, low, high, float(dummy))


def rank_regression(x: Block, y: Block) -> tuple[Measured, float]:
    """Standardised coefficients of a regression of ranks on ranks, and the share it explains.

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
    again = np.array([_coefficients(ranked[0][rows], ranked[1][rows]) for rows in draws])
    half = 1.96 * again.std(axis=0, ddof=1)
    floor = farthest(len(value)) * np.sqrt(rest.var() / len(y))
    explained = float(1 - rest.var() / ranked[1].var())
    return Measured(value, value - half, value + half, float(floor)), explained


def _standard(columns: Block) -> Block:
    spread = columns.std(axis=0)
    return (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1)


def _coefficients(x: Block, y: Block) -> Block:
    return np.linalg.lstsq(x, y, rcond=None)[0]


def ends(column: Block, y: Block, ordered: bool = True) -> tuple[float, float]:
    """Mean of y at the low and at the high end of a factor, all else as sampled.

    The ends of a number are the fifths of the sample with its lowest and highest values, those of a
    switch off and on. Where values have no order: the values with the lowest and the highest mean.
    """
    values, at = np.unique(column, return_inverse=True)
    if not ordered:
        means = [float(y[at == one].mean()) for one in range(len(values))]
        return min(means), max(means)
    if len(values) <= SLICES:
        return float(y[at == 0].mean()), float(y[at == len(values) - 1].mean())
    low, high = np.quantile(column, [ENDS, 1 - ENDS])
    return float(y[column <= low].mean()), float(y[column >= high].mean())
