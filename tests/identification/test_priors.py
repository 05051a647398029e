"""On what the headlines rest, and the pieces of eta: by hand."""

from __future__ import annotations

import json
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from sim.research.identification.eta_pieces import LEFT_OUT, pieces, synthesis
from sim.research.identification.prior_dependence import chance_bound, correlations, resampled
from sim.scenario.schema import quantities
from viz.pages.priors import strongest

RECORDED = json.loads((Path(__file__).parents[2] / "docs" / "priors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def declared(as_enacted):
    return {path: item for path, item, _ in quantities(as_enacted.scenario)}


def test_findings_are_divided_by_what_the_model_says(declared):
    """1 - e0, ln 2 and a (1 - e0) ln 2, with the numbers of the scenario."""
    e0 = declared["effort.reference"].value
    a = declared["research.effort_return"].prior.median
    per = {"1 - e0": 1 - e0, "S": log(2), "a (1 - e0) S": a * (1 - e0) * log(2)}
    for piece in pieces():
        assert piece.per == pytest.approx(per[piece.over], abs=0.001), piece.name


def test_the_synthesis_by_hand():
    """Weights are 1 / (error^2 + between^2), and the field itself adds between^2."""
    etas = [0.35 / 0.75, 0.97 / 0.75, 0.154 / 0.693, -0.052 / 0.26]
    errors = [0.44 / 3.29 / 0.75, 0.6 / 3.29 / 0.75, 0.307 / 3.29 / 0.693, 0.104 / 3.29 / 0.26]
    middle = sum(etas) / 4
    between = sum((eta - middle) ** 2 for eta in etas) / 3
    weights = [1 / (error**2 + between) for error in errors]
    found = synthesis()
    mean = sum(w * eta for w, eta in zip(weights, etas, strict=True)) / sum(weights)
    assert found.mean == pytest.approx(mean, abs=1e-3)
    assert found.spread == pytest.approx(sqrt(1 / sum(weights) + between), abs=1e-3)
    assert sum(found.weights.values()) == pytest.approx(1)


def test_the_scenario_has_the_prior_of_all_pieces(declared):
    """And 0 lies inside its 90 % range, as it does without any piece."""
    assert declared["effort.eta"].prior == synthesis().prior
    for signs in LEFT_OUT.values():
        prior = synthesis(signs).prior
        assert prior.p5 < 0 < prior.p95


def test_pieces_move_the_prior_as_they_should():
    medians = {name: synthesis(signs).mean for name, signs in LEFT_OUT.items()}
    assert medians["without the negative piece"] > medians["all pieces"]
    assert medians["without either"] > medians["without the negative piece"]


def test_rank_correlations_and_their_bound():
    """Any rising relation is 1, any falling one -1; a constant has none."""
    x = np.arange(1.0, 9.0)
    found = correlations([x, np.exp(-x)], [x**3, np.ones(8)])
    np.testing.assert_allclose(found, [[1, 0], [-1, 0]], atol=1e-12)
    assert chance_bound(1, 1025) == pytest.approx(1.959964 / 32, rel=1e-6)
    assert chance_bound(1000, 1025) > chance_bound(100, 1025)


def test_a_weighted_sample_is_resampled():
    """Three quarters of the weight are three quarters of the rows; no weights change nothing."""
    values = np.array([1.0, 2.0])
    assert np.mean(resampled(values, np.array([3.0, 1.0])) == 1.0) == pytest.approx(0.75)
    assert resampled(values, None) is values


def test_the_strongest_correlation_keeps_its_sign():
    rho = {"a@2024-12": 0.2, "a@2030-12": -0.3, "b@2024-12": 0.1}
    assert strongest(rho) == {"a": -0.3, "b": 0.1}


@pytest.mark.parametrize("path", sorted(RECORDED["dependence"]["numbers"]))
def test_a_headline_rests_on_no_bare_assumption(declared, path):
    """A source, or a sentence why there is none."""
    source = declared[path].source
    bare = source.startswith("assumption") and "(" not in source
    assert not bare or "no estimate" in source
