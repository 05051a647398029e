"""The words for a verdict: how sure, which way, how much, since when.

>>> from sim.experiments.verdict import Verdict
>>> effect(Verdict("lead_months", "months", "2030-12", -2.1, -5.0, 0.3, 0.18, 0.82))
'Likely lowered the US lead in time by 2.1 months by December 2030 (82 % of worlds agree; 90 % of \
worlds lie between -5.0 and 0.30 months).'
"""

from __future__ import annotations

import math

from sim.experiments.parts import OTHER, WHOLE
from sim.experiments.verdict import Verdict, likelihood
from sim.outcomes.economy_outcomes import INDEX
from sim.outcomes.presentation import label_of
from sim.scenario.parameters import Channels
from viz.text import instruments
from viz.text.format import (
    SHORT,
    amount,
    between,
    capitalised,
    date,
    interval,
    percent,
    ranged,
    signed_amount,
)

PARTS = {OTHER: "other ways", WHOLE: "whole effect"}  # of an effect, beside the channels
HALF = 0.5  # share of worlds below the threshold from which an effect is called slight
IN_THIS_MODEL = "In this model"


def effect(verdict: Verdict, show_name: bool = False) -> str:
    """One effect as a sentence: how sure, on what, by when, how much, since when.

    Args:
        show_name: with the name that programs use for the outcome.
    """
    what, by = label(verdict.name, show_name), date(verdict.month)
    if not verdict.is_defined:
        return f"No effect on {what} in {by}: it is {verdict.undefined}."
    if verdict.unit == "probability":
        sentence = _change_of_odds(verdict, what, by)
    elif verdict.certainty == "no change":
        sentence = f"No change at all in {what} by {by}."
    elif verdict.is_small:
        sentence = (
            f"No material change in {what} by {by}: {size(verdict)}, below {verdict.threshold} in "
            f"{percent(verdict.share_small)} of worlds."
        )
    elif verdict.sign == 0:
        sentence = (
            f"About as likely as not that {what} rose or fell by {by}: {size(verdict)}, "
            f"{shares(verdict.share_positive, verdict.share_negative)}."
        )
    else:
        sentence = _change(verdict, what, by)
    return with_gaps(sentence, verdict.undefined)


def degree(verdict: Verdict) -> str:
    """`slightly ` where half of the worlds lie below the threshold of a material change."""
    return "slightly " if verdict.share_small >= HALF else ""


def _change(verdict: Verdict, what: str, by: str) -> str:
    """The sentence on an effect whose direction is likely, or more than that."""
    verb, unit = "raised" if verdict.sign > 0 else "lowered", shown(verdict.unit)
    how = verdict.certainty
    sure = f"{how}: " if how == "virtually certain" else ""
    slightly = degree(verdict)
    start = f"{slightly}{verb}" if sure else f"{how} {slightly}{verb}"
    changed = f"{what} by {amount(abs(verdict.median), unit, SHORT)} by {by}"
    around = f"90 % of worlds lie {between(verdict.low, verdict.high, unit)}"
    since = (
        f"; the same sign since {date(verdict.since)}"
        if verdict.since not in (None, verdict.month)
        else ""
    )
    agree = f"{sure}{percent(verdict.agreement)} of worlds agree"
    return f"{capitalised(start)} {changed} ({agree}; {around}{since})."


def near_another_word(verdict: Verdict, worlds: int) -> str:
    """A sentence where other worlds may call for another word; else empty.

    A share of worlds has a standard error; two of them decide.

    >>> near_another_word(Verdict("lead_months", "months", "2030-12", 1, 0, 2, 0.89, 0.11), 256)
    '89 % of 256 worlds is known to within 4 percentage points: very likely is possible, too.'
    """
    share = verdict.agreement
    error = 2 * math.sqrt(share * (1 - share) / worlds)
    words = dict.fromkeys(map(likelihood, (share - error, min(1.0, share + error))))
    others = [word for word in words if word != verdict.certainty]
    if not verdict.sign or not others:
        return ""
    return (
        f"{percent(share)} of {worlds} worlds is known to within {100 * error:.0f} percentage "
        f"points: {' or '.join(others)} is possible, too."
    )


def alone(verdict: Verdict) -> str:
    """The same sentence where it stands by itself."""
    sentence = effect(verdict)
    return f"{IN_THIS_MODEL}: {sentence[0].lower()}{sentence[1:]}"


def certainty(verdict: Verdict) -> str:
    """How sure the direction is, in a few words: `very likely, 91 % of worlds`."""
    if verdict.certainty in ("undefined", "no change"):
        return f"{verdict.certainty} in any world"
    if verdict.is_small:
        return f"no material change, {percent(verdict.share_small)} of worlds"
    return f"{verdict.certainty}, {percent(verdict.agreement)} of worlds"


def size(verdict: Verdict) -> str:
    """How large an effect is, with its sign and range: `+0.20 months [-1.0, 5.7]`."""
    unit = shown(verdict.unit)
    around = interval(verdict.low, verdict.high, SHORT)
    return f"{signed_amount(verdict.median, unit, SHORT)} {around}"


def shown(unit: str) -> str:
    """The unit of an effect in a sentence."""
    words = {INDEX: "points of the index", "1": ""}
    return words.get(unit, unit)


def label(name: str, show_name: bool = False) -> str:
    """An outcome in a sentence, on request with the name that programs use for it."""
    return f"{label_of(name)} ({name})" if show_name else label_of(name)


def phrase(part: str) -> str:
    """A part of an effect in a sentence: `compute denial`, `US chip rules`."""
    field = Channels.model_fields.get(part)
    described = field and field.description
    return PARTS.get(part) or described or instruments.group(part) or part.replace("_", " ")


def shares(up: float, down: float, above: str = "up", below: str = "down") -> str:
    """How many worlds are on each side: `up in 64 % of worlds, down in 36 %`."""
    return f"{above} in {percent(up)} of worlds, {below} in {percent(down)}"


def with_gaps(sentence: str, undefined: str) -> str:
    """A sentence that ends by saying in how many worlds its subject is not defined, if in any."""
    return f"{sentence.removesuffix('.')}; {undefined}." if undefined else sentence


def distance(verdict: Verdict) -> str:
    """How far from 0, whatever the sign: `3.1 months [1.2, 5.0]`, turned where it is negative."""
    low, middle, high = verdict.low, verdict.median, verdict.high
    if verdict.sign < 0:
        low, middle, high = -high, -middle, -low
    return ranged(middle, low, high, verdict.unit, SHORT)


def _change_of_odds(verdict: Verdict, what: str, by: str) -> str:
    """The effect on something that is or is not the case in a world."""
    more, less = verdict.share_positive, verdict.share_negative
    if verdict.is_small or more == less:
        return f"No material change in {what} by {by}."
    verb = "Raised" if more > less else "Lowered"
    points = f"{100 * abs(more - less):.0f} percentage points"
    return (
        f"{verb} {what} by {by}, by {points}: only with the first scenario in {percent(more)} of "
        f"worlds, only with the second in {percent(less)}."
    )
