"""An actor's page: its series with their range, its decisions, its ties, and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

import solara

from sim.outcomes.measures import Array
from viz.dashboard.charts.fan_chart import fan_chart
from viz.dashboard.charts.panels import Line, Panel
from viz.dashboard.levers.row import linked
from viz.dashboard.network.actor_facts import (
    KINDS,
    Fact,
    decisions,
    fans_of,
    is_wide,
    kind_of,
    quantiles_of,
    sources,
    state,
    ties,
)
from viz.dashboard.network.links import Link
from viz.dashboard.state.actor_series import Chronicle
from viz.dashboard.state.session import Session
from viz.figures.marks import when

LOOKS = {"US": "us", "China": "china"}


@dataclass(frozen=True)
class Shown:
    """An actor's quantiles, as a fan chart reads them."""

    title: str
    months: list[str]
    outcomes: Mapping[str, Array]

    def quantiles(self, name: str) -> Array:
        """5, 25, 50, 75, 95 % over worlds, `[5, month]`."""
        return self.outcomes[name]


@solara.component
def Actor(session: Session, told: Chronicle):
    """The page of the chosen actor, or how to choose one."""
    name, found = session.actor.value, session.found.value
    table = kind_of(told, name)
    if table is None:
        hint = "Click an actor in the drawing, or choose one here, to see what it does and why."
        Choice(session, told, hint)
        return
    month = min(session.at(found), len(told.months) - 1)
    with solara.Div(classes=["moat-panel", "moat-actor"], attributes={"data-actor": name}):
        Choice(session, told, "")
        solara.HTML(unsafe_innerHTML=head(told, table, name))
        Series(told, table, name)
        with solara.Div(classes=["moat-actor-facts"]):
            Facts(f"Decides in {when(told.months[month])}", decisions(told, name, month))
            Ties(told, name, month)
        Details("All its numbers this month", facts_html(state(told, name, month)))
        Details("Where its numbers come from", sources_html(told, name))


@solara.component
def Choice(session: Session, told: Chronicle, hint: str):
    """A list of all actors, for those who do not point."""
    names = [name for table in KINDS for name in getattr(told.scenario, table)]
    with solara.Div(classes=["moat-row"]):
        solara.Select(
            "Actor",
            values=names,
            value=session.actor.value or None,
            on_value=session.choose,
            dense=True,
        )
        if hint:
            solara.Text(hint, classes=["moat-note"])


@solara.component
def Series(told: Chronicle, table: str, name: str):
    """Fans of its main series."""

    def draw() -> list[str]:
        return [fan(told, series, name) for series in fans_of(told, table)]

    drawn = solara.use_memo(draw, [told, table, name])
    with solara.Div(classes=["moat-fans"]):
        for one in drawn:
            solara.HTML(unsafe_innerHTML=one, classes=["moat-panel"])


@solara.component
def Facts(title: str, facts: list[Fact]):
    """What it decides."""
    empty = "<p>It decides nothing: it follows from what others do.</p>"
    inside = facts_html(facts) if facts else empty
    solara.HTML(unsafe_innerHTML=f"<h3>{escape(title)}</h3>{inside}")


@solara.component
def Ties(told: Chronicle, name: str, month: int):
    """Who it takes from and gives to."""
    coming, going = ties(told, name, month)
    inside = f"<h3>Takes from</h3>{_listed(coming)}<h3>Gives to</h3>{_listed(going)}"
    solara.HTML(unsafe_innerHTML=inside)


@solara.component
def Details(title: str, inside: str):
    """A table that opens on demand."""
    text = f"<details><summary>{escape(title)}</summary>{inside}</details>"
    solara.HTML(unsafe_innerHTML=text)


def head(told: Chronicle, table: str, name: str) -> str:
    """Name, kind, bloc, and what the scenario says of it."""
    actor = getattr(told.scenario, table)[name]
    about = f"{KINDS[table]}, {told.scenario.blocs.get(actor.bloc, actor.bloc)}"
    said = getattr(actor, "about", "")
    return (
        f'<h2 class="{LOOKS.get(actor.bloc, "rest")}">{escape(name)}</h2>'
        f"<p>{escape(about)}. {escape(said)}</p>"
    )


def fan(told: Chronicle, series: str, name: str) -> str:
    """A fan chart of one series under its meaning."""
    q, about = quantiles_of(told, series, name), told.about[series]
    actor_bloc = getattr(told.scenario, kind_of(told, name))[name].bloc
    line = Line(series, LOOKS.get(actor_bloc, "case"))
    panel = Panel(series, about.meaning, about.unit, (line,), "", is_log=is_wide(q[2]))
    svg, _ = fan_chart(panel, Shown(name, told.months, {series: q}), None, size=(360.0, 170.0))
    meaning = about.meaning[0].upper() + about.meaning[1:]
    return f'<div class="moat-numbers"><h3>{escape(meaning)}, {escape(about.unit)}</h3></div>{svg}'


def facts_html(facts: Iterable[Fact]) -> str:
    """Facts as a table."""
    rows = "".join(
        f"<tr><th>{escape(one.what)}</th><td>{linked(one.amount)}</td></tr>" for one in facts
    )
    return f'<table class="moat-facts">{rows}</table>'


def sources_html(told: Chronicle, name: str) -> str:
    """Numbers of the scenario with their sources."""
    rows = "".join(
        f"<tr><th>{escape(what)}</th><td>{escape(value)}</td><td>{linked(source)}</td></tr>"
        for what, value, source in sources(told, name)
    )
    if not rows:
        return "<p>The scenario holds no number of it; its acts carry their own sources.</p>"
    return f'<table class="moat-facts">{rows}</table>'


def _listed(them: list[Link]) -> str:
    if not them:
        return "<p>Nothing this month.</p>"
    return "<ul>" + "".join(f"<li>{escape(one.told())}</li>" for one in them) + "</ul>"
