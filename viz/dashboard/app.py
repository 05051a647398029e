"""The page that `moat watch` serves. Solara looks for `Page` in this file."""

from __future__ import annotations

import os
from pathlib import Path

import solara

from viz.dashboard.levers.panel import Levers
from viz.dashboard.pages.head import PAGES, Head
from viz.dashboard.pages.notices import Notices
from viz.dashboard.pages.tour import Tour
from viz.dashboard.server.serve import OPENED, hide_tracebacks, ignore_superseded, warm
from viz.dashboard.state import link
from viz.dashboard.state.available import add_file, usable_view
from viz.dashboard.state.ensemble import open_saved
from viz.dashboard.state.memory import keep_together
from viz.dashboard.state.session import Session
from viz.dashboard.state.turns import let_pages_in
from viz.dashboard.state.view import View

hide_tracebacks()
ignore_superseded()
keep_together()
let_pages_in()
warm()
CSS = Path(__file__).with_name("page.css")


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


@solara.component
def Page():
    """Everything: head, levers, and the page of the open tab."""
    router = solara.use_router()
    session = solara.use_memo(lambda: start_session(router.search), [])
    solara.use_effect(lambda: session.close, [])
    inputs = (session.scenario, session.baseline, session.worlds, session.seed)
    dependencies = [value.value for value in inputs]
    solara.lab.use_task(session.simulate, dependencies=dependencies, raise_error=False)
    solara.Title("moat")
    solara.Style(CSS)
    with solara.Div(classes=["moat"]):
        Head(session)
        with solara.Div(classes=["moat-body"]):
            Levers(session)
            with solara.Div(classes=["moat-main", "moat-ready"]):
                Notices(session)
                _, component = PAGES.get(session.tab.value, PAGES["overview"])
                component(session)
        Tour(session)
