"""A run or a comparison as it is printed: the answer, then the evidence, then the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.experiments.verdict import verdict
from sim.outcomes.catalogue import EFFECTS, why_undefined
from sim.record.results import Results
from sim.scenario.structures import REFERENCE
from viz.text import outcome_tables as tables
from viz.text.binding import CHIPS, why_nothing
from viz.text.format import counted, date
from viz.text.months import reported_month, shown_months
from viz.text.notes import notes_on
from viz.text.run_answer import answer
from viz.text.sentences import alone, effect, near_another_word
from viz.text.structures import beside
from viz.text.terminal import print_table, say, say_wrapped, width
from viz.text.worlds import in_form, of_form

QUESTION = ("innovation_effect", "lead_months", "compute_ratio", "domestic_share", "supplier_loss")
WORDED = (  # effects that get a sentence in a report
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
BESIDE = ("lead_points", "china_frontier", "run_ratio", "us_supplier_revenue_china")
LINES = 9  # of the table of effects
DATES = 3  # of a short table


def print_run(run: Results) -> None:
    """Print how wide the moat is and how it changes, then the main outcomes by date."""
    about = run.about
    say_wrapped(f"{about['scenario']['title']}: {whose(about)}, {period(run)}. In this model:")
    _print_notes(run)
    for sentence in answer(run):
        say_wrapped(sentence, indent=2)
    say()
    print_table(tables.levels(run, tables.year_ends(run, _dates())))


def print_effects(effects: Results) -> None:
    """Print what the change did, in sentences and as a table."""
    about = effects.about
    first, second = (f"“{about[role]['title']}”" for role in ("scenario", "against"))
    say_wrapped(f"{first} compared with {second}: {whose(about)}, same luck. In this model:")
    _print_notes(effects)
    say()
    for name, month in leading(effects):
        say_wrapped(effect(verdict(effects, name, month)), indent=2)
    if why := why_little(effects):
        say_wrapped(why, indent=2)
    if forms := beside(effects.about):
        say_wrapped(forms, indent=2)
    say()
    names = list(dict.fromkeys([name for name, _ in leading(effects)] + [*QUESTION, *BESIDE]))
    print_table(tables.effects(effects, names[:LINES], _effect_dates(effects)))
    found = verdict(effects, *leading(effects)[0])
    say_wrapped(
        "Medians of the differences between paired worlds, and 90 % of worlds. "
        + near_another_word(found, about["worlds"])
    )


def print_every(results: Results) -> None:
    """Print all outcomes, at as many dates as there is room for."""
    months = tables.year_ends(results, tables.dates_of_all(width()))
    print_table(tables.every(results, months))
    say_wrapped("--table csv has every month, a wider terminal more dates.")
    for sentence in gaps(results):
        say_wrapped(sentence)


def print_some(results: Results, names: Sequence[str]) -> None:
    """Print some outcomes in full, year by year."""
    for name in names:
        table = tables.one_in_full(results, name)
        if results.is_comparison:
            say_wrapped(effect(verdict(results, name, reported_month(results))))
            say()
        say_wrapped(table.title)
        print_table(table.untitled())
        if gap := results.undefined(name):
            say_wrapped(f"{name} is {gap}.")


def as_json(results: Results) -> dict[str, Any]:
    """The JSON form: notes, statistics of every outcome, and of a comparison the verdicts."""
    found = notes_on(results.about)
    notes = {"notes": found} if found else {}
    if not results.is_comparison:
        return notes | {"answer": answer(results), "outcomes": results.summary()}
    verdicts = [verdict(results, name, reported_month(results)) for name in results.names]
    described = {
        one.name: asdict(one) | {"certainty": one.certainty, "words": alone(one)}
        for one in verdicts
    }
    return notes | {"verdicts": described, "effects": results.summary()}


def leading(effects: Results) -> list[tuple[str, str]]:
    """Outcomes that a comparison leads with, each with the month: those its scenario asks about."""
    asked = effects.about["scenario"]["resolved"].get("question") or {}
    month = asked.get("month") or reported_month(effects)
    month = month if month in effects.months else reported_month(effects)
    own = [(name, month) for name in asked.get("outcomes", ()) if name in effects.names]
    rest = [(name, reported_month(effects)) for name in QUESTION if name in effects.names]
    named = {name for name, _ in own}
    return (own + [pair for pair in rest if pair[0] not in named])[: max(len(QUESTION), len(own))]


def _effect_dates(effects: Results) -> list[str]:
    """Dates of the table of effects: the month asked about among them."""
    months = {month for _, month in leading(effects)}
    wanted = [*sorted(months), "2024-12", "2026-12", "2028-12"]
    found = [month for month in dict.fromkeys(wanted) if month in effects.months]
    return sorted(found[: _dates(of_effects=True)])


def _dates(of_effects: bool = False) -> int:
    return min(DATES, tables.dates_that_fit(width(), of_effects))


def whose(about: dict[str, Any]) -> str:
    """How many worlds, and where they come from: `256 worlds that fit history to December 2025`."""
    ensemble = about["scenario"]["ensemble"]
    structure = ensemble.get("structure", REFERENCE)
    if about["kind"] == "comparison":
        worlds = f"{counted(about['worlds'], 'paired world')}{of_form(about['scenario'])}"
    else:
        worlds = f"{counted(about['worlds'], 'world')}{in_form(structure)}"
    if ensemble["name"] == "prior":
        return f"{worlds} drawn from the priors, not fitted to history"
    name, until = ensemble.get("posterior"), ensemble["until"]
    if structure != REFERENCE:
        return f"{worlds} that fit history to {date(until)}"
    of = f" of {name}" if name and name != until else ""
    return f"{worlds}{of} that fit history to {date(until)}"


def period(results: Results) -> str:
    """The months that were run."""
    return f"{date(results.months[0])} to {date(results.months[-1])}"


def _print_notes(results: Results) -> None:
    """Print which acts do nothing."""
    for text in notes_on(results.about):
        say_wrapped(f"Note: {text}")


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


def check_outcomes(names: Sequence[str]) -> None:
    """Refuse names that are no outcomes.

    Raises:
        ScenarioError: with the nearest name.
    """
    from sim.scenario.errors import Problem, ScenarioError, nearest

    for name in names:
        if name not in EFFECTS:
            hint = nearest(name, EFFECTS)
            raise ScenarioError(Problem("--outcome", name, "no such outcome", hint))


def which_worlds(ensemble: dict[str, Any]) -> str:
    """A sentence on where the worlds come from."""
    structure = ensemble.get("structure", REFERENCE)
    if ensemble["name"] == "prior":
        return f"Worlds{in_form(structure)} as drawn from the priors: not fitted to history."
    own = ensemble["priors"] - ensemble["fitted"]
    rest = f"; {own} numbers are drawn from priors of the scenario's own" if own else ""
    name, until = ensemble.get("posterior"), ensemble["until"]
    of = f" of {name}" if name and name != until else ""
    of = in_form(structure) or of
    return f"Worlds{of} that fit history to {until} (--prior: all that are possible){rest}."
