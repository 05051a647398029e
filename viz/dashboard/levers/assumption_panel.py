"""Levers of assumptions: how the world works, which nobody can choose."""

from __future__ import annotations

import solara

from viz.dashboard.levers.assumptions import FRONT, Assumption, assumptions, search
from viz.dashboard.levers.row import Lever, LeverRow
from viz.dashboard.state.session import Session

MOST_SHOWN = 12


@solara.component
def Assumptions(session: Session):
    """The main assumptions, changed ones, and a search through all others."""
    scenario, changed = session.case.value.scenario, session.case.value.changed
    known = assumptions(scenario)
    text, set_text = solara.use_state("")
    group, set_group = solara.use_state("")
    with solara.Div(classes=["lever-group", "assumptions"]):
        solara.HTML(tag="h3", unsafe_innerHTML="Assumptions")
        solara.Text(
            "How the world works. Worlds draw them from ranges; moving a lever fixes one in all "
            "worlds, also of the past. Against the baseline it shows what hangs on it."
        )
        front = {key: title for key, title in FRONT if key in known}
        for key, title in front.items():
            AssumptionLever(session, known[key], title).key(key)
        others = [known[key] for key in changed if key in known and key not in front]
        for one in others:
            AssumptionLever(session, one).key(one.key)
        with solara.Details(f"All {len(known)} assumptions"):
            solara.InputText("Search", value=text, on_value=set_text, continuous_update=True)
            groups = sorted({one.group for one in known.values()})
            solara.Select(
                "Group", values=["", *groups], value=group, on_value=set_group, dense=True
            )
            Found(session, text, group)


@solara.component
def Found(session: Session, text: str, group: str):
    """What a search finds, or what to do."""
    scenario = session.case.value.scenario
    if not text.strip() and not group:
        solara.Text("Type a word, such as wafers, lag or DeepSeek, or choose a group.")
        return
    found = [one for one in search(scenario, text) if group in ("", one.group)]
    for one in found[:MOST_SHOWN]:
        AssumptionLever(session, one).key(f"found {one.key}")
    if not found:
        solara.Text("Nothing found. Fewer or other words?")
    elif len(found) > MOST_SHOWN:
        solara.Text(f"{len(found) - MOST_SHOWN} more: add a word to narrow the search.")


@solara.component
def AssumptionLever(session: Session, one: Assumption, title: str = ""):
    """One assumption: a fixed value in place of the prior."""
    value = session.case.value.value(one.key)
    told = f"{one.told} {'' if one.unit == '1' else one.unit}".strip()
    drawn = "drawn in each world" if one.is_prior else "fixed"
    name = title or f"{' · '.join(one.path[1:])}"
    lever = Lever(
        name,
        f"{told}, {drawn}",
        "" if one.unit in ("1", "share") else one.unit,
        one.span,
        one.is_log,
        one.central,
        f"{one.meaning} ({one.key}, {one.unit}; allowed {one.low:g} to {one.high:g}). "
        f"Source: {one.source}",
    )
    LeverRow(
        lever,
        value if isinstance(value, int | float) else None,
        lambda number: session.change(one.key, number),
        lambda: session.undo(one.key),
        session.problems.value.get(one.key, ""),
    )
