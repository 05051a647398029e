"""PRIM (Friedman and Fisher 1999): boxes in which a condition holds often, for a person to read.

Peeling starts from everything and takes off, again and again, the thin slice whose loss raises the
share most for what it costs. Limits that chance would have found too are taken back (Bryant and
Lempert 2010), and the whole is repeated on halves of the sample to see what stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import binom

from sim.analysis.limits import Limit, inside, rounded
from sim.core.worlds import Block

PEEL = 0.05  # share of a box that one slice takes
SMALLEST = 0.05  # share of the sample that a box keeps at least
SURE = 0.05  # quasi-p-value above which a limit is taken back
HALVES = 20
SEED = 1


@dataclass(frozen=True)
class Step:
    """A box and how good it is.

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
class Found:
    """A box chosen from a peeling, with checks.

    Attributes:
        box: limits rounded as they are said, measured with them.
        quasi_p: of each limit: chance of a box so dense without it, from a binomial test.
        again: of each limit: share of halves of the sample in which that side is limited too.
        elsewhere: mean density, in the other half, of the boxes found in the halves (None: no box).
        steps: the peeling, widest box first.
    """

    box: Step
    quasi_p: list[float]
    again: list[float]
    elsewhere: float | None
    steps: list[Step]


def measured(limits: list[Limit], x: Block, y: Block) -> Step:
    """A box measured.

    Args:
        x: `[point, factor]`.
        y: share of a point's replicates in which the condition holds, `[point]`.
    """
    within = inside(limits, x)
    cases = float(y.sum())
    held = float(y[within].sum())
    count = int(within.sum())
    return Step(limits, count / len(y), held / max(count, 1), held / cases if cases else 0.0)


def peel(x: Block, y: Block, kinds: list[str]) -> list[Step]:
    """Peel from the whole space down to the smallest box.

    Args:
        x: `[point, factor]`.
        y: share of a point's replicates in which the condition holds, `[point]`.
        kinds: of the factors; a `choice` has no order.
    """
    limits: dict[tuple[int, str], Limit] = {}
    rows = np.arange(len(y))
    steps = [measured([], x, y)]
    while steps[-1].density < 1:
        best = max(_slices(x[rows], y[rows], kinds), key=lambda one: one[0], default=None)
        if best is None or best[2].sum() < SMALLEST * len(y):
            break
        limits[best[1].side] = best[1]
        rows = rows[best[2]]
        held = float(y[rows].sum())
        mass = len(rows) / len(y)
        steps.append(Step([*limits.values()], mass, held / len(rows), held / float(y.sum())))
    return steps


def _slices(x: Block, y: Block, kinds: list[str]) -> Iterator[tuple[float, Limit, Any]]:
    """Every slice that can come off: its gain, the limit that is left, the rows that stay."""
    mean = y.mean()
    for column, kind in enumerate(kinds):
        values = x[:, column]
        cuts = _choices(column, values) if kind == "choice" else _sides(column, values)
        for limit in cuts:
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
    codes = np.unique(values).astype(int)
    for gone in codes:
        yield Limit(column, "in", codes=tuple(int(code) for code in codes if code != gone))


def choose(steps: list[Step], density: float | None = None) -> Step:
    """One box of a peeling.

    Args:
        density: the widest box that reaches it (or the densest); None: the box that gains most,
            its mass times what its density lies above that of the whole space.
    """
    if density is not None:
        dense = [step for step in steps if step.density >= density]
        return dense[0] if dense else max(steps, key=lambda step: step.density)
    return max(steps, key=lambda step: step.mass * (step.density - steps[0].density))


def quasi_p(limits: list[Limit], x: Block, y: Block) -> list[float]:
    """For each limit: the chance that so many cases fall into the box if it did not matter.

    Points count once, however many replicates they have.
    """
    within = inside(limits, x)
    count, cases = int(within.sum()), float(y[within].sum())
    found = []
    for limit in limits:
        wider = inside([other for other in limits if other is not limit], x)
        share = min(1.0, float(y[wider].mean()))
        found.append(float(binom.sf(np.ceil(cases) - 1, count, share)))
    return found


def trimmed(step: Step, x: Block, y: Block) -> Step:
    """A box with its limits rounded, without those that chance would have found too."""
    limits = [
        limit
        if limit.sign == "in"
        else replace(limit, value=rounded(limit.value, x[:, limit.column]))
        for limit in step.limits
    ]
    while limits:
        doubts = quasi_p(limits, x, y)
        worst = int(np.argmax(doubts))
        if doubts[worst] <= SURE:
            break
        del limits[worst]
    return measured(limits, x, y)


def find_box(x: Block, y: Block, kinds: list[str], density: float | None = None) -> Found:
    """The best box of a sample, with its checks."""
    steps = peel(x, y, kinds)
    box = trimmed(choose(steps, density), x, y)
    doubts = quasi_p(box.limits, x, y)
    again, elsewhere = _on_halves(box, x, y, kinds, density)
    return Found(box, doubts, again, elsewhere, steps)


def _on_halves(
    box: Step, x: Block, y: Block, kinds: list[str], density: float | None
) -> tuple[list[float], float | None]:
    """How often each limit is found again, and how dense boxes are where they were not found."""
    rng = np.random.default_rng(SEED)
    seen = np.zeros(len(box.limits))
    densities = []
    for _ in range(HALVES if box.limits else 0):
        order = rng.permutation(len(y))
        half, rest = order[: len(y) // 2], order[len(y) // 2 :]
        if not 0 < y[half].sum() < len(half):
            continue
        other = trimmed(choose(peel(x[half], y[half], kinds), density), x[half], y[half])
        sides = {limit.side for limit in other.limits}
        seen += [limit.side in sides for limit in box.limits]
        held = inside(other.limits, x[rest])
        if held.any():
            densities.append(float(y[rest][held].mean()))
    return list(seen / HALVES), float(np.mean(densities)) if densities else None
