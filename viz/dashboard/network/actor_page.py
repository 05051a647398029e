"""An actor's page: its series with their range, its decisions, its ties, and its sources."""

from __future__ import annotations

from collections.abc import Iterable

import solara
from markupsafe import Markup

from viz.dashboard.charts import svg
from viz.dashboard.charts.chart import Chart, Layer
from viz.dashboard.charts.chart_panel import BANDS, ChartFiles
from viz.dashboard.charts.fan_chart import SMALL, Quantiles
from viz.dashboard.charts.panels import Line, Panel
from viz.dashboard.controls import html, linked, select
from viz.dashboard.network.actor_facts import (
    decisions,
    is_log,
    main_series,
    quantiles_of,
    sources,
    state,
    table_of,
    ties,
    words_of,
)
from viz.dashboard.network.kinds import KINDS
from viz.dashboard.network.links import Link
from viz.dashboard.state.actor_series import ActorSeries
from viz.dashboard.state.session import Session
from viz.text.format import capitalised, when

LOOKS = {"US": "us", "China": "china"}
UNITS = {"1": "", "log": "in logs", "log/yr": "in logs a year"}  # of series, in titles


@solara.component
def Actor(session: Session, actors: ActorSeries, month: int):
    """The page of the chosen actor in a month, or how to choose one."""
    name = session.actor.value
    table = table_of(actors, name)
    if table is None:
        hint = "Click an actor in the drawing, or choose one here, to see what it does and why."
        Choice(session, actors, hint)
        return
    with solara.Div(classes=["moat-panel", "moat-actor"], attributes={"data-actor": name}):
        Choice(session, actors, "")
        html(head(actors, table, name))
        Series(session, actors, table, name)
        with solara.Div(classes=["moat-actor-facts"]):
            decided = facts_table(decisions(actors, table, name, month))
            empty = Markup("<p>It makes no decision of its own: it depends on what others do.</p>")
            title = Markup("<h3>Decides in {}</h3>").format(when(actors.months[month]))
            html(title + (decided or empty))
            incoming, outgoing = map(links_list, ties(actors, name, month))
            lists = Markup("<h3>Takes from</h3>{}<h3>Gives to</h3>{}")
            html(lists.format(incoming, outgoing))
        numbers = facts_table(state(actors, table, name, month))
        details("All its numbers this month", numbers)
        none = "The scenario has no number for it; its acts have their own sources."
        empty = svg.element("p", none)
        details("Where its numbers come from", facts_table(sources(actors, table, name)) or empty)


@solara.component
def Choice(session: Session, actors: ActorSeries, hint: str):
    """A list of all actors, for those who do not point."""
    names = [name for table in KINDS for name in getattr(actors.scenario, table)]
    with solara.Div(classes=["moat-row"]):
        chosen = session.actor.value or None
        select("Actor", names, chosen, session.choose)
        if hint:
            solara.Text(hint, classes=["moat-note"])


@solara.component
def Series(session: Session, actors: ActorSeries, table: str, name: str):
    """Fans of its main series."""
    simulation = session.simulation.value

    def draw() -> list[tuple[Chart, Markup]]:
        charts = [chart(actors, table, name, series) for series in main_series(actors, table)]
        return [(one, one.svg(SMALL)[0]) for one in charts]

    drawn = solara.use_memo(draw, [actors, table, name])
    with solara.Div(classes=["moat-fans"]):
        for one, svg in drawn:
            with solara.Div(classes=["moat-panel"]).key(one.name):
                title = Markup("<h3>{}</h3>").format(one.panel.title)
                html(title, "moat-numbers")
                html(svg)
                html(one.panel.note, "moat-note", tag="p")
                if simulation is not None:
                    ChartFiles(session, simulation, one)


def details(title: str, inside: Markup) -> None:
    """A table that opens on demand."""
    html(Markup("<details><summary>{}</summary>{}</details>").format(title, inside))


def head(actors: ActorSeries, table: str, name: str) -> Markup:
    """Name, kind, bloc, and what the scenario says of it."""
    actor = getattr(actors.scenario, table)[name]
    kind = f"{KINDS[table].name}, {actors.scenario.blocs.get(actor.bloc, actor.bloc)}"
    look, about = LOOKS.get(actor.bloc, "rest"), getattr(actor, "about", "")
    return Markup('<h2 class="{}">{}</h2><p>{}. {}</p>').format(look, name, kind, about)


def chart(actors: ActorSeries, table: str, name: str, series: str) -> Chart:
    """A chart of one series under its meaning."""
    q, about = quantiles_of(actors, series, name), actors.about[series]
    look = LOOKS.get(getattr(actors.scenario, table)[name].bloc, "case")
    words = capitalised(words_of(about.meaning))
    title = ", ".join(filter(None, (words, UNITS.get(about.unit, about.unit))))
    note = "" if words_of(about.meaning) == about.meaning else f"{capitalised(about.meaning)}."
    panel = Panel(series, title, about.unit, (Line(series, look),), note, is_log=is_log(q[2]))
    layers = (Layer(Quantiles(actors.months, {series: q}), name),)
    caption = f"{name}. {BANDS.format(worlds=actors.worlds)}"
    return Chart(panel, layers, f"{name}-{series}".replace(" ", "_"), caption)


def facts_table(rows: Iterable[tuple[str, ...]]) -> Markup:
    """Rows as a table, the first cell as its head; nothing for no rows."""
    lines = []
    for head, *cells in rows:
        row = (svg.element("td", linked(cell)) for cell in cells)
        lines.append(svg.element("tr", svg.element("th", head), *row))
    return svg.element("table", *lines, look="moat-facts") if lines else Markup("")


def links_list(links: list[Link]) -> Markup:
    """Links in words, as a list."""
    if not links:
        return svg.element("p", "Nothing this month.")
    return svg.element("ul", *(svg.element("li", link.text) for link in links))
