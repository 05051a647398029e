"""What could not be done: parts of a link that do not fit, scenarios that cannot be simulated."""

from __future__ import annotations

import solara

from viz.dashboard.state.session import Session

SHOWN = 4


@solara.component
def Notices(session: Session):
    """Messages that stand above every page until they are read."""
    with solara.Div():
        told = session.notices.value
        if told:
            more = f" And {len(told) - SHOWN} more." if len(told) > SHOWN else ""
            with solara.Div(classes=["moat-notice"], attributes={"role": "alert"}):
                text = "The link could not be followed in all: " + "; ".join(told[:SHOWN])
                solara.Text(f"{text}.{more}")
                solara.Button("Understood", on_click=lambda: session.notices.set(()), small=True)
        general = session.problems.value.get("", "")
        if general:
            solara.Error(general)
