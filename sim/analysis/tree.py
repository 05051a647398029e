"""A small tree: where a condition holds often and where seldom, in a few questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.limits import Limit, rounded
from sim.analysis.prim import Box, measure
from sim.core.worlds import Block
from sim.sweeps.factors import Factor

if TYPE_CHECKING:
    from sklearn.tree._tree import Tree

DEPTH = 3
SMALLEST = 0.05  # share of the sample in a leaf, at least
GAIN = 0.01  # share of the variance that a split must explain


class Question(NamedTuple):
    """One side of a split: of a number at a threshold, or of one value (`code`) of a choice."""

    column: int
    code: int | None
    sign: str
    threshold: float


def grow(x: Block, y: Block, factors: Sequence[Factor]) -> list[Box]:
    """Leaves of a classification tree, the densest first; one leaf if no split explains enough.

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
    leaves = [measure(_limits(path, x), x, y) for path in _paths(model.tree_, meaning)]
    return sorted((leaf for leaf in leaves if leaf.mass > 0), key=lambda leaf: -leaf.density)


def _columns(x: Block, factors: Sequence[Factor]) -> tuple[Block, list[tuple[int, int | None]]]:
    """Columns of the tree, and factor and code of each: a choice has one for each of its values."""
    columns: list[Block] = []
    meaning: list[tuple[int, int | None]] = []
    for at, factor in enumerate(factors):
        if factor.kind != "choice":
            columns.append(x[:, at])
            meaning.append((at, None))
            continue
        for code in np.unique(x[:, at]).astype(int).tolist():
            columns.append((x[:, at] == code).astype(float))
            meaning.append((at, code))
    return np.column_stack(columns), meaning


def _paths(
    tree: Tree,
    meaning: list[tuple[int, int | None]],
    node: int = 0,
    above: tuple[Question, ...] = (),
) -> Iterator[tuple[Question, ...]]:
    """The questions on the way to each leaf."""
    if tree.children_left[node] < 0:
        yield above
        return
    threshold = float(tree.threshold[node])
    column, code = meaning[tree.feature[node]]
    for sign, children in (("<", tree.children_left), (">=", tree.children_right)):
        question = Question(column, code, sign, threshold)
        yield from _paths(tree, meaning, children[node], (*above, question))


def _limits(path: tuple[Question, ...], x: Block) -> list[Limit]:
    """Limits of a path, the tightest of each side."""
    sides: dict[tuple[int, str], float] = {}
    codes: dict[int, set[int]] = {}
    for column, code, sign, at in path:
        if code is None:
            tightest = max if sign == ">=" else min
            sides[column, sign] = tightest(at, sides.get((column, sign), at))
        else:
            left = codes.setdefault(column, set(np.unique(x[:, column]).astype(int).tolist()))
            codes[column] = left & {code} if sign == ">=" else left - {code}
    numbers = [Limit(c, s, rounded(at, x[:, c])) for (c, s), at in sides.items()]
    return numbers + [Limit(c, "in", codes=tuple(sorted(left))) for c, left in codes.items()]
