"""The page Supply network: who supplies, serves, funds and rules whom, in the clock's month."""

from __future__ import annotations

from collections.abc import Callable

import solara
from markupsafe import Markup

from viz.dashboard.controls import html
from viz.dashboard.network.actor_page import Actor
from viz.dashboard.network.drawing import CSS, legend, network_svg
from viz.dashboard.pages.notices import Empty
from viz.dashboard.state.actor_series import ActorSeries
from viz.dashboard.state.bounds import taken, text
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.text.format import when

KEYS = (
    ("cut", "M1 6H45", "M18 1l10 10m0 -10l-10 10", "a rule stops most of it"),
    ("curbed", "M1 6H45", "M23 0v12", "a rule stops part of it, or allows only a lesser chip"),
    ("leak", "M1 6H45", "M23 1l5 5l-5 5l-5 -5z", "smuggled, or rented abroad"),
)
CAPTION = (
    "Medians of {worlds} worlds in the clock's month. Links are as wide as their flow, each kind "
    "of flow to its own scale; tools, memory, power and rules have one width. Labs and clouds are "
    "as large as their chips, others as their sales, capacity or spending. Colours are blocs: blue "
    "US, orange China, green the rest. Point at an actor for its ties, click it for its page with "
    "the range over worlds."
)


@solara.component_vue("network.vue")
def _Drawing(svg: str, chosen: str, event_chose: Callable[[str], None]):
    """Shows the drawing; hovering lights an actor's links, a click or Enter chooses it."""


@solara.component
def Network(session: Session):
    """The network of the scenario on the page, and the page of the chosen actor."""
    simulation = session.simulation.value
    share = solara.use_reactive(0.0)
    is_live = simulation is not None and session.saved is None
    scenario = simulation.scenario if simulation is not None and is_live else None

    def work() -> ActorSeries | None:
        if scenario is None or simulation is None:
            return None
        months = len(simulation.ensemble.months)
        key = (scenario, session.worlds.value, session.seed.value)
        return session.actor_series.of(key, lambda month: share.set(month / months))

    dependencies = [scenario, session.worlds.value, session.seed.value]
    task = solara.lab.use_task(work, dependencies=dependencies, raise_error=False)
    solara.Style(CSS)
    with solara.Column(gap="8px"):
        if session.saved is not None:
            why = "A saved run is replayed from its outcomes. Open its scenario to see who "
            Empty("No network of a saved run", why + "supplied whom.")
        elif task.error:
            Empty("The network could not be simulated", str(task.exception))
        elif task.value is None or simulation is None:
            Empty("Simulating who supplies whom ...", "Every flow of every month, in all worlds.")
            solara.ProgressLinear(100 * share.value if share.value else True)
        else:
            Month(session, simulation, task.value)


@solara.component
def Month(session: Session, simulation: Simulation, actors: ActorSeries):
    """The drawing of the clock's month with its legend, and the actor's page."""
    month = min(session.at(simulation), len(actors.months) - 1)
    chosen = session.actor.value
    svg = solara.use_memo(lambda: network_svg(actors, month, chosen), [actors, month, chosen])
    with solara.Column(gap="8px"):
        with solara.Div(classes=["moat-panel"], attributes={"data-panel": "network"}):
            title = f"Who supplies whom, {when(actors.months[month])}"
            html(Markup("<h3>{}</h3>").format(title))
            _Drawing(svg=svg, chosen=chosen, event_chose=taken("Actor", text(), session.choose))
            html(legend_html(actors, month), "net-legend")
            html(CAPTION.format(worlds=actors.worlds), "moat-caption", tag="p")
        Actor(session, actors, month)


def legend_html(actors: ActorSeries, month: int) -> Markup:
    """Marks, and what the widest link of each kind of flow stands for this month."""
    key = Markup(
        '<span><svg class="net" viewBox="0 0 46 12" aria-hidden="true"><g class="link {}">'
        '<path class="flow" d="{}" style="stroke-width:3"/><path class="mark" d="{}"/>'
        "</g></svg> {}</span>"
    )
    widest = ", ".join(f"{family} {words}" for family, words in sorted(legend(actors, month)))
    last = Markup("<span>Widest link: {}</span>").format(widest)
    return Markup("").join([*(key.format(*parts) for parts in KEYS), last])
