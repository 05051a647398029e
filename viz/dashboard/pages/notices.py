"""What could not be done: parts of a link that do not fit, scenarios that cannot be simulated, acts
that do nothing."""

from __future__ import annotations

import solara
from markupsafe import Markup

from viz.dashboard.controls import button, html
from viz.dashboard.state.available import resolved
from viz.dashboard.state.bounds import refused
from viz.dashboard.state.session import Session
from viz.text.notes import notes

SHOWN = 4


@solara.component
def Notices(session: Session):
    """Messages that stand above every page until they are read."""
    with solara.Div():
        notices = session.notices.value
        if notices:
            more = f" And {len(notices) - SHOWN} more." if len(notices) > SHOWN else ""
            with solara.Div(classes=["moat-notice"], attributes={"role": "alert"}):
                text = "Parts of the link could not be used: " + "; ".join(notices[:SHOWN])
                solara.Text(f"{text}.{more}")
                button("OK", lambda: session.notices.set(()), outlined=False)
        if refused.value:
            with solara.Div(classes=["moat-notice"], attributes={"role": "alert"}):
                solara.Text("Not taken: " + "; ".join(refused.value) + ".")
                button("OK", lambda: refused.set(()), outlined=False)
        simulation = session.simulation.value
        scenario = simulation.scenario if simulation and session.saved is None else None
        idle = solara.use_memo(lambda: notes(resolved(scenario)) if scenario else [], [scenario])
        if idle:
            with solara.Div(classes=["moat-notice"], attributes={"role": "note"}):
                more = f" And {len(idle) - SHOWN} more acts." if len(idle) > SHOWN else ""
                solara.Text(f"{' '.join(idle[:SHOWN])}{more}")
        problem = session.problems.value.get("", "")
        if problem:
            solara.Error(problem)


@solara.component
def Empty(title: str, text: str):
    """What is shown in place of a page that has nothing to show."""
    with solara.Div(classes=["moat-panel", "moat-empty"]):
        inside = Markup("<h3>{}</h3><p>{}</p>").format(title, text)
        html(inside, role="status")
