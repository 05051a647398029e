"""The levers beside every page: policies and choices above, assumptions below, visibly apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import solara

from viz.dashboard.controls import Fold, button, html, search_field, select
from viz.dashboard.levers.assumptions import FRONT, Assumption, assumptions, search
from viz.dashboard.levers.choices import CHOICES, Choice
from viz.dashboard.levers.policies import DEFAULT_DATE, POLICIES, Policy
from viz.dashboard.levers.row import Lever, LeverRow
from viz.dashboard.state.available import resolved
from viz.dashboard.state.session import Session
from viz.figures.marks import when
from viz.text.format import number

STARTS = [date(year, month, 1) for year in range(2020, 2031) for month in (1, 7)]
DATES = {f"{day:%Y-%m}": day for day in STARTS}
MOST_SHOWN = 12


@solara.component
def Levers(session: Session):
    """All levers of the open scenario."""
    with solara.Div(classes=["moat-levers"]):
        if session.saved is not None:
            solara.Info(
                "A saved run is replayed: nothing can be changed in it. "
                "Start moat watch with a scenario to move levers."
            )
            return
        Changed(session)
        with solara.Div(classes=["lever-group", "policies"]):
            html("Policies and choices", tag="h3")
            text = "What governments, labs and investors do. A policy holds from its date on, "
            solara.Text(text + "in place of the scenario's own acts of that kind.")
            for policy in POLICIES:
                if policy.is_front:
                    PolicyRow(session, policy).key(policy.key)
            for choice in CHOICES:
                ChoiceRow(session, choice).key(choice.key)
            with Fold("More policies"):
                for policy in POLICIES:
                    if not policy.is_front:
                        PolicyRow(session, policy).key(policy.key)
        Assumptions(session)


def original(session: Session) -> Mapping[str, Any]:
    """The scenario on the page without changes, resolved.

    No component takes it as an argument: these are searched for elements, all of it for each row.
    """
    return resolved(session.scenario.value.reset()).tree


@solara.component
def Changed(session: Session):
    """How many keys were changed, and a button that puts all of them back."""
    count = len(session.scenario.value.changes)
    with solara.Div(classes=["lever-changed"]):
        solara.Text(f"{count} changed" if count else "Nothing changed")
        button("Reset all", session.reset, disabled=not count)


@solara.component
def PolicyRow(session: Session, policy: Policy):
    """One policy: strength and date."""
    tree = original(session)
    setting = policy.setting(session.scenario.value)
    value, day = setting or (None, DEFAULT_DATE)

    def put(strength: float, day: date = day) -> None:
        session.change(policy.key, policy.act(strength, day, tree))

    def move(label: str) -> None:
        put(policy.default if value is None else value, DATES.get(label, day))

    label = next((name for name, start in DATES.items() if start == day), f"{day:%Y-%m}")
    labels = list(dict.fromkeys([*DATES, label]))

    def start() -> None:
        select("from", labels, label, move)

    lever = Lever(
        policy.title,
        f"from {when(f'{day:%Y-%m}')} on" if setting else policy.scenario_text(tree),
        policy.declared["unit"].replace("share", "").replace("1", "x"),
        policy.ends,
        policy.is_log,
        policy.default,
        f"{policy.help} {policy.meaning}",
        policy.why_disabled(tree),
    )
    problem = session.problems.value.get(policy.key, "")
    more = start if setting else None
    LeverRow(lever, value, put, lambda: session.undo(policy.key), problem, more)


@solara.component
def ChoiceRow(session: Session, choice: Choice):
    """One number for all actors of a bloc."""
    tree = original(session)
    keys = choice.keys(tree)
    low, high = map(number, choice.span)
    lever = Lever(
        choice.title,
        "as the scenario says",
        choice.unit,
        choice.span,
        False,
        choice.default,
        f"{choice.help} From {low} to {high} {choice.unit}.",
    )
    LeverRow(
        lever,
        choice.setting(session.scenario.value, tree),
        lambda value: session.change_all(dict.fromkeys(keys, value), choice.key),
        lambda: session.undo(*keys),
        session.problems.value.get(choice.key, ""),
    )


@solara.component
def Assumptions(session: Session):
    """The main assumptions, changed ones, and a search through all others."""
    name, changed = session.scenario.value.name, session.scenario.value.changed
    rows = assumptions(name)
    text, set_text = solara.use_state("")
    group, set_group = solara.use_state("")
    with solara.Div(classes=["lever-group", "assumptions"]):
        html("Assumptions", tag="h3")
        solara.Text(
            "How the world works. Worlds draw them from ranges; moving a lever fixes one in all "
            "worlds, also of the past. Against the baseline it shows what hangs on it."
        )
        for key in dict.fromkeys([*FRONT, *changed]):
            if key in rows:
                AssumptionRow(session, rows[key], FRONT.get(key, "")).key(key)
        with Fold(f"All {len(rows)} assumptions"):
            search_field("Search", text, set_text)
            groups = ["", *sorted({row.group for row in rows.values()})]
            select("Group", groups, group, set_group)
            SearchResult(session, text, group)


@solara.component
def SearchResult(session: Session, text: str, group: str):
    """The assumptions that a search finds, or what to do."""
    if not text.strip() and not group:
        solara.Text("Type a word, such as wafers, lag or DeepSeek, or choose a group.")
        return
    matches = search(session.scenario.value.name, text)
    matches = [row for row in matches if group in ("", row.group)]
    for row in matches[:MOST_SHOWN]:
        AssumptionRow(session, row).key(f"found {row.key}")
    if not matches:
        solara.Text("Nothing found. Fewer or other words?")
    elif len(matches) > MOST_SHOWN:
        solara.Text(f"{len(matches) - MOST_SHOWN} more: add a word to narrow the search.")


@solara.component
def AssumptionRow(session: Session, row: Assumption, title: str = ""):
    """One assumption: a fixed value in place of the prior."""
    value = session.scenario.value.value(row.key)
    drawn = "drawn in each world" if row.is_prior else "fixed"
    text = f"{row.text} {'' if row.unit == '1' else row.unit}".strip()
    lever = Lever(
        title or " · ".join(row.path[1:]),
        f"{text}, {drawn}",
        "" if row.unit in ("1", "share") else row.unit,
        row.span,
        row.is_log,
        row.central,
        f"{row.meaning} ({row.key}, {row.unit}; allowed {number(row.low)} to {number(row.high)}). "
        f"Source: {row.source}",
    )
    LeverRow(
        lever,
        value if isinstance(value, int | float) else None,
        lambda new: session.change(row.key, new),
        lambda: session.undo(row.key),
        session.problems.value.get(row.key, ""),
    )
