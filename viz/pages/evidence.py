"""What history can tell: rivals, profiles of the fit and placebos, from recorded numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.verdict import likelihood
from sim.research.identification.bayes_factors import ETA, SIGMA
from sim.research.identification.deepseek import CONTROLS
from sim.research.identification.distribution import agreement, sign_of
from viz.pages.render import Page, render
from viz.text import structures
from viz.text.format import percent

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
        ordered=_ordered(recorded["deepseek"]),
        eta=recorded["numbers"][ETA],
        after_fit=_sign_after_fit(recorded["innovation"]["posterior"]),
        all_forms=structures.together(structures.recorded(), "innovation_effect"),
        eta_at={point["value"]: point["log"] for point in profiles["eta"]},
    )


def _sign_after_fit(innovation: dict[str, Any]) -> str:
    """How sure the sign of the effect is in the reference form, by the last month."""
    month, effect = list(innovation.items())[-1]
    share = agreement(effect)
    which = "negative" if effect["negative"] == share else "positive"
    sure = f"{likelihood(share)} {which}" if sign_of(effect) else f"of open sign, {which}"
    return (
        f"In the reference form, the effect by {month} is after the fit {sure} ("
        f"{percent(share)} of worlds)."
    )


def _ordered(split: dict[str, Any]) -> list[str]:
    """Causes of DeepSeek's gain, the largest mean share first, the controls last."""
    shares = split["gains"]["log_training_efficiency"]["shares"]
    return sorted(shares, key=lambda cause: (cause == CONTROLS, -shares[cause]["mean"]))


def figures(recorded: dict[str, Any]) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.evidence import innovation_figure, profiles_figure

    return {
        "evidence_profiles": profiles_figure(recorded),
        "evidence_innovation": innovation_figure(recorded),
    }
