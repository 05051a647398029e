"""The page that `moat watch` serves. Solara looks for `Page` in this file."""

from __future__ import annotations

import os
from pathlib import Path

import solara
from reacton.core import get_render_context

from viz.dashboard.controls import button
from viz.dashboard.levers.panel import Levers
from viz.dashboard.pages.clock import Clock
from viz.dashboard.pages.head import PAGES, Choices, Head
from viz.dashboard.pages.notices import Notices
from viz.dashboard.pages.tour import Tour
from viz.dashboard.server.serve import OPENED, hide_tracebacks, ignore_superseded, warm
from viz.dashboard.state import link
from viz.dashboard.state.available import add_file, usable_view
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import open_saved
from viz.dashboard.state.ensembles import store
from viz.dashboard.state.memory import keep_together
from viz.dashboard.state.session import Session
from viz.dashboard.state.turns import let_pages_in
from viz.dashboard.state.view import View, reference_of

hide_tracebacks()
ignore_superseded()
keep_together()
let_pages_in()
CSS = Path(__file__).with_name("page.css")
MAIN = {"id": "moat-main", "tabindex": "-1"}
BAR = {"role": "toolbar", "aria-label": "Clock and levers"}
SIDE = {"role": "complementary", "aria-label": "Levers"}


def start_session(search: str | None) -> Session:
    """A visitor's session: from a link, or from what the server was started with."""
    opened = os.environ.get(OPENED, "")
    if opened and Path(opened).is_dir():
        return Session(saved=open_saved(opened))
    linked, problems = link.read(search)
    view, unusable = usable_view(linked)
    if opened and not search:
        view = View(scenario=add_file(opened))
    session = Session(view)
    session.notices.set((*problems, *unusable))
    return session


def simulate_opening() -> None:
    """Simulate what `moat watch` opens with, so that the first visitor need not wait for it."""
    opened = os.environ.get(OPENED)
    if opened is None or (opened and Path(opened).is_dir()):
        return
    view = View(scenario=add_file(opened)) if opened else View()
    for scenario in (view.scenario, EditedScenario(reference_of(view.scenario))):
        store.of((scenario, view.worlds, view.seed))


warm(then=simulate_opening)


@solara.component
def Page():
    """Everything: head, levers, and the page of the open tab."""
    router = solara.use_router()
    session = solara.use_memo(lambda: start_session(router.search), [])
    session.draw_once(get_render_context())
    solara.use_effect(lambda: session.close, [])
    inputs = (session.scenario, session.baseline, session.worlds, session.seed, session.start)
    dependencies = [value.value for value in inputs]
    solara.lab.use_task(session.simulate, dependencies=dependencies, raise_error=False)
    is_open = solara.use_reactive(False)  # the sheet of levers, where the window is narrow
    solara.Title("moat")
    solara.Style(CSS)
    with solara.Div(classes=["moat"]):
        Skip()
        Head(session)
        with solara.Div(classes=["moat-bar"], attributes=BAR):
            Clock(session)
            Sheet(is_open)
        # Levers come after the page: who moves by Tab comes to the answer and the clock first.
        with solara.Div(classes=["moat-body"]):
            with solara.Div(classes=["moat-main", "moat-ready"], attributes=MAIN):
                Notices(session)
                Choices(session)
                _, component = PAGES.get(session.tab.value, PAGES["overview"])
                component(session)
            with solara.Div(
                classes=["moat-side", "open" if is_open.value else ""], attributes=SIDE
            ):
                Levers(session)
        Tour(session)


@solara.component_vue("skip.vue")
def Skip():
    """The first stop of the Tab key: from here to the answer."""


@solara.component
def Sheet(is_open: solara.Reactive[bool]):
    """The button that brings the levers up from below; only narrow windows show it."""
    with solara.Div(classes=["moat-sheet"]):
        label = "Close" if is_open.value else "Levers"
        expanded = {"aria-expanded": str(is_open.value).lower()}
        button(label, lambda: is_open.set(not is_open.value), "mdi-tune", attributes=expanded)
