"""What the controls did, as far as the model can say: from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.parts import OTHER, WHOLE
from sim.research.identification.effects import EFFECTS, MAIN, MONTHS, PAIRS
from viz.pages.render import Page, render
from viz.text.sentences import phrase

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST = 0.02  # part of the whole effect below which a channel is left out


def build(docs: Path) -> Page:
    """The page of the documentation."""
    recorded = json.loads((docs / "findings.json").read_text("utf-8"))
    return Page(page(recorded), lambda: figures(recorded))


def page(recorded: dict[str, Any]) -> str:
    """The page (Markdown)."""
    effects = {pair: recorded["effects"]["-".join(pair)] for pair in PAIRS}
    return render(
        "findings",
        about=recorded["about"],
        main=effects[MAIN],
        pairs={pair: (title, effects[pair]) for pair, title in PAIRS.items()},
        months=MONTHS,
        outcomes=EFFECTS,
        channels={month: _channels(splits) for month, splits in recorded["channels"].items()},
        turning=recorded["turning"],
        planes={name: _cells(recorded["planes"][name]) for name in recorded["turning"]["prior"]},
        worlds_of_plane=recorded["planes"]["worlds"],
    )


def figures(recorded: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.findings import effects_figure, plane_figure

    return {"findings_effects": effects_figure(recorded), "findings_plane": plane_figure(recorded)}


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
