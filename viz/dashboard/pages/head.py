"""The head of the page, and what is simulated: scenario, comparison, worlds."""

from __future__ import annotations

from collections.abc import Callable

import solara

from viz.dashboard.controls import button, html, select
from viz.dashboard.pages.browser import Browser
from viz.dashboard.pages.clock import Luck
from viz.dashboard.pages.compare import Compare
from viz.dashboard.pages.events import Events
from viz.dashboard.pages.network import Network
from viz.dashboard.pages.overview import Overview
from viz.dashboard.pages.why import Why
from viz.dashboard.state import available
from viz.dashboard.state.bounds import one_of, taken
from viz.dashboard.state.limits import STARTS, WORLDS
from viz.dashboard.state.session import Session

PAGES = {  # name in links (`link.TABS`): title of the tab, component
    "overview": ("Overview", Overview),
    "network": ("Supply network", Network),
    "why": ("Why", Why),
    "compare": ("Compare", Compare),
    "events": ("Events", Events),
}
START_TITLES = ("observations", "simulation")
AUTOMATIC = "Automatic"


@solara.component
def Head(session: Session):
    """Name, tabs, and tools."""
    with solara.Div(classes=["moat-head"], attributes={"role": "banner"}):
        html("moat", tag="h1")
        Tabs(session)
        with solara.Div(classes=["moat-tools"]):
            Browser(session)
            solara.Button(
                icon_name="mdi-help-circle-outline",
                on_click=lambda: session.tour.set(0),
                icon=True,
                attributes={"aria-label": "Tour", "title": "Tour of the page"},
            )
            _Theme()


@solara.component_vue("tabs.vue")
def _Tabs(tabs: list[tuple[str, str]], current: str, event_chosen: Callable[[str], None]):
    """One stop of the Tab key; arrows go from tab to tab."""


@solara.component
def Tabs(session: Session):
    """The pages."""
    _Tabs(
        tabs=[(name, title) for name, (title, _) in PAGES.items()],
        current=session.tab.value,
        event_chosen=taken("Page", one_of(PAGES), session.tab.set),
    )


@solara.component_vue("theme.vue")
def _Theme():
    """Light, dark, or as the system; Solara's own toggle has no name to read out."""


@solara.component
def Choices(session: Session):
    """The scenario, what it is compared with, the worlds, and their luck.

    In narrow windows the worlds and their luck stay hidden until they are asked for, so that the
    question is near the top.
    """
    is_open = solara.use_reactive(False)
    if session.saved is not None:
        solara.Text(f"Saved run: {session.saved.title}", classes=["moat-saved"])
        return
    titles, names = zip(*available.titles(), strict=True)
    against = (f"{AUTOMATIC}: {available.title_of(session.reference)}", *titles)
    scenario, baseline, start = session.scenario.value.name, session.baseline, session.start
    with solara.Div(classes=["moat-row", "moat-choices"]):
        select("Scenario", names, scenario, session.open, titles, "wide")
        select("Compared with", ("", *names), baseline.value, baseline.set, against, "wide")
        with solara.Div(classes=["moat-more"]):
            expanded = {"aria-expanded": str(is_open.value).lower()}
            label = "Fewer choices" if is_open.value else "Worlds and luck"
            button(label, lambda: is_open.set(not is_open.value), text=True, attributes=expanded)
        with solara.Div(classes=["moat-rest", "open" if is_open.value else ""]):
            select("Worlds", WORLDS, session.worlds.value, session.worlds.set)
            if available.fits_history():
                select("Bands start from", STARTS, start.value, start.set, START_TITLES)
            Luck(session)
