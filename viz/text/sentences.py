"""The words for a verdict: what a change did, how much, how sure, since when.

>>> from sim.experiments.verdict import Verdict
>>> effect(Verdict("lead_months", "months", "2030-12", -2.1, -5.0, 0.3, 0.18, 0.82, None))
'Lowered the US lead in time by 2.10 months (effect [-5.00, 0.300]) by 2030-12, in 82 % of worlds.'
"""

from __future__ import annotations

import math
from dataclasses import replace

from sim.experiments.parts import OTHER, WHOLE
from sim.experiments.verdict import Certainty, Verdict
from sim.outcomes.catalogue import label_of
from sim.outcomes.economy_outcomes import INDEX
from sim.scenario.parameters import Channels
from viz.text import instruments
from viz.text.format import amount, interval, percent, ranged

PARTS = {OTHER: "other ways", WHOLE: "whole effect"}  # of an effect, beside the channels
CERTAINTY: dict[Certainty, str] = {
    "clear": "clear: nearly all worlds agree",
    "leaning": "likely: most worlds agree",
    "unclear": "unclear: worlds disagree about the sign",
    "none": "no change in any world",
    "undefined": "not defined in any world",
}


def effect(verdict: Verdict, show_name: bool = False) -> str:
    """One effect as a sentence: on what, how much, how sure, since when.

    Args:
        show_name: with the name that programs use for the outcome.
    """
    what, month = label(verdict.name, show_name), verdict.month
    if not verdict.is_defined:
        return f"No effect on {what} in {month}: it is {verdict.undefined}."
    apart = f"; {verdict.undefined}" if verdict.undefined else ""
    if verdict.unit == "probability":
        return _change_of_odds(verdict, what)
    if verdict.certainty == "none":
        return f"No change at all in {what} by {month}{apart}."
    one = readable(verdict)
    changed = size_of_change(one.sign, one.median, one.low, one.high, one.unit)
    up, down = one.share_positive, one.share_negative
    since = f"; the sign is clear since {one.since}" if one.is_clear and one.since else ""
    return f"{change(what, month, one.sign, changed, up, down)}{since}{apart}."


def label(name: str, show_name: bool = False) -> str:
    """An outcome in a sentence, on request with the name that programs use for it."""
    return f"{label_of(name)} ({name})" if show_name else label_of(name)


def phrase(part: str) -> str:
    """A part of an effect in a sentence: `compute denial`, `US chip rules`."""
    field = Channels.model_fields.get(part)
    described = field and field.description
    return PARTS.get(part) or described or instruments.group(part) or part.replace("_", " ")


def readable(verdict: Verdict) -> Verdict:
    """The same verdict in percent in place of logarithms and shares."""
    if verdict.unit == "share":
        unit, ends = "percentage points", [100 * value for value in _ends(verdict)]
    elif verdict.unit == "log points":
        unit, ends = "%", [100 * math.expm1(value) for value in _ends(verdict)]
    else:
        return verdict
    low, median, high = ends
    return replace(verdict, unit=unit, low=low, median=median, high=high)


def _ends(verdict: Verdict) -> tuple[float, float, float]:
    return verdict.low, verdict.median, verdict.high


def change(what: str, month: str, sign: int, size: str, up: float, down: float) -> str:
    """Which way an outcome went, by how much and in how many worlds; no full stop.

    Args:
        size: as `size_of_change` writes it.
        up: share of worlds in which it rose; `down`: in which it fell.
    """
    if sign == 0:
        return f"Unclear: {what} by {month}: {size}, {shares(up, down)}"
    verb, agree = ("Raised", up) if sign > 0 else ("Lowered", down)
    return f"{verb} {what} by {size} by {month}, in {percent(agree)} of worlds"


def size_of_change(
    sign: int, middle: float, low: float, high: float, unit: str, kind: str = ""
) -> str:
    """How large an effect is; a clearly negative one without its sign: `2 m (effect [-5, -1])`.

    Args:
        kind: what `middle` is, if it is not a median: `" on average"`.
    """
    unit = "points of the index" if unit == INDEX else unit
    around = interval(low, high)
    around = f"(effect {around})" if sign < 0 else around
    return f"{amount(abs(middle) if sign else middle, unit)}{kind} {around}"


def shares(up: float, down: float, above: str = "up", below: str = "down") -> str:
    """How many worlds are on each side: `up in 64 % of worlds, down in 36 %`."""
    return f"{above} in {percent(up)} of worlds, {below} in {percent(down)}"


def with_gaps(sentence: str, undefined: str) -> str:
    """A sentence that ends by saying in how many worlds its subject is not defined, if in any."""
    return f"{sentence.removesuffix('.')}; {undefined}." if undefined else sentence


def distance(verdict: Verdict) -> str:
    """How far from 0, whatever the sign: `3.1 months [1.2, 5.0]`, turned where it is negative."""
    low, middle, high = _ends(verdict)
    if verdict.sign < 0:
        low, middle, high = -high, -middle, -low
    return ranged(middle, low, high, verdict.unit)


def _change_of_odds(verdict: Verdict, what: str) -> str:
    """The effect on something that is or is not the case in a world."""
    more, less = verdict.share_positive, verdict.share_negative
    if more == less:
        return f"No change in {what} by {verdict.month}."
    verb = "Raised" if more > less else "Lowered"
    points = f"{100 * abs(more - less):.0f} percentage points"
    return (
        f"{verb} {what} by {points} by {verdict.month}: only with the first scenario in "
        f"{percent(more)} of worlds, only with the second in {percent(less)}."
    )
