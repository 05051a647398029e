"""States of a page: which changes begin one, and that going back to one shows it."""

import pytest

from viz.dashboard.state import limits, link
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.history import TOGETHER, History
from viz.dashboard.state.session import Session
from viz.dashboard.state.view import View

START = EditedScenario("as_enacted")


def moved(value: float) -> View:
    """A view with one lever at a value."""
    return View(scenario=START.put("research.sigma", value))


def counts(*steps: tuple[float, View]) -> list[int]:
    """How many states there are after each view, at seconds."""
    history = History(View())
    return [history.note(view, at) for at, view in steps]


def test_each_change_is_a_state_and_the_clock_is_none():
    assert counts(
        (0, View(month="2026-01")),
        (1, View(month="2027-01", tab="why")),
        (1.1, View(tab="events")),
        (1.2, View(tab="events", seed=1)),
        (1.3, View(tab="events", seed=1)),
        (1.4, View()),
    ) == [0, 1, 2, 3, 3, 4]


@pytest.mark.parametrize("pause", [0.5 * TOGETHER, 2 * TOGETHER])
def test_a_lever_that_is_still_moving_begins_one_state(pause):
    """However many steps it takes; after a rest its next move is another change."""
    steps = [(at * pause, moved(0.5 + at / 100)) for at in range(50)]
    assert counts(*steps)[-1] == (1 if pause <= TOGETHER else 50)


def test_a_lever_that_is_moved_again_before_its_result_is_there_begins_no_state():
    history = History(View())
    assert history.note(moved(0.5), 0.0) == 1
    assert history.note(moved(0.6), 60.0, is_busy=True) == 1
    assert history.note(moved(0.7), 120.0) == 2


def test_putting_a_lever_back_or_moving_another_is_a_change_of_its_own():
    both = View(scenario=moved(0.5).scenario.put("effort.eta", 1.0))
    assert counts((0, moved(0.5)), (0.1, View())) == [1, 2]
    assert counts((0, moved(0.5)), (0.1, both), (0.2, moved(0.5))) == [1, 2, 3]
    other = View(scenario=EditedScenario("leaky", moved(0.6).scenario.changes))
    assert counts((0, moved(0.5)), (0.1, other)) == [1, 2]


def test_going_back_shows_a_state_and_begins_none():
    visitor = Session(View(tab="why"))
    link_before = link.query(visitor.view())
    visitor.tab.set("events")
    visitor.change("research.sigma", 0.5)
    assert visitor.states(0.0) == 1
    link_after = link.query(visitor.view())
    for number, (query, tab, sigma) in enumerate(
        ((link_before, "why", None), (link_after, "events", 0.5)), start=1
    ):
        visitor.restore(query, number)
        assert (visitor.tab.value, visitor.answered.value) == (tab, number)
        assert visitor.scenario.value.value("research.sigma") == sigma
        assert link.query(visitor.view()) == query
        assert visitor.states(0.1) == 1
    visitor.change("research.sigma", 0.6)
    assert visitor.states(0.2) == 2, "the state to which one went back is not written over"


def test_no_state_is_counted_between_two_values_of_one_that_is_restored():
    visitor = Session()
    visitor.tab.set("why")
    visitor.change("research.sigma", 0.5)
    visitor.states(0.0)
    seen = []
    for value in (visitor.tab, visitor.scenario):
        value.subscribe(lambda _: seen.append(visitor.states(9.0)))
    visitor.restore(link.query(View()), 1)
    assert seen == [1, 1]


def test_a_state_keeps_the_clock_and_tells_what_it_cannot_show():
    visitor = Session(View(month="2027-03"))
    visitor.restore("s=nowhere&tab=why&at=2022-01", 1)
    assert visitor.view() == View(month="2027-03", tab="why")
    assert "nowhere" in " ".join(visitor.notices.value)


def test_a_state_may_be_longer_than_a_link():
    keys = [f"labs.Meta.{name}" for name in ("budget", "ability", "effort")]
    changes = tuple((key, f"{'1' * 1500}") for key in keys)
    long = View(scenario=EditedScenario("as_enacted", changes * 2))
    query = link.query(long)
    assert len(query) > limits.MAX_LINK_LENGTH
    assert link.read(query)[1] and not any("longer" in p for p in link.read(query, 20_000)[1])
