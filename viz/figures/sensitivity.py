"""Figures of outcomes of a sweep: what moves one, with confidence, and how it is spread."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.indices import Measured
from sim.analysis.outputs import Output
from sim.analysis.sensitivity import Ranking, Sensitivity
from viz.figures import theme
from viz.figures.panels import bare_rows, caption, heading
from viz.figures.theme import Style
from viz.text.format import axis_unit, capitalised, counted, percent
from viz.text.sensitivity import doubts, scaled, titled

MOST = 16  # factors shown
ABOVE = 26  # points between a title and its bars: the legend
ROW = 0.34  # inches of a factor
TITLES = {
    "sobol": "Share of the variance, alone and in total",
    "morris": "Elementary effect over the whole range",
    "given": "Influence on the outcome's distribution",
}
MEANING = {
    "sobol": (
        "Left: Sobol indices; dark: alone, pale: in total, with all interactions. "
        "They are shares of the variance between design points."
    ),
    "morris": (
        "Left: dark: mean size of the change when the factor crosses its range (mu*); "
        "diamonds: its spread from place to place (sigma), large where factors interact."
    ),
    "given": (
        "Left: influence (PAWN index), the median distance (0 to 1) between the outcome's "
        "distribution in a tenth of the factor's range and the whole one."
    ),
}
CAPTION = (
    "{meaning} Lines: 95 % confidence by bootstrap. Dotted: what a factor without influence gets. "
    "Right: mean outcome where the factor is in its lowest and in its highest fifth (switches: off "
    "and on; choices: levels with the lowest and the highest mean), all else varying; vertical: "
    "mean of all. {points} design points, {replicates}; "
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
    heading(figure, f"What moves {titled(ranking.output)}: {_answer(ranking)}")
    caption(figure, _caption(sensitivity.about["points"], ranking))
    return figure


def _answer(ranking: Ranking) -> str:
    """The factor that does it most, where one is clear."""
    clear = [ranking.factors[at] for at in ranking.order[:1] if ranking.is_clear[at]]
    return f"{clear[0]} most" if clear else "no factor clearly"


def luck_of(ranking: Ranking) -> str:
    """How much of a single world's variance is no factor's, where replicates show it."""
    share = ranking.output.luck()
    if share is None:
        return "luck not separated."
    return (
        f"luck and numbers that are not factors: {percent(share)} of the variance between worlds."
    )


def _caption(points: int, ranking: Ranking) -> str:
    doubt = " ".join(doubts(ranking)[:1]) + " " if ranking.has_few_rows else ""
    return doubt + CAPTION.format(
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
        axes.barh(at - 0.18, first.value[order], 0.32, color=color, label="alone")
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
    axes.set_yticks(at, [_label(ranking, row) for row in order])
    axes.set_title(TITLES[ranking.method], pad=ABOVE)
    unit = axis_unit(ranking.output.unit)
    units = {"sobol": "share of variance", "morris": unit, "given": "influence (0: none, 1: all)"}
    axes.set_xlabel(units[ranking.method])
    bare_rows(axes)
    _legend(axes)
    if (left := len(ranking.factors) - len(order)) > 0:
        note = f"and {left} factors with less"
        axes.text(0, at[-1] - 0.75, note, fontsize=8, color=theme.INK, va="center")
        axes.set_ylim(at[-1] - 1.1, 0.6)


def _label(ranking: Ranking, at: int) -> str:
    """A factor, and the names of its ends where these are levels."""
    name, (low, high) = ranking.factors[at], ranking.end_names[at]
    return name if low.startswith("its ") else f"{name}\n({low:.24} to {high:.24})"


def _whiskers(axes: Axes, at: np.ndarray, measure: Measured, order: list[int]) -> None:
    low, high = measure.low[order], measure.high[order]
    axes.hlines(at, low, high, color="white", linewidth=3)
    axes.hlines(at, low, high, color=theme.INK, linewidth=1.3)


def _tornado(axes: Axes, ranking: Ranking, order: list[int]) -> None:
    at = -np.arange(len(order), dtype=float)
    (middle,), unit = scaled(ranking.output, np.array([ranking.output.mean.mean()]))
    (low, high), _ = scaled(ranking.output, ranking.ends[order].T)
    axes.barh(at, low - middle, 0.6, left=middle, color=theme.ORANGE, label="at its low end")
    axes.barh(
        at, high - middle, 0.36, left=middle, color=theme.PURPLE, hatch="///", edgecolor="white",
        linewidth=0, label="at its high end",
    )  # fmt: skip
    axes.axvline(middle, color=theme.INK, linewidth=0.9)
    axes.set_title("Mean outcome at either end of a factor", pad=ABOVE)
    what = "difference, " if ranking.output.is_effect else ""
    axes.set_xlabel(f"{what}{axis_unit(unit)}")
    axes.tick_params("y", labelleft=False)
    bare_rows(axes)
    _legend(axes)


def _legend(axes: Axes) -> None:
    """Between title and bars: a bar can be anywhere else."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=3, borderaxespad=0.2)


def distribution_panel(axes: Axes, output: Output) -> None:
    """How an outcome is spread over the runs of a sweep."""
    values, unit = scaled(output, output.values.ravel())
    low, high = np.percentile(values, [1, 99])
    low, high = (low, high) if low < high else (low - 0.5, high + 0.5)
    weights = np.full(values.size, 100 / values.size)
    axes.hist(np.clip(values, low, high), 40, weights=weights, color=theme.BLUE, alpha=0.75)
    for at, style in zip(np.percentile(values, [5, 50, 95]), ("--", "-", "--"), strict=True):
        axes.axvline(at, color=theme.INK, linestyle=style, linewidth=1)
    if output.is_effect:
        axes.axvline(0, color=theme.GREY, linewidth=0.9)
    axes.set_title(capitalised(titled(output)), pad=8)
    axes.set_xlabel(axis_unit(unit))
    axes.set_ylabel("% of runs")
