"""The head of the page: which scenario, against which baseline, and the tabs."""

from __future__ import annotations

import solara

from viz.dashboard import stories
from viz.dashboard.session import Session


@solara.component
def Head(session: Session):
    """Name, scenario, baseline, theme."""
    with solara.Row(classes=["moat-head"]):
        solara.HTML(tag="h1", unsafe_innerHTML="moat")
        solara.Select(
            "Scenario",
            values=list(stories.known()),
            value=session.case.value.scenario,
            on_value=session.open,
        )
        solara.lab.ThemeToggle()
