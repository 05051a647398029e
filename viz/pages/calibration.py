"""A calibration: history beside its worlds, what was learnt, and checks of the method."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.ensemble import PRIOR, of_worlds
from sim.research.calibration.misfits import MISSES, TRIED
from sim.research.calibration.report import (
    ASKED,
    Learnt,
    Met,
    learnt,
    met,
    numbers,
    rows_covered,
    together,
)
from sim.scenario.load import load
from sim.scenario.schema import quantities
from sim.uncertainty.posterior import Posterior, shipped
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LISTED, PAIRS = 40, 15  # numbers and pairs that are listed
FREE = 1024  # worlds of the priors from which their quantiles are taken


@dataclass(frozen=True)
class Findings:
    """What the page is made of.

    Attributes:
        posterior: worlds that fit history.
        met: every observation beside the worlds.
        spread: of each number by dotted path: quantiles 5, 50, 95 % of the prior, then of the
            posterior, `[2, 3]`.
        units: of each number by dotted path.
        checks: recorded results of two seeds and of synthetic truths.
    """

    posterior: Posterior
    met: list[Met]
    spread: dict[str, np.ndarray]
    units: dict[str, str]
    checks: dict[str, Any]


def build(docs: Path) -> Page:
    """The page of the documentation: the shipped posterior, with the recorded checks."""
    results = findings(shipped(), json.loads((docs / "calibration.json").read_text("utf-8")))
    return Page(page(results), lambda: figures(results))


def findings(posterior: Posterior, checks: dict[str, Any]) -> Findings:
    """What a posterior says: history and numbers in its worlds.

    Args:
        checks: recorded before (see `sim.research.calibration.checks`).
    """
    resolved = load(posterior.about["scenario"])
    prior, fitted = (
        numbers(of_worlds(resolved, which), max(posterior.count, FREE))
        for which in (PRIOR, posterior)
    )
    spread = {
        path: np.percentile([prior[path], fitted[path]], [5, 50, 95], axis=1).T for path in prior
    }
    units = {path: declared["unit"] for path, _, declared in quantities(resolved.scenario)}
    return Findings(posterior, met(posterior, posterior.about["until"]), spread, units, checks)


def page(results: Findings) -> str:
    """The page (Markdown)."""
    every = learnt(results.posterior)
    silent = [one for one in every if not one.informed]
    return render(
        "calibration",
        about=results.posterior.about,
        posterior=results.posterior,
        checks=results.checks,
        observations=results.met,
        rows=rows_covered(results.met),
        missed={one.fact.series: MISSES.get(one.fact.series) for one in _outside(results.met)},
        tried=TRIED,
        every=every,
        silent=silent,
        listed=_listed(every),
        spread=results.spread,
        units=results.units,
        sections=sorted(Counter(one.path.split(".")[0] for one in silent).items()),
        asked=[one.path for one in silent if one.path in ASKED],
        pairs=together(results.posterior)[:PAIRS],
        most_pairs=PAIRS,
    )


def figures(results: Findings) -> dict[str, Figure]:
    """The figures of the page."""
    from viz.figures.calibration import learnt_figure, met_figure, ranks_figure

    drawn = {
        "calibration_history": met_figure(results.met),
        "calibration_numbers": learnt_figure(learnt(results.posterior)),
    }
    if "truths" in results.checks:
        drawn["calibration_ranks"] = ranks_figure(results.checks["truths"])
    return drawn


def _outside(observations: list[Met]) -> list[Met]:
    return [one for one in observations if not one.inside]


def _listed(every: list[Learnt]) -> list[Learnt]:
    """The numbers learnt most, and those on which the project's question turns."""
    most = [one for one in every if one.informed][:LISTED]
    return most + [one for one in every if one.path in ASKED and one not in most]
