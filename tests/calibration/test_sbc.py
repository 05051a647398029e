"""Simulation-based calibration: synthetic histories, ranks, and work shared by processes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.experiments.ensemble import simulate
from sim.research.calibration import smc
from sim.research.calibration.checks import rank_summary
from sim.research.calibration.likelihood import residuals, whitened
from sim.research.calibration.problem import CalibrationProblem, in_processes
from sim.research.calibration.sbc import Ranks, ranks, synthetic
from sim.research.history.observation_model import history, observation_models
from sim.scenario.load import load
from viz.pages.render import templates

from .test_smc import NUMBERS, fit


@pytest.fixture(scope="module")
def record():
    return simulate(load("as_enacted"), [3], months=36)


def test_synthetic_facts_err_as_the_likelihood_says(record):
    """Whitened residuals of many synthetic histories at their truth are standard normal."""
    facts = history("fit", "2022-12")
    generator = np.random.default_rng(5)
    left = np.array(
        [whitened(record, synthetic(facts, record, generator))[:, 0] for _ in range(400)]
    )
    assert np.all(np.abs(left.mean(axis=0)) < 0.2)
    assert np.all(np.abs(left.std(axis=0) - 1) < 0.15)
    together = np.corrcoef(left.T) - np.eye(left.shape[1])
    assert np.abs(together).max() < 0.25


def test_a_synthetic_fact_keeps_its_error(record):
    rows = history("fit", "2022-12")["largest_run_us"]
    shown = synthetic({"largest_run_us": rows}, record, np.random.default_rng(1))["largest_run_us"]
    one = observation_models()["largest_run_us"]
    for fact, other in zip(rows, shown, strict=True):
        assert other.low < other.value < other.high
        assert one.error(other) == pytest.approx(one.error(fact))
    assert np.all(np.abs(residuals("largest_run_us", record, shown)) < 5)


def test_ranks_of_the_toy_are_uniform():
    """Truths of the toy's prior, fitted one by one: each lies anywhere among the particles."""
    generator = np.random.default_rng(8)
    below = []
    for truth in range(60):
        true, luck = generator.standard_normal((NUMBERS, 1)), generator.integers(0, 400, (3, 1))
        seen = fit(true, luck)[0] + generator.standard_normal()

        def left(scores, lucks, seen=seen):
            return fit(scores, lucks) - seen

        first = smc.prior_particles(left, NUMBERS, 3, 400, truth)
        *_, final = smc.sample(left, first, truth, passes=3, last=9)
        below.append(np.mean(final.scores < true, axis=1))
    below = np.array(below)
    for share in (0.5, 0.9):
        inside = np.abs(below - 0.5) <= share / 2
        assert abs(inside.mean() - share) < 0.05
        assert abs(inside[:, :2].mean() - share) < 0.14  # the two numbers that are seen


def test_ranks_of_the_model():
    """A small study runs as the large one does, and says where truths lie."""
    found = ranks(load("as_enacted"), 1, particles=32, until="2021-12", passes=1, last=2, seed=3)
    assert found.below.shape == (1, len(found.paths))
    assert 0.2 < found.below.mean() < 0.8
    assert np.all((found.below >= 0) & (found.below <= 1))
    assert 0 <= found.fit[0] <= 1


def test_central_shares_are_read_as_honest_or_narrow():
    flat = np.linspace(0.0005, 0.9995, 1000)[:, None]
    found = Ranks(["a"], flat, flat[:, 0], np.zeros(1))
    summary = rank_summary(found, {"until": "2022-12"})
    assert summary["all"] == [0.5, 0.9]
    assert sum(summary["histograms"][0]) == 1000
    words = templates().get_template("calibration_words.md.j2").module
    assert "No posterior is narrower" in words.reading(summary)
    ends = {"all": [0.5, 0.9], "learnt": [0.3, 0.7], "fit": [0.5, 0.9]}
    assert "the numbers learnt most" in words.reading(ends)


def test_shared_work_gives_the_same_numbers():
    problem = CalibrationProblem(load("as_enacted"), 1, 16, "2020-12")
    generator = np.random.default_rng(0)
    scores = generator.standard_normal((len(problem.priors), 6))
    lucks = generator.integers(0, 16, (len(problem.actors), 6))
    with in_processes(problem.residuals, 2) as shared:
        assert np.array_equal(shared(scores, lucks), problem.residuals(scores, lucks))


def test_a_fit_is_not_moved_by_what_comes_later():
    """Facts after the last month do not count, and numbers that act later are not felt."""
    problem = CalibrationProblem(load("as_enacted"), 1, 8, "2020-12")
    late = [row for row, path in enumerate(problem.priors) if "_2026" in path]
    scores = np.zeros((len(problem.priors), 2))
    scores[late, 1] = 2.0
    left = problem.residuals(scores, np.zeros((len(problem.actors), 2), dtype=int))
    assert late
    assert np.array_equal(left[:, 0], left[:, 1])
    assert all(f.month <= "2020-12" for rows in problem.facts.values() for f in rows)
    assert replace(problem.resolved).scenario is problem.resolved.scenario
