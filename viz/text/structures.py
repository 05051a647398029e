"""What rival forms of the model answer, in words and as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.experiments.verdict import Verdict
from sim.research.identification.distribution import verdict_on
from sim.scenario.structures import REFERENCE
from sim.uncertainty.posterior import shipped
from sim.uncertainty.structure_weights import stored_weights
from viz.text.format import SHORT, between, capitalised, counted, date, percent, ranged, when
from viz.text.sentences import effect
from viz.text.tables import Table
from viz.text.terminal import print_table, say_wrapped

FILE = Path(__file__).parents[1] / "structures.json"
MONTH = "2030-12"
SHOWN = ("innovation_effect", "lead_months")
OPEN = ", which do not tell the forms apart"
NEAR = 1.5  # weights with a smaller ratio are called near equal
QUESTION = ("as_enacted", "no_controls")  # the pair that was computed


def recorded() -> dict[str, Any]:
    """The study of structures that is shipped, with the weights in which worlds are mixed."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    shares = stored_weights()
    found["weights"] |= {"mean": shares["weights"], "observations": shares["observations"]}
    found["about"]["origins"] = shares["origins"]
    return found


def print_structures(found: dict[str, Any]) -> None:
    """Print what all structures say together, where they differ, and each of them."""
    for outcome in SHOWN:
        say_wrapped(together(found, outcome))
        say_wrapped(depends(found, outcome), indent=2)
    print_table(structures_table(found))
    say_wrapped(
        "Effects of all controls by December 2030: median [90 % of worlds], and the share of "
        f"worlds below 0, in {found['about']['worlds_of_each']} worlds of each form. Weights rest "
        f"on {rests(found)}{OPEN if near_equal(found) else ''}."
    )


def near_equal(found: dict[str, Any]) -> bool:
    """Whether forecasts hardly tell the forms apart."""
    weights = found["weights"]["mean"].values()
    return max(weights) < NEAR * min(weights)


def together(found: dict[str, Any], outcome: str) -> str:
    """The effect in worlds of all structures by their weights, as a sentence."""
    about, spread = found["about"], found["all"]["effects"][outcome][MONTH]
    whole = f"all {counted(len(found['structures']), 'rival form')} ({about['worlds']:,} worlds)"
    return f"Over {whole}: {_lower(effect(verdict_on(spread, outcome, MONTH)))}"


def beside(about: Mapping[str, Any]) -> str:
    """What all forms of the model say of the same question, where that was computed; else empty.

    Args:
        about: the provenance of a comparison or an explanation.
    """
    names = tuple(about[role]["name"] for role in ("scenario", "against") if role in about)
    ensemble = about["scenario"]["ensemble"]
    is_usual = not about["scenario"]["overrides"] and ensemble.get("posterior") == shipped().name
    if names != QUESTION or not is_usual:
        return ""
    return together(recorded(), SHOWN[0])


def medians(found: dict[str, Any], outcome: str, month: str) -> list[float]:
    """The median of an effect in each form."""
    forms = found["structures"].values()
    return [one["effects"][outcome][month]["median"] for one in forms]


def depends(found: dict[str, Any], outcome: str) -> str:
    """How far the effect depends on the form, as a sentence."""
    parts = found["spread"][outcome][MONTH]
    ends = medians(found, outcome, MONTH)
    unit = found["all"]["effects"][outcome][MONTH]["unit"]
    names = [found["structures"][name]["title"] for name in parts["flips"]]
    flips = (
        f"Most worlds lie on the other side where “{'” and where “'.join(names)}”."
        if names
        else "No form has most worlds on the other side."
    )
    share = f"{percent(parts['share_between'])} of the variance lies between forms"
    return f"Medians of the forms lie {between(min(ends), max(ends), unit)}; {share}. {flips}"


def rests(found: dict[str, Any]) -> str:
    """On what weights rest."""
    weights = found["weights"]
    origins = ", ".join(when(origin) for origin in sorted(found["about"]["origins"]))
    return (
        f"{weights['observations']} observations of {weights['series']} series after "
        f"fits to {origins}"
    )


def structures_table(found: dict[str, Any]) -> Table:
    """A row for each structure, the heaviest first."""
    names = sorted(found["structures"], key=lambda name: -found["weights"]["mean"][name])
    rows = [_row(found, name) for name in names]
    head = ["form", "weight", "efficiency, %", "below 0", "US lead, months", "below 0"]
    return Table("", head, rows, text=["form"], is_tight=True)


def _row(found: dict[str, Any], name: str) -> list[str]:
    effects = found["structures"][name]["effects"]
    cells = [name, percent(found["weights"]["mean"][name])]
    for outcome in SHOWN:
        spread = effects[outcome][MONTH]
        band = (spread[key] for key in ("median", "p5", "p95"))
        middle, low, high = band
        cells += [ranged(middle, low, high, digits=SHORT), percent(spread["negative"])]
    return cells


def unlike(found: dict[str, Any], outcome: str, month: str) -> str:
    """Which forms have another verdict than the reference, as a sentence; empty if none has."""
    said = {
        name: _direction(verdict_on(one["effects"][outcome][month], outcome, month))
        for name, one in found["structures"].items()
    }
    usual = said[REFERENCE]
    others: dict[str, list[str]] = {}
    for name, direction in said.items():
        if direction != usual:
            others.setdefault(direction, []).append(f"`{name}`")
    if not others:
        return ""
    rest = "; ".join(f"{direction} in {', '.join(names)}" for direction, names in others.items())
    return f"By {date(month)}: {usual} in `{REFERENCE}`; {rest}."


def _direction(found: Verdict) -> str:
    """What most worlds agree on."""
    if found.is_small:
        return "no material change"
    return {1: "higher", -1: "lower", 0: "direction open"}[found.sign]


def _lower(sentence: str) -> str:
    return sentence if sentence != capitalised(sentence) else sentence[0].lower() + sentence[1:]
