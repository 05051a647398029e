"""What a change did to an outcome: direction, size, range, certainty; the words are in `viz.text`.

One definition for terminal, reports, dashboard, Python, pages and JSON. How sure the direction is
follows from the share of worlds that have it, in the words of the IPCC (Mastrandrea et al. 2010,
Guidance note on consistent treatment of uncertainties): likely from 66 %, very likely from 90 %,
virtually certain from 99 %. An effect is no material change where 66 % of worlds lie below the
threshold of its outcome (`sim/outcomes/presentation.csv`).

>>> import numpy as np
>>> lead = np.array([[0.0, 0.0, 0.0], [1.1, 2.0, 3.0]])  # [month, world]
>>> found = verdict_of("lead_months", "months", "2030-12", ["2030-11", "2030-12"], lead)
>>> found.sign, found.median, found.certainty, found.since
(1, 2.0, 'virtually certain', '2030-12')
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from sim.core import statistics
from sim.core.worlds import Block
from sim.outcomes.catalogue import why_undefined
from sim.outcomes.defined import undefined_in
from sim.outcomes.presentation import POINTS, Size, presentation_of, size_of_effect
from sim.record.results import Results

LIKELY, VERY_LIKELY, VIRTUALLY_CERTAIN = 0.66, 0.90, 0.99  # shares of worlds

# A model whose 90 % bands held less of what came is never more than very likely to be right.
COVERAGE = Path(__file__).with_name("coverage.json")
LEAST_COVERAGE = 0.84

Likelihood = Literal[
    "about as likely as not", "likely", "very likely", "virtually certain"
]  # of what most worlds have
Certainty = Literal[
    Likelihood, "no material change", "no change", "undefined", "a change of a probability"
]


@dataclass(frozen=True)
class Verdict:
    """What a change did to an outcome by a month.

    Attributes:
        name: of the outcome.
        unit: of `median`, `low` and `high`: percent for efficiencies and ratios.
        month: label of the month, `"2030-12"`.
        median: over worlds; `low` and `high` are the 5 and 95 % quantiles.
        share_positive: share of worlds in which the effect is above 0.
        share_negative: share of worlds in which it is below 0.
        since: first month from which, up to `month`, as many worlds agree as `certainty` asks for;
            None if the sign is open.
        undefined: in how many worlds it is not defined, and why; empty where it is in all. All
            numbers are of the worlds in which it is, and NaN where it is in none.
        share_small: share of worlds in which it is below the threshold of a material change.
        threshold: that threshold in words; empty where there is none.
    """

    name: str
    unit: str
    month: str
    median: float
    low: float
    high: float
    share_positive: float
    share_negative: float
    since: str | None = None
    undefined: str = ""
    share_small: float = 0.0
    threshold: str = ""

    @property
    def is_defined(self) -> bool:
        """Whether there is a world in which the effect is defined."""
        return not math.isnan(self.median)

    @property
    def is_of_probability(self) -> bool:
        """Whether the outcome is the case or not in a world, so that its effect is on a share."""
        return self.unit == "probability"

    @property
    def is_finite(self) -> bool:
        """Whether its size is a number: a change from nothing is infinitely large in percent."""
        return all(map(math.isfinite, (self.median, self.low, self.high)))

    @property
    def is_small(self) -> bool:
        """Whether it is no material change in most worlds."""
        return self.share_small >= LIKELY

    @property
    def sign(self) -> int:
        """+1 or -1 where it is likely, 0 where it is open or there is no material change.

        Of a probability, which way it changes.
        """
        if self.is_of_probability and not self.is_small:
            return int(np.sign(self.share_positive - self.share_negative))
        return 0 if self.is_small else shared_sign(self.share_positive, self.share_negative)

    @property
    def agreement(self) -> float:
        """Share of worlds that have the more frequent sign."""
        return max(self.share_positive, self.share_negative)

    @property
    def certainty(self) -> Certainty:
        """How sure the direction is; or that there is none."""
        if not self.is_defined:
            return "undefined"
        if self.agreement == 0:
            return "no change"
        if self.is_of_probability and not self.is_small:
            return "a change of a probability"
        return "no material change" if self.is_small else likelihood(self.agreement)


def likelihood(share: float) -> Likelihood:
    """The word for the share of worlds in which something is so; half or more of them."""
    if share >= VIRTUALLY_CERTAIN and coverage() >= LEAST_COVERAGE:
        return "virtually certain"
    if share >= VERY_LIKELY:
        return "very likely"
    return "likely" if share >= LIKELY else "about as likely as not"


@cache
def coverage() -> float:
    """Share of later observations that the 90 % bands of past forecasts held."""
    return float(json.loads(COVERAGE.read_text("utf-8"))["share_in_90_percent_band"])


def shared_sign(share_positive: float, share_negative: float) -> int:
    """+1 or -1 where most worlds agree in sign, 0 where the sign is open."""
    return int(share_positive >= LIKELY) - int(share_negative >= LIKELY)


def verdict(effects: Results, name: str, month: str) -> Verdict:
    """The verdict on one outcome at a month, `"2024-12"`.

    Raises:
        KeyError: there is no such outcome.
        ValueError: there is no such month.
    """
    effect = effects.outcomes[name]
    return verdict_on_effect(
        name, effect.attrs["unit"], month, effects.months, effect.values, _levels(effects)
    )


def _levels(effects: Results) -> dict[str, Block]:
    """Levels of the reference that the sizes of effects need, `[month, world]`."""
    reference = effects.reference
    return {str(key): reference[key].values for key in reference.data_vars}


def sizes(effects: Results, name: str) -> Size:
    """The size of an effect in every month and world, `[month, world]`, as its verdict gives it.

    In percent it is infinite where there was nothing before.

    Raises:
        KeyError: there is no such outcome.
    """
    effect = effects.outcomes[name]
    return size_of_effect(name, effect.values, effect.attrs["unit"], _levels(effects))


def verdict_on_effect(
    name: str,
    unit: str,
    month: str,
    months: list[str],
    effect: Block,
    levels: Mapping[str, Block] | None = None,
) -> Verdict:
    """The verdict on an effect: its size as people give it, and whether it is material.

    Args:
        unit: of the effect.
        months: labels of its months.
        effect: difference of the outcome, `[month, world]`.
        levels: of the reference (`sim.outcomes.presentation.levels_needed`), `[month, world]`.

    Raises:
        ValueError: `month` is not among `months`.
    """
    row = presentation_of(name)
    until = months.index(month) + 1
    levels = {key: block[until - 1] for key, block in (levels or {}).items()}
    size = size_of_effect(name, effect[until - 1], unit, levels)
    if np.isinf(size.values).any():  # of nothing: only the difference is a number
        size = replace(
            size_of_effect(name, effect[until - 1], unit),
            small=size.small,
            threshold=size.threshold,
        )
    found = verdict_of(name, size.unit, month, months, effect, size.values)
    if row.effect == "odds":
        is_small = abs(found.share_positive - found.share_negative) < row.threshold
        threshold = f"{100 * row.threshold:g} {POINTS}"
        return replace(found, share_small=float(is_small), threshold=threshold)
    small = float(statistics.share(size.small, effect[until - 1]))
    found = replace(found, share_small=small, threshold=size.threshold)
    return replace(found, since=None) if found.is_small else found


def verdict_of(
    name: str,
    unit: str,
    month: str,
    months: list[str],
    values: Block,
    last: Block | None = None,
) -> Verdict:
    """The verdict on any numbers of which the sign counts.

    Args:
        values: `[month, world]`.
        months: their labels.
        last: size of the values in the month, in `unit`, `[world]` (None: the values themselves).

    Raises:
        ValueError: `month` is not among `months`.
    """
    values = values[: months.index(month) + 1]
    last = values[-1] if last is None else last
    low, median, high = map(float, statistics.percentiles(last, (5, 50, 95)))
    positive, negative = (float(statistics.share(side, last)) for side in (last > 0, last < 0))
    undefined = undefined_in(int(np.isnan(last).sum()), len(last), why_undefined(name))
    since = _since(values, months, max(positive, negative))
    return Verdict(name, unit, month, median, low, high, positive, negative, since, undefined)


def _since(values: Block, months: list[str], agreement: float) -> str | None:
    """First month from which as many worlds have had the sign of the last as its word asks for."""
    last = values[-1][~np.isnan(values[-1])]
    least = max((step for step in (LIKELY, VERY_LIKELY) if agreement >= step), default=None)
    if not last.size or least is None:
        return None
    share = statistics.share(values * np.sign(np.median(last)) > 0, values)
    before = np.flatnonzero(~(share >= least))  # open where undefined in all worlds, too
    first = 0 if before.size == 0 else int(before[-1]) + 1
    return months[first] if first < len(values) else None
