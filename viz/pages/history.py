"""History: the bands that the priors give beside what was observed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from sim.experiments.ensemble import simulate
from sim.research.history.coverage import coverage, rows_inside
from sim.research.history.observation_model import observation_models
from sim.research.history.observations import Observation, observations
from sim.scenario.load import load
from viz.pages.render import Page, render

WORLDS, MONTHS = 512, 72
EARLY = "2022-12"  # months up to which are counted, as later origins have far more


def build(docs: Path) -> Page:
    """The page of the documentation: the history simulated in worlds of the priors."""
    rows = coverage(simulate(load("as_enacted"), WORLDS, months=MONTHS))
    facts = observations()
    compared = observation_models()
    return Page(
        render(
            "history",
            worlds=WORLDS,
            rows=rows,
            inside=rows_inside(rows),
            early=[one for one in facts if one.month <= EARLY and one.series in compared],
            alone=_firsts(fact for fact in facts if fact.series not in compared),
            late=[one for one in _firsts(facts) if one.month > EARLY],
            filed=[one for one in facts if one.public > one.month],
        )
    )


def _firsts(facts: Iterable[Observation]) -> list[Observation]:
    """The first observation of each series."""
    by_series = groupby(sorted(facts, key=lambda one: (one.series, one.month)), lambda f: f.series)
    return [next(rows) for _, rows in by_series]
