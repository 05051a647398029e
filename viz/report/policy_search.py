"""The report of a policy search: what no other policy beats, and whether it holds elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.optimise import Optimum
from sim.analysis.policies import unit_of_goal
from sim.analysis.problem import Goal
from sim.analysis.robust import costs
from sim.experiments.io import scenario_of
from viz.figures.policy_search import front_figure
from viz.report.assumptions import TITLE, Numbers
from viz.report.drawing import whole
from viz.report.limits import limits
from viz.report.origin import search_origin
from viz.report.page import (
    CAVEAT,
    MANY_ROWS,
    UNCLEAR_SEARCH,
    Report,
    Section,
    Table,
    from_terminal,
)
from viz.report.scenario import differences, one_line
from viz.text.format import interval, number, percent, unit
from viz.text.policy_search import (
    about_best,
    about_front,
    about_middle,
    best_for,
    front_table,
    meaning,
    measured,
)
from viz.text.results import which_worlds

FRONT = (
    "The front shows the trade-offs: no policy on it is better in every goal than another one on "
    "it. Which of them to prefer depends on the weight of each goal, which the search does not set."
)
LUCK = (
    "The best of many policies is partly the luckiest in the worlds in which they were tried. "
    "The policies on the front were therefore tried again in as many other worlds: rely on these "
    "numbers."
)
REGRET = (
    "Regret is how far a policy falls behind the best policy that was tried in the same world: 0 "
    "is best. “Best in”: share of worlds in which no policy did better."
)
ASSUMED = "All numbers are the same for all policies, except those that a policy sets."
OTHER_WORLDS = "Whether it holds in other worlds"
COMPARED = {1: "better than", 0: "just as well as", -1: "worse than"}


def report(optimum: Optimum) -> Report:
    """The report of a policy search."""
    about, search = optimum.about, optimum.search
    futures = "" if len(optimum.futures) == 1 else f" and {len(optimum.futures)} futures"
    cut = "" if about["finished"] else " The search was interrupted."
    numbers = Numbers(scenario_of(about["scenario"]))
    return Report(
        "Report of a policy search",
        f"{search.title}: which policies are not beaten by any other?",
        [one_line(search.why)],
        _answer(optimum),
        f"{about['policies']} policies in the same {search.worlds} worlds{futures}, against "
        f"“{about['reference']['title']}”.{cut} "
        f"{which_worlds(about['scenario']['ensemble'])} {CAVEAT}",
        [
            _problem(optimum),
            _front(optimum),
            _other_worlds(optimum),
            _regret(optimum),
            differences(about["scenario"], about["reference"]),
            Section(TITLE, [ASSUMED], tables=[numbers.table()]),
            limits(),
            search_origin(optimum),
        ],
        UNCLEAR_SEARCH,
    )


def _answer(optimum: Optimum) -> list[str]:
    """What there is to trade, a policy between the goals, and how it stands to the reference."""
    middle = against_reference(optimum, optimum.middle)
    return [*about_front(optimum), *about_middle(optimum), *middle]


def against_reference(optimum: Optimum, policy: int) -> list[str]:
    """In which goals a policy of the front does better than the reference, and in which not."""
    fresh = optimum.fresh[np.flatnonzero(optimum.front) == policy][0]
    clear: dict[str, list[str]] = {}
    unclear = []
    for at, (name, goal) in enumerate(optimum.search.goals.items()):
        searched = float(optimum.robust[policy, at]), float(optimum.reference[at])
        others = float(fresh[at]), float(optimum.fresh_reference[at])
        gain = _sign_of_gain(goal, *searched)
        if gain is not None and gain == _sign_of_gain(goal, *others):
            clear.setdefault(COMPARED[gain], []).append(name)
        else:
            what = f"Unclear: whether policy {policy} does better than the reference in {name}"
            unclear.append(f"{what}: {_both_samples(goal, searched, others)}.")
    sentences = [
        f"Policy {policy} does {how} the reference in {', '.join(names)}, in the worlds searched "
        "and in as many others."
        for how, names in clear.items()
    ]
    return sentences + unclear


def _sign_of_gain(goal: Goal, policy: float, reference: float) -> int | None:
    """1 where the policy is better, -1 where it is worse; None where one was not tried."""
    cost, reference_cost = costs(goal, np.array([policy, reference]))
    gain = reference_cost - cost
    return None if np.isnan(gain) else int(np.sign(gain))


def _both_samples(goal: Goal, searched: Sequence[float], others: Sequence[float]) -> str:
    """A policy against the reference in the worlds searched and in others."""
    texts = [
        f"{measured(goal, policy)} against {measured(goal, reference)} in {where}"
        for (policy, reference), where in ((searched, "the worlds searched"), (others, "others"))
        if np.isfinite(policy)
    ]
    return ", ".join(texts) + ("" if len(texts) > 1 else "; others were not tried")


def _problem(optimum: Optimum) -> Section:
    """What a policy may set, the futures it meets, and the goals."""
    search = optimum.search
    levers = [
        [
            name,
            interval(lever.low, lever.high),
            unit(optimum.units[name]),
            lever.meaning,
            ", ".join(lever.keys),
        ]
        for name, lever in search.levers.items()
    ]
    tables = [Table("What a policy may set", ["lever", "between", "unit", "what", "keys"], levers)]
    if search.futures:
        keys = list(next(iter(search.futures.values())))
        futures = [
            [name, *(number(future[key]) for key in keys)]
            for name, future in search.futures.items()
        ]
        tables.append(Table("Futures that each policy meets", ["future", *keys], futures))
    points = [meaning(name, goal) for name, goal in search.goals.items()]
    return Section("Levers and goals", points=points, tables=tables)


def _front(optimum: Optimum) -> Section:
    title = f"{optimum.search.title}: policies that no other beats"
    figure = front_figure(optimum)
    drawing = whole(figure, f"{title}, by their levers and what they achieve", is_plate=True)
    table = front_table(optimum)
    caption = f"{len(table.rows)} of {optimum.front.sum()} policies on the front"
    tables = [from_terminal(table, caption)]
    return Section("Policies that no other beats", [FRONT], about_best(optimum), [drawing], tables)


def _other_worlds(optimum: Optimum) -> Section:
    if np.isnan(optimum.fresh).any():
        interrupted = "The search was interrupted before the policies were tried in other worlds."
        return Section(OTHER_WORLDS, [interrupted])
    front = np.flatnonzero(optimum.front)
    rows = [["reference", *_alternating(optimum.reference, optimum.fresh_reference)]]
    for policy, fresh in zip(front, optimum.fresh, strict=True):
        rows.append([f"policy {policy}", *_alternating(optimum.robust[policy], fresh)])
    head = ["policy"]
    for name, goal in optimum.search.goals.items():
        column = f"{name}, {unit_of_goal(goal)}"
        head += [column, f"{column}, other worlds"]
    caption = "The front in the worlds searched and in as many others"
    table = Table(caption, head, rows, is_folded=len(rows) > MANY_ROWS, is_numeric=True)
    best = (best_for(optimum, at) for at in range(len(optimum.search.goals)))
    policies = dict.fromkeys([*best, optimum.middle])
    points = [text for policy in policies for text in against_reference(optimum, policy)]
    return Section(OTHER_WORLDS, [LUCK], points, tables=[table])


def _alternating(searched: np.ndarray, others: np.ndarray) -> list[str]:
    """Values of each goal in the worlds searched and in others, side by side."""
    return [number(float(value)) for value in np.column_stack([searched, others]).ravel()]


def _regret(optimum: Optimum) -> Section:
    rows = [
        [
            f"policy {row.policy}",
            row.goal,
            row.future,
            unit(row.unit),
            *(number(value) for value in (row.mean, row.p90, row.largest)),
            percent(row.best_in),
        ]
        for row in optimum.regret_table().itertuples()
    ]
    head = ["policy", "goal", "future", "unit", "mean", "90 %", "largest", "best in"]
    table = Table("Regret of the front", head, rows, is_folded=len(rows) > MANY_ROWS)
    return Section("Regret", [REGRET], tables=[table])
