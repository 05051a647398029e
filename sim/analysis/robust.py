"""Robustness of policies over worlds and futures, regret, and the Pareto front.

Values of a goal are `[policy, future, world]`; every future and world counts the same.
"""

from __future__ import annotations

import numpy as np

from sim.analysis.problem import Goal
from sim.core.worlds import Block, Mask

BAD_END = 10.0  # percentile


def best_of(goal: Goal, values: Block) -> Block:
    """The best value of any policy in each future and world, `[future, world]`."""
    return (goal.sign * values).max(axis=0) * goal.sign


def regret(goal: Goal, values: Block, best: Block) -> Block:
    """How far policies fall behind the best in each future and world, in the goal's unit.

    Positive where a policy is worse, 0 for the best. Shape of `values`.
    """
    return goal.sign * (best - values)


def robust(goal: Goal, values: Block, best: Block) -> Block:
    """The goal's robust value of each policy, `[policy]`, in its own unit and direction.

    mean: over futures and worlds. p10: met or bettered in 90 % of them. regret: the largest in any
    of them (less is better). satisficing: share of them that meet the threshold.
    """
    flat = values.reshape(len(values), -1)
    match goal.measure:
        case "mean":
            return flat.mean(axis=1)
        case "p10":
            return np.percentile(flat, BAD_END if goal.want == "more" else 100 - BAD_END, axis=1)
        case "regret":
            return regret(goal, values, best).reshape(flat.shape).max(axis=1)
    if goal.at_least is not None:
        return (flat >= goal.at_least).mean(axis=1)
    assert goal.at_most is not None  # the schema asks for one of the two
    return (flat <= goal.at_most).mean(axis=1)


def costs(goal: Goal, robust_values: Block) -> Block:
    """Robust values turned so that less is better."""
    if goal.measure == "regret":
        return robust_values
    return -robust_values if goal.measure == "satisficing" else -goal.sign * robust_values


def on_front(rows: Block) -> Mask:
    """Which rows of `[policy, goal]` (less is better) no other row beats: the Pareto front.

    Of rows that are equal in every goal the first counts.
    """
    front = np.ones(len(rows), dtype=bool)
    for at, row in enumerate(rows):
        no_worse = np.all(rows <= row, axis=1)
        better = no_worse & np.any(rows < row, axis=1)
        twin = no_worse[:at] & ~better[:at] & front[:at]
        front[at] = not (better.any() or twin.any())
    return front


def compromise(rows: Block) -> int:
    """The row of `[policy, goal]` whose worst goal, over the span of the rows, is least bad."""
    span = np.ptp(rows, axis=0)
    scaled = (rows - rows.min(axis=0)) / np.where(span > 0, span, 1)
    worst = scaled.max(axis=1)
    return int(np.lexsort((scaled.sum(axis=1), worst))[0])
