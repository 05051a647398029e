"""The levers beside every page: policies and assumptions, visibly apart."""

from __future__ import annotations

import solara

from viz.dashboard.session import Session


@solara.component
def Levers(session: Session):
    """All levers of the open scenario."""
    with solara.Div(classes=["moat-levers"]):
        solara.Text("Levers")
