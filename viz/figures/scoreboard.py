"""Scores of a forecast: where observations lie in it, and how much each series adds to skill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.research.forecasting.resampling import histogram_interval
from sim.research.forecasting.scores import BANDS, Score
from viz.figures import theme
from viz.figures.panels import caption, rows

BINS = 10
MARKERS = {  # of the references
    "persistence": ("o", theme.BLUE),
    "trend": ("s", theme.VERMILION),
    "standstill": ("^", theme.GREY),
    "autoregression": ("D", theme.PURPLE),
    "prior": ("v", theme.GREEN),
}
QUARTERS = ("o", "s", "^", "D")  # of the year: markers of the first to the last
LETTERS, SIZE = 140, 7.5
EMPTY = "no scores"


@theme.styled
def summary_figure(scores: Sequence[Score], skill: Mapping[str, Any]) -> Figure:
    """Left: PIT histogram with its own uncertainty. Right: what each series adds to each skill.

    Args:
        skill: by reference, as `score_summary.summary` has it.
    """
    names = sorted({one.row.series for one in scores})
    figure = Figure(figsize=(11, 0.2 * len(names) + 2.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.4))
    _pit(left, scores)
    _parts(right, names, skill)
    text = (
        "Left: quantile of each observation in the forecast. Bars above the dashed line at both "
        "ends mean that bands are too narrow. Lines: 90 % bootstrap intervals over series. Right: "
        "a series left of zero adds to the skill against a reference; one right of it reduces it. "
        "The points of a reference add up to the logarithm of its mean ratio of CRPS."
    )
    caption(figure, text, size=SIZE)
    return figure


def _pit(axes: Axes, scores: Sequence[Score]) -> None:
    axes.set(
        title="Observations in the forecast",
        xlabel="PIT: quantile of the observation in the forecast",
        ylabel="share of observations",
    )
    if not scores:
        axes.text(0.5, 0.5, EMPTY, transform=axes.transAxes, ha="center")
        return
    by_series = groupby(
        sorted(scores, key=lambda one: one.row.series), key=lambda one: one.row.series
    )
    low, high = histogram_interval([[one.pit for one in some] for _, some in by_series], BINS)
    share = np.histogram([one.pit for one in scores], BINS, (0.0, 1.0))[0] / len(scores)
    middle = (np.arange(BINS) + 0.5) / BINS
    axes.bar(middle, share, 0.9 / BINS, color=theme.BLUE, alpha=0.75)
    axes.vlines(middle, low, high, color=theme.INK, linewidth=1.2)
    axes.axhline(1 / BINS, color=theme.INK, linewidth=1, linestyle="--")
    axes.set(xlim=(0, 1), ylim=(0, None))


def _parts(axes: Axes, names: Sequence[str], skill: Mapping[str, Any]) -> None:
    axes.set_title("Contribution of each series to the skill")
    axes.set_xlabel("100 x log of the ratio of CRPS, divided by the number of series")
    axes.axvline(0, color=theme.INK, linewidth=0.8)
    for reference, (marker, color) in MARKERS.items():
        found = skill.get(reference)
        if not found:
            continue
        at = [names.index(name) for name in found["parts"]]
        parts = [100 * part for part in found["parts"].values()]
        axes.plot(parts, at, marker, color=color, markersize=4.5, alpha=0.85, label=reference)
    rows(axes, names, fontsize=7)
    if skill:
        axes.legend(fontsize=7, loc="best")


@theme.styled
def rows_figure(scores: Sequence[Score]) -> Figure:
    """Every observation by its place in the forecast: a row a series, a marker a quarter."""
    names = list(dict.fromkeys(_name(one) for one in scores))
    figure = Figure(figsize=(8.2, 0.17 * len(names) + 1.6), layout="constrained")
    axes = figure.subplots()
    for depth, (low, high) in zip((0.25, 0.13), BANDS.values(), strict=True):
        axes.axvspan(low, high, color=theme.BLUE, alpha=depth, linewidth=0)
    axes.axvline(0.5, color=theme.GREY, linewidth=0.8)
    for quarter, marker in enumerate(QUARTERS):
        shown = [one for one in scores if (int(one.row.end[5:]) - 1) // 3 == quarter]
        for one in shown:
            color = theme.INK if one.inside["90"] else theme.VERMILION
            axes.plot(
                one.pit, names.index(_name(one)), marker, color=color, markersize=4, alpha=0.8
            )
        axes.plot([], [], marker, color=theme.INK, markersize=4, label=f"quarter {quarter + 1}")
    rows(axes, names or [EMPTY], fontsize=7)
    axes.set(xlim=(-0.02, 1.02), title="Each observation and its forecast")
    axes.set_xlabel("quantile of the observation in the forecast (shaded: 50 and 90 % bands)")
    figure.legend(loc="outside upper right", fontsize=7, ncols=4)
    text = "Vermilion: outside the 90 % band, which includes the error of the observation."
    caption(figure, text, LETTERS, SIZE)
    return figure


def _name(score: Score) -> str:
    return f"{score.row.series}, {score.row.actor}"
