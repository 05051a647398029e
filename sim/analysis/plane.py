"""A map: an output over two factors, as medians and shares in cells and as a smooth median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from sim.analysis.outputs import Output, finite
from sim.core.worlds import Block
from sim.sweeps.factors import Factor

PER_CELL = 25  # worlds that a cell should hold
FEWEST = 5  # worlds that a cell needs
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
        level: of the output, which separates above and below.
        edges: of cells, `[side + 1]` for each factor, in its unit. Cells of numbers hold equally
            many points along each factor.
        counts: worlds in a cell, `[up, across]`.
        median: of the output, NaN where too few worlds, `[up, across]`.
        above: share of worlds above `level`, NaN likewise, `[up, across]`.
        fine: values of each factor at which the smooth median is computed, `[point]`.
        smooth: median smoothed over neighbours, NaN where too few, `[up point, across point]`.
    """

    output: Output
    across: Factor
    up: Factor
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
                "median": finite(float(self.median[row, col])),
                "share_above": finite(float(self.above[row, col])),
            }
            for row, col in np.ndindex(self.counts.shape)
        ]


def draw_map(output: Output, factors: tuple[Factor, Factor], x: Block, level: float) -> Plane:
    """The map of an output over two factors.

    Args:
        x: values of the factors, `[point, 2]`.
        level: of the output, which separates above and below.
    """
    across, up = x.T
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
    return Plane(output, *factors, level, edges, counts, median, above, fine, smooth)


def _edges(column: Block, side: int) -> Block:
    """Edges of cells that hold equally many points, or one value each if there are few."""
    values = np.unique(column)
    if 1 < len(values) <= MOST_VALUES:
        is_wide = values[0] > 0 and values[-1] > WIDE * values[0]
        at = np.log(values) if is_wide else values
        middles = (at[1:] + at[:-1]) / 2
        edges = np.array([2 * at[0] - middles[0], *middles, 2 * at[-1] - middles[-1]])
        return np.exp(edges) if is_wide else edges
    return np.unique(np.quantile(column, np.linspace(0, 1, side + 1)))


def _smooth(values: Block, across: Block, up: Block) -> tuple[tuple[Block, Block], Block]:
    """Median at points of both factors, near worlds counting more (in ranks of the factors)."""
    reach = REACH * values.size ** (-1 / 6)
    grids = [_grid(column) for column in (across, up)]
    weights = [
        np.exp(-0.5 * ((ranks[:, None] - _ranks(column)) / reach) ** 2)
        for (_, ranks), column in zip(grids, (across, up), strict=True)
    ]  # [grid point, design point]
    order = np.argsort(values, axis=None)
    sorted_values, point = values.ravel()[order], order // values.shape[1]
    smooth = np.full((len(weights[1]), len(weights[0])), np.nan)
    for row, beside in enumerate(weights[1]):
        summed = np.cumsum((weights[0] * beside)[:, point], axis=1)
        total = summed[:, -1]
        at = (summed < total[:, None] / 2).sum(axis=1)
        enough = total >= ENOUGH
        smooth[row, enough] = sorted_values[at[enough]]
    return (grids[0][0], grids[1][0]), smooth


def _grid(column: Block) -> tuple[Block, Block]:
    """Values along a factor at which the smooth median is computed, and their ranks."""
    values, at = np.unique(column, return_inverse=True)
    if len(values) <= MOST_VALUES:
        ranks = _ranks(column)
        return values, np.array([ranks[at == code].mean() for code in range(len(values))])
    shares = np.linspace(0, 1, FINE)
    return np.quantile(column, shares), shares


def _ranks(column: Block) -> Block:
    """Ranks between 0 and 1; equal values share the middle of theirs."""
    return (rankdata(column) - 0.5) / len(column)
