"""Figures of outcomes of a sweep: what moves one, with confidence, and how it is spread."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.indices import Measured
from sim.analysis.outputs import Output
from sim.analysis.sensitivity import Ranking, Sensitivity
from viz.figures import theme
from viz.figures.panels import axis_unit, bare_rows, caption, heading
from viz.figures.theme import Style
from viz.text.format import capitalised, counted, percent

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
    "and on), all else varying; vertical: mean of all. {points} design points, {replicates}; "
    "{luck} Conditional forecasts, not predictions."
)


@theme.styled
def influence_figure(sensitivity: Sensitivity, ranking: Ranking) -> Figure:
    """What moves one output, the most important factor on top."""
    order = ranking.order[:MOST]
    size = (12, 2.6 + ROW * max(len(order), 4))
    figure = Figure(figsize=size, layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _indices(left, ranking, order)
    _tornado(right, ranking, order)
    heading(figure, f"What moves the {ranking.output.title.removeprefix('the ')}")
    caption(figure, _caption(sensitivity.about["points"], ranking))
    return figure


def luck_of(ranking: Ranking) -> str:
    """How much of a single world's variance is no factor's, where replicates show it."""
    share = ranking.output.luck()
    if share is None:
        return "luck not separated."
    return (
        f"luck and numbers that are no factor: {percent(share)} of the variance of a single world."
    )


def _caption(points: int, ranking: Ranking) -> str:
    return CAPTION.format(
        meaning=MEANING[ranking.method],
        points=points,
        replicates=counted(ranking.output.replicates, "replicate"),
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
        mark: Style = {
            "color": theme.ORANGE,
            "markeredgecolor": theme.INK,
            "markeredgewidth": 0.5,
        }
        axes.plot(spread, at, "D", markersize=5, label="spread (sigma)", **mark)
    label = "no influence"
    axes.axvline(lead.dummy, color=theme.INK, linestyle=":", linewidth=1.2, label=label)
    axes.set_yticks(at, [ranking.factors[row] for row in order])
    axes.set_title(TITLES[ranking.method], pad=ABOVE)
    unit = axis_unit(ranking.output.unit)
    units = {"sobol": "share of variance", "morris": unit, "given": "distance (0: none, 1: all)"}
    axes.set_xlabel(units[ranking.method])
    bare_rows(axes)
    _legend(axes)
    if (left := len(ranking.factors) - len(order)) > 0:
        note = f"and {left} factors with less"
        axes.text(0, at[-1] - 0.75, note, fontsize=8, color=theme.INK, va="center")
        axes.set_ylim(at[-1] - 1.1, 0.6)


def _whiskers(axes: Axes, at: np.ndarray, measure: Measured, order: list[int]) -> None:
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
    what = "difference, " if ranking.output.is_effect else ""
    axes.set_xlabel(f"{what}{axis_unit(ranking.output.unit)}")
    axes.tick_params("y", labelleft=False)
    bare_rows(axes)
    _legend(axes)


def _legend(axes: Axes) -> None:
    """Between title and bars: a bar can be anywhere else."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=3, borderaxespad=0.2)


def distribution_panel(axes: Axes, output: Output) -> None:
    """How an outcome is spread over the worlds of a sweep."""
    values = output.values.ravel()
    low, high = np.percentile(values, [1, 99])
    low, high = (low, high) if low < high else (low - 0.5, high + 0.5)
    weights = np.full(values.size, 100 / values.size)
    axes.hist(np.clip(values, low, high), 40, weights=weights, color=theme.BLUE, alpha=0.75)
    for at, style in zip(np.percentile(values, [5, 50, 95]), ("--", "-", "--"), strict=True):
        axes.axvline(at, color=theme.INK, linestyle=style, linewidth=1)
    if output.is_effect:
        axes.axvline(0, color=theme.GREY, linewidth=0.9)
    axes.set_title(capitalised(output.title), pad=8)
    axes.set_xlabel(axis_unit(output.unit))
    axes.set_ylabel("% of worlds")
