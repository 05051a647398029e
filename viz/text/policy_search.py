"""A policy search: sentences, tables, one JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.analysis.optimise import Optimum
from sim.analysis.policies import unit_of_goal
from sim.analysis.problem import Goal
from sim.analysis.robust import costs
from sim.outcomes.catalogue import label_of
from viz.text.format import amount, number, unit
from viz.text.tables import Table
from viz.text.terminal import print_table, say

SHOWN = 20  # policies of the front in the table
MEASURES = {
    "mean": "mean over worlds",
    "p10": "met or bettered in 90 % of worlds",
    "regret": "largest regret in any world",
    "satisficing": "share of worlds that meet the threshold",
}
WANTED = {"more": "more is better", "less": "less is better"}


def measured(goal: Goal, value: float) -> str:
    """A robust value with its unit."""
    return amount(value, unit_of_goal(goal)) if np.isfinite(value) else "-"


def meaning(name: str, goal: Goal) -> str:
    """A goal in words: what, in which month, which way, how made robust."""
    what = f"{'effect on ' if goal.effect else ''}{label_of(goal.outcome)} in {goal.month}"
    threshold = ""
    if goal.at_least is not None:
        threshold = f", at least {number(goal.at_least)}"
    if goal.at_most is not None:
        threshold = f", at most {number(goal.at_most)}"
    return f"{name}: {what}, {WANTED[goal.want]}; {MEASURES[goal.measure]}{threshold}"


def settings(optimum: Optimum, row: int) -> str:
    """A policy in words: every lever with its unit."""
    values = zip(optimum.search.levers, optimum.levers[row], strict=True)
    return ", ".join(f"{name} {amount(float(x), optimum.units[name])}" for name, x in values)


def sentences(optimum: Optimum) -> list[str]:
    """How many policies no other beats, the best for each goal, and one between them."""
    return [*about_front(optimum), *about_best(optimum), *about_middle(optimum)]


def about_front(optimum: Optimum) -> list[str]:
    """How many policies no other beats, and what there is to trade."""
    count = f"{optimum.front.sum()} of {len(optimum.levers)} policies tried"
    reference = _values(optimum, optimum.reference)
    return [
        f"{count} are beaten in all goals by no other; the reference has {reference}.",
        f"On the front, {_spans(optimum)}.",
    ]


def best_for(optimum: Optimum, at: int) -> int:
    """The policy on the front that is best in the goal of a column."""
    rows = optimum.on_front
    return int(rows[np.argmin(costs(optimum.goals[at], optimum.robust[rows, at]))])


def about_best(optimum: Optimum) -> list[str]:
    """The best policy for each goal."""
    best = [best_for(optimum, at) for at in range(len(optimum.search.goals))]
    return [
        f"Best for {name} is {_policy(optimum, row)}."
        for name, row in zip(optimum.search.goals, best, strict=True)
    ]


def about_middle(optimum: Optimum) -> list[str]:
    """A policy between the goals, in the worlds searched and in others."""
    texts = [f"Between the goals stands {_policy(optimum, optimum.middle)}."]
    if np.isfinite(optimum.fresh).all():
        at = [*np.flatnonzero(optimum.front)].index(optimum.middle)
        texts.append(
            f"In as many worlds that were not searched, policy {optimum.middle} has "
            f"{_values(optimum, optimum.fresh[at])}; the reference has there "
            f"{_values(optimum, optimum.fresh_reference)}."
        )
    return texts


def _policy(optimum: Optimum, row: int) -> str:
    """A policy with its levers and what it achieves in each goal."""
    return f"policy {row} ({settings(optimum, row)}): {_values(optimum, optimum.robust[row])}"


def _spans(optimum: Optimum) -> str:
    """How much there is to trade: the ends of each goal on the front."""
    texts = []
    for at, (name, goal) in enumerate(optimum.search.goals.items()):
        values = optimum.robust[optimum.front, at]
        low, high = measured(goal, values.min()), measured(goal, values.max())
        texts.append(f"{name} lies between {low} and {high}")
    return ", ".join(texts)


def _values(optimum: Optimum, row: np.ndarray) -> str:
    """A robust value of each goal."""
    goals = zip(optimum.search.goals.items(), row, strict=True)
    return ", ".join(f"{name} {measured(goal, value)}" for (name, goal), value in goals)


def print_optimum(optimum: Optimum) -> None:
    """Print goals, sentences, then the front as a table."""
    about, search = optimum.about, optimum.search
    futures = "" if len(optimum.futures) == 1 else f" in {len(optimum.futures)} futures"
    say(
        f"{search.title}: {about['policies']} policies in the same {search.worlds} worlds"
        f"{futures}; {about['scenario']['title']}, reference {about['reference']['title']}\n"
    )
    for name, goal in search.goals.items():
        say(f"  {meaning(name, goal)}")
    say()
    for text in sentences(optimum):
        say(f"  {text}\n")
    print_table(front_table(optimum))


def front_table(optimum: Optimum) -> Table:
    """Policies of the front with levers and goals."""
    front = optimum.on_front
    shown = front
    if len(front) > SHOWN:
        shown = front[np.linspace(0, len(front) - 1, SHOWN).astype(int)]
    levers = [_heading(name, optimum.units[name]) for name in optimum.search.levers]
    goals = [f"{name}, {unit_of_goal(goal)}" for name, goal in optimum.search.goals.items()]
    rows = [
        [str(row), *_numbers(optimum.levers[row]), *_numbers(optimum.robust[row])] for row in shown
    ]
    title = f"{len(shown)} of {len(front)} policies on the front (all: policies.csv)"
    return Table(title, ["policy", *levers, *goals], rows, ("policy",))


def _heading(name: str, lever_unit: str) -> str:
    return f"{name}, {unit(lever_unit)}" if unit(lever_unit) else name


def _numbers(values: Iterable[float]) -> list[str]:
    return [number(float(value)) for value in values]


def summary(optimum: Optimum) -> dict[str, Any]:
    """The JSON form: the front with levers, goals and regret, the reference, the sentences."""
    search, names = optimum.search, list(optimum.search.goals)
    front = []
    for at, row in enumerate(np.flatnonzero(optimum.front)):
        fresh = [float(value) if np.isfinite(value) else None for value in optimum.fresh[at]]
        front.append(
            {
                "policy": int(row),
                "levers": dict(zip(search.levers, optimum.levers[row].tolist(), strict=True)),
                "goals": dict(zip(names, optimum.robust[row].tolist(), strict=True)),
                "other_worlds": dict(zip(names, fresh, strict=True)),
            }
        )
    keys = ("problem", "title", "policies", "seed", "finished")
    return {key: optimum.about[key] for key in keys} | {
        "units": optimum.units,
        "worlds": search.worlds,
        "futures": optimum.futures,
        "reference": dict(zip(names, optimum.reference.tolist(), strict=True)),
        "front": front,
        "compromise": optimum.middle,
        "regret": optimum.regret_table().to_dict("records"),
        "words": sentences(optimum),
    }
