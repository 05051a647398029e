"""Reports of sweeps, searches and analyses: what was found, and no surer than it is."""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.discover import discover
from sim.analysis.io import open_discovery, open_optimum, open_sensitivity
from sim.analysis.limits import Limit
from sim.analysis.optimise import optimise
from sim.analysis.outputs import Output
from sim.analysis.problem import Goal
from sim.analysis.robust import costs
from sim.sweeps.factors import Factor
from tests.analysis.sweeps import MONTH, factor, made, random_rows
from tests.report.conftest import moat
from viz.figures.discovery import kept_parts
from viz.report import discovery
from viz.report.origin import search_command
from viz.report.policy_search import against_reference
from viz.report.sweep import spread_sentence
from viz.text.discovery import sentences
from viz.text.format import percent


def answer_of(page: str) -> str:
    """The answer on top of a page."""
    return re.search(r'<ul class="answer">(.*?)</ul>', page, re.S)[1]


def test_a_search_is_read_back_as_it_was(runs):
    """Every field, bit for bit."""
    live, saved = optimise("us_chips_2027", policies=5, worlds=2), open_optimum(runs / "search")
    for one in fields(live):
        ours, theirs = getattr(live, one.name), getattr(saved, one.name)
        if one.name == "regrets":
            assert ours.keys() == theirs.keys()
            assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
        elif isinstance(ours, np.ndarray):
            np.testing.assert_array_equal(ours, theirs, one.name)
        elif one.name != "about":
            assert ours == theirs, one.name


def test_a_saved_discovery_is_the_same(runs, pages):
    """The saved discovery has the same sentences, and the page's command finds the same boxes."""
    live, (_, saved) = discover(runs / "sweep"), open_discovery(runs / "boxes")
    assert sentences(live) == sentences(saved)
    assert html.escape(sentences(live)[0]) in answer_of(pages("discovery"))
    done = moat(*shlex.split(discovery.search_command(saved))[1:], "--out", str(runs / "again"))
    assert done.exit_code == 0, done.output
    assert (runs / "again" / "boxes.csv").read_bytes() == (runs / "boxes/boxes.csv").read_bytes()


def test_a_saved_sensitivity_is_the_same(runs):
    _, found = open_sensitivity(runs / "ranking")
    assert [one.output.name for one in found.rankings] == ["innovation_effect"]
    assert found.rankings[0].output.is_effect


def test_the_page_of_a_search_shows_what_was_tried(runs, pages):
    page, found = pages("search"), open_optimum(runs / "search")
    assert (
        f"{found.front.sum()} of 5 policies tried are not beaten in all goals by any other" in page
    )
    assert search_command(found) == ("moat optimise us_chips_2027 --policies 5 --worlds 2 --seed 0")
    assert f"<td>{search_command(found)}</td>" in page
    assert "“Unclear” means that the worlds searched and as many others do not agree" in page
    for key in ("events.tools_2027.strength", "What differs, and why"):
        assert key in page


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-9, 9), min_size=4, max_size=4), st.sampled_from(["more", "less"]))
def test_better_than_the_reference_is_said_where_both_samples_say_it(values, want):
    """Else it is unclear; in words as in numbers."""
    ours, theirs, ours_elsewhere, theirs_elsewhere = np.array(values)
    goal = Goal(outcome="lead_months", month="2030-12", want=want, measure="mean")
    found = SimpleNamespace(
        search=SimpleNamespace(goals={"lead": goal}),
        goals=[goal],
        front=np.array([True]),
        robust=np.array([[ours]]),
        reference=np.array([theirs]),
        fresh=np.array([[ours_elsewhere]]),
        fresh_reference=np.array([theirs_elsewhere]),
    )
    (sentence,) = against_reference(found, 0)
    gains = [
        float(np.diff(costs(goal, np.array([a, b])))[0])
        for a, b in ((ours, theirs), (ours_elsewhere, theirs_elsewhere))
    ]
    assert ("better than the reference in lead, in" in sentence) == (min(gains) > 0)
    assert ("worse than" in sentence) == (max(gains) < 0)
    assert ("just as well" in sentence) == (gains == [0, 0])
    assert sentence.startswith("Unclear") == (np.sign(gains[0]) != np.sign(gains[1]))


def test_an_interrupted_search_says_so(runs):
    """What was not tried in other worlds is unclear."""
    found = open_optimum(runs / "search")
    cut = replace(found, fresh=found.fresh * np.nan, fresh_reference=found.fresh_reference * np.nan)
    said = against_reference(cut, cut.middle)
    assert len(said) == len(cut.goals)
    assert all("Unclear" in one and one.endswith("others were not tried.") for one in said)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=40))
def test_a_spread_says_how_many_runs_are_on_each_side(values):
    """And calls them runs: points of a design are no worlds."""
    block = np.array(values)[:, None]
    output = Output("lead_months", MONTH, True, block, np.arange(len(values)), True)
    up, down = (block > 0).mean(), (block < 0).mean()
    sentence = spread_sentence(output)
    assert f"up in {percent(up)} of runs, down in {percent(down)}" in sentence


@pytest.mark.parametrize("shift", [0.0, 0.9])
def test_a_discovery_says_how_many_runs_are_on_each_side(shift):
    """Beside the boxes."""
    rows = random_rows(2, 80)
    store = made(
        rows,
        [factor("a"), factor("b")],
        lambda x: {"innovation_effect": x[:, 0]},
        effects=lambda x: {"innovation_effect": 2 * x[:, 0] - 1 + shift},
    )
    found = discover(store, f"innovation_effect@{MONTH} > 0")
    said = discovery.answer(found)
    assert said[1].startswith("The effect on") and "of runs, down in" in said[1]
    assert f"in {found.cases.share:.0%} of the runs" in said[0].replace(" %", "%")


def test_a_switch_that_a_box_keeps_on_is_drawn():
    """As half of the bar."""
    switch, ends = (
        Factor(name="a", key="a", kind="switch", levels=(False, True)),
        np.array([0.0, 1.0]),
    )
    on, off = (Limit(0, sign, 0.5) for sign in (">=", "<"))
    assert kept_parts([on], switch, ends) == [(0.5, 1.0)]
    assert kept_parts([off], switch, ends) == [(0.0, 0.5)]
