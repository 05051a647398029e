"""The page that `moat watch` serves. Solara looks for `Page` in this file."""

from __future__ import annotations

import os
from pathlib import Path

import solara

from viz.dashboard.levers.panel import Levers
from viz.dashboard.pages.head import Head
from viz.dashboard.pages.notices import Notices
from viz.dashboard.pages.tabs import TABS
from viz.dashboard.pages.tour import Tour
from viz.dashboard.server.serve import hide_tracebacks, warm
from viz.dashboard.state import available as stories
from viz.dashboard.state import link
from viz.dashboard.state.saved import open_saved
from viz.dashboard.state.session import Session
from viz.dashboard.state.view import View

hide_tracebacks()
warm()
OPENED = "MOAT_WATCH"  # what `moat watch` was asked to open: a scenario or a saved run
CSS = Path(__file__).with_name("page.css")


def begin(search: str | None) -> Session:
    """A visitor's session: from a link, or from what the server was started with."""
    opened = os.environ.get(OPENED, "")
    if opened and Path(opened).is_dir():
        return Session(saved=open_saved(opened))
    asked, problems = link.read(search)
    view, unfit = stories.fit(asked)
    if opened and not search:
        view = View(case=stories.case_of(opened))
    session = Session(view)
    session.notices.set((*problems, *unfit))
    return session


@solara.component
def Page():
    """Everything: head, levers, and the page of the open tab."""
    router = solara.use_router()
    session = solara.use_memo(lambda: begin(router.search), [])
    solara.use_effect(lambda: session.close, [])
    wanted = [session.case.value, session.baseline.value, session.worlds.value, session.seed.value]
    solara.lab.use_task(session.simulate, dependencies=wanted, raise_error=False)
    solara.Title("moat")
    solara.Style(CSS)
    with solara.Div(classes=["moat"]):
        Head(session)
        with solara.Div(classes=["moat-body"]):
            Levers(session)
            with solara.Div(classes=["moat-main", "moat-ready"]):
                Notices(session)
                open_tab = next((tab for tab in TABS if tab.name == session.tab.value), TABS[0])
                open_tab.component(session)
        Tour(session)
