"""What history can tell: rivals, profiles of the fit and placebos, from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.research.identification.bayes_factors import ETA, SIGMA
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def build(docs: Path) -> Page:
    """The page of the documentation."""
    recorded = json.loads((docs / "evidence.json").read_text("utf-8"))
    return Page(page(recorded), lambda: figures(recorded))


def page(recorded: dict[str, Any]) -> str:
    """The page (Markdown)."""
    profiles = {name: recorded["profiles"][path] for name, path in (("eta", ETA), ("sigma", SIGMA))}
    scenarios = {f"scenario {name}": factor for name, factor in recorded["scenarios"].items()}
    return render(
        "evidence",
        **recorded | {"profiles": profiles},
        every_rival=recorded["rivals"] | scenarios,
        eta=recorded["numbers"][ETA],
        eta_at={point["value"]: point["log"] for point in profiles["eta"]},
    )


def figures(recorded: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.evidence import innovation_figure, profiles_figure

    return {
        "evidence_profiles": profiles_figure(recorded),
        "evidence_innovation": innovation_figure(recorded),
    }
