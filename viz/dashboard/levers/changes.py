"""Dated changes: a number of an actor, or of all actors of a kind in a bloc, from a month on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import solara

from sim.scenario.changes import MODELS, declared, target
from sim.scenario.quantity import STOCK
from viz.dashboard.controls import button, html, icon_button, select, text_field, use_parsed
from viz.dashboard.levers.policies import SOURCE, Tree
from viz.dashboard.levers.row import parse_number
from viz.dashboard.state.available import resolved
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.session import Session
from viz.figures.marks import ADDED
from viz.text.format import capitalised, exact, unit, when

TABLE = "changes"
STARTS = [f"{year}-{month:02}" for year in range(2020, 2031) for month in (1, 7)]
START, TO_THE_END = "2026-01", "the end"
OF_A_BLOC = "__"  # in the name of a change: after it, which of the actors of a bloc
LONGEST = 56  # characters of a name without that; scenario files take 60


@dataclass(frozen=True)
class Actors:
    """One actor, or all of a kind in a bloc.

    Attributes:
        title: for people.
        table: of the scenario.
        names: of the actors.
    """

    title: str
    table: str
    names: tuple[str, ...]

    def numbers(self) -> dict[str, str]:
        """What can be changed at a date: meaning and unit by field."""
        found = {}
        for field, info in MODELS[self.table].model_fields.items():
            if (extra := declared(self.table, field)).get("dated"):
                meaning = f"{info.description}, {unit(extra['unit'])}".rstrip(", ")
                found[field] = capitalised(meaning)
        return found

    def keys(self, field: str) -> list[str]:
        """Keys of a number of all of them, as a dated change names it."""
        return [f"{self.table}.{name}.{field}" for name in self.names]


@dataclass(frozen=True)
class Line:
    """A change that a visitor made: one line of the list.

    Attributes:
        keys: of the scenario, one for each actor.
        text: what is changed, by how much and when.
    """

    keys: tuple[str, ...]
    text: str


def choices(tree: Tree) -> list[Actors]:
    """All of whom a number can be changed: first the kinds of a bloc, then each actor."""
    of_blocs, alone = [], []
    for table in MODELS:
        rows = tree.get(table, {})
        for bloc in dict.fromkeys(row["bloc"] for row in rows.values()):
            names = tuple(name for name, row in rows.items() if row["bloc"] == bloc)
            if len(names) > 1:
                of_blocs.append(Actors(f"All {table.replace('_', ' ')}, {bloc}", table, names))
        alone += [Actors(name, table, (name,)) for name in rows]
    found = [actors for actors in (*of_blocs, *alone) if actors.numbers()]
    titles = [actors.title for actors in found]
    return [actors for at, actors in enumerate(found) if actors.title not in titles[:at]]


def entries(
    actors: Actors, field: str, factor: float, since: str, to: str = ""
) -> dict[str, dict[str, Any]]:
    """The changes as tables of a scenario, by dotted key."""
    change = {"factor": factor, "source": SOURCE}
    dates = {"from": _first(since)} | ({"to": _first(to)} if to else {})
    name = _slug(f"{ADDED}{since}_{actors.title}_{field}")[:LONGEST]
    ends = [f"{OF_A_BLOC}{at}" if at else "" for at in range(len(actors.names))]
    return {
        f"{TABLE}.{name}{end}": {"key": key, **dates, **change}
        for end, key in zip(ends, actors.keys(field), strict=True)
    }


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def lines(scenario: EditedScenario, tree: Tree) -> list[Line]:
    """The dated changes that a visitor made."""
    groups: dict[str, list[str]] = {}
    for key in scenario.changed:
        if key.startswith(f"{TABLE}.") and key.count(".") == 1:
            groups.setdefault(key.partition(OF_A_BLOC)[0], []).append(key)
    return [Line(tuple(keys), _text(map(scenario.value, keys), tree)) for keys in groups.values()]


def _text(changes: Iterable[Mapping[str, Any]], tree: Tree) -> str:
    """A line in words: `Meta: spending on compute ×2 from Jan 2026 on`."""
    rows = list(changes)
    first = rows[0]
    found = [target(tree, str(row.get("key"))) for row in rows]
    known = [place for place in found if place is not None]
    if not known:
        return f"{first.get('key')}"
    table, _, field = known[0]
    names = tuple(name for _, name, _ in known)
    titles = [one.title for one in choices(tree) if (one.table, one.names) == (table, names)]
    who = titles[0] if titles else ", ".join(names)
    what = MODELS[table].model_fields[field].description or field
    return f"{who}: {what} {_amount(first)} {_when(first)}"


def _amount(change: Mapping[str, Any]) -> str:
    name, sign = ("factor", "×") if "factor" in change else ("value", "= ")
    held = change.get(name)
    held = held.get("value") if isinstance(held, Mapping) else held
    return f"{sign}{exact(held)}" if isinstance(held, int | float) else sign


def _when(change: Mapping[str, Any]) -> str:
    since, to = (f"{change.get(end, '')!s:.7}" for end in ("from", "to"))
    return f"from {when(since)} " + (f"to {when(to)}" if to else "on")


@solara.component
def DatedChanges(session: Session):
    """The visitor's dated changes, and what adds one."""
    tree = resolved(session.scenario.value.reset()).tree
    for line in lines(session.scenario.value, tree):
        ChangeLine(session, line).key(line.keys[0])
    NewChange(session)


@solara.component
def ChangeLine(session: Session, line: Line):
    """One change that can be taken back."""
    moved = session.moves.value.get(line.keys[0], "")
    with solara.Div(classes=["lever", "changed"]):
        with solara.Div(classes=["lever-head"]):
            html(line.text, "lever-change")
            icon_button("mdi-close", f"Remove: {line.text}", lambda: session.undo(*line.keys))
        if moved:
            html(f"Last moved: {moved}", "lever-moved")


@solara.component
def NewChange(session: Session):
    """Who, which number, how many times, from when."""
    tree = resolved(session.scenario.value.reset()).tree
    whom = choices(tree)
    title, set_title = solara.use_state(whom[0].title)
    field, set_field = solara.use_state("")
    factor, set_factor = solara.use_state(2.0)
    since, set_since = solara.use_state(START)
    to, set_to = solara.use_state(TO_THE_END)
    on_factor, wrong = use_parsed(parse_number, set_factor)
    actors = next((one for one in whom if one.title == title), whom[0])
    numbers = actors.numbers()
    field = field if field in numbers else next(iter(numbers))
    is_stock = declared(actors.table, field)["dated"] == STOCK

    def add() -> None:
        end = "" if is_stock or to == TO_THE_END else to
        session.change_all(entries(actors, field, factor, since, end), TABLE)

    with solara.Div(classes=["lever-new"]):
        select("Of whom", [one.title for one in whom], actors.title, set_title)
        select("Number", [*numbers], field, set_field, list(numbers.values()))
        with solara.Div(classes=["moat-row"]):
            text_field(f"{factor:g}", on_factor, label="Times")
            select("from", STARTS, since, set_since)
            if not is_stock:
                select("to", [TO_THE_END, *STARTS], to, set_to)
            button("Add", add, "mdi-plus")
        problem = wrong or session.problems.value.get(TABLE, "")
        if problem:
            html(problem, "lever-wrong", role="alert")
