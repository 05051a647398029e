"""The page of events: dated acts on a time line and in a list; move, change, switch off, add."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import solara
from markupsafe import Markup

from sim.scenario.paths import is_number, is_within, join_key
from viz.dashboard.charts.chart_panel import Marked
from viz.dashboard.charts.timeline import NARROW, timeline
from viz.dashboard.controls import button, html, linked, select, text_field, use_parsed
from viz.dashboard.levers.policies import DEFAULT_DATE, POLICIES
from viz.dashboard.levers.row import parse_number
from viz.dashboard.pages.answer import AnswerLine, Waiting
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.figures.marks import marks
from viz.text.acts import TABLES, act_name, day_of

Choose = Callable[[str], None]  # opens the act of a key, or closes the open one


@dataclass(frozen=True)
class Act:
    """One act of a resolved scenario.

    Attributes:
        key: dotted.
        title: what it is called everywhere.
        day: from which it holds.
        entry: of the scenario.
        is_withheld: whether this scenario does not use instruments of its kind.
    """

    key: str
    table: str
    name: str
    title: str
    kind: str
    day: str
    entry: Mapping[str, Any]
    is_withheld: bool

    @property
    def is_on(self) -> bool:
        """Whether it counts."""
        return self.entry.get("active", True)

    @property
    def state(self) -> str:
        """Why it does nothing; empty where it works."""
        return "withheld by this scenario" if self.is_withheld else "" if self.is_on else "off"

    @property
    def label(self) -> str:
        """Date, name, whose, and whether it is off."""
        by = self.entry.get("by") or self.entry.get("lab") or self.entry.get("foundry") or ""
        label = f"{self.day}  {self.title} · {by}" if by else f"{self.day}  {self.title}"
        return f"{label} · {self.state}" if self.state else label


def acts_of(tree: Mapping[str, Any]) -> list[Act]:
    """Every act of a resolved scenario, in order of time."""
    acts = []
    for table in TABLES:
        for name, entry in tree.get(table, {}).items():
            kind = entry.get("instrument") or entry.get("kind") or "breakthrough"
            withheld = tree["regulators"].get(entry.get("by"), {}).get("withholds", [])
            acts.append(
                Act(
                    join_key((table, name)),
                    table,
                    name,
                    act_name(name, entry, tree),
                    kind,
                    day_of(entry),
                    entry,
                    kind in withheld,
                )
            )
    return sorted(acts, key=lambda act: (act.day, act.name))


@solara.component
def Events(session: Session):
    """Time line, list, and the act that is open."""
    simulation = session.simulation.value
    if simulation is None:
        Waiting(session)
    else:
        AnswerLine(session)
        Acts(session, simulation)


@solara.component
def Acts(session: Session, simulation: Simulation):
    """Time line and list of what was simulated."""
    chosen, choose = solara.use_state("")
    kind, set_kind = solara.use_state("all")
    tree, months = simulation.ensemble.tree, simulation.ensemble.months
    acts = acts_of(tree)
    kinds = ["all", *sorted({act.kind for act in acts})]
    is_live = session.saved is None
    with solara.Div(classes=["moat-panel"]):
        html(
            Markup(
                "<h3>Acts, breakthroughs and incidents, by the date on which they take effect</h3>"
            )
        )
        drawings = solara.use_memo(
            lambda: (timeline(marks(tree), months), timeline(marks(tree), months, NARROW)),
            [simulation],
        )
        Marked(*drawings)
        note = (
            "Blue: American acts; vermilion: Chinese acts; bold: your own. Point at an act, or use "
            "Tab and the arrow keys, to read what it is. Choose one below to "
        )
        note += "move it." if is_live else "read its source."
        html(note, "moat-note", tag="p")
    if is_live:
        Add(session, simulation, choose)
    with solara.Div(classes=["moat-panel", "moat-acts"]):
        select("Kind", kinds, kind, set_kind)
        for act in acts:
            if kind in ("all", act.kind):
                ActRow(session, act, chosen == act.key, choose).key(act.key)


@solara.component
def ActRow(session: Session, act: Act, is_open: bool, choose: Choose):
    """A line of the list; open, it can be changed."""
    keys = [key for key in session.scenario.value.changed if is_within(key, act.key)]
    look = ["act", *(["changed"] if keys else []), *(["off"] if act.state else [])]
    with solara.Div(classes=look):
        with solara.Div(classes=["moat-row"]):
            button(
                act.label,
                lambda: choose("" if is_open else act.key),
                "mdi-chevron-down" if is_open else "mdi-chevron-right",
                attributes={"aria-expanded": str(is_open).lower()},
                text=True,
            )
        if is_open:
            Open(session, act, keys)


@solara.component_vue("sight.vue")
def _Sight(at: str):
    """Keeps the open act in sight: the list is in order of time, so a new date moves it."""


@solara.component
def Open(session: Session, act: Act, keys: list[str]):
    """Fields of an act.

    Args:
        keys: of it that were changed.
    """
    _Sight(at=f"{act.day}")
    texts = (act.entry.get(name, "") for name in ("description", "source"))
    description, source = (" ".join(f"{text}".split()) for text in texts)
    text = Markup("<p>{}</p><p><b>Source:</b> {}</p>").format(description, linked(source))
    html(text, "lever-help")
    if session.saved is not None:
        solara.Text("A saved run: nothing can be changed.")
        return
    numbers = [name for name, item in act.entry.items() if is_number(item)]
    with solara.Div(classes=["moat-row"]):
        for name in ("announced", "effective") if act.table == "events" else ("date",):
            Field(session, act, name, parse_day)
        for name in numbers:
            Field(session, act, name, parse_number)
    with solara.Div(classes=["moat-row"]):
        if act.key in keys:
            button("Remove", lambda: session.undo(act.key))
            return
        label = "Switch off" if act.is_on else "Switch on"
        button(label, lambda: session.change(f"{act.key}.active", not act.is_on))
        if keys:
            button("Reset", lambda: session.undo(*keys))


def parse_day(text: str) -> date:
    """A day that a person typed; ValueError says what is wrong."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"“{text[:20]}” is not a day; write it like 2026-07-01") from None


@solara.component
def Field(session: Session, act: Act, name: str, parse: Callable[[str], Any]):
    """One field: a date or a number."""
    now, key = act.entry[name], f"{act.key}.{name}"
    on_text, wrong = use_parsed(parse, lambda value: session.change(key, value))
    message = wrong or session.problems.value.get(key, "")
    unit = f", {now['unit']}" if is_number(now) else ""
    text_field(
        _number(now) if is_number(now) else f"{now}",
        on_text,
        label=f"{name.replace('_', ' ')}{unit}",
        error_messages=message,
        hide_details=not message,
        class_="moat-field",
    )


def _number(item: Mapping[str, Any]) -> str:
    """A number as it can be typed: the value, or the middle of its prior."""
    if "value" in item:
        return f"{item['value']:g}"
    prior = item["prior"]
    return f"{prior.get('median', prior.get('mode', prior.get('low'))):g}"


@solara.component
def Add(session: Session, simulation: Simulation, choose: Choose):
    """A new act of a kind for which there is a policy lever."""
    tree = simulation.ensemble.tree
    policies = {policy.title: policy for policy in POLICIES if not policy.why_disabled(tree)}
    title, set_title = solara.use_state(next(iter(policies), ""))
    if title not in policies:
        title = next(iter(policies), "")

    def add() -> None:
        policy = policies[title]
        session.change(policy.key, policy.act(policy.default, DEFAULT_DATE, tree))
        choose(policy.key)

    if not policies:
        return
    with solara.Div(classes=["moat-row", "moat-panel"]):
        select("New act", [*policies], title, set_title)
        button("Add", add, "mdi-plus")
        solara.Text("It replaces the scenario's acts of its kind from 2025-01-01 on.")
