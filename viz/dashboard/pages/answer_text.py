"""The answer on top of the page in sentences: what a change did to the US lead, and how sure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.experiments.verdict import Certainty, Verdict, verdict
from viz.dashboard.state.session import Simulation
from viz.figures.marks import when
from viz.text.format import interval, number, percent, signed
from viz.text.sentences import shares, with_gaps

HEADLINE = "lead_months"
LEAST = 0.05  # months: less is described as no difference


@dataclass(frozen=True)
class Answer:
    """The sentence on top of the page.

    Attributes:
        sentence: what the change did.
        certainty: `clear`, `leaning`, `unclear` or `none` (nothing differs).
        detail: how sure, and against what.
    """

    sentence: str
    certainty: Certainty
    detail: str


def answer(simulation: Simulation, month: int, baseline_title: str) -> Answer:
    """The answer at a month: the lead, and what the scenario did to it."""
    label = simulation.ensemble.months[month]
    if simulation.effects is None:
        return _level(simulation, month, label)
    effect = verdict(simulation.effects, HEADLINE, label)
    against = f"Baseline: “{baseline_title}”, the same {simulation.ensemble.worlds} worlds"
    return Answer(sentence(effect, label), effect.certainty, _detail(effect, against))


def _level(simulation: Simulation, month: int, label: str) -> Answer:
    low, _, middle, _, high = map(float, simulation.ensemble.quantiles(HEADLINE)[:, month])
    undefined = simulation.ensemble.undefined(HEADLINE, month)
    if math.isnan(middle):
        return Answer(f"In {when(label)} the US lead is {undefined}.", "undefined", "")
    leader = "the US"
    if middle < 0:
        leader, low, middle, high = "China", -high, -middle, -low
    lead = f"In {when(label)} {leader} leads by {number(middle)} months {interval(low, high)}."
    lead = with_gaps(lead, undefined)
    hint = "Move a lever or choose another scenario to see what it changes."
    if simulation.baseline is None:
        hint = "A saved run, replayed as it was."
    return Answer(lead, "none", f"Median and 90 % of {simulation.ensemble.worlds} worlds. {hint}")


def sentence(effect: Verdict, label: str) -> str:
    """What the change did to the lead by a month."""
    if not effect.is_defined:
        return f"In {when(label)} the effect on the US lead is {effect.undefined}."
    return with_gaps(_defined(effect, label), effect.undefined)


def _defined(effect: Verdict, label: str) -> str:
    """The sentence on the worlds in which the lead is defined."""
    if effect.certainty == "none":
        return f"By {when(label)} this has changed nothing in the US lead."
    how = "longer" if effect.median > 0 else "shorter"
    band = f"[{signed(effect.low)}, {signed(effect.high)}]"
    if abs(effect.median) < LEAST:
        alike = f"hardly {how} than" if effect.sign else "about as long as"
        return f"In {when(label)} the US lead is {alike} in the baseline ({band} months)."
    size = f"{number(abs(effect.median))} months {how} {band}"
    return f"In {when(label)} the US lead is {size} than in the baseline."


def _detail(effect: Verdict, against: str) -> str:
    how = effect.certainty
    if how == "undefined":
        return f"{against}."
    if how == "none":
        return f"{against}. Every world is exactly as it was."
    up, down = percent(effect.share_positive), percent(effect.share_negative)
    if how == "unclear":
        agree = shares(effect.share_positive, effect.share_negative)
    else:
        agree = f"up in {up} of worlds" if effect.sign > 0 else f"down in {down} of worlds"
    since = f", clearly since {when(effect.since)}" if how == "clear" and effect.since else ""
    return f"The lead is {agree}{since}. {against} with the same luck; median and 90 % of worlds."
