"""M11: what investors believe that frontier capability needs, and how they price news of it.

`need` is the log of the programme cost that frontier capability needs over what the leader spends:
0 means that one has to spend like the leader. Shapes: `[investor, lab, world]` for weights,
`[lab, world]` for signals, `[investor, world]` for beliefs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.worlds import Block, total

TRADING_DAYS = 21.0  # in a month
FARTHEST = 30.0  # log: only keeps exponentials finite


class Update(NamedTuple):
    """A belief after the news of a month."""

    need: Block  # mean
    doubt: Block  # variance
    unverified: Block  # part of the mean that rests on costs not stated


def signal(
    cost: Block, leader_cost: Block, behind: Block, per_decade: Block, progress: Block
) -> Block:
    """What a release says of the need: ln(stated cost / leader's programme cost), corrected.

    A model short of the frontier costs less, one beyond it more; and methods and chips have become
    cheaper since the leader's model, as everybody expected.

    Args:
        behind: points short of the frontier, negative beyond it.
        per_decade: points per tenfold compute.
        progress: log by which the same capability was expected to become cheaper since then.
    """
    relative_cost = np.log(np.maximum(cost, 1e-12) / np.maximum(leader_cost, 1e-12))
    return relative_cost + behind * np.log(10.0) / per_decade + progress


def proximity(behind: Block, near: Block) -> Block:
    """Weight of a release by how near it comes to the frontier: exp(-points behind / near)."""
    return np.exp(-np.maximum(behind, 0.0) / near)


def hear(
    need: Block, doubt: Block, unverified: Block, signal: Block, concealed: Block, precision: Block
) -> Update:
    """Bayes' rule for a normal belief and the month's releases, each weighed by its credibility.

    Args:
        signal: what each release says of the need, `[lab, world]`.
        concealed: log of true over stated cost, `[lab, world]`.
        precision: credibility over variance of a release, 0 for none, `[investor, lab, world]`.
    """
    weight = total(precision, axis=1)
    after = 1 / (1 / doubt + weight)
    moved = after * (total(precision * signal[None], axis=1) - weight * need)
    hidden = after * total(precision * concealed[None], axis=1)
    # News of this month takes weight from earlier news, with the costs concealed in it.
    return Update(need + moved, after, unverified * after / doubt + hidden)


def expected_spending(need: Block, elasticity: Block) -> Block:
    """Log change of all spending that a need implies: cheaper models raise the number used.

    (1 - elasticity) need: at an elasticity above 1 investors expect cheap models to raise spending.
    """
    return (1 - elasticity) * need


def implied(exposure: Block, surprise: Block) -> Block:
    """Log change of earnings when their AI part changes by a log: the other part stays.

    Args:
        exposure: part of earnings that depends on AI; surprise: log change of that part.
    """
    return np.log(1 - exposure + exposure * np.exp(np.minimum(surprise, FARTHEST)))


def revalued(activity: Block, start: Block, other: Block, ai_share: Block) -> tuple[Block, Block]:
    """Earnings of a sector over those of its start, and the part of them that depends on AI.

    Args:
        activity: smoothed activity that AI earnings follow; start: its value in the first month.
        other: other earnings over their start; ai_share: part that depended on AI at the start.
    """
    grown = np.where(start > 0, activity / np.where(start > 0, start, 1.0), 1.0)
    on_ai = ai_share * grown
    earnings = on_ai + (1 - ai_share) * other
    return earnings, on_ai / np.maximum(earnings, 1e-12)
