"""The report of a policy search: what no other policy beats, and whether it holds elsewhere."""

from __future__ import annotations

import shlex
from functools import partial

import numpy as np

from sim.analysis.optimise import Optimum
from sim.analysis.policies import unit_of_goal
from sim.analysis.problem import Goal
from sim.analysis.robust import costs
from sim.core.units import figure_of
from sim.experiments.io import scenario_of
from viz.figures.policies import front_figure
from viz.report.assumptions import TITLE, all_numbers
from viz.report.differences import differences, plain
from viz.report.drawing import whole
from viz.report.limits import limits
from viz.report.origin import short
from viz.report.page import UNCLEAR_TWICE, Report, Section, Table, of_terminal
from viz.report.words import CAVEAT
from viz.text.policy_search import (
    about_best,
    about_front,
    about_middle,
    best_for,
    front_table,
    meaning,
    measured,
    settings,
)
from viz.text.results import which_worlds

FRONT = (
    "What is traded against what. No policy on the front is better in every goal than another one "
    "on it; which of them is right depends on what the goals are worth, which is not in the search."
)
LUCK = (
    "The best of many policies is partly the luckiest in the worlds in which they were tried. "
    "Those of the front were therefore tried once more in as many other worlds; "
    "believe these numbers."
)


ASSUMED = "All numbers but those that a policy sets are the same for all policies."
HOW = {1: "better than", 0: "just as well as", -1: "worse than"}


def report(found: Optimum) -> Report:
    """The report of a policy search."""
    about, search = found.about, found.search
    futures = "" if len(found.futures) == 1 else f" and {len(found.futures)} futures"
    cut = "" if about["finished"] else " The search was interrupted."
    return Report(
        "Report of a policy search",
        f"{search.title}: which policies does no other beat?",
        [plain(search.why)],
        answer(found),
        f"{about['policies']} policies in the same {search.worlds} worlds{futures}, against "
        f"“{about['reference']['title']}”.{cut} "
        f"{which_worlds(about['scenario']['ensemble'])} {CAVEAT}",
        [
            _asked(found),
            _front(found),
            _elsewhere(found),
            _regret(found),
            differences(about["scenario"], about["reference"]),
            Section(TITLE, [ASSUMED], tables=[all_numbers(scenario_of(about["scenario"]))]),
            limits(),
            _origin(found),
        ],
        unclear=UNCLEAR_TWICE,
    )


def answer(found: Optimum) -> list[str]:
    """What there is to trade, a policy between the goals, and how it stands to the reference."""
    return [*about_front(found), *about_middle(found), *against_reference(found, found.middle)]


def against_reference(found: Optimum, row: int) -> list[str]:
    """In which goals a policy of the front does better than the reference, and in which not."""
    goals: dict[str, list[str]] = {}
    unclear = []
    for at, name in enumerate(found.search.goals):
        gains = _gains(found, row, at)
        if gains[0] != gains[1]:
            unclear.append(_unclear(found, row, at))
        else:
            goals.setdefault(HOW[gains[0] or 0], []).append(name)
    clear = [
        f"Policy {row} does {how} the reference in {', '.join(names)}, in the worlds searched and "
        "in as many others."
        for how, names in goals.items()
    ]
    return clear + unclear


def _gains(found: Optimum, row: int, at: int) -> tuple[int | None, int | None]:
    """The sign of what a policy gains on the reference, in the worlds searched and in others."""
    fresh, goal = _elsewhere_has(found, row, at), found.goals[at]
    here = _sign(goal, found.robust[row, at], found.reference[at])
    return here, _sign(goal, fresh, found.fresh_reference[at])


def _elsewhere_has(found: Optimum, row: int, at: int) -> float:
    """What a policy of the front achieves in worlds that were not searched."""
    return float(found.fresh[np.flatnonzero(found.front) == row, at][0])


def _unclear(found: Optimum, row: int, at: int) -> str:
    """The two samples of worlds disagree, or the second was not tried."""
    name, goal = list(found.search.goals.items())[at]
    fresh = _elsewhere_has(found, row, at)
    told = [
        f"{measured(goal, ours)} against {measured(goal, theirs)} in {where}"
        for ours, theirs, where in (
            (found.robust[row, at], found.reference[at], "the worlds searched"),
            (fresh, found.fresh_reference[at], "others"),
        )
        if np.isfinite(ours)
    ]
    others = "" if len(told) > 1 else "; others were not tried"
    return (
        f"Unclear: whether policy {row} does better than the reference in {name}: "
        f"{', '.join(told)}{others}."
    )


def _sign(goal: Goal, policy: float, reference: float) -> int | None:
    """1 where the policy is better, -1 where it is worse; None where it is not known."""
    ours, theirs = costs(goal, np.array([policy, reference]))
    return None if np.isnan([ours, theirs]).any() else int(np.sign(theirs - ours))


def _asked(found: Optimum) -> Section:
    search = found.search
    rows = [
        [
            name,
            f"{figure_of(lever.low)} to {figure_of(lever.high)}",
            _unit(found.units[name]),
            lever.meaning,
            ", ".join(lever.keys),
        ]
        for name, lever in search.levers.items()
    ]
    tables = [Table("What a policy may set", ["lever", "between", "unit", "what", "keys"], rows)]
    if search.futures:
        keys = list(next(iter(search.futures.values())))
        futures = [
            [name, *(figure_of(future[key]) for key in keys)]
            for name, future in search.futures.items()
        ]
        tables.append(Table("Futures that each policy meets", ["future", *keys], futures))
    points = [meaning(name, goal) for name, goal in search.goals.items()]
    return Section("What is set, and what is wanted", points=points, tables=tables)


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _front(found: Optimum) -> Section:
    alt = (
        f"{found.search.title}: policies that no other beats, by their levers and what they achieve"
    )
    drawing = whole(front_figure(found), alt, plate=True)
    shown = front_table(found)
    table = of_terminal(shown, f"{len(shown.rows)} of {found.front.sum()} policies on the front")
    title = "Policies that no other beats"
    return Section(title, [FRONT], about_best(found), [drawing], [table])


def _elsewhere(found: Optimum) -> Section:
    title = "Whether it holds in other worlds"
    if np.isnan(found.fresh).any():
        return Section(title, ["The search was interrupted before they were tried there."])
    rows = [["reference", *_pairs(found.reference, found.fresh_reference)]]
    for at, row in enumerate(np.flatnonzero(found.front)):
        rows.append([f"policy {row}", *_pairs(found.robust[row], found.fresh[at])])
    goals = found.search.goals.items()
    head = [f"{name}, {unit_of_goal(goal)}" for name, goal in goals]
    columns = [text for one in head for text in (one, f"{one}, other worlds")]
    caption = "The front in the worlds searched and in as many others"
    table = Table(caption, ["policy", *columns], rows, folded=len(rows) > 12, numeric=True)
    chosen = dict.fromkeys([*map(partial(best_for, found), range(len(goals))), found.middle])
    points = [told for row in chosen for told in against_reference(found, row)]
    return Section(title, [LUCK], points, tables=[table])


def _pairs(here: np.ndarray, there: np.ndarray) -> list[str]:
    return [figure_of(float(value)) for pair in zip(here, there, strict=True) for value in pair]


def _regret(found: Optimum) -> Section:
    words = [
        "Regret is how far a policy falls behind the best of all that were tried, world by world, "
        "with what was drawn in that world: 0 is best. “Best in”: share of worlds in which no "
        "policy did better."
    ]
    frame = found.regret_table()
    rows = [
        [f"policy {one.policy}", one.goal, one.future, _unit(one.unit)]
        + [figure_of(value) for value in (one.mean, one.p90, one.largest)]
        + [f"{one.best_in:.0%}"]
        for one in frame.itertuples()
    ]
    head = ["policy", "goal", "future", "unit", "mean", "90 %", "largest", "best in"]
    table = Table("Regret of the front", head, rows, folded=len(rows) > 12)
    return Section("How much could be regretted", words, tables=[table])


def command(found: Optimum) -> str:
    """The command that searches again."""
    about, search = found.about, found.search
    sizes = {"policies": search.policies, "worlds": search.worlds, "seed": search.seed}
    words = ["moat", "optimise", about["problem"]]
    words += [word for key, value in sizes.items() for word in (f"--{key}", str(value))]
    return shlex.join(words)


def _origin(found: Optimum) -> Section:
    about = found.about
    rows = [["again", command(found)]]
    for role in ("scenario", "reference"):
        one = about[role]
        rows += [[role, f"{short(one['name'])}: {one['title']}"], [f"{role}: hash", one["hash"]]]
    rows += [
        ["policies", f"{about['policies']} tried, {found.search.population} at once"],
        ["luck", f"seed {about['seed']}, {found.search.worlds} worlds, {about['months']} months"],
        ["compromise", settings(found, found.middle)],
        ["versions", ", ".join(f"{name} {said}" for name, said in about["versions"].items())],
    ]
    words = ["The same command with the same version of moat gives the same policies."]
    table = Table("The search", ["what", "value"], rows)
    return Section("Where the numbers come from", words, tables=[table])
