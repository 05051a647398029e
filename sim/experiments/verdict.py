"""What a change did to an outcome: sign, size, range, certainty; the words stand in `viz.text`.

>>> import numpy as np
>>> lead = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])  # [month, world]
>>> found = verdict_of("lead_months", "months", "2030-12", ["2030-11", "2030-12"], lead)
>>> found.sign, found.median, found.certainty, found.since
(1, 2.0, 'clear', '2030-12')
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.core import statistics
from sim.core.worlds import Block
from sim.outcomes.catalogue import why_undefined
from sim.outcomes.defined import undefined_in
from sim.record.results import Results

SURE = 0.9  # share of worlds that must agree in sign before an effect is called clear
LEANING = 0.7  # share of worlds that must agree before an effect has a sign at all

Certainty = Literal["clear", "leaning", "unclear", "none", "undefined"]


@dataclass(frozen=True)
class Verdict:
    """What a change did to an outcome by a month.

    Attributes:
        name: of the outcome.
        unit: of `median`, `low` and `high`.
        month: label of the month, `"2030-12"`.
        median: over worlds; `low` and `high` are the 5 and 95 % quantiles.
        share_positive: share of worlds in which the effect is above 0.
        share_negative: share of worlds in which it is below 0.
        since: first month from which, up to `month`, the sign is clear; None if it is not.
        undefined: in how many worlds it is not defined, and why; empty where it is in all. All
            numbers are of the worlds in which it is, and NaN where it is in none.
    """

    name: str
    unit: str
    month: str
    median: float
    low: float
    high: float
    share_positive: float
    share_negative: float
    since: str | None
    undefined: str = ""

    @property
    def is_defined(self) -> bool:
        """Whether there is a world in which the effect is defined."""
        return math.isfinite(self.median)

    @property
    def sign(self) -> int:
        """+1 or -1 where most worlds agree, 0 where the sign is unclear."""
        return shared_sign(self.share_positive, self.share_negative)

    @property
    def agreement(self) -> float:
        """Share of worlds that have the more frequent sign."""
        return max(self.share_positive, self.share_negative)

    @property
    def is_clear(self) -> bool:
        """Whether nearly all worlds agree in sign."""
        return self.agreement >= SURE

    @property
    def certainty(self) -> Certainty:
        """How sure the sign is; `none` where the effect is exactly 0 in every world.

        `undefined` where it is not defined in any.
        """
        if not self.is_defined:
            return "undefined"
        if self.agreement == 0:
            return "none"
        if self.is_clear:
            return "clear"
        return "leaning" if self.sign else "unclear"


def shared_sign(share_positive: float, share_negative: float) -> int:
    """+1 or -1 where most worlds agree in sign, 0 where the sign is unclear."""
    return int(share_positive >= LEANING) - int(share_negative >= LEANING)


def verdict(effects: Results, name: str, month: str) -> Verdict:
    """The verdict on one outcome at a month, `"2024-12"`.

    Raises:
        KeyError: there is no such outcome.
        ValueError: there is no such month.
    """
    effect = effects.outcomes[name]
    return verdict_of(name, effect.attrs["unit"], month, effects.months, effect.values)


def verdict_of(name: str, unit: str, month: str, months: list[str], values: Block) -> Verdict:
    """The verdict on any numbers of which the sign counts.

    Args:
        values: `[month, world]`, in `unit`.
        months: their labels.

    Raises:
        ValueError: `month` is not among `months`.
    """
    values = values[: months.index(month) + 1]
    last = values[-1]
    low, median, high = map(float, statistics.percentiles(last, (5, 50, 95)))
    positive, negative = (float(statistics.share(side, last)) for side in (last > 0, last < 0))
    since = _clear_since(values, months)
    undefined = undefined_in(int(np.isnan(last).sum()), len(last), why_undefined(name))
    return Verdict(name, unit, month, median, low, high, positive, negative, since, undefined)


def _clear_since(values: Block, months: list[str]) -> str | None:
    """First month from which nearly all worlds have had the sign of the last month."""
    last = values[-1][~np.isnan(values[-1])]
    if not last.size:
        return None
    share = statistics.share(values * np.sign(np.median(last)) > 0, values)
    unclear = np.flatnonzero(~(share >= SURE))  # unclear where undefined in all worlds, too
    first = 0 if unclear.size == 0 else int(unclear[-1]) + 1
    return months[first] if first < len(values) else None
