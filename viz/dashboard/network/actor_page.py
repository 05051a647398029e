"""An actor's page: its series with their range, its decisions, its ties, and its sources."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import solara

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
            empty = "<p>It decides nothing: it follows from what others do.</p>"
            title = f"Decides in {when(actors.months[month])}"
            html(f"<h3>{escape(title)}</h3>{decided or empty}")
            incoming, outgoing = map(links_list, ties(actors, name, month))
            lists = f"<h3>Takes from</h3>{incoming}<h3>Gives to</h3>{outgoing}"
            html(lists)
        numbers = facts_table(state(actors, table, name, month))
        details("All its numbers this month", numbers)
        empty = "<p>The scenario holds no number of it; its acts carry their own sources.</p>"
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

    def draw() -> list[str]:
        return [fan(actors, table, name, series) for series in main_series(actors, table)]

    charts = solara.use_memo(draw, [actors, table, name])
    with solara.Div(classes=["moat-fans"]):
        for chart in charts:
            html(chart, "moat-panel")


def details(title: str, inside: str) -> None:
    """A table that opens on demand."""
    html(f"<details><summary>{escape(title)}</summary>{inside}</details>")


def head(actors: ActorSeries, table: str, name: str) -> str:
    """Name, kind, bloc, and what the scenario says of it."""
    actor = getattr(actors.scenario, table)[name]
    kind = f"{KINDS[table].name}, {actors.scenario.blocs.get(actor.bloc, actor.bloc)}"
    return (
        f'<h2 class="{LOOKS.get(actor.bloc, "rest")}">{escape(name)}</h2>'
        f"<p>{escape(kind)}. {escape(getattr(actor, 'about', ''))}</p>"
    )


def fan(actors: ActorSeries, table: str, name: str, series: str) -> str:
    """A fan chart of one series under its meaning."""
    q, about = quantiles_of(actors, series, name), actors.about[series]
    look = LOOKS.get(getattr(actors.scenario, table)[name].bloc, "case")
    panel = Panel(series, about.meaning, about.unit, (Line(series, look),), "", is_log=is_log(q[2]))
    fans = Quantiles(actors.months, {series: q})
    chart, _ = fan_chart(panel, fans, None, size=(360.0, 170.0))
    meaning = about.meaning[0].upper() + about.meaning[1:]
    title = f"<h3>{escape(meaning)}, {escape(about.unit)}</h3>"
    return f'<div class="moat-numbers">{title}</div>{chart}'


def facts_table(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows as a table, the first cell as its head; nothing for no rows."""
    lines = "".join(
        f"<tr><th>{escape(head)}</th>{''.join(f'<td>{linked(cell)}</td>' for cell in cells)}</tr>"
        for head, *cells in rows
    )
    return f'<table class="moat-facts">{lines}</table>' if lines else ""


def links_list(links: list[Link]) -> str:
    """Links in words, as a list."""
    if not links:
        return "<p>Nothing this month.</p>"
    return "<ul>" + "".join(f"<li>{escape(link.text)}</li>" for link in links) + "</ul>"
