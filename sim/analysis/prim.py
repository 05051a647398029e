"""PRIM (Friedman and Fisher 1999): boxes of a few limits in which a condition holds often.

Peeling starts from all points and removes, step by step, the thin slice whose loss raises the share
most for its size. Limits that chance would have found too are removed (Bryant and Lempert 2010).
The search is repeated on halves of the sample to see which limits stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binom

from sim.analysis.limits import Limit, inside, rounded
from sim.core.worlds import Block, Mask

PEEL = 0.05  # share of a box in one slice
SMALLEST = 0.05  # share of the sample that a box keeps at least
SURE = 0.05  # quasi-p-value above which a limit is removed
HALVES = 20
SEED = 1


@dataclass(frozen=True)
class Box:
    """A box and its measures.

    Attributes:
        limits: none for the whole space.
        mass: share of all worlds inside.
        density: share of the worlds inside in which the condition holds.
        coverage: share of the worlds in which it holds that lie inside.
    """

    limits: list[Limit]
    mass: float
    density: float
    coverage: float


@dataclass(frozen=True)
class CheckedBox:
    """A box chosen from a peeling, with checks.

    Attributes:
        box: with rounded limits, measured with them.
        quasi_p: of each limit: chance of a box so dense without it, from a binomial test.
        again: of each limit: share of halves of the sample in which that side is limited too.
        elsewhere: mean density, in the other half, of the boxes found in the halves (None: no box).
        steps: the peeling, widest box first.
    """

    box: Box
    quasi_p: list[float]
    again: list[float]
    elsewhere: float | None
    steps: list[Box]


def measure(limits: list[Limit], x: Block, y: Block) -> Box:
    """A box with its measures.

    Args:
        x: `[point, factor]`.
        y: share of a point's replicates in which the condition holds, `[point]`.
    """
    return _measure(limits, inside(limits, x), y)


def _measure(limits: list[Limit], rows: Mask, y: Block) -> Box:
    cases, held, count = float(y.sum()), float(y[rows].sum()), int(rows.sum())
    return Box(limits, count / len(y), held / max(count, 1), held / cases if cases else 0.0)


def peel(x: Block, y: Block, kinds: Sequence[str]) -> list[Box]:
    """Peel from the whole space down to the smallest box.

    Args:
        x: `[point, factor]`.
        y: share of a point's replicates in which the condition holds, `[point]`.
        kinds: of the factors; a `choice` has no order.
    """
    limits: dict[tuple[int, str], Limit] = {}
    rows = np.ones(len(y), dtype=bool)
    steps = [_measure([], rows, y)]
    while steps[-1].density < 1:
        slices = _slices(x[rows], y[rows], kinds)
        _, best, stays = max(slices, key=lambda one: one[0], default=(0.0, None, np.zeros(0)))
        if best is None or stays.sum() < SMALLEST * len(y):
            break
        limits[best.side] = best
        rows[rows] = stays
        steps.append(_measure([*limits.values()], rows, y))
    return steps


def _slices(x: Block, y: Block, kinds: Sequence[str]) -> Iterator[tuple[float, Limit, Mask]]:
    """Every slice that can be removed: its gain, the limit that it leaves, the rows that stay."""
    mean = y.mean()
    for column, kind in enumerate(kinds):
        values = x[:, column]
        for limit in _choices(column, values) if kind == "choice" else _sides(column, values):
            stays = limit.holds(x)
            count = int(stays.sum())
            if 0 < count < len(y):
                yield (y[stays].mean() - mean) / (len(y) - count), limit, stays


def _sides(column: int, values: Block) -> Iterator[Limit]:
    low, bottom, top, high = np.quantile(values, [0, PEEL, 1 - PEEL, 1], method="inverted_cdf")
    if low < high:
        if bottom == low:
            bottom = values[values > low].min()
        if top == high:
            yield Limit(column, "<", high)
        else:  # all up to the quantile stay
            yield Limit(column, "<", float(values[values > top].min()))
        yield Limit(column, ">=", float(bottom))


def _choices(column: int, values: Block) -> Iterator[Limit]:
    codes = np.unique(values).astype(int).tolist()
    for removed in codes:
        yield Limit(column, "in", codes=tuple(code for code in codes if code != removed))


def choose(steps: list[Box], density: float | None = None) -> Box:
    """One box of a peeling.

    Args:
        density: the widest box that reaches it (or the densest); None: the box with the largest
            product of mass and density above that of the whole space.
    """
    if density is not None:
        dense = [step for step in steps if step.density >= density]
        return dense[0] if dense else max(steps, key=lambda step: step.density)
    return max(steps, key=lambda step: step.mass * (step.density - steps[0].density))


def quasi_p(limits: list[Limit], x: Block, y: Block) -> list[float]:
    """For each limit: the chance that so many cases fall into the box if it did not matter.

    Points count once, however many replicates they have.
    """
    rows = inside(limits, x)
    count, cases = int(rows.sum()), float(y[rows].sum())
    chances = []
    for limit in limits:
        wider = inside([other for other in limits if other is not limit], x)
        share = min(1.0, float(y[wider].mean()))
        chances.append(float(binom.sf(np.ceil(cases) - 1, count, share)))
    return chances


def simplify(box: Box, x: Block, y: Block) -> Box:
    """A box with rounded limits, without those that chance would have found too."""
    limits = [
        limit
        if limit.sign == "in"
        else replace(limit, value=rounded(limit.value, x[:, limit.column]))
        for limit in box.limits
    ]
    while limits:
        chances = quasi_p(limits, x, y)
        worst = int(np.argmax(chances))
        if chances[worst] <= SURE:
            break
        del limits[worst]
    return measure(limits, x, y)


def find_box(x: Block, y: Block, kinds: Sequence[str], density: float | None = None) -> CheckedBox:
    """The best box of a sample, with its checks (for arguments see `peel` and `choose`)."""
    steps = peel(x, y, kinds)
    box = simplify(choose(steps, density), x, y)
    again, elsewhere = _on_halves(box, x, y, kinds, density)
    return CheckedBox(box, quasi_p(box.limits, x, y), again, elsewhere, steps)


def _on_halves(
    box: Box, x: Block, y: Block, kinds: Sequence[str], density: float | None
) -> tuple[list[float], float | None]:
    """How often halves of the sample give each limit, and how dense their boxes are elsewhere."""
    rng = np.random.default_rng(SEED)
    seen = np.zeros(len(box.limits))
    densities = []
    for _ in range(HALVES if box.limits else 0):
        order = rng.permutation(len(y))
        half, rest = order[: len(y) // 2], order[len(y) // 2 :]
        if not 0 < y[half].sum() < len(half):
            continue
        other = simplify(choose(peel(x[half], y[half], kinds), density), x[half], y[half])
        sides = {limit.side for limit in other.limits}
        seen += [limit.side in sides for limit in box.limits]
        rows = inside(other.limits, x[rest])
        if rows.any():
            densities.append(float(y[rest][rows].mean()))
    return list(seen / HALVES), float(np.mean(densities)) if densities else None
