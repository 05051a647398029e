"""What the controls did, as far as the model can say: from recorded numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.parts import OTHER, WHOLE
from sim.experiments.verdict import LIKELY
from sim.outcomes.presentation import label_of
from sim.research.identification.effects import (
    CLAIM_MONTHS,
    CLAIMS,
    EFFECTS,
    LEVEL_MONTHS,
    LEVELS,
    MAIN,
    MONTHS,
    PAIRS,
    THIRD_COUNTRIES,
    VALUES,
)
from sim.scenario.load import load
from viz.pages.render import Page, render
from viz.text import structures
from viz.text.format import SHORT, interval, percent
from viz.text.notes import notes
from viz.text.sentences import phrase

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST = 0.02  # part of the whole effect below which a part is left out
TITLES = {name: label_of(name) for name in (*LEVELS, *VALUES)} | {
    "third_china_use": "the share of Chinese services outside both blocs",
    "third_open_use": "the share of open weights outside both blocs",
}


def build(docs: Path) -> Page:
    """The page of the documentation."""
    recorded = json.loads((docs / "findings.json").read_text("utf-8"))
    return Page(page(recorded), lambda: figures(recorded))


def page(recorded: dict[str, Any]) -> str:
    """The page (Markdown)."""
    effects = {
        pair: recorded["effects"]["-".join(pair)]
        for pair in PAIRS
        if "-".join(pair) in recorded["effects"]  # numbers of older versions have fewer
    }
    forms = structures.recorded()
    splits = {pair: recorded.get("instruments", {}).get("-".join(pair), {}) for pair in PAIRS}
    return render(
        "findings",
        about=recorded["about"],
        main=effects[MAIN],
        forms=forms,
        medians=_medians(forms),
        shares=_shares(forms),
        pairs={pair: (PAIRS[pair], effect) for pair, effect in effects.items()},
        notes=_notes(effects),
        titles=TITLES,
        levels={name: recorded["levels"][name] for name in (*LEVELS, *THIRD_COUNTRIES)},
        level_months=LEVEL_MONTHS,
        claims={pair: recorded["claims"]["-".join(pair)] for pair in CLAIMS},
        claim_months=CLAIM_MONTHS,
        months=MONTHS,
        likely=LIKELY,
        outcomes=EFFECTS,
        channels={month: _parts(split) for month, split in recorded["channels"].items()},
        instruments={
            PAIRS[pair]: {month: _parts(split) for month, split in of_pair.items()}
            for pair, of_pair in splits.items()
            if of_pair
        },
        turning=recorded["turning"],
        planes={name: _cells(recorded["planes"][name]) for name in recorded["turning"]["prior"]},
        worlds_of_plane=recorded["planes"]["worlds"],
    )


def _medians(forms: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Between which medians the forms of the model lie, by outcome and month."""
    found = {}
    for outcome, months in forms["all"]["effects"].items():
        for month in months:
            ends = structures.medians(forms, outcome, month)
            found[outcome, month] = interval(min(ends), max(ends), SHORT)
    return found


def _shares(forms: dict[str, Any]) -> str:
    """In what shares forms are mixed, and why."""
    weights = forms["weights"]["mean"].values()
    ends = f"{100 * min(weights):.0f} to {percent(max(weights))}"
    if structures.near_equal(forms):
        return f"in nearly equal shares ({ends}), because their forecasts hardly tell them apart"
    return f"in shares ({ends}) by how well each forecast what came"


def figures(recorded: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.findings import effects_figure, plane_figure

    return {"findings_effects": effects_figure(recorded), "findings_plane": plane_figure(recorded)}


def _notes(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Acts that do nothing in one of the scenarios: no effect is laid to them unsaid."""
    names = dict.fromkeys(name for pair in pairs for name in pair)
    return [f"In `{name}`: {text}" for name in names for text in notes(load(name))]


def _parts(splits: dict[str, Any]) -> dict[str, Any]:
    """Parts of some effects, the one that is largest in any effect first."""
    parts = {
        name: {part["channel"]: part for part in split["parts"]} for name, split in splits.items()
    }
    size: dict[str, float] = {}
    for split in parts.values():
        whole = max(abs(part["mean"]) for part in split.values()) or 1.0
        for channel, part in split.items():
            size[channel] = max(size.get(channel, 0.0), abs(part["mean"]) / whole)
    large = [name for name in size if name not in (OTHER, WHOLE) and size[name] > LEAST]
    ranked = [*sorted(large, key=lambda name: -size[name]), OTHER, WHOLE]
    return {
        "worlds": next(iter(splits.values()))["worlds"],
        "units": {name: split["unit"] for name, split in splits.items()},
        "rows": {phrase(name): [split[name] for split in parts.values()] for name in ranked},
    }


def _cells(plane: dict[str, Any]) -> list[dict[str, float]]:
    """Worlds over eta and sigma, the cell in which the effect is least often above 0 first."""
    cells = [
        {"positive": plane["positive"][row][column], "eta": eta, "sigma": sigma}
        | {"median": plane["median"][row][column]}
        for row, sigma in enumerate(plane["sigma"])
        for column, eta in enumerate(plane["eta"])
    ]
    return sorted(cells, key=lambda cell: tuple(cell.values()))
