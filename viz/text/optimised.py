"""What a person is told about a policy search: sentences, tables, one JSON object."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from sim.analysis.optimise import Optimum
from sim.analysis.policies import unit_of_goal
from sim.analysis.problem import Goal
from sim.analysis.robust import costs
from sim.core.units import figure_of
from sim.outcomes.catalogue import label_of

SHOWN = 20  # policies of the front in the table
MEASURES = {
    "mean": "mean over worlds",
    "p10": "met or bettered in 90 % of worlds",
    "regret": "largest regret in any world",
    "satisficing": "share of worlds that meet the threshold",
}


def measured(goal: Goal, value: float) -> str:
    """A robust value with its unit."""
    if not np.isfinite(value):
        return "-"
    unit = unit_of_goal(goal)
    return figure_of(value) if unit in ("1", "share") else f"{figure_of(value)} {unit}"


def meaning(name: str, goal: Goal) -> str:
    """A goal in words: what, in which month, which way, how made robust."""
    what = f"{'effect on ' if goal.effect else ''}{label_of(goal.outcome)} in {goal.month}"
    way = {"more": "more is better", "less": "less is better"}[goal.want]
    threshold = ""
    if goal.at_least is not None:
        threshold = f", at least {figure_of(goal.at_least)}"
    if goal.at_most is not None:
        threshold = f", at most {figure_of(goal.at_most)}"
    return f"{name}: {what}, {way}; {MEASURES[goal.measure]}{threshold}"


def settings(found: Optimum, row: int) -> str:
    """A policy in words: every lever with its unit."""
    told = []
    for name, value in zip(found.search.levers, found.levers[row], strict=True):
        unit = found.units[name]
        said = figure_of(float(value))
        told.append(f"{name} {said}" if unit in ("1", "share") else f"{name} {said} {unit}")
    return ", ".join(told)


def achieved(found: Optimum, row: int) -> str:
    """What a policy achieves in each goal."""
    return _values(found, found.robust[row])


def sentences(found: Optimum) -> list[str]:
    """How many policies no other beats, the best for each goal, and one between them."""
    return [*about_front(found), *about_best(found), *about_middle(found)]


def about_front(found: Optimum) -> list[str]:
    """How many policies no other beats, and what there is to trade."""
    return [
        f"{found.front.sum()} of {len(found.levers)} policies tried are beaten in all goals by no "
        f"other; the reference has {_values(found, found.reference)}.",
        f"On the front, {_spans(found)}.",
    ]


def best_for(found: Optimum, at: int) -> int:
    """The policy on the front that is best in the goal of a column."""
    rows = found.on_front
    return int(rows[np.argmin(costs(found.goals[at], found.robust[rows, at]))])


def about_best(found: Optimum) -> list[str]:
    """The best policy for each goal."""
    told = []
    for at, name in enumerate(found.search.goals):
        best = best_for(found, at)
        told.append(
            f"Best for {name} is policy {best} ({settings(found, best)}): {achieved(found, best)}."
        )
    return told


def about_middle(found: Optimum) -> list[str]:
    """A policy between the goals, in the worlds searched and in others."""
    told = [
        f"Between the goals stands policy {found.middle} ({settings(found, found.middle)}): "
        f"{achieved(found, found.middle)}."
    ]
    if np.isfinite(found.fresh).all():
        at = [*np.flatnonzero(found.front)].index(found.middle)
        told.append(
            f"In as many worlds that were not searched, policy {found.middle} has "
            f"{_values(found, found.fresh[at])}; the reference has there "
            f"{_values(found, found.fresh_reference)}."
        )
    return told


def _spans(found: Optimum) -> str:
    """How much there is to trade: the ends of each goal on the front."""
    told = []
    for at, (name, goal) in enumerate(found.search.goals.items()):
        values = found.robust[found.front, at]
        low, high = measured(goal, values.min()), measured(goal, values.max())
        told.append(f"{name} lies between {low} and {high}")
    return ", ".join(told)


def _values(found: Optimum, row: np.ndarray) -> str:
    """A robust value of each goal."""
    return ", ".join(
        f"{name} {measured(goal, row[at])}"
        for at, (name, goal) in enumerate(found.search.goals.items())
    )


def print_optimum(found: Optimum) -> None:
    """Goals, sentences, then the front as a table."""
    from rich.console import Console

    about, search = found.about, found.search
    futures = "" if len(found.futures) == 1 else f" in {len(found.futures)} futures"
    print(
        f"{search.title}: {about['policies']} policies in the same {search.worlds} worlds"
        f"{futures}; {about['scenario']['title']}, reference {about['reference']['title']}\n"
    )
    for name, goal in search.goals.items():
        print(f"  {meaning(name, goal)}")
    print()
    for text in sentences(found):
        print(f"  {text}\n")
    Console(width=None if sys.stdout.isatty() else 170, highlight=False).print(front_table(found))


def front_table(found: Optimum) -> Any:
    """Policies of the front with levers and goals, for a terminal."""
    from rich.table import Table

    rows = found.on_front
    shown = rows if len(rows) <= SHOWN else rows[np.linspace(0, len(rows) - 1, SHOWN).astype(int)]
    title = f"{len(shown)} of {len(rows)} policies on the front (all: policies.csv)"
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("policy", justify="right")
    for name in found.search.levers:
        unit = found.units[name]
        table.add_column(name if unit in ("1", "share") else f"{name}, {unit}", justify="right")
    for name, goal in found.search.goals.items():
        table.add_column(f"{name}, {unit_of_goal(goal)}", justify="right", style="bold")
    for row in shown:
        cells = [figure_of(float(value)) for value in (*found.levers[row], *found.robust[row])]
        table.add_row(str(row), *cells)
    return table


def summary(found: Optimum) -> dict[str, Any]:
    """The JSON form: the front with levers, goals and regret, the reference, the sentences."""
    rows = np.flatnonzero(found.front)
    names = list(found.search.goals)
    front = []
    for at, row in enumerate(rows):
        fresh = [float(value) if np.isfinite(value) else None for value in found.fresh[at]]
        front.append(
            {
                "policy": int(row),
                "levers": dict(zip(found.search.levers, found.levers[row].tolist(), strict=True)),
                "goals": dict(zip(names, found.robust[row].tolist(), strict=True)),
                "other_worlds": dict(zip(names, fresh, strict=True)),
            }
        )
    about = {key: found.about[key] for key in ("problem", "title", "policies", "seed", "finished")}
    return about | {
        "units": found.units,
        "worlds": found.search.worlds,
        "futures": found.futures,
        "reference": dict(zip(names, found.reference.tolist(), strict=True)),
        "front": front,
        "compromise": found.middle,
        "regret": found.regret_table().to_dict("records"),
        "words": sentences(found),
    }
