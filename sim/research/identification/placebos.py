"""Placebos: cases in which controls cannot be the cause, or in which nothing should happen.

Each asks the worlds for what a careful reader of history would compare, and sets the true effect in
the same worlds (as enacted against no controls, paired) beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.outcomes.catalogue import compute_outcomes
from sim.outcomes.measures import Record, ratio
from sim.research.identification.numbers import spread

ENACTED, FREE = "as_enacted", "no_controls"
END = "2024-12"
MONTHS = 60  # to the end of 2024
LOG = "log points"


def lab(record: Record, name: str, of: str, month: str) -> Block:
    """A series of one lab in a month, `[world]`."""
    at, row = record.calendar.month(month), record.names["lab"].index(of)
    return record.arrays[name][at, row].astype(float)


def at(record: Record, outcome: str, month: str) -> Block:
    """An outcome in a month, `[world]`."""
    return compute_outcomes(record, [outcome])[outcome][record.calendar.month(month)]


def mistral(enacted: Record, free: Record) -> dict[str, Any]:
    """The efficiency turn without controls: Mistral, which no rule denied anything.

    A comparison of DeepSeek with Mistral takes the difference of what both gained since mid-2023
    for the effect of controls; the paired worlds say what that effect is.
    """
    start = "2023-06"

    def gain(record: Record, who: str) -> Block:
        series = "log_training_efficiency"
        return lab(record, series, who, END) - lab(record, series, who, start)

    compared = gain(enacted, "DeepSeek") - gain(enacted, "Mistral")
    true = gain(enacted, "DeepSeek") - gain(free, "DeepSeek")
    runs = [lab(enacted, "largest_run", who, END) for who in ("Mistral", "DeepSeek", "Meta")]
    return {
        "gain_mistral": spread(gain(enacted, "Mistral"), LOG),
        "gain_mistral_free": spread(gain(free, "Mistral"), LOG),
        "gain_deepseek": spread(gain(enacted, "DeepSeek"), LOG),
        "compared": spread(compared, LOG),
        "true": spread(true, LOG),
        "same_sign": float((np.sign(compared) == np.sign(true)).mean()),
        "correlation": float(np.corrcoef(compared, true)[0, 1]),
        "run_mistral": spread(ratio(runs[0], runs[2])),
        "run_deepseek": spread(ratio(runs[1], runs[2])),
        "capability_mistral": spread(lab(enacted, "capability", "Mistral", END), "ECI points"),
    }


def slowdown(enacted: Record, free: Record) -> dict[str, Any]:
    """Chinese growth slowed a year before the first rule: how much of it is there without rules?"""
    found: dict[str, Any] = {}
    for name, outcome in SLOWED.items():
        before, after = (growth(enacted, outcome, *years) for years in YEARS)
        without = growth(free, outcome, *YEARS[1])
        slower = before - after
        found[name] = {
            "before": spread(np.exp(before), "x/yr"),
            "after": spread(np.exp(after), "x/yr"),
            "after_free": spread(np.exp(without), "x/yr"),
            "slower": spread(slower, LOG),
            "slower_free": spread(before - without, LOG),
            "by_controls": spread(without - after, LOG),
        }
    runs = [at(one, "largest_run_china", "2022-07") for one in (enacted, free)]
    found["before_first_rule"] = spread(np.log(runs[0] / runs[1]), LOG)
    return found


SLOWED = {
    "largest_run": "largest_run_china",
    "spending": "china_spending",
    "investment": "china_investment",
}
YEARS = (("2020-12", "2021-12"), ("2021-12", "2024-12"))


def growth(record: Record, outcome: str, first: str, last: str) -> Block:
    """Log growth per year of an outcome between two months, `[world]`."""
    years = (record.calendar.month(last) - record.calendar.month(first)) / 12
    start, end = (np.maximum(at(record, outcome, month), 1e-12) for month in (first, last))
    return np.log(end / start) / years


def full_chips(
    enacted: Record, free: Record, without_effort: tuple[Record, Record], weight: Block
) -> dict[str, Any]:
    """DeepSeek trained on H800: full peak performance, slower links.

    Args:
        without_effort: the same two scenarios with directed effort switched off.
        weight: exponent of a chip's links in its worth for training, `[world]`.
    """
    series = "log_training_efficiency"

    def effect(one: Record, other: Record, month: str = END) -> Block:
        return lab(one, series, "DeepSeek", month) - lab(other, series, "DeepSeek", month)

    whole = effect(enacted, free)
    months = ("2023-09", "2024-06", END)
    return {
        "h800_worth": spread((400 / 900) ** weight),
        "scarcity": {m: spread(lab(enacted, "scarcity_training", "DeepSeek", m)) for m in months},
        "scarcity_free": spread(lab(free, "scarcity_training", "DeepSeek", END)),
        "effect": spread(whole, LOG),
        "by_effort": spread(whole - effect(*without_effort), LOG),
        "gain": spread(
            lab(enacted, series, "DeepSeek", END) - lab(enacted, series, "DeepSeek", "2022-08"), LOG
        ),
        "run": spread(lab(enacted, "largest_run", "DeepSeek", END), "FLOP"),
    }


def never_enforced(announced: Record, free: Record, months: tuple[str, ...]) -> dict[str, Any]:
    """A rule announced in October 2022 for October 2023 and withdrawn in September 2023."""
    found: dict[str, Any] = {}
    for outcome, (unit, relative) in WATCHED.items():
        found[outcome] = {}
        for month in months:
            ours, theirs = at(announced, outcome, month), at(free, outcome, month)
            change = np.log(ours / theirs) if relative else ours - theirs
            found[outcome][month] = spread(change, unit)
    return found


WATCHED = {
    "china_compute": (LOG, True),
    "china_spending": (LOG, True),
    "china_efficiency": (LOG, False),
    "lead_months": ("months", False),
}


AROUND = (("2020-10", "2021-10"), ("2021-10", "2022-08"))


def fake_control(enacted: Record, fake: Record, fit: Callable[[Record], Block]) -> dict[str, Any]:
    """A control in October 2021 that never was: what a before-and-after would find, and the fit.

    Args:
        fit: log-likelihood of history, `[world]`.
    """

    def break_of(outcome: str, other: str) -> Block:
        """Change of growth from the year before October 2021 to the year after, against the US."""
        before, after = (
            growth(enacted, outcome, *span) - growth(enacted, other, *span) for span in AROUND
        )
        return after - before

    def changed(outcome: str, month: str, how: Callable[[Block, Block], Block]) -> Block:
        """An outcome with the fake control, set against that without."""
        return how(at(fake, outcome, month), at(enacted, outcome, month))

    return {
        "break_spending": spread(break_of("china_spending", "us_spending"), "log points/yr"),
        "break_investment": spread(break_of("china_investment", "us_investment"), "log points/yr"),
        "effect_compute": spread(np.log(changed("china_compute", "2022-08", np.divide)), LOG),
        "effect_share": spread(changed("nvidia_china_share", "2022-03", np.subtract), "share"),
        "fit": fit(fake) - fit(enacted),
    }
