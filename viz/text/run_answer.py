"""What a run shows, in sentences made of its numbers by rule: an unclear sign is called so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.statistics import percentiles, share_defined
from sim.experiments.verdict import Likelihood, Verdict, likelihood, verdict_of
from sim.outcomes.presentation import label_of
from sim.record.results import Results
from viz.text import format as write
from viz.text.binding import held_back, shares_of_run
from viz.text.format import (
    SHORT,
    amount,
    capitalised,
    date,
    interval,
    number,
    percent,
    signed_amount,
)
from viz.text.months import reported_month
from viz.text.sentences import distance, shares, with_gaps

BEFORE = "2022-12"  # two months after the first rule on chips: with which levels are compared
SMALLEST = 1e-300  # in place of a ratio of 0, which has no logarithm


def answer(results: Results) -> list[str]:
    """Who leads and by how much, how that changed, compute and money, what binds."""
    sentences = [width(results), change(results), resources(results), binding(results)]
    return [sentence for sentence in sentences if sentence]


def width(results: Results) -> str:
    """How wide the moat is in time and points, and who is ahead."""
    month, name = reported_month(results), "lead_months"
    found = _verdict(results, name, _levels(results, name))
    if not found.is_defined:
        return f"{capitalised(label_of(name))} in {date(month)}: {found.undefined}."
    ahead = found.share_positive
    leader = "the US" if found.median >= 0 else "China"
    turn = 1 if found.median >= 0 else -1
    points = _level(results, "lead_points", month) * turn
    low, high = sorted(turn * end for end in (found.low, found.high))
    how = likelihood(found.agreement)
    who = "the US" if ahead >= 0.5 else "China"
    sure = (
        f"{surely(how, f'{who} is', 'ahead')} ({percent(found.agreement)} of worlds)"
        if how != "about as likely as not"
        else f"the US is ahead in {percent(ahead)} of worlds, China in "
        f"{percent(found.share_negative)}"
    )
    size = amount(abs(found.median), "months", SHORT)
    sentence = (
        f"In {date(month)} {leader} leads by {size} {interval(low, high, SHORT)} and "
        f"{number(points, SHORT)} points of capability; {sure}."
    )
    return with_gaps(sentence, found.undefined)


def change(results: Results) -> str:
    """How the lead changed from the first rules to the end."""
    month, name = reported_month(results), "lead_months"
    if BEFORE not in results.months or month <= BEFORE:
        return ""
    levels = _levels(results, name)
    first = levels[results.months.index(BEFORE)]
    found = _verdict(results, name, levels - first)
    if not found.is_defined:
        return ""
    was = number(float(np.nanmedian(first)), SHORT)
    how = "grown" if found.median > 0 else "shrunk"
    if found.sign:
        moved = surely(likelihood(found.agreement), "the lead has", how)
    else:
        moved = "the lead is about as likely to have grown as to have shrunk"
    size = signed_amount(found.median, "months", SHORT)
    around = interval(found.low, found.high, SHORT)
    return f"Since {date(BEFORE)}, when it was {was} months, {moved}: {size} {around}."


def surely(how: Likelihood, subject: str, predicate: str) -> str:
    """How sure a statement is: `the lead has very likely shrunk`."""
    if how == "virtually certain":
        return f"it is virtually certain that {subject} {predicate}"
    return f"{subject} {how} {predicate}"


def resources(results: Results) -> str:
    """Compute, home chips and money, in the month of the answer."""
    month = reported_month(results)
    needed = ("compute_ratio", "domestic_share", "us_spending", "china_spending")
    values = {name: _level(results, name, month) for name in needed}
    if any(np.isnan(value) for value in values.values()):
        return ""
    return (
        f"China has {percent(values['compute_ratio'])} of the compute of the US and makes "
        f"{percent(values['domestic_share'])} of what it installs. It spends "
        f"{number(values['china_spending'], SHORT)} USD bn a year on compute, the US "
        f"{number(values['us_spending'], SHORT)}."
    )


def binding(results: Results) -> str:
    """What holds back Chinese chips and US compute, in the last twelve months."""
    shares = {name: float(by_month[-1]) for name, by_month in shares_of_run(results).items()}
    return held_back("", shares) if shares else ""


def _level(results: Results, name: str, month: str) -> float:
    """Median of an outcome over the worlds in which it is defined."""
    if name not in results.names:
        return float("nan")
    return float(percentiles(results.at(name, month), (50,))[0])


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
            return f"{capitalised(sentence)}, {shares(up, down, self.above, self.below)}."
        sentence = self.positive if verdict.sign > 0 else self.negative
        return sentence.format(month=verdict.month, size=size, agree=percent(verdict.agreement))


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
METHODS = "the best Chinese training methods are {size} times as efficient as the best US ones"
EFFICIENCY = BySign(
    f"In {{month}} {METHODS}, ahead in {{agree}} of worlds.",
    f"In {{month}} {METHODS}, behind in {{agree}} of worlds.",
    f"whose methods are more efficient in {{month}}: {METHODS}",
    "ahead",
    "behind",
)


def capability(results: Results) -> str:
    """How far apart the best models are."""
    return CAPABILITY.of(_verdict(results, "lead_points", _levels(results, "lead_points")))


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
    said, missing = _found(results, {"compute_ratio": has, "domestic_share": makes})
    return " ".join([f"China then {', and '.join(said)}.", *missing] if said else missing)


def money(results: Results) -> str:
    """What services earn on both sides, and who applies AI."""
    us, china = (ranged(results, f"{bloc}_service_revenue", "USD bn") for bloc in ("us", "china"))
    share = ranged(results, "application_share", "%", 100)
    applies = f"China has {share} of the value of applied AI"
    said, missing = _found(results, {"application_share": applies})
    earned = f"In the twelve months before, US labs and hosts earn {us} with services, Chinese ones"
    return " ".join([f"{earned} {'; '.join([china, *said])}.", *missing])


def moat(results: Results) -> str:
    """What it costs to catch up, and how long a gain lasts."""
    month = reported_month(results)
    half_life, lag = (ranged(results, n, "months") for n in ("moat_half_life", "open_lag_months"))
    said, missing = _found(
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
    return " ".join([*said, *missing])


def _found(results: Results, texts: dict[str, str]) -> tuple[list[str], list[str]]:
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
    return results.shown(name).values.astype(float)


def _verdict(results: Results, name: str, values: np.ndarray) -> Verdict:
    """The verdict on the sign of values `[month, world]`, in the month of the answer."""
    unit = results.outcomes[name].attrs["unit"]
    return verdict_of(name, unit, reported_month(results), results.months, values)
