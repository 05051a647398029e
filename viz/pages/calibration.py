"""A calibration: history beside its worlds, informed parameters, and checks of the method."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.files import write
from sim.experiments.ensemble import PRIOR, of_worlds
from sim.research.calibration.summary import (
    KEY_NUMBERS,
    PredictiveCheck,
    correlated_pairs,
    number_bands,
    predictive_checks,
    updates,
)
from sim.research.history.coverage import rows_inside
from sim.research.history.observation_model import History
from sim.scenario.load import load
from sim.scenario.schema import quantities
from sim.uncertainty.posterior import Posterior, shipped
from viz.figures.files import save_figure
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LISTED = 40  # parameters that history informs most
FREE = 1024  # worlds of the priors from which their quantiles are taken


@dataclass(frozen=True)
class Findings:
    """What the page is made of.

    Attributes:
        posterior: worlds that fit history.
        observations: every observation beside the worlds.
        checks: recorded results of a second seed and of simulation-based calibration.
    """

    posterior: Posterior
    observations: list[PredictiveCheck]
    checks: dict[str, Any]


def build(docs: Path) -> Page:
    """The page of the documentation: the shipped posterior, with the recorded checks."""
    results = findings(shipped(), json.loads((docs / "calibration.json").read_text("utf-8")))
    return Page(page(results), lambda: figures(results))


def findings(
    posterior: Posterior, checks: dict[str, Any], facts: History | None = None
) -> Findings:
    """What a posterior says: history in its worlds.

    Args:
        checks: recorded before (`sim.research.calibration.checks`); empty if there are none.
        facts: observations by series (None: those of the history).
    """
    return Findings(posterior, predictive_checks(posterior, facts), checks)


def page(results: Findings) -> str:
    """The page (Markdown)."""
    posterior = results.posterior
    resolved = load(posterior.about["scenario"])
    worlds = max(posterior.count, FREE)
    prior, fitted = (number_bands(of_worlds(resolved, name), worlds) for name in (PRIOR, posterior))
    every = updates(posterior)
    most = [one for one in every if one.informed][:LISTED]
    return render(
        "calibration",
        posterior=posterior,
        about=posterior.about,
        checks=results.checks,
        observations=results.observations,
        rows=rows_inside(results.observations),
        every=every,
        asked=KEY_NUMBERS,
        listed=most + [one for one in every if one.path in KEY_NUMBERS and one not in most],
        prior=prior,
        fitted=fitted,
        units={path: declared["unit"] for path, _, declared in quantities(resolved.scenario)},
        uninformed=Counter(one.path.split(".")[0] for one in every if not one.informed),
        pairs=correlated_pairs(posterior),
    )


def write_report(results: Findings, file: Path, folder: Path) -> None:
    """The page of a calibration and its figures, each whole or not at all.

    Args:
        file: of the page.
        folder: of the figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures(results).items():
        save_figure(figure, folder / f"{name}.png")
    write(file, page(results).encode())


def figures(results: Findings) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.calibration import ranks_figure, residuals_figure, updates_figure

    drawn = {
        "history": residuals_figure(results.observations),
        "numbers": updates_figure(updates(results.posterior)),
    }
    if truths := results.checks.get("truths"):
        drawn["ranks"] = ranks_figure(truths)
    return {f"calibration_{name}": figure for name, figure in drawn.items()}
