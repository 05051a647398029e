"""Share links carry the whole view; nothing in them is trusted."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viz.dashboard.state import limits, link
from viz.dashboard.state.edited_scenario import EditedScenario, to_toml
from viz.dashboard.state.view import View

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
keys = st.builds(
    lambda table, name: f"{table}.{name}",
    st.sampled_from(["labs.OpenAI", "research", 'labs."Google DeepMind"']),
    st.sampled_from(["openness", "sigma", "eta", "pace"]),
)
values = st.one_of(st.floats(-1e6, 1e6), st.booleans(), words, st.dates()).map(to_toml)
scenarios = st.builds(
    lambda name, changes: EditedScenario(name, tuple(changes.items())),
    st.sampled_from(["as_enacted", "leaky", "no_controls"]),
    st.dictionaries(keys, values, max_size=6),
)
views = st.builds(
    View,
    scenario=scenarios,
    baseline=st.sampled_from(["as_enacted", "no_controls"]),
    worlds=st.sampled_from(limits.WORLDS),
    seed=st.integers(0, limits.MAX_SEED),
    month=st.sampled_from(["", "2026-07"]),
    pinned=st.lists(st.integers(0, 255), max_size=limits.MAX_PINNED, unique=True).map(tuple),
    compared=st.lists(scenarios, max_size=limits.MAX_COMPARED).map(tuple),
    start=st.sampled_from(limits.STARTS),
    charts=st.sampled_from(limits.CHARTS),
    compare_charts=st.sampled_from(limits.CHARTS),
    tab=st.sampled_from(link.TABS),
)


@given(views)
@settings(max_examples=150, deadline=None)
def test_a_link_brings_back_the_whole_view(view):
    assert link.read(link.query(view)) == (view, [])


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_page(text):
    view, problems = link.read(text)
    assert view.worlds in limits.WORLDS
    assert len(view.scenario.changes) <= limits.MAX_CHANGES
    assert all(isinstance(problem, str) for problem in problems)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("n=1000000", "none of 64, 128, 256"),
        ("seed=-1", "whole number"),
        ("seed=99999999999999", "whole number"),
        ("seed=" + "0" * 12 + "9" * 30, "whole number"),
        ("start=2020", "none of observed, simulated"),
        ("at=2026-13", "not a month"),
        ("tab=console", "none of"),
        ("pin=17&pin=many", "pinned worlds"),
        (f"set={quote('months=600')}", "cannot be changed"),
        (f"set={quote('research.sigma=__import__')}", "no TOML value"),
        ("x=" + "a" * limits.MAX_LINK_LENGTH, "longer"),
        ("&".join(f"set=labs.L{n}.openness%3D1" for n in range(60)), "first 40 changes"),
    ],
)
def test_what_is_out_of_bounds_is_told_and_left_as_usual(query, words):
    view, problems = link.read(query)
    assert any(words in problem for problem in problems), problems
    assert view.worlds == View().worlds
    assert len(view.scenario.changes) <= limits.MAX_CHANGES


def test_a_view_as_usual_has_a_short_link():
    assert link.query(View()) == "s=as_enacted"
