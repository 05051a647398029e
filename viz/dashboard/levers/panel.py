"""The levers beside every page: policies and choices above, assumptions below, visibly apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import solara

from viz.dashboard.controls import Fold, button, html, search_field, select
from viz.dashboard.levers.assumptions import TITLES, Assumption, assumptions, search
from viz.dashboard.levers.changes import DatedChanges, lines
from viz.dashboard.levers.choices import CHOICES, Choice
from viz.dashboard.levers.policies import DEFAULT_DATE, LABS, POLICIES, Policy
from viz.dashboard.levers.ranking import MEASURE, front, ordered
from viz.dashboard.levers.row import Lever, LeverRow
from viz.dashboard.levers.standing import Standing, of_choice, of_policy, ranges
from viz.dashboard.state.available import resolved
from viz.dashboard.state.session import Session
from viz.text.format import number, ranged, when

STARTS = [date(year, month, 1) for year in range(2020, 2031) for month in (1, 7)]
DATES = {f"{day:%Y-%m}": day for day in STARTS}
FRONT_POLICIES, FRONT_ASSUMPTIONS = 6, 12
MOST_SHOWN = 12
CSS = Path(__file__).with_name("levers.css")


@solara.component
def Levers(session: Session):
    """All levers of the open scenario."""
    solara.Style(CSS)
    with solara.Div(classes=["moat-levers"]):
        if session.saved is not None:
            solara.Info(
                "A saved run is replayed: nothing can be changed in it. "
                "Start moat watch with a scenario to move levers."
            )
            return
        Changed(session)
        Policies(session)
        Assumptions(session)


def use_month(session: Session) -> str:
    """The month of the clock; while it runs, the one at which it started: levers keep still."""
    kept = solara.use_ref("")
    simulation = session.simulation.value
    if simulation is not None and not session.playing.value:
        kept.current = simulation.ensemble.months[session.at(simulation)]
    calendar = resolved(session.scenario.value.reset()).scenario.calendar
    return kept.current or calendar.label(calendar.months - 1)


@solara.component
def Policies(session: Session):
    """What somebody can decide: what matters most in front, the rest by who decides it."""
    month, name = use_month(session), session.scenario.value.name
    rows: list[Policy | Choice] = [*POLICIES, *CHOICES]
    levers = {lever.key: lever for lever in rows}
    foremost = front(levers, FRONT_POLICIES)
    changed = set(session.scenario.value.changed)
    tree = original(session)

    def draw(keys: Sequence[str]) -> None:
        for key in keys:
            lever = levers[key]
            if isinstance(lever, Choice):
                ChoiceRow(session, lever, of_choice(lever, name)).key(key)
            else:
                PolicyRow(session, lever, of_policy(lever, name, month)).key(key)

    with solara.Div(classes=["lever-group", "policies"]):
        html("Policies and choices", tag="h3")
        html(
            f"Hollow knobs stand where the scenario is in {when(month)}. From its date on, a "
            "policy replaces the scenario's own acts of that kind.",
            "lever-note",
            title=MEASURE,
        )
        draw(foremost)
        for decider in dict.fromkeys((*(policy.decider for policy in POLICIES), LABS)):
            keys = [key for key in ordered(levers) if levers[key].decider == decider]
            keys = [key for key in keys if key not in foremost]
            count = sum(bool(changed & set(levers[key].changes(tree))) for key in keys)
            title = f"{decider}: {len(keys)} more" + (f", {count} changed" if count else "")
            if keys:
                Fold(title, draw=partial(draw, keys)).key(decider)
        made = len(lines(session.scenario.value, tree))
        Fold(
            "Change a lab or a bloc from a date" + (f": {made} changed" if made else ""),
            draw=lambda: DatedChanges(session),
        ).key("changes")


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
def PolicyRow(session: Session, policy: Policy, standing: Standing):
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
        f"Scenario: {standing.text}",
        policy.declared["unit"].replace("share", "").replace("1", "x"),
        policy.ends,
        policy.is_log,
        standing.value,
        f"{policy.help} {policy.meaning}",
        policy.why_disabled(tree),
    )
    problem = session.problems.value.get(policy.key, "")
    more = start if setting else None
    moved = session.moves.value.get(policy.key, "")
    LeverRow(lever, value, put, lambda: session.undo(policy.key), problem, more, moved)


@solara.component
def ChoiceRow(session: Session, choice: Choice, standing: Standing):
    """One number for all actors of a bloc."""
    tree = original(session)
    keys = choice.changes(tree)
    low, high = map(number, choice.span)
    lever = Lever(
        choice.title,
        f"Scenario: {standing.text}",
        choice.unit,
        choice.span,
        False,
        standing.value,
        f"{choice.help} From {low} to {high} {choice.unit}.",
    )
    LeverRow(
        lever,
        choice.setting(session.scenario.value, tree),
        lambda value: session.change_all(dict.fromkeys(keys, value), choice.key),
        lambda: session.undo(*keys),
        session.problems.value.get(choice.key, ""),
        moved=session.moves.value.get(keys[0], "") if keys else "",
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
        html(
            "How the world works. Each world has its own values from a range; a lever sets one in "
            "all worlds, also in the past. Compare with the baseline to see its effect.",
            "lever-note",
            title=MEASURE,
        )
        foremost = front(rows, FRONT_ASSUMPTIONS)

        def draw(keys: Iterable[str]) -> None:
            for key in keys:
                AssumptionRow(session, rows[key]).key(key)

        draw(key for key in changed if key in rows and key not in foremost)
        count = sum(key in changed for key in foremost)
        more = f", {count} changed" if count else ""
        Fold(f"The {len(foremost)} that matter most{more}", draw=partial(draw, foremost)).key(
            "front"
        )
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
        solara.Text("Nothing found. Try fewer or other words.")
    elif len(matches) > MOST_SHOWN:
        solara.Text(f"{len(matches) - MOST_SHOWN} more: add a word to narrow the search.")


@solara.component
def AssumptionRow(session: Session, row: Assumption):
    """One assumption: a fixed value in place of the prior."""
    value = session.scenario.value.value(row.key)
    low, middle, high = ranges(session.scenario.value.name)[".".join(row.path)]
    unit = "" if row.unit == "1" else row.unit
    drawn = f"{ranged(middle, low, high, unit)}, by world" if row.is_prior else row.text
    lever = Lever(
        TITLES.get(row.key) or " · ".join(row.path[1:]),
        f"Scenario: {drawn}",
        "" if row.unit in ("1", "share") else row.unit,
        row.span,
        row.is_log,
        middle,
        f"{row.meaning} ({row.key}, {row.unit}; allowed {number(row.low)} to {number(row.high)}). "
        f"Source: {row.source}",
    )
    LeverRow(
        lever,
        value if isinstance(value, int | float) else None,
        lambda new: session.change(row.key, new),
        lambda: session.undo(row.key),
        session.problems.value.get(row.key, ""),
        moved=session.moves.value.get(row.key, ""),
    )
