"""Effects of the controls in fitted worlds, pair of scenarios by pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.core.worlds import Block
from sim.experiments.ensemble import posterior_of
from sim.experiments.verdict import verdict_on_effect
from sim.outcomes.catalogue import compute_effects, compute_outcomes, series_read, unit_of
from sim.outcomes.presentation import levels_needed, size_of_effect
from sim.outcomes.record import Record, ratio
from sim.research.forecasting.carried import OF_FRONTIERS, carried_errors
from sim.research.identification.distribution import distribution, rounded
from sim.research.identification.ensemble import ENACTED, NO_CONTROLS, Ensemble

Progress = Callable[[str], None]  # called with what is being computed

PAIRS = {
    (ENACTED, NO_CONTROLS): "all controls as enacted",
    ("chips_only", NO_CONTROLS): "the rules on chips alone, China's answer kept",
    ("chips_only_unanswered", NO_CONTROLS): "the rules on chips alone, China's answer withheld",
    ("tools_only", NO_CONTROLS): "the rules on tools, memory and foundries alone, "
    "China's answer kept",
    ("tools_only_unanswered", NO_CONTROLS): "the rules on tools, memory and foundries alone, "
    "China's answer withheld",
    ("october_2022_never_updated", NO_CONTROLS): "the first chip rule, never updated",
}
MAIN = (ENACTED, NO_CONTROLS)
BY_INSTRUMENT = (MAIN, ("chips_only", NO_CONTROLS), ("tools_only", NO_CONTROLS))
"""Pairs whose effects are split by instrument: they hold acts of both governments."""
EFFECTS = (
    "lead_months",
    "lead_points",
    "innovation_effect",
    "innovation_effect_inference",
    "compute_ratio",
    "run_ratio",
    "domestic_share",
    "domestic_share_units",
    "domestic_share_value",
    "huawei_units",
    "supplier_loss",
    "us_supplier_revenue_china",
)
SHORT = ("innovation_effect", "lead_months", "compute_ratio", "domestic_share")
"""Effects of the main pair that are recorded month by month: the dashboard opens with them."""
MONTHS = ("2024-12", "2026-12", "2030-12")
LEVELS = (
    "lead_months",
    "lead_points",
    "china_leads",
    "compute_ratio",
    "us_spending",
    "china_spending",
    "us_service_revenue",
    "china_service_revenue",
    "us_application_share",
    "application_share",
    "china_use_abroad",
    "open_use_abroad",
)
THIRD_COUNTRIES = {"third_china_use": "market_chinese", "third_open_use": "market_hosted"}
"""Shares of the tokens used outside both blocs: of Chinese labs and hosts, of open weights."""
LEVEL_MONTHS = ("2022-12", *MONTHS)
CLAIMS = (("deepseek_believed", "deepseek_unheard"), (ENACTED, "deepseek_unheard"))
VALUES = ("value_chips", "value_tools", "value_power", "value_labs", "value_index")
CLAIM_MONTHS = ("2025-01", "2025-02", "2025-12")  # of the claim, the next, and whether it lasts


def effects(ensemble: Ensemble, progress: Progress = lambda step: None) -> dict[str, Any]:
    """Effects of each pair of scenarios: distributions by pair, outcome and month."""
    one_world = Ensemble(ensemble.name, 1, ensemble.seed)
    only = series_read(one_world.record(ENACTED, 1), EFFECTS)
    reference = ensemble.record(NO_CONTROLS, only=only)
    levels = compute_outcomes(reference, levels_needed(EFFECTS))
    labels = reference.calendar.labels()
    results = {}
    for pair in PAIRS:
        progress(" against ".join(pair))
        values = compute_effects(ensemble.record(pair[0], only=only), reference, EFFECTS)
        results["-".join(pair)] = {
            name: {label: sized(name, label, labels, values[name], levels) for label in MONTHS}
            for name in EFFECTS
        }
    return results


def sized(
    name: str, month: str, months: list[str], effect: Block, levels: Mapping[str, Block]
) -> dict[str, Any]:
    """The distribution of an effect as people give its size, with what its verdict needs besides.

    Args:
        effect: `[month, world]`; levels: of the reference, as `sim.outcomes.presentation` needs.
    """
    at, unit = months.index(month), unit_of(name)
    found = verdict_on_effect(name, unit, month, months[: len(effect)], effect, levels)
    size = size_of_effect(name, effect[at], unit, {key: block[at] for key, block in levels.items()})
    return distribution(size.values, size.unit) | {
        "small": rounded(found.share_small),
        "threshold": found.threshold,
        "since": found.since,
    }


def main_pair(
    ensemble: Ensemble, names: Sequence[str]
) -> tuple[Mapping[str, Block], Mapping[str, Block], list[str]]:
    """Effects of the main pair and levels of its reference, `[month, world]` by outcome; months."""
    one_world = Ensemble(ensemble.name, 1, ensemble.seed)
    only = series_read(one_world.record(ENACTED, 1), names)
    this, reference = (ensemble.record(name, only=only) for name in MAIN)
    levels = compute_outcomes(reference, levels_needed(names))
    return compute_effects(this, reference, names), levels, reference.calendar.labels()


def by_month(ensemble: Ensemble) -> dict[str, Any]:
    """The verdicts on the main pair in every month: a list for each of their numbers, by outcome.

    Sizes are as people give them, in `unit`; `since` is None where the sign is open.
    """
    values, levels, months = main_pair(ensemble, SHORT)
    found: dict[str, Any] = {"months": months}
    for name in SHORT:
        verdicts = [
            verdict_on_effect(name, unit_of(name), month, months, values[name], levels)
            for month in months
        ]
        numbers = {
            "median": [one.median for one in verdicts],
            "p5": [one.low for one in verdicts],
            "p95": [one.high for one in verdicts],
            "positive": [one.share_positive for one in verdicts],
            "negative": [one.share_negative for one in verdicts],
            "small": [one.share_small for one in verdicts],
        }
        found[name] = {"unit": verdicts[-1].unit, "threshold": verdicts[-1].threshold}
        found[name] |= {key: [rounded(one) for one in row] for key, row in numbers.items()}
        found[name]["since"] = [one.since for one in verdicts]
    return found


def levels(ensemble: Ensemble) -> dict[str, Any]:
    """The moat as enacted: distributions by outcome and month, where it is defined.

    Worlds of a posterior start from the last observations, as `moat run` shows them.
    """
    one_month = Ensemble(ensemble.name, 1, ensemble.seed).record(ENACTED, 1)
    names = (*LEVELS, *OF_FRONTIERS)
    only = series_read(one_month, names) | {"market_tokens", *THIRD_COUNTRIES.values()}
    enacted = ensemble.record(ENACTED, only=only)
    raw = compute_outcomes(enacted, names)
    fitted = posterior_of(ensemble.name)
    if fitted:
        months = enacted.calendar.months
        carried = carried_errors(fitted, ensemble.worlds, ensemble.seed, months)
        raw |= carried.outcomes(raw, enacted.calendar)
    values = {name: (unit_of(name), raw[name]) for name in LEVELS}
    for name, series in THIRD_COUNTRIES.items():
        values[name] = ("share", used_in_third_countries(enacted, series))
    month = enacted.calendar.month
    return {
        name: {label: where_defined(rows[month(label)], unit) for label in LEVEL_MONTHS}
        for name, (unit, rows) in values.items()
    }


def used_in_third_countries(record: Record, series: str) -> Block:
    """A share of the tokens used in markets of neither bloc, `[month, world]`, NaN without any."""
    share, tokens = (record.actors("market", name, "Rest") for name in (series, "market_tokens"))
    used = tokens.sum(axis=1)
    return np.where(used > 0, ratio((share * tokens).sum(axis=1), used), np.nan)


def where_defined(values: Block, unit: str) -> dict[str, Any]:
    """The distribution over the worlds in which a quantity is defined; only the unit if in none."""
    some = ~np.isnan(values)
    return distribution(values[some], unit) if some.any() else {"unit": unit, "worlds": 0}


def claims(ensemble: Ensemble) -> dict[str, Any]:
    """What a claim of cheap capability does to the worth of firms, percent.

    By pair of scenarios, outcome and month.
    """
    one_month = Ensemble(ensemble.name, 1, ensemble.seed).record(ENACTED, 1)
    only = series_read(one_month, VALUES)
    last = one_month.calendar.month(CLAIM_MONTHS[-1]) + 1
    records = {
        name: ensemble.record(name, last, only=only)
        for name in dict.fromkeys(name for pair in CLAIMS for name in pair)
    }
    return {"-".join(pair): changes(*(records[name] for name in pair)) for pair in CLAIMS}


def changes(this: Record, reference: Record) -> dict[str, Any]:
    """Effects on the worth of sectors, percent of the reference, by outcome and month."""
    values = compute_effects(this, reference, VALUES)
    levels = compute_outcomes(reference, VALUES, reference)
    months = this.calendar.labels()
    return {
        name: {month: sized(name, month, months, values[name], levels) for month in CLAIM_MONTHS}
        for name in VALUES
    }
