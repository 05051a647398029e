"""The levers beside every page: policies and choices above, assumptions below, visibly apart."""

from __future__ import annotations

from datetime import date

import solara

from viz.dashboard.levers.assumption_panel import Assumptions
from viz.dashboard.levers.choices import CHOICES, Choice
from viz.dashboard.levers.policies import USUAL_DATE, Policy
from viz.dashboard.levers.policy_list import POLICIES
from viz.dashboard.levers.row import Lever, LeverRow
from viz.dashboard.numbers import short
from viz.dashboard.state import available as stories
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.session import Session
from viz.figures.marks import when

STARTS = [date(year, month, 1) for year in range(2020, 2031) for month in (1, 7)]
DATES = {f"{day:%Y-%m}": day for day in STARTS}


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
        tree = stories.open_case(Case(session.case.value.scenario)).tree
        front = [one for one in POLICIES if one.is_front]
        more = [one for one in POLICIES if not one.is_front]
        with solara.Div(classes=["lever-group", "policies"]):
            solara.HTML(tag="h3", unsafe_innerHTML="Policies and choices")
            text = "What governments, labs and investors do. A policy holds from its date on, "
            solara.Text(text + "in place of the scenario's own acts of that kind.")
            for policy in front:
                PolicyLever(session, policy, tree).key(policy.key)
            for choice in CHOICES:
                ChoiceLever(session, choice, tree).key(choice.key)
            with solara.Details("More policies"):
                for policy in more:
                    PolicyLever(session, policy, tree).key(policy.key)
        Assumptions(session)


@solara.component
def Changed(session: Session):
    """How many keys were changed, and the way back."""
    count = len(session.case.value.changes)
    with solara.Div(classes=["lever-changed"]):
        told = "Nothing changed" if not count else f"{count} changed"
        solara.Text(told)
        solara.Button(
            "Reset all", on_click=session.reset, disabled=not count, small=True, outlined=True
        )


@solara.component
def PolicyLever(session: Session, policy: Policy, tree: dict):
    """One policy: strength and date."""
    case = session.case.value
    state = policy.state(case)
    value, day = state or (None, USUAL_DATE)

    def put(number: float, day: date = day) -> None:
        session.change(policy.key, policy.act(number, day, tree))

    def move(label: str) -> None:
        put(policy.usual if value is None else value, DATES[label])

    label = next((name for name, one in DATES.items() if one == day), f"{day:%Y-%m}")
    labels = [*DATES, *([] if label in DATES else [label])]

    def begins() -> None:
        solara.Select("from", values=labels, value=label, on_value=move, dense=True)

    lever = Lever(
        policy.title,
        policy.told(tree) if state is None else f"from {when(f'{day:%Y-%m}')} on",
        policy.declared["unit"].replace("share", "").replace("1", "x"),
        policy.ends,
        policy.is_log,
        policy.usual,
        f"{policy.help} {policy.meaning}",
        policy.withheld(tree),
    )
    problem = session.problems.value.get(policy.key, "")
    more = begins if state is not None else None
    LeverRow(lever, value, put, lambda: session.undo(policy.key), problem, more)


@solara.component
def ChoiceLever(session: Session, choice: Choice, tree: dict):
    """One number for all labs of a bloc."""
    keys = choice.keys(tree)
    lever = Lever(
        choice.title,
        "as the scenario says",
        choice.unit.replace("share", ""),
        choice.span,
        False,
        choice.usual,
        f"{choice.help} From {short(choice.span[0])} to {short(choice.span[1])} {choice.unit}.",
    )
    LeverRow(
        lever,
        choice.state(session.case.value, tree),
        lambda number: session.change_all(dict.fromkeys(keys, number), choice.key),
        lambda: session.undo(*keys),
        session.problems.value.get(choice.key, ""),
    )
