"""What the page says in sentences: the answer on top, and what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from sim.experiments.compare import Verdict, verdict
from viz.dashboard.numbers import short, signed
from viz.dashboard.state.session import Found
from viz.figures.marks import when

HEADLINE = "lead_months"
LEAST = 0.05  # months: less is said as no difference


@dataclass(frozen=True)
class Answer:
    """The sentence on top of the page.

    Attributes:
        sentence: what the change did.
        certainty: `clear`, `leaning`, `unclear` or `level` (nothing to compare with).
        detail: how sure, and against what.
    """

    sentence: str
    certainty: str
    detail: str


def answer(found: Found, month: int, baseline_title: str) -> Answer:
    """The answer at a month: the lead, and what the case did to it."""
    label = found.this.months[month]
    if found.effects is None:
        return _level(found, month, label)
    told = verdict(found.effects, HEADLINE, label)
    return Answer(sentence(told, label), certainty(told), _detail(told, found, baseline_title))


def certainty(told: Verdict) -> str:
    """In a word how sure the sign of an effect is."""
    if told.share_positive == told.share_negative == 0:
        return "level"
    if told.is_clear:
        return "clear"
    return "leaning" if told.sign else "unclear"


def _level(found: Found, month: int, label: str) -> Answer:
    low, _, middle, _, high = found.this.quantiles(HEADLINE)[:, month]
    sentence = (
        f"In {when(label)} the US leads by {short(middle)} months [{short(low)}, {short(high)}]."
        if middle >= 0
        else f"In {when(label)} China leads by {short(-middle)} months "
        f"[{short(-high)}, {short(-low)}]."
    )
    doing = "Move a lever or choose another scenario to see what it changes."
    if found.baseline is None:
        doing = "A saved run, replayed as it was."
    worlds = f"Median and 90 % of {found.this.worlds} worlds."
    return Answer(sentence, "level", f"{worlds} {doing}")


def sentence(told: Verdict, label: str) -> str:
    """What the change did to the lead by a month."""
    if certainty(told) == "level":
        return f"By {when(label)} this has changed nothing in the US lead."
    how = "longer" if told.median > 0 else "shorter"
    band = f"[{signed(told.low)}, {signed(told.high)}]"
    if abs(told.median) < LEAST:
        alike = f"hardly {how} than" if told.sign else "about as long as"
        return f"In {when(label)} the US lead is {alike} in the baseline ({band} months)."
    size = f"{short(abs(told.median))} months {how} {band}"
    return f"In {when(label)} the US lead is {size} than in the baseline."


def _detail(told: Verdict, found: Found, baseline_title: str) -> str:
    against = f"Baseline: “{baseline_title}”, the same {found.this.worlds} worlds"
    how = certainty(told)
    if how == "level":
        return f"{against}. Every world is exactly as it was."
    up, down = f"{told.share_positive:.0%}", f"{told.share_negative:.0%}"
    agree = (
        f"up in {up} of worlds, down in {down}"
        if how == "unclear"
        else f"{'up' if told.sign > 0 else 'down'} in {up if told.sign > 0 else down} of worlds"
    )
    since = f", clearly since {when(told.since)}" if how == "clear" and told.since else ""
    return f"The lead is {agree}{since}. {against} with the same luck; median and 90 % of worlds."


CERTAINTY = {
    "clear": "clear: nearly all worlds agree",
    "leaning": "likely: most worlds agree",
    "unclear": "unclear: worlds disagree about the sign",
    "level": "",
}
CAPTION = (
    "Lines: median over {worlds} worlds. Dark and light bands: 50 % and 90 % of worlds, which "
    "differ in uncertain parameters and in luck. {behind}Dots: observations to the end of 2024 "
    "with their range. Dotted verticals: acts taking effect, American blue, Chinese vermilion. "
    "Conditional forecasts, not predictions."
)
BEHIND = "Grey, dashed: the baseline in the same worlds. "


def caption(found: Found) -> str:
    """The sentence under the charts: what is shown, and where the uncertainty comes from."""
    behind = BEHIND if found.effects is not None else ""
    return CAPTION.format(worlds=found.this.worlds, behind=behind)
