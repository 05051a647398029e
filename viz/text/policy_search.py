"""A policy search: sentences, tables, one JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.analysis.optimise import Optimum
from sim.analysis.policies import unit_of_goal
from sim.analysis.problem import Goal
from sim.analysis.robust import costs
from sim.outcomes.presentation import label_of
from viz.text.format import DIGITS, SHORT, amount, date, number, unit
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped

SHOWN = 20  # policies of the front in the table
MEASURES = {
    "mean": "mean over worlds",
    "p10": "value reached or exceeded in 90 % of worlds",
    "regret": "largest regret in any world",
    "satisficing": "share of worlds that meet the threshold",
}
WANTED = {"more": "more is better", "less": "less is better"}


def measured(goal: Goal, value: float) -> str:
    """A robust value with its unit."""
    if not np.isfinite(value):
        return "-"
    unit_name = unit_of_goal(goal)
    return (
        amount(100 * value, "%", SHORT) if unit_name == "share" else amount(value, unit_name, SHORT)
    )


def meaning(name: str, goal: Goal) -> str:
    """A goal in words: what, in which month, which way, how made robust."""
    what = f"{'effect on ' if goal.effect else ''}{label_of(goal.outcome)} in {date(goal.month)}"
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
        f"{count} are not beaten in all goals by any other (the front); the reference has "
        f"{reference}.",
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
    texts = [f"A compromise between the goals is {_policy(optimum, optimum.middle)}."]
    if np.isfinite(optimum.fresh).all():
        at = [*np.flatnonzero(optimum.front)].index(optimum.middle)
        texts.append(
            f"In as many other worlds, which were not searched, policy {optimum.middle} has "
            f"{_values(optimum, optimum.fresh[at])}; the reference has "
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
    """Print what there is to trade, then the policies that stand out, then the goals."""
    about, search = optimum.about, optimum.search
    futures = "" if len(optimum.futures) == 1 else f" in {len(optimum.futures)} futures"
    say_wrapped(
        f"{search.title}: {about['policies']} policies in the same {search.worlds} worlds"
        f"{futures}; “{about['scenario']['title']}”, reference “{about['reference']['title']}”."
    )
    for text in [*about_front(optimum), *_named(optimum)]:
        say_wrapped(text, indent=2)
    say()
    print_table(chosen_table(optimum))
    say_wrapped("The goals:")
    for name, goal in search.goals.items():
        say_wrapped(meaning(name, goal), indent=2)
    say_wrapped(f"More: all {optimum.front.sum()} policies of the front are in policies.csv.")


def _named(optimum: Optimum) -> list[str]:
    """Which policies are best, in few words; the table has what they set and reach."""
    best = [
        f"{name} policy {best_for(optimum, at)}" for at, name in enumerate(optimum.search.goals)
    ]
    return [
        f"Best for {', for '.join(best)}; between the goals stands policy {optimum.middle}.",
        *about_middle(optimum)[1:],
    ]


def chosen_table(optimum: Optimum) -> Table:
    """The best policy for each goal, the one between them and the reference, side by side."""
    goals = optimum.search.goals
    chosen = dict.fromkeys([*(best_for(optimum, at) for at in range(len(goals))), optimum.middle])
    rows = [
        [_heading(name, optimum.units[name]), *_numbers(optimum.levers[[*chosen], at], SHORT), ""]
        for at, name in enumerate(optimum.search.levers)
    ]
    for at, (name, goal) in enumerate(goals.items()):
        scale, shown = (100, "%") if unit_of_goal(goal) == "share" else (1, unit_of_goal(goal))
        values = [scale * one for one in (*optimum.robust[[*chosen], at], optimum.reference[at])]
        rows.append([_heading(name, shown), *_numbers(values, SHORT)])
    head = ["lever or goal", *(f"policy\n{row}" for row in chosen), "reference"]
    return Table("", head, rows, ("lever or goal",))


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


def _numbers(values: Iterable[float], digits: int = DIGITS) -> list[str]:
    return [number(float(value), digits) for value in values]


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
