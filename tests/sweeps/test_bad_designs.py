"""Every mistake in a design gets one clear message: file, key, what was wrong, what to do."""

from __future__ import annotations

from datetime import date

import pytest
import tomlkit

from sim.scenario.errors import ScenarioError
from sim.sweeps.design import read_design
from sim.sweeps.plan import make_plan
from sweeps.small import ETA, PAIR, SIGMA, STOCK, WHEN, lhs, tree

GRID, LIST, PRIOR = ({"kind": kind} for kind in ("grid", "list", "prior"))
SOBOL, MORRIS = ({"kind": kind, "points": 8} for kind in ("sobol", "morris"))
STORY = {"key": "scenario"}


def one(**factor):
    """A design with one factor, called x."""
    return {"factors": {"x": factor}}


def eta(**changes):
    """A design with one factor on eta."""
    return one(key="effort.eta", **changes)


CASES = {
    # the design itself
    "unknown_key": ({"sampler_seed": 1}, ("sampler_seed", "unknown key", "sampler")),
    "no_title": ({"title": None}, ("title", "is missing")),
    "no_sampler": ({"sampler": None}, ("sampler", "is missing", "lhs")),
    "no_factors": ({"factors": None}, ("factors", "is missing", "[factors.eta]")),
    "empty_factors": ({"factors": {}}, ("factors", "is empty")),
    "unknown_sampler": ({"sampler": {"kind": "sobel"}}, ("unknown sampler 'sobel'", "'sobol'?")),
    "no_kind": ({"sampler": {"points": 3}}, ("sampler.kind", "is missing", "lhs")),
    "no_points": ({"sampler": {"kind": "lhs"}}, ("sampler.points", "is missing")),
    "points_of_a_grid": ({"sampler": GRID | {"points": 3}}, ("sampler.points", "unknown key")),
    "no_point": ({"sampler": lhs(0)}, ("sampler.points", "at least 1, found 0")),
    "text_for_points": ({"sampler": lhs("many")}, ("sampler.points", "whole number", "'many'")),
    "many_points": ({"sampler": lhs(10**9)}, ("sampler.points", "at most 1,000,000")),
    "replicates": ({"replicates": 0}, ("replicates", "at least 1, found 0")),
    "too_many_worlds": (
        {"sampler": lhs(10**6), "replicates": 100},
        ("replicates", "100,000,000 worlds, more than 20,000,000"),
    ),
    "luck": ({"luck": "bad"}, ("luck", "'common' or 'own'", "'bad'")),
    "one_branch": ({"branches": ["leaky"]}, ("branches", "two scenarios")),
    "both": ({"scenario": "leaky", "branches": PAIR}, ("'scenario' or 'branches', not both",)),
    "scenario": ({"scenario": "leeky"}, ("scenario", "no scenario 'leeky'", "'leaky'?")),
    "branch": ({"branches": ["leaky", "no_control"]}, ("branches", "'no_controls'?")),
    "set": ({"set": ["effort.etta=1"]}, ("set: effort.etta", "unknown key", "'eta'?")),
    "not_set": ({"set": ["effort.eta"]}, ("set", "is not KEY=VALUE")),
    # what is kept
    "outcome": ({"outcomes": ["led_months"]}, ("outcomes", "'led_months'", "'lead_months'?")),
    "paired": ({"outcomes": ["supplier_loss"]}, ("outcomes", "compares two branches")),
    "month": ({"months": ["2024-13"]}, ("months", "'2024-13' is not a month", "YYYY-MM")),
    "month_outside": ({"months": ["2035-01"]}, ("months", "2035-01 lies outside", "2030-12")),
    # factors
    "no_key": (one(low=0, high=1), ("factors.x.key", "is missing")),
    "unknown_factor_key": (one(key="efort.eta"), ("factors.x.key", "'efort.eta'", "'effort.eta'?")),
    "misspelt_word": (eta(lo=0, high=1), ("factors.x.lo", "unknown key", "'low'?")),
    "no_range": (eta(), ("factors.x", "no range", "low and high", "0..10 1")),
    "half_a_range": (eta(low=0), ("factors.x", "no range")),
    "empty_range": (eta(low=2, high=2), ("factors.x.high", "the range is empty")),
    "range_upside_down": (eta(low=2, high=1), ("factors.x.high", "the range is empty")),
    "text_for_a_number": (eta(low="none", high=1), ("factors.x.low", "must be a number", "'none'")),
    "text_among_values": (eta(values=[1, "two"]), ("factors.x.values", "be a number", "'two'")),
    "no_list": (eta(values=3), ("factors.x.values", "must be a list", "square brackets")),
    "empty_values": (eta(values=[]), ("factors.x.values", "is empty")),
    "value_twice": (eta(values=[1, 2, 1]), ("factors.x.values", "1 stands there twice")),
    "outside_the_schema": (eta(low=-11, high=1), ("factors.x.low", "-11 is outside", "-10..10")),
    "value_outside": (eta(values=[1, 11]), ("factors.x.values", "11 is outside", "-10..10")),
    "log_of_zero": (eta(low=0, high=1, log=True), ("factors.x.low", "log = true needs low > 0")),
    "unit": (eta(low=0, high=1, unit="%"), ("factors.x.unit", "unit is '%', expected '1'")),
    "levels_of_lhs": (eta(low=0, high=1, levels=3), ("factors.x.levels", "belongs to a grid")),
    "prior_and_range": (eta(low=0, prior=True), ("factors.x.low", "does not go with a prior")),
    "no_prior": (one(key="chip.ramp", prior=True), ("factors.x.prior", "has no prior here")),
    "prior_set_away": (
        one(key="effort.eta", prior=True) | {"set": ["effort.eta=1"]},
        ("factors.x.prior", "'effort.eta' has no prior here", "low and high"),
    ),
    "range_of_a_switch": (one(key="channels.power", low=0, high=1), ("does not go with a switch",)),
    "number_for_a_switch": (
        one(key="channels.power", values=[0, 1]),
        ("factors.x.values", "is a switch", "true or false"),
    ),
    "date_without_range": (one(**WHEN), ("factors.x", "is a date", "from and to")),
    "text_for_a_date": (
        one(**WHEN, values=["2022-10-07"]),
        ("factors.x.values", "is a date", "without quotes"),
    ),
    "dates_upside_down": (
        one(**WHEN) | {"factors": {"x": WHEN | {"from": date(2024, 1, 1), "to": date(2023, 1, 1)}}},
        ("factors.x.to", "2023-01-01 lies before 2024-01-01"),
    ),
    "date_before_the_start": (
        one(**WHEN, values=[date(2019, 1, 1), date(2023, 1, 1)]),
        ("factors (x = 2019-01-01)", "before the start 2020-01"),
    ),
    "choice_without_levels": (one(**STORY), ("factors.x.values", "is a choice", "give its levels")),
    "sobol_of_a_choice_without_levels": (
        one(**STORY) | {"sampler": SOBOL},
        ("factors.x.values", "is a choice", "give its levels"),
    ),
    "morris_of_a_choice": (
        one(**STORY, values=["leaky", "as_enacted", "no_controls"]) | {"sampler": MORRIS},
        ("factors.x", "steps along an order", "sobol or lhs"),
    ),
    "range_of_a_choice": (one(**STORY, low=0, high=1), ("factors.x", "does not go with a choice")),
    "chosen_scenario": (
        one(**STORY, values=["leaky", "leeky"]),
        ("factors.x.values", "no scenario 'leeky'"),
    ),
    "scenario_of_branches": (
        one(**STORY, values=["leaky", "as_enacted"]) | {"branches": PAIR},
        ("factors.x.key", "the branches name the scenarios already"),
    ),
    "bad_choice": (
        one(choices={"a": ["effort.etta=1"], "b": []}),
        ("factors (x = a): effort.etta", "unknown key", "'eta'?"),
    ),
    "empty_choices": (one(choices={}), ("factors.x.choices", "is empty")),
    "two_on_one_key": (
        {"factors": {"a": ETA, "b": {"key": "effort.eta", "values": [1]}}},
        ("factors.b", "'effort.eta' is set by factor 'a' too", "keep one"),
    ),
    "set_and_factor": (
        {"set": ["effort.eta=1"], "factors": {"a": ETA}},
        ("factors.a", "'effort.eta' is set by 'set' too"),
    ),
    "reserved_name": ({"factors": {"world": ETA}}, ("factors.world", "another column", "rename")),
    # samplers
    "huge_grid": (
        {"sampler": GRID, "factors": {key: {"key": key, "low": 1, "high": 2, "levels": 1000} for key
         in ("effort.eta", "effort.months", "research.sigma", "research.pace")}},
        ("sampler", "1000 x 1000 x 1000 x 1000 = 1e+12 points", "fewer levels", "lhs"),
    ),
    "list_of_ranges": (eta(low=0, high=1) | {"sampler": LIST}, ("factors.x", "list needs values")),
    "lists_of_different_lengths": (
        {"sampler": LIST, "factors": {"a": {"key": "effort.eta", "values": [1, 2]},
                                      "b": {"key": "research.sigma", "values": [1]}}},
        ("factors", "stand side by side, but a has 2, b has 1"),
    ),
    "no_power_of_two": ({"sampler": SOBOL | {"points": 100}}, ("power of 2", "64 or 128")),
    "odd_levels": ({"sampler": MORRIS | {"levels": 5}}, ("sampler.levels", "even number")),
    "many_sobol_rows": (
        {"sampler": SOBOL | {"points": 2**19}},
        ("sampler.points", "2,097,152 points of the design", "fewer"),
    ),
    "switch_without_prior": (
        one(**STOCK) | {"sampler": PRIOR | {"points": 3}},
        ("factors.x", "a switch has no prior"),
    ),
    "range_for_priors": (
        eta(low=0, high=1) | {"sampler": PRIOR | {"points": 3}},
        ("factors.x.low", "does not go with a prior"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_clear_message(name, tmp_path):
    """Exactly one, that begins with the design's file and has all the words."""
    changes, words = CASES[name]
    file = tmp_path / "bad.toml"
    file.write_text(tomlkit.dumps(tree(**changes)))
    with pytest.raises(ScenarioError) as caught:
        make_plan(read_design(file), str(file))
    (problem,) = caught.value.problems
    assert problem.file == str(file), problem
    for word in words:
        assert word in str(problem), problem


def test_everything_wrong_with_factors_is_told_at_once():
    """One message each."""
    from sim.sweeps.design import design_of

    factors = {"a": {"key": "effort.etta"}, "b": ETA | {"low": -13.0}, "c": SIGMA}
    with pytest.raises(ScenarioError) as caught:
        make_plan(design_of(tree(factors=factors)))
    assert [p.key for p in caught.value.problems] == ["factors.a.key", "factors.b.low"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("sets nothing",)),
        ("title = ", ("line 1 is not TOML",)),
        ('title = "x"\ntitle = "y"', ("line 2 is not TOML",)),
        ('title = "x"\nfactors = 3', ("factors", "must be a table, found 3")),
        ('title = "x"\nsampler = "lhs"', ("sampler", "must be a table, found 'lhs'")),
        ('title = "x"\n[factors]\neta = "effort.eta"', ("factors.eta", "must be a table")),
    ],
)
def test_files_that_are_no_design(text, words, tmp_path):
    """The same care as for scenarios."""
    file = tmp_path / "bad.toml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read_design(file)
    said = str(caught.value)
    assert str(file) in said and all(word in said for word in words), said


def test_names_that_lead_nowhere(tmp_path):
    """A folder, another file, nothing."""
    (tmp_path / "notes.txt").write_text("x")
    for name, word in (("", "no such"), (".", "folder"), ("notes.txt", "no .toml")):
        with pytest.raises(ScenarioError, match=word):
            read_design(f"{tmp_path}/{name}" if name else "nowhere")
