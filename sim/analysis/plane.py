"""A map: an output over two factors, as medians and shares in cells and as a smooth median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.outputs import Output
from sim.core.worlds import Block

PER_CELL = 25  # worlds that a cell should hold
FEWEST = 5  # worlds below which a cell says nothing
CELLS = (3, 10)  # a side, at least and at most
MOST_VALUES = 24  # of a factor, each of which is a row of cells of its own
WIDE = 15.0  # ratio of ends from which cells between few values meet in the logarithm
FINE = 41  # points a side of the smooth median
REACH = 0.5  # of the smoothing in ranks of a factor, times worlds^(-1/6): more worlds, finer
ENOUGH = 8.0  # worlds' worth of weight that the smooth median needs


@dataclass(frozen=True)
class Plane:
    """An output over two factors; everything else varies as in the sweep.

    Attributes:
        output: in whose unit medians are.
        across, up: the two factors.
        level: of the output, from which above and below are told.
        edges: of cells, `[side + 1]` for each factor, in its unit. Cells of numbers are equally
            filled along each factor.
        counts: worlds in a cell, `[up, across]`.
        median: of the output, NaN where too few worlds, `[up, across]`.
        above: share of worlds above `level`, NaN likewise, `[up, across]`.
        fine: where the smooth median is given, `[point]` for each factor.
        smooth: median smoothed over neighbours, NaN where too few, `[up point, across point]`.
    """

    output: Output
    across: Any
    up: Any
    level: float
    edges: tuple[Block, Block]
    counts: Block
    median: Block
    above: Block
    fine: tuple[Block, Block]
    smooth: Block

    @property
    def share_above(self) -> float:
        """Share of all worlds above the level."""
        return float((self.output.values > self.level).mean())

    def cells(self) -> list[dict[str, float | None]]:
        """One row a cell, for tables."""
        across, up = self.edges
        return [
            {
                f"{self.across.name}_low": float(across[col]),
                f"{self.across.name}_high": float(across[col + 1]),
                f"{self.up.name}_low": float(up[row]),
                f"{self.up.name}_high": float(up[row + 1]),
                "worlds": int(self.counts[row, col]),
                "median": _plain(self.median[row, col]),
                "share_above": _plain(self.above[row, col]),
            }
            for row in range(len(up) - 1)
            for col in range(len(across) - 1)
        ]


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def survey(output: Output, a: Any, b: Any, across: Block, up: Block, level: float = 0.0) -> Plane:
    """Draw the map of an output.

    Args:
        a, b: the factors.
        across, up: their values, `[point]`.
        level: of the output, from which above and below are told.
    """
    side = int(np.clip(np.sqrt(output.values.size / PER_CELL), *CELLS))
    edges = _edges(across, side), _edges(up, side)
    shape = len(edges[1]) - 1, len(edges[0]) - 1
    column = np.clip(np.searchsorted(edges[0], across, "right") - 1, 0, shape[1] - 1)
    row = np.clip(np.searchsorted(edges[1], up, "right") - 1, 0, shape[0] - 1)
    counts = np.zeros(shape)
    median, above = np.full(shape, np.nan), np.full(shape, np.nan)
    for at in np.ndindex(shape):
        cell = output.values[(row == at[0]) & (column == at[1])].ravel()
        counts[at] = cell.size
        if cell.size >= FEWEST:
            median[at] = np.median(cell)
            above[at] = (cell > level).mean()
    fine, smooth = _smooth(output.values, across, up)
    return Plane(output, a, b, level, edges, counts, median, above, fine, smooth)


def _edges(column: Block, side: int) -> Block:
    """Edges of cells that hold equally many points; around each value where there are few."""
    values = np.unique(column)
    if 1 < len(values) <= MOST_VALUES:
        is_wide = values[0] > 0 and values[-1] > WIDE * values[0]
        at = np.log(values) if is_wide else values
        middles = (at[1:] + at[:-1]) / 2
        edges = np.array([2 * at[0] - middles[0], *middles, 2 * at[-1] - middles[-1]])
        return np.exp(edges) if is_wide else edges
    return np.unique(np.quantile(column, np.linspace(0, 1, side + 1)))


def _smooth(values: Block, across: Block, up: Block) -> tuple[tuple[Block, Block], Block]:
    """Median at places of both factors, near worlds counting more (in ranks of the factors)."""
    reach = REACH * values.size ** (-1 / 6)
    marked = [_marks(column) for column in (across, up)]
    near = [
        np.exp(-0.5 * ((marks[:, None] - _ranks(column)) / reach) ** 2)
        for (_, marks), column in zip(marked, (across, up), strict=True)
    ]  # [place, design point]
    order = np.argsort(values, axis=None)
    sorted_values, point = values.ravel()[order], order // values.shape[1]
    smooth = np.full((len(near[1]), len(near[0])), np.nan)
    for row, beside in enumerate(near[1]):
        gathered = np.cumsum((near[0] * beside)[:, point], axis=1)
        total = gathered[:, -1]
        at = (gathered < total[:, None] / 2).sum(axis=1)
        enough = total >= ENOUGH
        smooth[row, enough] = sorted_values[at[enough]]
    return (marked[0][0], marked[1][0]), smooth


def _marks(column: Block) -> tuple[Block, Block]:
    """Where along a factor the smooth median is given, and the ranks of these places."""
    values, at = np.unique(column, return_inverse=True)
    if len(values) <= MOST_VALUES:
        ranks = _ranks(column)
        return values, np.array([ranks[at == one].mean() for one in range(len(values))])
    marks = np.linspace(0, 1, FINE)
    return np.quantile(column, marks), marks


def _ranks(column: Block) -> Block:
    """Ranks between 0 and 1; equal values share the middle of theirs."""
    from scipy.stats import rankdata

    return (rankdata(column) - 0.5) / len(column)
