"""What a visitor may change in a scenario; `moat run --set` with the same changes is the same."""

from datetime import date

import pytest

from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.dashboard.levers.policies import DEFAULT_DATE, POLICIES
from viz.dashboard.state import available, limits
from viz.dashboard.state.edited_scenario import EditedScenario, from_toml, to_toml

START = EditedScenario("as_enacted")


def tree():
    return available.resolved(START).tree


def test_a_case_is_the_scenario_with_the_same_flags():
    scenario = START.put("research.sigma", 0.5).put('labs."Google DeepMind".openness', 1)
    flags = ["research.sigma=0.5", 'labs."Google DeepMind".openness=1']
    assert available.resolved(scenario).digest == load("as_enacted", flags).digest


def test_undone_is_as_before():
    scenario = START.put("research.sigma", 0.5).put("effort.eta", 1)
    assert scenario.undo("effort.eta") == START.put("research.sigma", 0.5)
    assert scenario.reset() == START


@pytest.mark.parametrize("key", ["months", "start", "extends", "unset", "title", "blocs.X"])
def test_what_a_run_costs_cannot_be_changed(key):
    with pytest.raises(ScenarioError, match="cannot be changed"):
        START.put(key, 600)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("labs.New", {"bloc": "US"}, "takes one number"),
        ("events.my_a", {"source": "x" * 3000}, "longer"),
        ("research.sigma.value.more", {"a": 1}, "takes one number"),
    ],
)
def test_what_does_not_fit_is_refused(key, value, words):
    with pytest.raises(ScenarioError, match=words):
        START.put(key, value)


def test_the_number_of_changes_is_bounded():
    scenario = START
    for at in range(limits.MAX_CHANGES):
        scenario = scenario.put(f"labs.Lab{at}.openness", 0)
    with pytest.raises(ScenarioError, match="more than 40 changes"):
        scenario.put("labs.One.openness", 0)
    assert scenario.put("labs.Lab0.openness", 1).value("labs.Lab0.openness") == 1


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_policy_lever_makes_an_act_that_the_scenario_takes(policy):
    act = policy.act(policy.default, DEFAULT_DATE, tree())
    scenario = START.put(policy.key, act)
    resolved = available.resolved(scenario)
    entry = getattr(resolved.scenario, policy.table)[policy.name]
    assert getattr(entry, policy.field).value == policy.default
    assert policy.setting(scenario) == (policy.default, DEFAULT_DATE)
    low, high = policy.ends
    assert policy.declared["low"] <= low <= policy.default <= high <= policy.declared["high"]


def test_an_added_act_can_be_edited_field_by_field():
    policy = POLICIES[0]
    scenario = START.put(policy.key, policy.act(2400, DEFAULT_DATE, tree()))
    moved = scenario.put(f"{policy.key}.tpp", 600).put(f"{policy.key}.effective", date(2026, 7, 1))
    assert len(moved.changes) == 1
    assert policy.setting(moved) == (600, date(2026, 7, 1))
    entry = available.resolved(moved).scenario.events[policy.name]
    assert entry.tpp.value == 600
    assert entry.effective == date(2026, 7, 1)


@pytest.mark.parametrize(
    "value", [0.5, 3, True, "a 'word' \"x\"", date(2025, 1, 2), ["a", "b"], {"a b": {"c": 1.5}}]
)
def test_values_survive_as_toml(value):
    assert from_toml(to_toml(value)) == value


@pytest.mark.parametrize("text", ["", "1\ny=2", "import os", "[" * 5000])
def test_what_is_no_single_value_is_refused(text):
    with pytest.raises(ValueError):
        from_toml(text)


def test_only_shipped_scenarios_and_the_given_file_can_be_opened(tmp_path):
    for name in ("/etc/passwd", "../as_enacted", str(tmp_path), "baseline", "as_enactd"):
        with pytest.raises(ScenarioError, match="this page can open"):
            available.resolved(EditedScenario(name))
