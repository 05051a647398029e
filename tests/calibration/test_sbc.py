"""Simulation-based calibration: synthetic histories, ranks, and work shared by processes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.experiments.ensemble import simulate
from sim.research.calibration import sbc_study, smc
from sim.research.calibration.checks import rank_summary
from sim.research.calibration.likelihood import residuals, whitened
from sim.research.calibration.problem import CalibrationProblem, in_processes
from sim.research.calibration.sbc import (
    HEADLINES,
    Settings,
    Truth,
    fitted_truth,
    rank,
    synthetic,
)
from sim.research.calibration.summary import KEY_NUMBERS
from sim.research.calibration.uniformity import POINTS, simultaneous_bands
from sim.research.history.observation_model import history, observation_models
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.figures.calibration import ranks_figure
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


SPREAD = dict.fromkeys(KEY_NUMBERS, 0.5)
SMALL = Settings(particles=32, until="2021-03", passes=1, last=2, seed=3)


def test_truths_are_kept_one_by_one_and_gone_on_with(tmp_path, monkeypatch):
    """An interrupted study keeps what is done; the same call fits the rest, whoever fits it."""
    first = fitted_truth(0, SMALL)
    assert all(0 <= at <= 1 for at in (*first.ranks.values(), *first.headlines.values(), first.fit))
    assert 0.3 < np.mean(list(first.ranks.values())) < 0.7
    calls = []

    def fitted(number, settings):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(number)
        return replace(first, number=number)

    monkeypatch.setattr(sbc_study, "fitted_truth", fitted)
    with pytest.raises(KeyboardInterrupt):
        sbc_study.study(4, SMALL, tmp_path)
    assert [one.number for one in sbc_study.kept(4, SMALL, tmp_path)] == [0, 1]
    calls[:] = [9]
    done = sbc_study.study(3, SMALL, tmp_path)
    assert [one.number for one in done] == [0, 1, 2] and calls == [9, 2]
    assert done[0] == first
    with pytest.raises(ScenarioError, match=r"another study: it has another particles"):
        sbc_study.kept(3, replace(SMALL, particles=64), tmp_path)
    (tmp_path / "0001.json").write_text("{")
    with pytest.raises(ScenarioError, match=r"0001\.json"):
        sbc_study.kept(3, SMALL, tmp_path)


def test_a_rank_is_uniform_whatever_the_ties():
    """By hand: among 3 particles a truth has 4 places; a truth equal to all has all of them."""
    generator = np.random.default_rng(0)
    values = np.array([[1.0, 2.0, 3.0]])
    for truth, low, high in ((0.0, 0, 0.25), (2.5, 0.5, 0.75), (9.0, 0.75, 1), (2.0, 0.25, 0.75)):
        ranks = [rank(np.array([truth]), values, generator)[0] for _ in range(400)]
        assert low <= min(ranks) < low + 0.02 and high - 0.02 < max(ranks) <= high
    tied = [rank(np.array([1.0]), np.ones((1, 3)), generator)[0] for _ in range(400)]
    assert min(tied) < 0.02 and max(tied) > 0.98


def test_bands_hold_uniform_ranks_as_often_as_they_say():
    """Of 600 studies of 50 honest truths about 5 % leave the bands; narrow posteriors do."""
    generator, bands = np.random.default_rng(2), simultaneous_bands(50)
    held = [bands.hold(generator.random(50)) for _ in range(600)]
    assert 0.92 < np.mean(held) < 0.98
    assert not bands.hold(generator.beta(0.3, 0.3, 50))
    middle = list(POINTS).index(0.5)  # binomial by hand: 25 expected, 3.5 either way is one sd
    assert 2.3 * 3.54 / 50 < bands.high[middle] < 3.1 * 3.54 / 50


def test_central_shares_and_strays_are_read_as_honest_or_narrow():
    flat = np.linspace(0.0005, 0.9995, 1000)
    truths = [
        Truth(at, dict.fromkeys(KEY_NUMBERS, x), dict.fromkeys(HEADLINES, x), x, SPREAD, 1.0)
        for at, x in enumerate(map(float, flat))
    ]
    summary = rank_summary(truths, SMALL, 1200)
    assert summary["all"] == [0.5, 0.9] and summary["truths"] == 1000
    assert all(one["inside"] for one in summary["quantities"].values())
    assert np.abs(summary["learnt_difference"]).max() < 0.01
    assert ranks_figure(summary).axes
    words = templates().get_template("calibration_words.md.j2").module
    assert "No posterior is too narrow" in words.reading(summary)
    assert "not uniform" not in words.reading(summary)
    strayed = {"effect on the US lead": {"central": [0.2, 0.3], "inside": False}}
    said = words.reading(summary | {"learnt": [0.3, 0.7], "quantities": strayed})
    assert "the parameters that history informs most" in said
    assert "Ranks of effect on the US lead are not uniform" in said


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
