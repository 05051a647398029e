"""Levers come from the schema: every number has one; policies and assumptions are apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.load import load
from sim.scenario.paths import join_key
from sim.scenario.schema import quantities
from viz.dashboard.controls import linked
from viz.dashboard.levers.assumptions import TITLES, assumptions, search
from viz.dashboard.levers.changes import choices, entries, lines
from viz.dashboard.levers.choices import CHOICES
from viz.dashboard.levers.policies import POLICIES
from viz.dashboard.levers.ranking import front, measured, ordered
from viz.dashboard.levers.row import POSITIONS, parse_number, position_of, value_at
from viz.dashboard.levers.standing import of_choice, of_policy, ranges
from viz.dashboard.state import link
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.session import Session
from viz.dashboard.state.view import View

ACTS = ("events", "breakthroughs", "incidents", "reactions", "correlations")


def test_every_number_outside_acts_is_an_assumption():
    rows = {".".join(row.path) for row in assumptions("as_enacted").values()}
    numbers = {
        path
        for path, item, _ in quantities(load("as_enacted").scenario)
        if path.split(".")[0] not in ACTS and hasattr(item, "prior")
    }
    assert rows == numbers


def test_policies_are_no_assumptions():
    rows = assumptions("as_enacted")
    assert not {policy.key for policy in POLICIES} & rows.keys()
    assert TITLES.keys() <= rows.keys()


def test_levers_stay_inside_the_allowed_range():
    for row in assumptions("as_enacted").values():
        low, high = row.span
        assert row.low <= low < high <= row.high, row.key
        assert low <= row.central <= high, row.key
        assert row.meaning and row.unit and row.source, row.key


def test_levers_of_choices_reach_every_actor_of_a_bloc():
    tree = resolved(EditedScenario("as_enacted")).tree
    visitor = Session(View())
    for choice in CHOICES:
        keys = choice.changes(tree)
        assert keys
        visitor.change_all(dict.fromkeys(keys, choice.default), choice.key)
        assert choice.setting(visitor.scenario.value, tree) == choice.default
        visitor.undo(keys[0])
        assert choice.setting(visitor.scenario.value, tree) is None or len(keys) > 1
        visitor.reset()


def test_the_search_finds_by_meaning_name_and_key():
    keys = {row.key for row in search("as_enacted", "elasticity substitution researchers")}
    assert "research.sigma" in keys
    assert join_key(("labs", "DeepSeek", "effort")) in {
        row.key for row in search("as_enacted", "deepseek effort")
    }
    assert search("as_enacted", "nosuchword") == []


spans = st.tuples(st.floats(0.001, 10), st.floats(1.1, 1e4)).map(lambda p: (p[0], p[0] * p[1]))


@given(spans, st.booleans(), st.integers(0, POSITIONS))
def test_a_slider_stays_inside_its_ends_and_near_its_position(span, is_log, position):
    value = value_at(position, span, is_log)
    assert span[0] <= value <= span[1]
    assert abs(position_of(value, span, is_log) - position) <= 1


def test_the_ends_of_a_slider_are_exact():
    assert value_at(0, (0.3, 0.7), False) == 0.3
    assert value_at(POSITIONS, (300, 100_000), True) == 100_000
    assert position_of(0, (0, 1), False) == 0


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "1e999"])
def test_text_that_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        parse_number(text)


def test_numbers_are_read_as_people_write_them():
    assert np.allclose([parse_number(t) for t in ("2,400", "−3", "1e3")], [2400, -3, 1000])


def test_sources_can_be_clicked_and_nothing_else_becomes_html():
    text = linked('see https://epoch.ai/data and <script>alert("x")</script>')
    assert 'href="https://epoch.ai/data"' in text
    assert "<script>" not in text


def test_the_order_of_levers_is_measured_and_complete():
    """The chip rule leads; every policy has its place; what was not measured comes last."""
    keys = [lever.key for lever in (*POLICIES, *CHOICES)]
    assert set(keys) <= measured().keys()
    assert front(keys, 6)[0] == "events.my_chip_rule_china"
    assert ordered(["nowhere", *keys])[-1] == "nowhere"
    sizes = [measured()[key] for key in ordered(keys)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("key", "month", "value"),
    [
        ("events.my_chip_rule_china", "2022-07", 100_000),  # no rule: the end that allows all
        ("events.my_chip_rule_china", "2022-12", 4800),
        ("events.my_chip_rule_china", "2030-12", 2400),
        ("events.my_crackdown_china", "2030-12", 0),  # it has ended
        ("breakthroughs.my_breakthrough_deepseek", "2030-12", 1),
    ],
)
def test_a_lever_stands_at_what_is_in_force(key, month, value):
    policy = next(policy for policy in POLICIES if policy.key == key)
    assert of_policy(policy, "as_enacted", month).value == value


def test_a_lever_stands_inside_its_ends_in_every_scenario():
    for name in ("as_enacted", "no_controls", "open_weights_closed"):
        for policy in POLICIES:
            standing = of_policy(policy, name, "2030-12")
            assert standing.value >= policy.ends[0] and standing.text, (name, policy.title)
    drawn = ranges("as_enacted")
    low, middle, high = drawn["effort.eta"]
    assert low < middle < high
    closed = next(policy for policy in POLICIES if policy.key == "incidents.my_openness_china")
    assert of_policy(closed, "open_weights_closed", "2030-12").value < 0.1
    growth = [of_choice(choice, "as_enacted").value for choice in CHOICES]
    assert all(1.12 < value < 2.6 for value in growth), "between the long run and the last knot"


def test_a_change_of_a_bloc_is_one_line_and_reaches_all_its_actors():
    tree = resolved(EditedScenario("as_enacted")).tree
    actors = next(one for one in choices(tree) if one.title == "All labs, China")
    visitor = Session(View())
    visitor.change_all(entries(actors, "budget", 0.5, "2026-01", "2027-01"), "changes")
    assert visitor.problems.value == {}
    (line,) = lines(visitor.scenario.value, tree)
    assert line.text.startswith("All labs, China: ")
    assert line.text.endswith(" ×0.5 from Jan 2026 to Jan 2027")
    changes = resolved(visitor.scenario.value).scenario.changes
    assert {change.key for change in changes.values()} == set(actors.keys("budget"))
    assert link.read(link.query(visitor.view())) == (visitor.view(), [])
    visitor.undo(*line.keys)
    assert visitor.scenario.value == EditedScenario("as_enacted")


def test_changes_of_different_numbers_have_names_of_their_own():
    tree = resolved(EditedScenario("as_enacted")).tree
    names = [
        name
        for actors in choices(tree)
        for field in actors.numbers()
        for name in entries(actors, field, 2, "2026-01")
    ]
    assert len(set(names)) == len(names) > 250
    assert max(len(name.partition(".")[2]) for name in names) <= 60
    assert lines(EditedScenario("as_enacted", (("changes.x", '{key="labs.Nobody.budget"}'),)), tree)
