"""Rival forms of the model: what each says, its weight, and how far the answers depend on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.research.identification.effects import MONTHS
from sim.research.structures.study import EFFECTS
from sim.scenario.structures import REFERENCE
from viz.pages.render import Page, render
from viz.text.structures import depends, near_equal, recorded, rests, together, unlike

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def build(_docs: Path) -> Page:
    """The page of the documentation."""
    found = recorded()
    return Page(page(found), lambda: figures(found))


def page(found: dict[str, Any]) -> str:
    """The page (Markdown)."""
    weights = found["weights"]["mean"]
    return render(
        "structures",
        **found,
        names=sorted(found["structures"], key=lambda name: -weights[name]),
        reference=REFERENCE,
        outcomes=EFFECTS,
        months=MONTHS,
        together={name: together(found, name) for name in EFFECTS},
        depends={name: depends(found, name) for name in EFFECTS},
        rests=rests(found),
        near_equal=near_equal(found),
        unlike={(name, month): unlike(found, name, month) for name in EFFECTS for month in MONTHS},
    )


def figures(found: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.structures import structures_figure

    return {"structures": structures_figure(found)}
