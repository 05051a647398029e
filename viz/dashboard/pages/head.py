"""The head of the page: which scenario, against which baseline, how many worlds, and the tabs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import solara

from viz.dashboard.controls import html, select
from viz.dashboard.pages.compare import Compare
from viz.dashboard.pages.events import Events
from viz.dashboard.pages.network import Network
from viz.dashboard.pages.overview import Overview
from viz.dashboard.pages.why import Why
from viz.dashboard.state import available, link
from viz.dashboard.state.bounds import one_of, taken
from viz.dashboard.state.limits import MAX_LINK_LENGTH, WORLDS
from viz.dashboard.state.session import Session

PAGES = {  # name in links (`link.TABS`): title of the tab, component
    "overview": ("Overview", Overview),
    "network": ("Supply network", Network),
    "why": ("Why", Why),
    "compare": ("Compare", Compare),
    "events": ("Events", Events),
}
SAVED = "A saved run has no link: it lies in a folder of this computer"
TOO_LONG = "Too much for a link: take the scenario as a file"


@solara.component
def Head(session: Session):
    """Name, scenario, baseline, worlds, tabs, theme."""
    with solara.Div(classes=["moat-head"]):
        html("moat", tag="h1")
        if session.saved is None:
            Choices(session)
        else:
            solara.Text(f"Saved run: {session.saved.title}", classes=["moat-saved"])
        with solara.Div(classes=["moat-tabs"], attributes={"role": "tablist"}):
            for name, (title, _) in PAGES.items():
                is_open = session.tab.value == name
                solara.Button(
                    title,
                    on_click=partial(session.tab.set, name),
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
def Choices(session: Session):
    """The scenario, the baseline behind it, and the number of worlds."""
    titles, names = zip(*available.titles(), strict=True)
    wide: dict[str, Any] = {"titles": titles, "class_": "wide", "hide_details": True}
    narrow: dict[str, Any] = {"class_": "narrow", "hide_details": True}
    with solara.Div(classes=["moat-row"]):
        select("Scenario", names, session.scenario.value.name, session.open, **wide)
        select("Baseline", names, session.baseline.value, session.baseline.set, **wide)
        select("Worlds", WORLDS, session.worlds.value, session.worlds.set, **narrow)


@solara.component_vue("browser.vue")
def _Browser(
    query: str,
    toured: bool,
    withheld: str,
    event_pressed: Callable[[str], None],
    event_first_visit: Callable[[object], None],
):
    """Keeps the address equal to the view; a button copies it."""


@solara.component
def Browser(session: Session):
    """What only the visitor's browser knows: the address, keys pressed, an earlier visit."""
    keys = {
        "play": session.play,
        "step": session.step,
        "back": lambda: session.step(-1),
        "start": lambda: session.go(0),
        "end": lambda: session.go(10**6),
    }
    is_saved = session.saved is not None
    is_steady = session.simulation.value is not None and not session.playing.value
    query = link.query(session.view()) if is_steady and not is_saved else ""
    is_too_long = len(query) > MAX_LINK_LENGTH

    def first_visit(_: object = None) -> None:
        if not session.greeted:
            session.greeted = True
            session.tour.set(0)

    _Browser(
        query="" if is_too_long else query,
        withheld=SAVED if is_saved else TOO_LONG if is_too_long else "",
        toured=session.toured.value,
        event_pressed=taken("Key", one_of(keys), lambda name: keys[name]()),
        event_first_visit=first_visit,
    )
