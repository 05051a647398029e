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


class Update(NamedTuple):
    """A belief after the news of a month."""

    need: Block  # mean
    doubt: Block  # variance
    unverified: Block  # part of the mean that rests on costs not stated


def signal(
    cost: Block, leader_cost: Block, behind: Block, per_decade: Block, progress: Block
) -> Block:
    """What a release says of the need: ln(stated cost / leader's programme cost), fairly compared.

    A model short of the frontier had to cost less, one beyond it more; and since the leader's
    model methods and chips have become cheaper, as everybody expected.

    Args:
        behind: points short of the frontier, negative beyond it.
        per_decade: points per tenfold compute.
        progress: log by which the same capability was expected to become cheaper since then.
    """
    told = np.log(np.maximum(cost, 1e-12) / np.maximum(leader_cost, 1e-12))
    return told + behind * np.log(10.0) / per_decade + progress


def proximity(behind: Block, near: Block) -> Block:
    """Weight of a release by how near it comes to the frontier: exp(-points behind / near)."""
    return np.exp(-np.maximum(behind, 0.0) / near)


def hear(
    need: Block, doubt: Block, unverified: Block, told: Block, concealed: Block, precision: Block
) -> Update:
    """Bayes' rule for a normal belief and the month's releases, each weighed by its credibility.

    Args:
        told: what each release says, `[lab, world]`.
        concealed: log of true over stated cost, `[lab, world]`.
        precision: credibility over variance of a release, 0 for none, `[investor, lab, world]`.
    """
    weight = total(precision, axis=1)
    after = 1 / (1 / doubt + weight)
    moved = after * (total(precision * told[None], axis=1) - weight * need)
    hidden = after * total(precision * concealed[None], axis=1)
    # What is heard now takes weight from what was heard before, hidden costs and all.
    return Update(need + moved, after, unverified * after / doubt + hidden)


def expected_spending(need: Block, elasticity: Block) -> Block:
    """Log change of all spending that a need implies: cheaper models, more of them.

    (1 - elasticity) need: at an elasticity above 1 investors expect cheap models to raise spending.
    """
    return (1 - elasticity) * need


def fading(months: Block) -> Block:
    """What is left after a month of something with this half-life in months."""
    return 0.5 ** (1.0 / months)


def revalued(activity: Block, start: Block, other: Block, ai_share: Block) -> tuple[Block, Block]:
    """Earnings of a sector over those of its start, and the part of them that hangs on AI.

    Args:
        activity: what AI earnings follow, smoothed; start: of the first month (same unit).
        other: other earnings over their start; ai_share: part that hung on AI at the start.
    """
    grown = np.where(start > 0, activity / np.where(start > 0, start, 1.0), 1.0)
    on_ai = ai_share * grown
    earnings = on_ai + (1 - ai_share) * other
    return earnings, on_ai / np.maximum(earnings, 1e-12)
