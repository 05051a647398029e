"""A small tree: where a condition holds often and where seldom, in a few questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.analysis.limits import Limit, rounded
from sim.analysis.prim import Step, measured
from sim.core.worlds import Block

DEPTH = 3
SMALLEST = 0.05  # share of the sample in a leaf, at least
GAIN = 0.01  # share of the variance that a split must explain


def grow(x: Block, y: Block, factors: list[Any]) -> list[Step]:
    """Leaves of a classification tree, the densest first; one leaf where no split is worth it.

    Args:
        x: `[point, factor]`.
        y: share of a point's replicates in which the condition holds, `[point]`. Splitting shares
            by variance is splitting worlds by Gini's index.
    """
    from sklearn.tree import DecisionTreeRegressor

    columns, meaning = _columns(x, factors)
    model = DecisionTreeRegressor(
        max_depth=DEPTH,
        min_samples_leaf=max(1, round(SMALLEST * len(y))),
        ccp_alpha=GAIN * float(y.var()),
        random_state=0,
    ).fit(columns, y)
    leaves = [measured(_joined(path, x), x, y) for path in _paths(model.tree_, meaning)]
    return sorted((leaf for leaf in leaves if leaf.mass > 0), key=lambda leaf: -leaf.density)


def _columns(x: Block, factors: list[Any]) -> tuple[Block, list[tuple[int, int | None]]]:
    """Numbers as they are, a yes-no column for each value of a choice."""
    columns: list[Block] = []
    meaning: list[tuple[int, int | None]] = []
    for at, factor in enumerate(factors):
        if factor.kind != "choice":
            columns.append(x[:, at])
            meaning.append((at, None))
            continue
        for code in np.unique(x[:, at]).astype(int):
            columns.append((x[:, at] == code).astype(float))
            meaning.append((at, int(code)))
    return np.column_stack(columns), meaning


def _paths(tree: Any, meaning: list, node: int = 0, above: tuple = ()) -> Iterator[tuple]:
    """The limits on the way to each leaf: `(column, code, sign, threshold)` each."""
    if tree.children_left[node] < 0:
        yield above
        return
    column, code = meaning[tree.feature[node]]
    at = float(tree.threshold[node])
    yield from _paths(tree, meaning, tree.children_left[node], (*above, (column, code, "<", at)))
    yield from _paths(tree, meaning, tree.children_right[node], (*above, (column, code, ">=", at)))


def _joined(path: tuple, x: Block) -> list[Limit]:
    """Limits of a path, the tightest of each side."""
    sides: dict[tuple[int, str], float] = {}
    codes: dict[int, set[int]] = {}
    for column, code, sign, at in path:
        if code is not None:
            known = codes.setdefault(column, {int(one) for one in np.unique(x[:, column])})
            codes[column] = known & {code} if sign == ">=" else known - {code}
            continue
        tightest = max if sign == ">=" else min
        sides[column, sign] = tightest(at, sides.get((column, sign), at))
    numbers = [Limit(c, s, rounded(at, x[:, c])) for (c, s), at in sides.items()]
    return numbers + [Limit(c, "in", codes=tuple(sorted(k))) for c, k in codes.items()]
