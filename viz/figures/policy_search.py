"""The figure of a policy search: the front as parallel lines over levers and goals."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sim.analysis.optimise import Optimum
from sim.analysis.policies import unit_of_goal
from sim.analysis.problem import Goal
from viz.figures import theme
from viz.figures.panels import caption, heading
from viz.figures.theme import Style
from viz.text.format import SHORT, axis_unit, counted, number

SHADES = LinearSegmentedColormap.from_list("worst_best", [theme.ORANGE, "#b0b0b0", theme.BLUE])
CAPTION = (
    "Each line is a policy that no other of the {tried} policies tried beats in all goals "
    "({front} of them); left of the gap its levers, right of it what it achieves. Goals point"
    " up: the better end is on top. Colour: {first}, blue best. Thick black: the policy whose"
    " worst goal is least bad. Diamonds: the reference, {reference}. Values are over {worlds}"
    " worlds{futures}, the same for all policies, which differ in uncertain parameters and "
    "luck: {measures}. Conditional forecasts, not predictions."
)


@theme.styled
def front_figure(optimum: Optimum) -> Figure:
    """Policies of the Pareto front, their levers and what they achieve."""
    figure = Figure(figsize=(12, 6.8), layout="constrained")
    axes = figure.subplots()
    axes.grid(visible=False)
    _lines(axes, optimum)
    count = counted(int(optimum.front.sum()), "policy")
    heading(figure, f"{optimum.search.title}: {count} that no other beats")
    caption(figure, _caption(optimum))
    return figure


def _caption(optimum: Optimum) -> str:
    search = optimum.search
    futures = "" if len(optimum.futures) == 1 else f" in {len(optimum.futures)} futures"
    measures = ", ".join(f"{name}: {goal.measure}" for name, goal in search.goals.items())
    return CAPTION.format(
        tried=len(optimum.levers), front=int(optimum.front.sum()), first=next(iter(search.goals)),
        reference=optimum.about["reference"]["title"], worlds=search.worlds, futures=futures,
        measures=measures.replace("p10", "reached or exceeded in 90 % of worlds"),
    )  # fmt: skip


def _lines(axes: Axes, optimum: Optimum) -> None:
    rows = optimum.on_front
    levers = _lever_shares(optimum)[rows]
    goals, reference = _goal_shares(optimum)
    goals = goals[rows]
    places = np.concatenate(
        [np.arange(levers.shape[1]), levers.shape[1] + 0.6 + np.arange(goals.shape[1])]
    )
    shares = np.concatenate([levers, goals], axis=1)
    shade = goals[:, 0]
    for row in np.argsort(shade):
        axes.plot(places, shares[row], color=SHADES(shade[row]), linewidth=1.2, alpha=0.75)
    middle = shares[list(rows).index(optimum.middle)]
    axes.plot(places, middle, color="black", linewidth=2.6, zorder=4)
    at = places[levers.shape[1] :]
    mark: Style = {"markerfacecolor": "white", "markeredgecolor": theme.INK, "zorder": 5}
    axes.plot(at, reference, "D", markersize=7, clip_on=False, **mark)
    _axes(axes, optimum, places)


def _lever_shares(optimum: Optimum) -> np.ndarray:
    """Levers as positions between their limits, `[policy, lever]`."""
    columns = []
    for at, lever in enumerate(optimum.search.levers.values()):
        value, low, high = optimum.levers[:, at], lever.low, lever.high
        if lever.log:
            value, low, high = np.log(value), np.log(low), np.log(high)
        columns.append((value - low) / (high - low))
    return np.column_stack(columns)


def _goal_ends(optimum: Optimum) -> list[tuple[float, float]]:
    """Worst and best value of each goal on the front and in the reference."""
    ends = []
    for at, goal in enumerate(optimum.goals):
        values = np.append(optimum.robust[optimum.front, at], optimum.reference[at])
        up = _points_up(goal)
        low, high = float(values.min()), float(values.max())
        ends.append((low, high) if up else (high, low))
    return ends


def _points_up(goal: Goal) -> bool:
    """Whether a larger robust value is better."""
    if goal.measure in ("regret", "satisficing"):
        return goal.measure == "satisficing"
    return goal.want == "more"


def _goal_shares(optimum: Optimum) -> tuple[np.ndarray, np.ndarray]:
    """Goals as positions from worst (0) to best (1), of policies and of the reference."""
    ends = np.array(_goal_ends(optimum))
    span = ends[:, 1] - ends[:, 0]
    span = np.where(span == 0, 1, span)
    return (optimum.robust - ends[:, 0]) / span, (optimum.reference - ends[:, 0]) / span


def _axes(axes: Axes, optimum: Optimum, places: np.ndarray) -> None:
    """An upright axis for each lever and goal with its ends written at them."""
    search = optimum.search
    names, ends = [], []
    percents = [unit_of_goal(goal) == "share" for goal in search.goals.values()]
    for name, lever in search.levers.items():
        unit = optimum.units[name]
        names.append(name if unit in ("1", "share") else f"{name}\n{unit}")
        ends.append((lever.low, lever.high))
    for name, goal in search.goals.items():
        unit = unit_of_goal(goal)
        names.append(f"{name}\n{'%' if unit == 'share' else axis_unit(unit)}")
    for (low, high), is_share in zip(_goal_ends(optimum), percents, strict=True):
        ends.append((100 * low, 100 * high) if is_share else (low, high))
    axes.vlines(places, 0, 1, color=theme.GREY, linewidth=0.9, zorder=0)
    for place, (low, high) in zip(places, ends, strict=True):
        axes.text(place, -0.025, number(low, SHORT), ha="center", va="top", fontsize=8)
        axes.text(place, 1.025, number(high, SHORT), ha="center", va="bottom", fontsize=8)
    levers = len(search.levers)
    for side, at in (
        ("Levers", places[0]),
        ("Goals (up is better)", places[levers]),
    ):
        axes.text(at - 0.3, 1.13, side, fontsize=10.5, fontweight="bold", ha="left")
    axes.set_xticks(places, names)
    axes.tick_params("x", length=0, pad=16)
    axes.set_yticks([])
    axes.set_ylim(-0.02, 1.2)
    axes.set_xlim(places[0] - 0.4, places[-1] + 0.4)
    for spine in axes.spines.values():
        spine.set_visible(False)
