"""What history can tell: rivals, profiles of the fit and placebos, from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.research.identification.identification import ETA, SIGMA
from viz.pages.evidence_words import is_open, prefers
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ZERO = "no directed effort (eta = 0)"
NO_EFFECT, HALF = 0.1, 0.5  # shares of a gain that are called nearly nothing, the smaller part


def build(docs: Path) -> Page:
    """The page of the documentation."""
    numbers = json.loads((docs / "evidence.json").read_text("utf-8"))
    return Page(page(numbers), lambda: figures(numbers))


def page(numbers: dict[str, Any]) -> str:
    """The page (Markdown)."""
    eta, sigma = numbers["profiles"][ETA], numbers["profiles"][SIGMA]
    logs = [point["log"] for point in eta]
    scenarios = {f"scenario {name}": factor for name, factor in numbers["scenarios"].items()}
    mistral, chips = (numbers["placebos"][name] for name in ("mistral", "full_chips"))
    last = list(numbers["innovation"]["posterior"])[-1]
    return render(
        "evidence",
        **numbers,
        eta=numbers["numbers"][ETA],
        eta_change=max(logs) - min(logs),
        eta_at={point["value"]: point["log"] for point in eta},
        eta_top=max(eta, key=lambda point: point["log"]),
        sigma_top=max(sigma, key=lambda point: point["log"]),
        on_eta_zero=prefers(numbers["rivals"][ZERO], "eta = 0"),
        on_no_controls=prefers(numbers["scenarios"]["no_controls"], "no controls"),
        on_fake_control=prefers(numbers["placebos"]["fake_control"]["fit"], "the fake rule"),
        verdicts={
            name: (factor, _verdict(factor))
            for name, factor in (numbers["rivals"] | scenarios).items()
        },
        last=last,
        apart=mistral["compared"]["median"] - mistral["true"]["median"],
        part=chips["effect"]["median"] / chips["gain"]["median"],
        no_effect=NO_EFFECT,
        half=HALF,
    )


def figures(numbers: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.evidence import innovation_figure, profiles_figure

    return {
        "evidence_profiles": profiles_figure(numbers),
        "evidence_innovation": innovation_figure(numbers),
    }


def _verdict(factor: dict[str, float]) -> str:
    if is_open(factor):
        return "cannot tell"
    return "prefers the rival" if factor["log"] > 0 else "prefers the model"
