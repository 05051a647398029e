"""The figure of what moves an outcome: a measure with confidence, and a tornado."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.sensitivity import Ranking, Sensitivity
from viz.figures import theme

MOST = 16  # factors shown
ABOVE = 26  # points between a title and its bars: the legend
ROW = 0.34  # inches of a factor
TITLES = {
    "sobol": "Share of the variance, alone and in total",
    "morris": "Elementary effect over the whole range",
    "given": "Distance of the outcome's distribution",
}
MEANING = {
    "sobol": (
        "Left: Sobol indices; dark: by itself, pale: in total, with all interactions. "
        "They are shares of the variance between design points."
    ),
    "morris": (
        "Left: dark: mean size of the change when the factor crosses its range (mu*); "
        "diamonds: its spread from place to place (sigma), large where factors interact."
    ),
    "given": (
        "Left: PAWN index, the median distance (0..1) between the outcome's distribution in a "
        "tenth of the factor's range and the whole one."
    ),
}
CAPTION = (
    "{meaning} Lines: 95 % confidence by bootstrap. Dotted: what a factor without influence gets. "
    "Right: mean outcome where the factor is in its lowest and in its highest fifth (switches: off "
    "and on), all else varying; vertical: mean of all. {points} design points, {replicates} "
    "{words}; {luck} Conditional forecasts, not predictions."
)


def influence_figure(found: Sensitivity, ranking: Ranking) -> Figure:
    """What moves one output, the most important factor on top."""
    order = ranking.order[:MOST]
    with matplotlib.rc_context(theme.STYLE):
        size = (12, 2.6 + ROW * max(len(order), 4))
        figure = Figure(figsize=size, layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        _indices(left, ranking, order)
        _tornado(right, ranking, order)
        beside = {"x": 0.01, "ha": "left"}
        title = ranking.output.title
        figure.suptitle(f"What moves the {title.removeprefix('the ')}", fontsize=13, **beside)
        figure.supxlabel(textwrap.fill(_caption(found, ranking), 165), fontsize=8, **beside)
    return figure


def luck_of(ranking: Ranking) -> str:
    """How much of a single world's variance is no factor's, where it can be told."""
    share = ranking.output.luck()
    if share is None:
        return "luck not separated."
    return f"luck and numbers that are no factor: {share:.0%} of the variance of a single world."


def _caption(found: Sensitivity, ranking: Ranking) -> str:
    replicates = ranking.output.replicates
    return CAPTION.format(
        meaning=MEANING[ranking.method],
        points=found.about["points"],
        replicates=replicates,
        words="replicate" if replicates == 1 else "replicates",
        luck=luck_of(ranking),
    )


def _indices(axes: Axes, ranking: Ranking, order: list[int]) -> None:
    at = -np.arange(len(order), dtype=float)
    lead = ranking.lead
    color = theme.BLUE
    if ranking.method == "sobol":
        first = ranking.measures["first"]
        axes.barh(at + 0.18, lead.value[order], 0.32, color=theme.SKY, label="in total")
        axes.barh(at - 0.18, first.value[order], 0.32, color=color, label="by itself")
        _whiskers(axes, at - 0.18, first, order)
        _whiskers(axes, at + 0.18, lead, order)
    else:
        name = "mean size of the change (mu*)" if ranking.method == "morris" else "PAWN index"
        axes.barh(at, lead.value[order], 0.6, color=color, label=name)
        _whiskers(axes, at, lead, order)
    if ranking.method == "morris":
        spread = ranking.measures["sigma"].value[order]
        mark: dict[str, Any] = {
            "color": theme.ORANGE,
            "markeredgecolor": theme.INK,
            "markeredgewidth": 0.5,
        }
        axes.plot(spread, at, "D", markersize=5, label="spread (sigma)", **mark)
    label = "no influence"
    axes.axvline(lead.dummy, color=theme.INK, linestyle=":", linewidth=1.2, label=label)
    axes.set_yticks(at, [ranking.factors[row] for row in order])
    axes.set_title(TITLES[ranking.method], pad=ABOVE)
    unit = "ratio" if ranking.output.unit == "1" else ranking.output.unit
    share = {"sobol": "share of variance", "morris": unit, "given": "distance (0: none, 1: all)"}
    axes.set_xlabel(share[ranking.method])
    _bare(axes)
    _legend(axes)
    if (left := len(ranking.factors) - len(order)) > 0:
        note = f"and {left} factors with less"
        axes.text(0, at[-1] - 0.75, note, fontsize=8, color=theme.INK, va="center")
        axes.set_ylim(at[-1] - 1.1, 0.6)


def _whiskers(axes: Axes, at: np.ndarray, measure, order: list[int]) -> None:
    low, high = measure.low[order], measure.high[order]
    axes.hlines(at, low, high, color="white", linewidth=3)
    axes.hlines(at, low, high, color=theme.INK, linewidth=1.3)


def _tornado(axes: Axes, ranking: Ranking, order: list[int]) -> None:
    at = -np.arange(len(order), dtype=float)
    middle = float(ranking.output.mean.mean())
    low, high = ranking.ends[order].T
    axes.barh(at, low - middle, 0.6, left=middle, color=theme.ORANGE, label="at its low end")
    axes.barh(
        at, high - middle, 0.36, left=middle, color=theme.PURPLE, hatch="///", edgecolor="white",
        linewidth=0, label="at its high end",
    )  # fmt: skip
    axes.axvline(middle, color=theme.INK, linewidth=0.9)
    axes.set_title("Mean outcome at either end of a factor", pad=ABOVE)
    unit = "ratio" if ranking.output.unit == "1" else ranking.output.unit
    axes.set_xlabel(f"{'difference, ' if ranking.output.is_effect else ''}{unit}")
    axes.tick_params("y", labelleft=False)
    _bare(axes)
    _legend(axes)


def _legend(axes: Axes) -> None:
    """Between title and bars: a bar can be anywhere else."""
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncol=3, borderaxespad=0.2)


def _bare(axes: Axes) -> None:
    axes.tick_params("y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
