"""What the controls did, as far as the model can say: from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.parts import OTHER, WHOLE, phrase
from sim.outcomes.catalogue import label_of
from sim.research.identification.effects import EFFECTS, MAIN, MONTHS, PAIRS
from viz.pages.evidence_words import effect
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADLINES = (
    ("lead_months", "2024-12"),
    ("lead_months", "2030-12"),
    ("innovation_effect", "2024-12"),
    ("innovation_effect", "2030-12"),
    ("compute_ratio", "2024-12"),
    ("compute_ratio", "2030-12"),
    ("domestic_share", "2030-12"),
    ("supplier_loss", "2024-12"),
    ("supplier_loss", "2030-12"),
)
WORTH = 1.25  # a box is shown when the rarer sign is so much more frequent in it
LEAST = 0.02  # part of the whole effect below which a channel is left out


def build(docs: Path) -> Page:
    """The page of the documentation."""
    numbers = json.loads((docs / "findings.json").read_text("utf-8"))
    return Page(page(numbers), lambda: figures(numbers))


def page(numbers: dict[str, Any]) -> str:
    """The page (Markdown)."""
    main = numbers["effects"]["-".join(MAIN)]
    turning = numbers["turning"]
    return render(
        "findings",
        about=numbers["about"],
        effective=min(one["effective"] for one in turning["posterior"].values()),
        headlines=[effect(name, main[name][month], month) for name, month in HEADLINES],
        innovation=[main["innovation_effect"][month] for month in MONTHS],
        months=MONTHS,
        outcomes={name: label_of(name) for name in EFFECTS},
        pairs={pair: (PAIRS[pair], numbers["effects"]["-".join(pair)]) for pair in PAIRS},
        channels={month: _channels(splits) for month, splits in numbers["channels"].items()},
        worlds_of_plane=numbers["planes"]["worlds"],
        turning={name: _turning(numbers, name) for name in turning["posterior"]},
    )


def figures(numbers: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.effects import effects_figure, plane_figure

    return {"findings_effects": effects_figure(numbers), "findings_plane": plane_figure(numbers)}


def _channels(splits: dict[str, Any]) -> dict[str, Any]:
    """Parts of some effects by channel, the channel with the largest part of any effect first."""
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
    first = next(iter(splits.values()))
    return {
        "worlds": first["worlds"],
        "effects": [(label_of(name), split["unit"]) for name, split in splits.items()],
        "rows": {phrase(name): [split[name] for split in parts.values()] for name in ranked},
    }


def _turning(numbers: dict[str, Any], name: str) -> dict[str, Any]:
    """What turns the sign of one effect: eta and sigma, and single numbers of the worlds."""
    outcome, month = name.split("@")
    plane = numbers["planes"][name]
    cells = [
        {"positive": positive, "eta": eta, "sigma": sigma, "median": median}
        for sigma, shares, medians in zip(
            plane["sigma"], plane["positive"], plane["median"], strict=True
        )
        for eta, positive, median in zip(plane["eta"], shares, medians, strict=True)
    ]
    ranked = sorted(cells, key=lambda cell: tuple(cell.values()))
    return {
        "title": f"{label_of(outcome)}, {month}",
        "cells": len(cells),
        "mostly_positive": sum(cell["positive"] > 0.5 for cell in cells),
        "least": ranked[0],
        "most": ranked[-1],
        "ensembles": [
            _ensemble(numbers["turning"][which][name]) for which in ("posterior", "prior")
        ],
    }


def _ensemble(turning: dict[str, Any]) -> dict[str, Any]:
    """Worlds of one kind; a box only where it holds the rarer sign clearly more often."""
    box = turning["box"]
    clear = box and box["elsewhere"] is not None and box["elsewhere"] >= WORTH * turning["share"]
    return turning | {"box": box if clear else None}
