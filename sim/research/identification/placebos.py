"""Placebos: cases in which controls cannot be the cause, or in which nothing should happen.

Each computes in the worlds what a careful reader of history would compare, and beside it the true
effect in the same worlds (as enacted against no controls, paired).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.outcomes.catalogue import compute_outcomes
from sim.outcomes.record import Record, ratio
from sim.research.calibration.likelihood import log_likelihood
from sim.research.identification.bayes_factors import bayes_factor
from sim.research.identification.distribution import LOG_POINTS, distribution, log_points

EPISODE_END = "2024-12"  # of what placebos are about: the months to DeepSeek V3
EFFICIENCY = "log_training_efficiency"
SLOWED = {
    "largest_run": "largest_run_china",
    "spending": "china_spending",
    "investment": "china_investment",
}
SLOWDOWN_YEARS = (("2020-12", "2021-12"), ("2021-12", "2024-12"))
H800_LINKS = 400 / 900  # bandwidth of its links over that of an H100
SCARCITY_MONTHS = ("2023-09", "2024-06", EPISODE_END)
# By outcome: unit of the effect, and whether it is a difference of logarithms.
ANTICIPATED = {
    "china_compute": (LOG_POINTS, True),
    "china_spending": (LOG_POINTS, True),
    "china_efficiency": (LOG_POINTS, False),
    "lead_months": ("months", False),
}
AROUND_OCTOBER_2021 = (("2020-10", "2021-10"), ("2021-10", "2022-08"))


def of_lab(record: Record, series: str, lab: str, month: str = EPISODE_END) -> Block:
    """A recorded series of one lab in a month, `[world]`."""
    row = record.names["lab"].index(lab)
    return record.arrays[series][record.calendar.month(month), row].astype(float)


def outcome_in(record: Record, outcome: str, month: str) -> Block:
    """An outcome in a month, `[world]`."""
    return compute_outcomes(record, [outcome])[outcome][record.calendar.month(month)]


def growth(record: Record, outcome: str, first: str, last: str) -> Block:
    """Log growth per year of an outcome between two months, `[world]`."""
    years = (record.calendar.month(last) - record.calendar.month(first)) / 12
    start, end = (np.maximum(outcome_in(record, outcome, month), 1e-12) for month in (first, last))
    return np.log(end / start) / years


def mistral(enacted: Record, free: Record) -> dict[str, Any]:
    """The efficiency turn without controls: Mistral, which no rule denied anything.

    A comparison of DeepSeek with Mistral takes the difference of what both gained since mid-2023
    for the effect of controls; the paired worlds say what that effect is.
    """

    def gain(record: Record, lab: str) -> Block:
        return of_lab(record, EFFICIENCY, lab) - of_lab(record, EFFICIENCY, lab, "2023-06")

    compared = gain(enacted, "DeepSeek") - gain(enacted, "Mistral")
    true = gain(enacted, "DeepSeek") - gain(free, "DeepSeek")
    runs = [of_lab(enacted, "largest_run", lab) for lab in ("Mistral", "DeepSeek", "Meta")]
    capability = of_lab(enacted, "capability", "Mistral")
    return {
        "gain_mistral": log_points(gain(enacted, "Mistral")),
        "gain_mistral_free": log_points(gain(free, "Mistral")),
        "gain_deepseek": log_points(gain(enacted, "DeepSeek")),
        "compared": log_points(compared),
        "true": log_points(true),
        "same_sign": float((np.sign(compared) == np.sign(true)).mean()),
        "correlation": float(np.corrcoef(compared, true)[0, 1]),
        "run_mistral": distribution(ratio(runs[0], runs[2])),
        "run_deepseek": distribution(ratio(runs[1], runs[2])),
        "capability_mistral": distribution(capability, "ECI points"),
    }


def slowdown(enacted: Record, free: Record) -> dict[str, Any]:
    """Chinese growth slowed a year before the first rule: how much does it slow without rules?"""
    results: dict[str, Any] = {}
    for name, outcome in SLOWED.items():
        before, after = (growth(enacted, outcome, *years) for years in SLOWDOWN_YEARS)
        after_free = growth(free, outcome, *SLOWDOWN_YEARS[1])
        results[name] = {
            "before": distribution(np.exp(before), "x/yr"),
            "after": distribution(np.exp(after), "x/yr"),
            "after_free": distribution(np.exp(after_free), "x/yr"),
            "slower": log_points(before - after),
            "slower_free": log_points(before - after_free),
            "by_controls": log_points(after_free - after),
        }
    runs = [outcome_in(record, "largest_run_china", "2022-07") for record in (enacted, free)]
    results["before_first_rule"] = log_points(np.log(runs[0] / runs[1]))
    return results


def full_chips(
    enacted: Record, free: Record, without_effort: Sequence[Record], weight: Block
) -> dict[str, Any]:
    """DeepSeek trained on H800: full peak performance, slower links.

    Args:
        without_effort: the same two scenarios with directed effort switched off.
        weight: exponent of a chip's links in its worth for training, `[world]`.
    """

    def deepseek(record: Record, series: str = EFFICIENCY, month: str = EPISODE_END) -> Block:
        return of_lab(record, series, "DeepSeek", month)

    effect = deepseek(enacted) - deepseek(free)
    other_effect = deepseek(without_effort[0]) - deepseek(without_effort[1])
    scarcity = "scarcity_training"
    return {
        "h800_worth": distribution(H800_LINKS**weight),
        "scarcity": {
            month: distribution(deepseek(enacted, scarcity, month)) for month in SCARCITY_MONTHS
        },
        "scarcity_free": distribution(deepseek(free, scarcity)),
        "effect": log_points(effect),
        "by_effort": log_points(effect - other_effect),
        "gain": log_points(deepseek(enacted) - deepseek(enacted, month="2022-08")),
        "run": distribution(deepseek(enacted, "largest_run"), "FLOP"),
    }


def never_enforced(announced: Record, free: Record, months: Sequence[str]) -> dict[str, Any]:
    """A rule announced in October 2022 for October 2023 and withdrawn in September 2023."""
    results: dict[str, Any] = {}
    for outcome, (unit, in_logs) in ANTICIPATED.items():
        results[outcome] = {}
        for month in months:
            with_rule, without = (outcome_in(one, outcome, month) for one in (announced, free))
            change = np.log(with_rule / without) if in_logs else with_rule - without
            results[outcome][month] = distribution(change, unit)
    return results


def fake_control(enacted: Record, fake: Record) -> dict[str, Any]:
    """A control in October 2021 that never was: what a before-and-after would find, and the fit."""

    def break_of(outcome: str, reference: str) -> dict[str, Any]:
        """Change of growth from the year before October 2021 to the year after, against the US."""
        before, after = (
            growth(enacted, outcome, *years) - growth(enacted, reference, *years)
            for years in AROUND_OCTOBER_2021
        )
        return distribution(after - before, "log points/yr")

    compute = [outcome_in(one, "china_compute", "2022-08") for one in (fake, enacted)]
    share = [outcome_in(one, "nvidia_china_share", "2022-03") for one in (fake, enacted)]
    return {
        "break_spending": break_of("china_spending", "us_spending"),
        "break_investment": break_of("china_investment", "us_investment"),
        "effect_compute": log_points(np.log(compute[0] / compute[1])),
        "effect_share": distribution(share[0] - share[1], "share"),
        "fit": bayes_factor(log_likelihood(fake) - log_likelihood(enacted)),
    }
