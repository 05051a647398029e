"""Reaction rules of governments as tables: one row a government, on where it has such a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block


@dataclass(frozen=True)
class ReactionRule:
    """A kind of reaction rule of all governments, `[regulator, world or 1]`.

    Attributes:
        on: 1 where a government has such a rule, else 0, `[regulator, 1]`.
        since: first month in which it holds, `[regulator, 1]`.
        at: row of the bloc that it is about, by government.
    """

    on: Block
    since: Block
    at: list[int]

    @property
    def exists(self) -> bool:
        """Whether any government has such a rule."""
        return bool(np.any(self.on))

    def in_month(self, month: int) -> Any:
        """The rule with `on` 0 for governments whose rule does not hold yet."""
        return replace(self, on=self.on * (month >= self.since))


@dataclass(frozen=True)
class Tighten(ReactionRule):
    """Tighten the chip rule by a step when the lead is too short."""

    lead_below: Block  # months
    every: Block  # months between two steps
    first_limit: Block  # TPP
    step: Block  # share by which each step lowers the limit


@dataclass(frozen=True)
class Relax(ReactionRule):
    """Grant licences when the own suppliers lose too much."""

    loss_above: Block  # USD bn a year
    every: Block  # months between two steps
    step: Block  # share of orders licensed with each


@dataclass(frozen=True)
class Retaliate(ReactionRule):
    """Withhold minerals some days after an act against the own bloc."""

    delay: Block  # days
    strength: Block  # share withheld
    lasts: Block  # months


def reaction_table[R: ReactionRule](
    kind: type[R],
    reactions: Mapping[str, Any],
    governments: Sequence[str],
    blocs: Sequence[str],
    calendar: Calendar,
) -> R:
    """One kind of reaction rule of all governments.

    Args:
        kind: the class of the rule; its name in lower case is the kind in the scenario.
        reactions: the drawn reactions of the scenario, by name.
    """
    own = {
        rule.by: rule
        for rule in reactions.values()
        if rule.kind == kind.__name__.lower() and rule.active
    }
    rules = [own.get(name) for name in governments]

    def column(field: str) -> Block:
        cells = [getattr(rule, field) if rule else np.ones(1) for rule in rules]
        return np.stack(np.broadcast_arrays(*cells))

    numbers = [f.name for f in fields(kind) if f.name not in ("on", "since", "at")]
    return kind(
        on=np.array([[1.0 if rule else 0.0] for rule in rules]),
        since=np.array(
            [[calendar.month_of(rule.since) if rule and rule.since else 0] for rule in rules]
        ),
        at=[blocs.index(rule.destination) if rule else 0 for rule in rules],
        **{name: column(name) for name in numbers},
    )
