"""Saved results are read back as they were made, with their scenario and their numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.ensemble import of_worlds
from sim.experiments.explain import explain
from sim.experiments.io import effects_between, open_explanation, scenario_of
from sim.experiments.run import run
from sim.model.race import Race
from sim.record.results import Results
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.report.assumptions import drawn_values, influences
from viz.report.scenario import different
from viz.text.explanation import sentence


def test_effects_of_two_saved_runs_are_those_of_compare(runs):
    """Bit for bit, every outcome and every paired outcome."""
    ours, theirs = (Results.open(runs / name) for name in ("ours", "theirs"))
    found, expected = effects_between(ours, theirs), Results.open(runs / "pair")
    assert found.names == expected.names
    for name in expected.names:
        np.testing.assert_array_equal(found.outcomes[name], expected.outcomes[name], name)


def test_runs_of_other_luck_are_refused(runs):
    """A difference between worlds that are not paired would be noise."""
    with pytest.raises(ScenarioError, match="seed 0 and 3"):
        effects_between(Results.open(runs / "ours"), Results.open(runs / "unlike"))


def test_a_saved_explanation_says_the_same(runs):
    """Its sentence is that of the explanation as it was found."""
    live = explain(
        worlds=4,
        month="2024-06",
        outcomes=["compute_ratio"],
        channels=["compute_denial", "leakage"],
    )
    saved = open_explanation(runs / "parts")
    for name in live.splits:
        assert saved.verdict(name) == live.verdict(name)
        assert sentence(saved, name) == sentence(live, name)


def test_the_scenario_is_in_the_result(runs):
    """`run.json` alone gives it back, whatever the files say today."""
    about = Results.open(runs / "ours").about["scenario"]
    assert scenario_of(about) == load("as_enacted").scenario


def test_an_assumption_that_decides_is_named(runs):
    """An outcome that only follows one prior depends on it, and one of pure luck on none."""
    results = Results.open(runs / "ours")
    rng = np.random.default_rng(0)
    values = results.outcomes["lead_months"].copy()
    etas = drawn_values(results)["effort.eta"]
    values[-1] = -(etas**3)
    results.outcomes["lead_months"] = values
    month = results.months[-1]
    first = influences(results, "lead_months", month)[0]
    assert (first.path, round(first.correlation, 6)) == ("effort.eta", -1)
    values[-1] = rng.normal(size=48)
    assert influences(results, "lead_months", month) == []


def test_differences_are_all_that_differs():
    """Two scenarios that differ in one number differ in one line."""
    a, b = (load("as_enacted", overrides).tree for overrides in ([], ["effort.eta=2"]))
    assert [key for key, *_ in different(a, b)] == ["effort.eta"]
    assert list(different(a, a)) == []


def test_numbers_are_drawn_as_they_were(runs):
    """A run is reported with the numbers that its race had, of fitted and of free worlds."""
    for ensemble in ("posterior", "prior"):
        results = run("as_enacted", worlds=3, months=2, ensemble=ensemble)
        numbers = Race(of_worlds(load("as_enacted"), ensemble), 3, 0).parameters
        values = drawn_values(results)
        reach = numbers.labs["Google DeepMind"].reach
        np.testing.assert_array_equal(values["effort.eta"], numbers.effort.eta)
        np.testing.assert_array_equal(values["labs.Google DeepMind.reach"], reach)
