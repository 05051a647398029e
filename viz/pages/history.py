"""History: the bands that the priors give beside what was observed."""

from __future__ import annotations

from pathlib import Path

from sim.experiments.ensemble import simulate
from sim.research.history.coverage import coverage, rows_inside
from sim.scenario.load import load
from viz.pages.render import Page, render

WORLDS, MONTHS = 512, 60


def build(docs: Path) -> Page:
    """The page of the documentation: the history simulated in worlds of the priors."""
    rows = coverage(simulate(load("as_enacted"), WORLDS, months=MONTHS))
    return Page(render("history", worlds=WORLDS, rows=rows, inside=rows_inside(rows)))
