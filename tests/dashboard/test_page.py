"""The whole page is drawn without a browser: every tab, with and without a difference."""

import asyncio
import sys
import time

import pytest
import solara
from ipywidgets import Widget

from viz.dashboard import app
from viz.dashboard.pages.cards import OUTCOMES
from viz.dashboard.pages.head import PAGES
from viz.dashboard.state.answers import shipped
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.session import Session
from viz.dashboard.state.view import View
from viz.text.sentences import effect

FEW = 4


async def drawn(session, monkeypatch, until, seconds=60):
    """The page of a session, once a text stands on it."""
    server = "solara.server.starlette"
    assert server not in sys.modules, f"an earlier test imported {server}: no page without it"
    monkeypatch.setattr(app, "start_session", lambda search: session)
    box, context = solara.render(solara.AppLayout(children=[app.Page()]), handle_error=False)
    try:
        ends = time.monotonic() + seconds
        while until not in (text := shown(box)):
            assert time.monotonic() < ends, f"{until!r} did not come"
            await asyncio.sleep(0.1)
        return text
    finally:
        context.close()


def shown(box):
    """Everything written on the page."""
    texts, waiting, seen = [], [box], set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            texts.append(item)
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item
        elif isinstance(item, Widget) and id(item) not in seen:
            seen.add(id(item))
            waiting += [getattr(item, name) for name in item.keys]
    return " ".join(texts)


@pytest.mark.parametrize(
    ("tab", "until"),
    [
        ("overview", "the US lead"),
        ("why", "Split the effect"),
        ("compare", "Paired differences in"),
        ("events", "Time line of"),
    ],
)
def test_every_page_is_drawn(tab, until, monkeypatch):
    session = Session(View(scenario=EditedScenario("no_controls"), worlds=FEW, tab=tab))
    text = asyncio.run(drawn(session, monkeypatch, until))
    assert until in text
    assert "Policies and choices" in text
    assert "Assumptions" in text
    assert session.simulation.value is None  # the session ended with the page


def test_charts_of_differences_say_so(monkeypatch):
    """What is said of levels does not hold of them, nor are dots drawn."""
    scenario = EditedScenario("no_controls")
    session = Session(View(scenario=scenario, worlds=FEW, charts="differences"))
    note = "In months. What differs: Months since"
    text = asyncio.run(drawn(session, monkeypatch, note))
    assert "Below 0" not in text and "Below 1" not in text and "Dots:" not in text


def test_the_question_is_split_before_anything_is_asked(monkeypatch):
    """Why opens with the shipped split of the cards' outcomes, each with its verdict."""
    session = Session(View(worlds=FEW, tab="why"))
    text = asyncio.run(drawn(session, monkeypatch, "Computed before"))
    known = shipped()
    for name in OUTCOMES:
        assert effect(known.effects[name].verdict_at(known.at)) in text, name
    session = Session(View(worlds=FEW, tab="why", month="2024-12"))
    assert "Computed before" not in asyncio.run(drawn(session, monkeypatch, "at 2024-12"))


def test_one_verdict_on_all_pages(monkeypatch):
    """The headline of Events is that of the cards, and says of which worlds it is."""
    session = Session(View(worlds=FEW, tab="events"))
    text = asyncio.run(drawn(session, monkeypatch, "Time line of"))
    known = shipped()
    for name in ("lead_months", "innovation_effect"):
        assert effect(known.effects[name].verdict_at(known.at)) in text, name
    assert f"in {known.whose_verdicts}." in text
    session = Session(View(scenario=EditedScenario("leaky"), worlds=FEW, tab="events"))
    asyncio.run(drawn(session, monkeypatch, f"in {FEW} worlds."))


def test_parts_of_a_link_that_do_not_fit_are_reported_and_left_out():
    session = app.start_session("s=nowhere&base=/etc/passwd&set=research.sigma%3D0.5&with=gone")
    assert session.view() == View()
    notices = " ".join(session.notices.value)
    assert "nowhere" in notices and "/etc/passwd" in notices
    session = app.start_session("s=leaky&set=research.sigma%3D500")
    assert session.scenario.value == EditedScenario("leaky")
    assert "0.05..20" in " ".join(session.notices.value)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("s=nonsense", "nonsense: is not a scenario that this page can open"),
        ("base=nope&s=nope&set=research.sigma%3D2", "nope: is not a scenario that this page can"),
        ("s=leakyy", "(did you mean 'leaky'?)"),
        ("who=Nobody", "actor in the link: 'Nobody' is not in this scenario"),
        ("who=Nvidai", "(did you mean 'Nvidia'?)"),
        ("at=2035-01", "month in the link: '2035-01' is not in 2020-01 to 2030-12"),
        ("pin=9999", "pinned worlds in the link: 9999 not in 0 to 127"),
    ],
)
def test_what_a_link_names_in_vain_is_told_once_and_leaves_the_address(query, told):
    session = app.start_session(query)
    (notice,) = session.notices.value
    assert told in notice and "known here" not in notice
    assert session.view() == View()


def test_what_a_link_names_beside_it_stays():
    session = app.start_session("pin=7&pin=9999&at=2027-03&who=Nvidia")
    assert session.view() == View(month="2027-03", pinned=(7,), actor="Nvidia")


def test_a_link_can_open_every_tab():
    from viz.dashboard.state import link

    assert tuple(PAGES) == link.TABS


def test_an_act_that_does_nothing_is_told_of(monkeypatch):
    """A looser chip rule beside a tighter one, as a link can bring it."""
    act = (
        '{instrument = "chip_rule", by = "US government", announced = 2026-06-01, '
        'effective = 2026-06-01, destination = "China", tpp = {value = 8000, unit = "TPP"}, '
        'licence_rate = {value = 0.9, unit = "share"}, source = "assumption"}'
    )
    scenario = EditedScenario("as_enacted", (("events.my_rule", act),))
    session = Session(View(scenario=scenario, worlds=FEW, tab="overview"))
    text = asyncio.run(drawn(session, monkeypatch, "my_rule does nothing"))
    assert 'set supersedes = ["chips_h200_licences_may_2026"]' in text
