"""The page Supply network: who supplies, serves, funds and rules whom, in the clock's month."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import solara

from viz.dashboard.network.actor_page import Actor
from viz.dashboard.network.drawing import legend, network_svg
from viz.dashboard.pages.clock import Clock
from viz.dashboard.state.actor_series import Chronicle
from viz.dashboard.state.session import Found, Session
from viz.figures.marks import when

CSS = Path(__file__).with_name("network.css")


@solara.component_vue("network.vue")
def _Drawing(svg: str, chosen: str, event_chose: Callable[[str], None]):
    """Shows the drawing; hovering lights an actor's links, a click or Enter chooses it."""


@solara.component
def Network(session: Session):
    """The network of the case on the page, and the page of the chosen actor."""
    found = session.found.value
    done = solara.use_reactive(0.0)
    case = found.case if found is not None and session.saved is None else None

    def work() -> Chronicle | None:
        if case is None:
            return None
        months = len(found.this.months)
        key = (case, session.worlds.value, session.seed.value)
        return session.chronicles.of(key, lambda month: done.set(month / months))

    wanted = [case, session.worlds.value, session.seed.value]
    task = solara.lab.use_task(work, dependencies=wanted, raise_error=False)
    solara.Style(CSS)
    with solara.Column(gap="8px"):
        Clock(session)
        if session.saved is not None:
            Told(
                "No network of a saved run",
                "A saved run is replayed from its outcomes. Open its scenario to see who "
                "supplied whom.",
            )
        elif task.error:
            Told("The network could not be simulated", str(task.exception))
        elif task.value is None or found is None:
            Told("Simulating who supplies whom ...", "Every flow of every month, in all worlds.")
            solara.ProgressLinear(100 * done.value if done.value else True)
        else:
            Drawn(session, found, task.value)
            Actor(session, task.value)


@solara.component
def Told(title: str, text: str):
    """What is shown in place of the network."""
    with solara.Div(classes=["moat-panel", "moat-empty"]):
        inside = f"<h3>{escape(title)}</h3><p>{escape(text)}</p>"
        solara.HTML(unsafe_innerHTML=inside, attributes={"role": "status"})


@solara.component
def Drawn(session: Session, found: Found, told: Chronicle):
    """The drawing of the clock's month with its legend."""
    month = min(session.at(found), len(told.months) - 1)
    chosen = session.actor.value
    svg = solara.use_memo(lambda: network_svg(told, month, chosen), [told, month, chosen])
    with solara.Div(classes=["moat-panel"], attributes={"data-panel": "network"}):
        title = f"Who supplies whom, {when(told.months[month])}"
        solara.HTML(unsafe_innerHTML=f"<h3>{escape(title)}</h3>")
        _Drawing(svg=svg, chosen=chosen, event_chose=session.choose)
        solara.HTML(unsafe_innerHTML=legend_html(told, month), classes=["net-legend"])
        solara.HTML(tag="p", unsafe_innerHTML=escape(caption(told)), classes=["moat-caption"])


KEYS = (
    ("cut", "M1 6H45", "M18 1l10 10m0 -10l-10 10", "a rule stops most of it"),
    ("curbed", "M1 6H45", "M23 0v12", "a rule stops part of it, or allows only a lesser chip"),
    ("leak", "M1 6H45", "M23 1l5 5l-5 5l-5 -5z", "smuggled, or rented abroad"),
)


def legend_html(told: Chronicle, month: int) -> str:
    """Marks, and what the widest link of each kind of flow stands for this month."""
    keys = [
        f'<span><svg class="net" viewBox="0 0 46 12" aria-hidden="true"><g class="link {name}">'
        f'<path class="flow" d="{line}" style="stroke-width:3"/><path class="mark" d="{mark}"/>'
        f"</g></svg> {words}</span>"
        for name, line, mark, words in KEYS
    ]
    widest = ", ".join(f"{name} {words}" for name, words in sorted(legend(told, month)))
    return "".join([*keys, f"<span>Widest link: {escape(widest)}</span>"])


def caption(told: Chronicle) -> str:
    """What is drawn, and where the uncertainty is."""
    return (
        f"Medians of {told.worlds} worlds in the clock's month. Links are as wide as their flow, "
        "each kind of flow to its own scale; tools, memory, power and rules have one width. Labs "
        "and clouds are as large as their chips, others as their sales, capacity or spending. "
        "Colours are blocs: blue US, orange China, green the rest. Point at an actor for its ties, "
        "click it for its page with the range over worlds."
    )
