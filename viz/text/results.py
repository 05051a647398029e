"""A run or a comparison in sentences and tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiments.verdict import verdict
from sim.outcomes.catalogue import why_undefined
from sim.record.results import Results
from viz.text.binding import CHIPS, lines_of_run, why_nothing
from viz.text.format import UNDEFINED, percent, ranged
from viz.text.notes import notes_on
from viz.text.sentences import effect
from viz.text.tables import Table
from viz.text.terminal import print_table, say

FAR = "2030-12"  # month that sentences are about, where results reach it
YEAR_ENDS = ("2022-12", "2024-12", "2026-12", "2028-12", FAR)
WORDED = (  # effects that get a sentence
    "lead_months",
    "lead_points",
    "china_frontier",
    "innovation_effect",
    "innovation_effect_inference",
    "compute_ratio",
    "run_ratio",
    "domestic_share",
    "domestic_share_units",
    "domestic_share_value",
    "leaked_share",
    "supplier_loss",
    "us_supplier_revenue_china",
    "replication_cost",
    "us_service_revenue",
    "application_share",
    "value_chips",
    "lead_reversed",
)


def print_run(run: Results) -> None:
    """Print each outcome at year ends, which worlds these are, and whether China takes the lead."""
    about = run.about
    title = f"{about['scenario']['title']}: median [5 %, 95 %] of {about['worlds']} worlds"
    _print_notes(run)
    print_table(outcome_table(run, title))
    _print_gaps(run)
    say(which_worlds(about["scenario"]["ensemble"]))
    if "lead_reversed" in run.names:
        say(reversal(run))
    for sentence in lines_of_run(run):
        say(sentence)


def print_effects(effects: Results) -> None:
    """Print what the change did, in sentences and as a table."""
    about = effects.about
    scenario, against = about["scenario"]["name"], about["against"]["name"]
    say(f"{scenario} against {against}: {about['worlds']} paired worlds, same luck")
    say(which_worlds(about["scenario"]["ensemble"]) + "\n")
    _print_notes(effects)
    for name in WORDED:
        say(f"  {effect(verdict(effects, name, reported_month(effects)), show_name=True)}")
    if why := why_little(effects):
        say(f"\n  {why}")
    say()
    print_table(outcome_table(effects, f"{scenario} less {against}: median [5 %, 95 %]"))
    _print_gaps(effects)


def _print_notes(results: Results) -> None:
    """Print which acts do nothing, before any number."""
    for text in notes_on(results.about):
        say(f"Note: {text}\n")


def _print_gaps(results: Results) -> None:
    """Print why some numbers of the table of outcomes are missing."""
    for sentence in gaps(results):
        say(sentence)


def why_little(effects: Results) -> str:
    """What binds instead, where a lever on tools, memory or dies moved little of chips."""
    month = reported_month(effects)
    moved = [name for name in CHIPS if name in effects.names and verdict(effects, name, month).sign]
    return "" if moved else why_nothing(effects.about, month)


def gaps(results: Results) -> list[str]:
    """Why outcomes are not defined in the months of their table, a sentence for each reason."""
    months = shown_months(results)
    names: dict[str, list[str]] = {}
    for name in results.names:
        if any(results.undefined(name, month) for month in months):
            names.setdefault(why_undefined(name), []).append(name)
    return [
        f"Not defined where {why or 'the model gives no number'}: {', '.join(some)}."
        for why, some in names.items()
    ]


def reported_month(results: Results) -> str:
    """The month that sentences are about."""
    return FAR if FAR in results.months else results.months[-1]


def shown_months(results: Results) -> list[str]:
    """Year ends that the results reach, and their last month."""
    months = [month for month in YEAR_ENDS if month in results.months]
    last = results.months[-1]
    return months if last in months else [*months, last]


def outcome_table(results: Results, title: str) -> Table:
    """Every outcome at year ends."""
    months = shown_months(results)
    places = [results.months.index(month) for month in months]
    rows = []
    for name in results.names:
        quantiles, unit = results.quantiles(name), results.outcomes[name].attrs["unit"]
        cells = [
            cell({key: float(values[at]) for key, values in quantiles.items()}, unit)
            for at in places
        ]
        rows.append([name, unit, *cells])
    return Table(title, ["outcome", "unit", *months], rows, ("outcome", "unit"))


def cell(statistics: dict[str, float], unit: str) -> str:
    """Median and range over worlds; for what is or is not the case, the share of worlds.

    Where it is not defined in all worlds, with the share of those in which it is.
    """
    if not statistics["share_defined"]:
        return UNDEFINED
    some = statistics["share_defined"] < 1
    worlds = f" in {percent(statistics['share_defined'])} of worlds" if some else ""
    if unit == "probability":
        return percent(statistics["mean"]) + worlds
    return ranged(statistics["p50"], statistics["p5"], statistics["p95"]) + worlds


def which_worlds(ensemble: dict[str, Any]) -> str:
    """A sentence on where the worlds come from."""
    if ensemble["name"] == "prior":
        return "Worlds as drawn from the priors: not fitted to history."
    own = ensemble["priors"] - ensemble["fitted"]
    rest = f"; {own} numbers are drawn from priors of the scenario's own" if own else ""
    return f"Worlds that fit history to {ensemble['until']} (--prior: all that are possible){rest}."


def reversal(run: Results) -> str:
    """A sentence on whether and when China takes the lead."""
    is_reversed = run.outcomes["lead_reversed"].values > 0
    ever = is_reversed[-1]
    if not ever.any():
        return f"China takes the lead in none of the worlds by {run.months[-1]}."
    first_month = np.argmax(is_reversed[:, ever], axis=0)
    middle = run.months[int(np.median(first_month))]
    return (
        f"China takes the lead for three months or more in {percent(ever.mean())} of worlds by "
        f"{run.months[-1]}, in half of these by {middle}."
    )
