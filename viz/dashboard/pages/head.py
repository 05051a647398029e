"""The head of the page: which scenario, against which baseline, how many worlds, and the tabs."""

from __future__ import annotations

import solara

from viz.dashboard.pages.browser import Browser
from viz.dashboard.pages.tabs import TABS
from viz.dashboard.state import available as stories
from viz.dashboard.state.limits import WORLDS
from viz.dashboard.state.session import Session


@solara.component
def Head(session: Session):
    """Name, scenario, baseline, worlds, tabs, theme."""
    with solara.Div(classes=["moat-head"]):
        solara.HTML(tag="h1", unsafe_innerHTML="moat")
        if session.saved is None:
            Choose(session)
        else:
            solara.Text(f"Saved run: {session.saved.title}", classes=["moat-saved"])
        with solara.Div(classes=["moat-tabs"], attributes={"role": "tablist"}):
            for tab in TABS:
                is_open = session.tab.value == tab.name
                solara.Button(
                    tab.title,
                    on_click=lambda name=tab.name: session.tab.set(name),
                    text=True,
                    classes=["open"] if is_open else [],
                    attributes={"role": "tab", "aria-selected": str(is_open).lower()},
                )
        with solara.Div(classes=["moat-tools"]):
            Browser(session)
            solara.Button(
                icon_name="mdi-help-circle-outline",
                on_click=lambda: session.tour.set(0),
                icon=True,
                attributes={"aria-label": "Tour", "title": "Tour of the page"},
            )
            _Theme()


@solara.component_vue("theme.vue")
def _Theme():
    """Light, dark, or as the system; Solara's own toggle has no name to read out."""


@solara.component
def Choose(session: Session):
    """The scenario, the baseline behind it, and the number of worlds."""
    with solara.Div(classes=["moat-row"]):
        items = [{"text": title, "value": name} for title, name in stories.titled()]
        for label, value, on_value, look in (
            ("Scenario", session.case.value.scenario, session.open, "wide"),
            ("Baseline", session.baseline.value, session.baseline.set, "wide"),
        ):
            solara.v.Select(
                label=label,
                items=items,
                v_model=value,
                on_v_model=on_value,
                dense=True,
                hide_details=True,
                class_=look,
            )
        solara.v.Select(
            label="Worlds",
            items=list(WORLDS),
            v_model=session.worlds.value,
            on_v_model=session.worlds.set,
            dense=True,
            hide_details=True,
            class_="narrow",
        )
