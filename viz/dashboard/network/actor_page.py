"""An actor's page: its series with their range, its decisions, its ties, and its sources."""

from __future__ import annotations

from collections.abc import Iterable

import solara
from markupsafe import Markup

from viz.dashboard.charts import svg
from viz.dashboard.charts.fan_chart import Quantiles, fan_chart
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
)
from viz.dashboard.network.kinds import KINDS
from viz.dashboard.network.links import Link
from viz.dashboard.state.actor_series import ActorSeries
from viz.dashboard.state.session import Session
from viz.figures.marks import when

LOOKS = {"US": "us", "China": "china"}


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
        Series(actors, table, name)
        with solara.Div(classes=["moat-actor-facts"]):
            decided = facts_table(decisions(actors, table, name, month))
            empty = Markup("<p>It decides nothing: it follows from what others do.</p>")
            title = Markup("<h3>Decides in {}</h3>").format(when(actors.months[month]))
            html(title + (decided or empty))
            incoming, outgoing = map(links_list, ties(actors, name, month))
            lists = Markup("<h3>Takes from</h3>{}<h3>Gives to</h3>{}")
            html(lists.format(incoming, outgoing))
        numbers = facts_table(state(actors, table, name, month))
        details("All its numbers this month", numbers)
        none = "The scenario holds no number of it; its acts carry their own sources."
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
def Series(actors: ActorSeries, table: str, name: str):
    """Fans of its main series."""

    def draw() -> list[Markup]:
        return [fan(actors, table, name, series) for series in main_series(actors, table)]

    charts = solara.use_memo(draw, [actors, table, name])
    with solara.Div(classes=["moat-fans"]):
        for chart in charts:
            html(chart, "moat-panel")


def details(title: str, inside: Markup) -> None:
    """A table that opens on demand."""
    html(Markup("<details><summary>{}</summary>{}</details>").format(title, inside))


def head(actors: ActorSeries, table: str, name: str) -> Markup:
    """Name, kind, bloc, and what the scenario says of it."""
    actor = getattr(actors.scenario, table)[name]
    kind = f"{KINDS[table].name}, {actors.scenario.blocs.get(actor.bloc, actor.bloc)}"
    look, about = LOOKS.get(actor.bloc, "rest"), getattr(actor, "about", "")
    return Markup('<h2 class="{}">{}</h2><p>{}. {}</p>').format(look, name, kind, about)


def fan(actors: ActorSeries, table: str, name: str, series: str) -> Markup:
    """A fan chart of one series under its meaning."""
    q, about = quantiles_of(actors, series, name), actors.about[series]
    look = LOOKS.get(getattr(actors.scenario, table)[name].bloc, "case")
    panel = Panel(series, about.meaning, about.unit, (Line(series, look),), "", is_log=is_log(q[2]))
    fans = Quantiles(actors.months, {series: q})
    chart, _ = fan_chart(panel, fans, None, size=(360.0, 170.0))
    meaning = about.meaning[0].upper() + about.meaning[1:]
    title = Markup('<div class="moat-numbers"><h3>{}, {}</h3></div>').format(meaning, about.unit)
    return title + chart


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
