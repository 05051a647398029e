"""The page of events: dated acts on a time line and in a list; move, change, switch off, add."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import solara

from viz.dashboard.charts.timeline import timeline
from viz.dashboard.levers.policies import USUAL_DATE
from viz.dashboard.levers.policy_list import POLICIES
from viz.dashboard.levers.row import linked, number_in
from viz.dashboard.levers.text_field import use_typed
from viz.dashboard.pages.answer import AnswerLine, Waiting
from viz.dashboard.state.edited_scenario import dotted
from viz.dashboard.state.session import Found, Session
from viz.figures.marks import called, marks

TABLES = ("events", "breakthroughs", "incidents")


@solara.component
def Events(session: Session):
    """Time line, list, and the act that is open."""
    if session.found.value is None:
        Waiting(session)
    else:
        AnswerLine(session, offers=False)
        Acts(session, session.found.value)


@solara.component
def Acts(session: Session, found: Found):
    """Time line and list of what was simulated."""
    chosen, choose = solara.use_state("")
    kind, set_kind = solara.use_state("all")
    tree = found.this.tree
    acts = rows(tree)
    kinds = ["all", *sorted({one["kind"] for one in acts})]
    with solara.Div(classes=["moat-panel"]):
        title = "<h3>Acts and what befalls actors, by date of effect</h3>"
        solara.HTML(unsafe_innerHTML=title)
        drawn = solara.use_memo(lambda: timeline(marks(tree), found.this.months), [found])
        solara.HTML(unsafe_innerHTML=drawn)
        note = "American blue, Chinese vermilion; what you added is bold. Choose an act below to "
        note += "move it." if session.saved is None else "read its source."
        solara.HTML(tag="p", unsafe_innerHTML=note, classes=["moat-note"])
    if session.saved is None:
        Add(session, tree, choose)
    with solara.Div(classes=["moat-panel", "moat-acts"]):
        solara.Select("Kind", values=kinds, value=kind, on_value=set_kind, dense=True)
        for one in acts:
            if kind in ("all", one["kind"]):
                Act(session, one, chosen == one["key"], choose).key(one["key"])


def rows(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """Every act of a resolved scenario: table, name, kind, date, whether it counts."""
    found = []
    for table in TABLES:
        for name, act in tree.get(table, {}).items():
            kind = act.get("instrument") or act.get("kind") or "breakthrough"
            day = act.get("effective") or act.get("date")
            held = tree["regulators"].get(act.get("by"), {}).get("withholds", [])
            found.append(
                {
                    "key": dotted(table, name),
                    "table": table,
                    "name": name,
                    "kind": kind,
                    "day": day,
                    "act": act,
                    "is_on": act.get("active", True),
                    "is_withheld": kind in held,
                }
            )
    return sorted(found, key=lambda one: (str(one["day"]), one["name"]))


@solara.component
def Act(session: Session, one: dict[str, Any], is_open: bool, choose):
    """A line of the list; open, it can be changed."""
    by = one["act"].get("by") or one["act"].get("lab") or one["act"].get("foundry") or ""
    state = "withheld by this scenario" if one["is_withheld"] else "" if one["is_on"] else "off"
    changed = any(
        key == one["key"] or key.startswith(one["key"] + ".") for key in session.case.value.changed
    )
    look = ["act", *(["changed"] if changed else []), *(["off"] if state else [])]
    with solara.Div(classes=look):
        label = f"{one['day']!s:.10}  {called(one['name'], one['kind'])} · {by}"
        with solara.Div(classes=["moat-row"]):
            solara.Button(
                f"{label}{' · ' + state if state else ''}",
                on_click=lambda: choose("" if is_open else one["key"]),
                text=True,
                small=True,
                icon_name="mdi-chevron-down" if is_open else "mdi-chevron-right",
                attributes={"aria-expanded": str(is_open).lower()},
            )
        if is_open:
            Open(session, one, changed)


@solara.component_vue("sight.vue")
def _Sight(at: str):
    """Keeps the open act in sight: the list is in order of time, so a new date moves it."""


@solara.component
def Open(session: Session, one: dict[str, Any], changed: bool):
    """Fields of an act."""
    _Sight(at=f"{one['day']}")
    act = one["act"]
    told = " ".join(f"{act.get('description', '')}".split())
    text = f"<p>{escape(told)}</p><p><b>Source:</b> {linked(' '.join(act['source'].split()))}</p>"
    solara.HTML(unsafe_innerHTML=text, classes=["lever-help"])
    if session.saved is not None:
        solara.Text("A saved run: nothing can be changed.")
        return
    with solara.Div(classes=["moat-row"]):
        if one["table"] == "events":
            Field(session, one, "announced", _day)
            Field(session, one, "effective", _day)
        else:
            Field(session, one, "date", _day)
        for name, item in act.items():
            if isinstance(item, dict) and {"value", "prior"} & item.keys():
                Field(session, one, name, number_in)
    with solara.Div(classes=["moat-row"]):
        own = one["key"] in session.case.value.changed
        if own:
            label, click = "Remove", lambda: session.undo(one["key"])
        else:
            label = "Switch off" if one["is_on"] else "Switch on"
            on = not one["is_on"]
            click = lambda: session.change(f"{one['key']}.active", on)  # noqa: E731
        solara.Button(label, on_click=click, small=True, outlined=True)
        if changed and not own:
            keys = [k for k in session.case.value.changed if k.startswith(one["key"] + ".")]
            solara.Button(
                "Put back", on_click=lambda: session.undo(*keys), small=True, outlined=True
            )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"“{text[:20]}” is not a day; write it like 2026-07-01") from None


@solara.component
def Field(session: Session, one: dict[str, Any], name: str, read):
    """One field: a date or a number."""
    now = one["act"][name]
    is_number = isinstance(now, dict)
    told = _number(now) if is_number else f"{now}"
    wrong, set_wrong = solara.use_state("")
    key = f"{one['key']}.{name}"

    def done(typed: str) -> None:
        try:
            session.change(key, read(typed))
            set_wrong("")
        except ValueError as what:
            set_wrong(str(what))

    text, follow, watch = use_typed(told, done)
    message = wrong or session.problems.value.get(key, "")
    field = solara.v.TextField(
        v_model=text,
        on_v_model=follow,
        label=f"{name.replace('_', ' ')}{', ' + now['unit'] if is_number else ''}",
        dense=True,
        error_messages=message,
        hide_details=not message,
        class_="moat-field",
        attributes={"maxlength": "20"},
    )
    watch(field)


def _number(item: dict[str, Any]) -> str:
    if "value" in item:
        return f"{item['value']:g}"
    prior = item["prior"]
    return f"{prior.get('median', prior.get('mode', prior.get('low'))):g}"


@solara.component
def Add(session: Session, tree: dict[str, Any], choose):
    """A new act of a kind for which there is a policy lever."""
    titles = {one.title: one for one in POLICIES if not one.withheld(tree)}
    title, set_title = solara.use_state(next(iter(titles), ""))
    if title not in titles:
        title = next(iter(titles), "")

    def add() -> None:
        policy = titles[title]
        session.change(policy.key, policy.act(policy.usual, USUAL_DATE, tree))
        choose(policy.key)

    if not titles:
        return
    with solara.Div(classes=["moat-row", "moat-panel"]):
        solara.Select("New act", values=list(titles), value=title, on_value=set_title, dense=True)
        solara.Button("Add", on_click=add, icon_name="mdi-plus", small=True, outlined=True)
        solara.Text("It stands in place of the scenario's acts of its kind, from 2025-01-01.")
