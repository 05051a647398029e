"""What a run shows, in sentences made of its numbers by rule: an unclear sign is called so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.statistics import percentiles, share_defined
from sim.experiments.verdict import Verdict, verdict_of
from sim.outcomes.catalogue import label_of
from sim.record.results import Results
from viz.text import format as write
from viz.text.format import capitalised, percent
from viz.text.results import reported_month, reversal
from viz.text.sentences import distance, shares, with_gaps

HISTORY_END = "2024-12"  # from which changes are counted: the end of what was observed
SMALLEST = 1e-300  # in place of a ratio of 0, which has no logarithm


def answer(results: Results) -> list[str]:
    """Who leads, where that goes, whether it turns, by which methods and chips, for whom."""
    change, turn = lead_change(results), reversal(results)
    direction = f"{change} {turn}" if change else turn
    return [lead(results), direction, efficiency(results), compute(results), money(results)]


@dataclass(frozen=True)
class BySign:
    """A sentence for each sign of a verdict; in braces: month, size, and shares of worlds.

    Attributes:
        positive, negative: where most worlds agree, which is the share `{agree}`.
        unclear: where they do not; ends with the shares on both sides.
        above, below: what the two sides are called there.
    """

    positive: str
    negative: str
    unclear: str
    above: str
    below: str

    def of(self, verdict: Verdict, size: str = "") -> str:
        """The sentence for a verdict, with its own size or another."""
        if not verdict.is_defined:
            return f"{capitalised(label_of(verdict.name))} in {verdict.month}: {verdict.undefined}."
        return with_gaps(self._defined(verdict, size or distance(verdict)), verdict.undefined)

    def _defined(self, verdict: Verdict, size: str) -> str:
        if verdict.sign == 0:
            up, down = verdict.share_positive, verdict.share_negative
            sentence = self.unclear.format(month=verdict.month, size=size)
            return f"Unclear: {sentence}, {shares(up, down, self.above, self.below)}."
        sentence = self.positive if verdict.sign > 0 else self.negative
        return sentence.format(month=verdict.month, size=size, agree=percent(verdict.agreement))


LEAD = BySign(
    "In {month} the US leads by {size} on released models; it is ahead in {agree} of worlds.",
    "In {month} China leads by {size} on released models; it is ahead in {agree} of worlds.",
    "who leads in {month}: the US lead is {size} on released models",
    "the US is ahead",
    "China",
)
BEST_MODEL = (
    "In {{month}} the best {side} model is ahead by {{size}} on the Epoch Capabilities Index, in "
    "{{agree}} of worlds. Time and points are two measures of one lead: where the frontier is "
    "fast, the same points are fewer months."
)
CAPABILITY = BySign(
    BEST_MODEL.format(side="US"),
    BEST_MODEL.format(side="Chinese"),
    "whose best model is ahead in {month}: the US one by {size}",
    "ahead",
    "behind",
)
LEAD_CHANGE = BySign(
    f"From {HISTORY_END} to {{month}} the US lead grows by {{size}}, in {{agree}} of worlds.",
    f"From {HISTORY_END} to {{month}} the US lead shrinks by {{size}}, in {{agree}} of worlds.",
    f"how the US lead changes from {HISTORY_END} to {{month}}: {{size}}",
    "longer",
    "shorter",
)
METHODS = "the best Chinese training methods are {size} times as efficient as the best US ones"
EFFICIENCY = BySign(
    f"In {{month}} {METHODS}, ahead in {{agree}} of worlds.",
    f"In {{month}} {METHODS}, behind in {{agree}} of worlds.",
    f"whose methods are more efficient in {{month}}: {METHODS}",
    "ahead",
    "behind",
)


def lead(results: Results) -> str:
    """Who leads now, and by how much."""
    return LEAD.of(
        _verdict(results, "lead_months_observed", _levels(results, "lead_months_observed"))
    )


def capability(results: Results) -> str:
    """How far apart the best models are."""
    return CAPABILITY.of(_verdict(results, "lead_points", _levels(results, "lead_points")))


def lead_change(results: Results) -> str | None:
    """How the lead has changed within worlds since observations end.

    None for a shorter run, and where there is no lead.
    """
    if HISTORY_END not in results.months or reported_month(results) <= HISTORY_END:
        return None
    levels = _levels(results, "lead_months_observed")
    change = levels - levels[results.months.index(HISTORY_END)]
    if np.isnan(change[results.months.index(reported_month(results))]).all():
        return None
    return LEAD_CHANGE.of(_verdict(results, "lead_months_observed", change))


def efficiency(results: Results) -> str:
    """Whose methods get more out of a computation: a ratio is as far from 1 when turned over."""
    logs = np.log(np.maximum(_levels(results, "efficiency_ratio"), SMALLEST))
    size = ranged(results, "efficiency_ratio")
    return EFFICIENCY.of(_verdict(results, "efficiency_ratio", logs), size)


def compute(results: Results) -> str:
    """How much compute China has, and how much of it it makes."""
    has = f"has {ranged(results, 'compute_ratio')} times the US compute by worth for training"
    share = ranged(results, "domestic_share", "%", 100)
    makes = f"makes {share} of the compute that it installs"
    found, missing = _told(results, {"compute_ratio": has, "domestic_share": makes})
    return " ".join([f"China then {', and '.join(found)}.", *missing] if found else missing)


def money(results: Results) -> str:
    """What services earn on both sides, and who applies AI."""
    us, china = (ranged(results, f"{bloc}_service_revenue", "bn USD") for bloc in ("us", "china"))
    share = ranged(results, "application_share", "%", 100)
    applies = f"China has {share} of the value of applied AI"
    found, missing = _told(results, {"application_share": applies})
    earned = f"In the twelve months before, US labs and hosts earn {us} with services, Chinese ones"
    return " ".join([f"{earned} {'; '.join([china, *found])}.", *missing])


def moat(results: Results) -> str:
    """What it costs to catch up, and how long a gain lasts."""
    month = reported_month(results)
    half_life, lag = (ranged(results, n, "months") for n in ("moat_half_life", "open_lag_months"))
    found, missing = _told(
        results,
        {
            "replication_cost": "For the best placed Chinese lab it costs "
            f"{ranged(results, 'replication_cost')} times what the leader paid to train "
            f"in {month} what the US frontier has released.",
            "moat_half_life": "Half of a lead that a release gains is gone after "
            + half_life
            + ".",
            "open_lag_months": f"The best open weights lag the frontier by {lag}.",
        },
    )
    return " ".join([*found, *missing])


def _told(results: Results, texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """The texts of outcomes that are defined in some world, and sentences on the others."""
    month, found, missing = reported_month(results), [], []
    for name, text in texts.items():
        if np.isnan(results.at(name, month)).all():
            why = results.undefined(name, month)
            missing.append(f"{capitalised(label_of(name))} in {month}: {why}.")
        else:
            found.append(text)
    return found, missing


def ranged(results: Results, name: str, unit: str = "1", scale: float = 1.0) -> str:
    """A level in the month of the answer: median with the range of 90 % of worlds.

    Of the worlds in which it is defined, with the share of these where they are not all.
    """
    values = results.at(name, reported_month(results)) * scale
    low, median, high = map(float, percentiles(values, (5, 50, 95)))
    share = float(share_defined(values))
    some = f" (in the {percent(share)} of worlds where it is defined)" if 0 < share < 1 else ""
    return write.ranged(median, low, high, unit) + some


def _levels(results: Results, name: str) -> np.ndarray:
    """An outcome, `[month, world]`."""
    return results.outcomes[name].values.astype(float)


def _verdict(results: Results, name: str, values: np.ndarray) -> Verdict:
    """The verdict on the sign of values `[month, world]`, in the month of the answer."""
    unit = results.outcomes[name].attrs["unit"]
    return verdict_of(name, unit, reported_month(results), results.months, values)
