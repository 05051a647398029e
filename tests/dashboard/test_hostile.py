"""Whatever a browser sends, only what fits is set: every settable value of every page is tried."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

import pytest
import solara
from ipywidgets import Widget
from traitlets import TraitError

from tests.dashboard.test_page import shown
from viz.dashboard import app
from viz.dashboard.state import bounds, limits, link
from viz.dashboard.state.available import paths
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.session import Session
from viz.dashboard.state.view import View

HOSTILE = (
    3_000,
    -1,
    10**400,
    1e308,
    math.nan,
    math.inf,
    -math.inf,
    True,
    None,
    "",
    "no such name",
    "x" * 100_000,
    "‮\x1b[2J<script>alert(1)</script>",
    [],
    ["as_enacted"] * 10_000,
    {"value": 64},
    [[[[[1]]]]],
)
FEW = 4


def is_within_bounds(session):
    """Whether all that a link carries would be taken from a link, and the clock is sane."""
    view = replace(session.view(), worlds=limits.WORLDS[0], baseline="")
    return (
        link.read(link.query(view)) == (view, [])
        and session.worlds.value in (*limits.WORLDS, FEW)
        and session.baseline.value in ("", *paths())
        and session.speed.value in limits.SPEEDS
        and session.playing.value in (True, False)
        and len(bounds.refused.value) <= bounds.MOST_TOLD
    )


def settings(session):
    """What a visitor can set in a session: found, not listed."""
    return {name: it for name, it in vars(session).items() if isinstance(it, bounds.Checked)}


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
def test_a_session_takes_no_value_that_does_not_fit(value):
    session = Session(View(worlds=FEW))
    assert set(vars(View())) <= set(settings(session))
    for setting in settings(session).values():
        setting.set(value)
    session.open(value)
    session.go(0 if not isinstance(value, int) else value)
    assert is_within_bounds(session)
    assert all(len(text) < 200 and text.isprintable() for text in bounds.refused.value)


def test_who_sends_what_does_not_fit_is_told():
    bounds.refused.set(())
    session = Session(View(worlds=FEW))
    session.worlds.set(3_000)
    session.seed.set(-5)
    session.actor.set("Nobody")
    assert session.worlds.value == FEW
    assert session.seed.value == 0
    told = " ".join(bounds.refused.value)
    assert "Worlds: 3000 is none of 64, 128, 256" in told and "'Nobody'" in told


@pytest.mark.parametrize(
    ("check", "given", "taken"),
    [
        (bounds.whole(0, 9), 10**400, 9),
        (bounds.whole(0, 9), -math.inf, 0),
        (bounds.whole(0, 9), 3.7, 4),
        (bounds.text(3), "abcdef", "abc"),
        (bounds.text(), None, ""),
        (bounds.one_of([64, 128]), 64, 64),
    ],
    ids=range(6),
)
def test_what_can_be_made_to_fit_is(check, given, taken):
    assert check(given) == taken


@pytest.mark.parametrize(
    ("check", "given"),
    [
        (bounds.whole(0, 9), math.nan),
        (bounds.whole(0, 9), True),
        (bounds.whole(0, 9), "5"),
        (bounds.one_of([1, 2]), True),
        (bounds.one_of([1, 2]), [1]),
        (bounds.text(), {"a": 1}),
    ],
)
def test_what_cannot_is_refused(check, given):
    with pytest.raises(ValueError):
        check(given)


def widgets_of(box):
    """Every widget of a page."""
    waiting, found = [box], {}
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item
        elif isinstance(item, Widget) and id(item) not in found:
            found[id(item)] = item
            waiting += [getattr(item, name) for name in item.keys if name != "layout"]
    return list(found.values())


def doors(widget):
    """Ways in which a message can set something: values that are listened to, and events."""
    for name in widget.keys:
        if widget._trait_notifiers.get(name, {}).get("change"):
            yield f"{name} of", lambda value, name=name: widget.set_state({name: value})
    for event in getattr(widget, "_event_handlers_map", {}):
        if not event.startswith("click"):  # which carries nothing
            message = {"event": event}
            yield (
                f"event {event} of",
                lambda value, message=message: widget._handle_event(
                    None, {**message, "data": value}, []
                ),
            )
    for name in dir(type(widget)):
        if name.startswith("vue_"):
            yield f"{name} of", lambda value, name=name: getattr(widget, name)(value)


def named(widget):
    """What a control is called: levers stand beside every page and are tried once."""
    attributes = getattr(widget, "attributes", None) or {}
    label = attributes.get("aria-label") or getattr(widget, "label", "")
    return str(label).partition(":")[0]


def attack(box, session, tried):
    """Send hostile values through every door of a page that was not tried before.

    All of them through the first door of a kind, then each in its turn: drawing takes time.
    """
    for widget in widgets_of(box):
        for door, send in doors(widget):
            kind, name = (type(widget).__name__, door), named(widget)
            before = tried.setdefault(kind, [])
            if name and name in before:
                continue
            before.append(name)
            values = [HOSTILE[len(before) % len(HOSTILE)]] if before[1:] else HOSTILE
            for value in values:
                if widget.comm is None:
                    break  # was replaced
                try:
                    send(value)
                except TraitError:
                    continue  # the widget's own type said no
                assert is_within_bounds(session), (door, widget, value)


def open_folds(box, most=2):
    """Some of what is folded away is attacked, too; all of it would take minutes."""
    folds = [one for one in widgets_of(box) if "moat-fold" in (getattr(one, "class_", None) or "")]
    for fold in folds[:most]:
        if fold.attributes["aria-expanded"] == "false":
            fold.click()


async def attacked(session, monkeypatch):
    """Attack every page; the doors that were tried, by kind, and what is on the last page."""
    monkeypatch.setattr(app, "start_session", lambda search: session)
    session.simulate()
    monkeypatch.setattr(session, "simulate", lambda: None)  # what is set is tried, not computed
    box, context = solara.render(solara.AppLayout(children=[app.Page()]), handle_error=False)
    tried = {}
    try:
        open_folds(box)
        for tab in limits.TABS:
            session.tab.set(tab)
            await asyncio.sleep(2.0 if tab == "network" else 0.2)  # tasks of the page have begun
            attack(box, session, tried)
        return tried, shown(box)
    finally:
        context.close()


@pytest.mark.slow
def test_no_message_sets_what_does_not_fit(monkeypatch):
    bounds.refused.set(())
    session = Session(View(EditedScenario("no_controls"), worlds=FEW))
    tried, text = asyncio.run(attacked(session, monkeypatch))
    assert sum(map(len, tried.values())) > 100, tried
    assert "Not taken" in text
