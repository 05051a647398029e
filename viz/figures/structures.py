"""The figure of rival forms of the model: the same effects in each of them."""

from __future__ import annotations

import textwrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outcomes.presentation import label_of
from viz.figures import theme
from viz.figures.panels import heading, interval, rows
from viz.text.format import capitalised, percent

MONTH = "2030-12"
ALL = "all, by weight"
TITLE = 36  # letters of a line of a title


@theme.styled
def structures_figure(found: dict[str, Any]) -> Figure:
    """Effects by the end of 2030 in each form, the heaviest first, and in all by their weights."""
    outcomes = list(found["spread"])
    figure = Figure(figsize=(12, 3.7 * -(-len(outcomes) // 2)), layout="constrained")
    for axes, name in zip(figure.subplots(-(-len(outcomes) // 2), 2).flat, outcomes, strict=True):
        _effects(axes, found, name)
        unit = found["all"]["effects"][name][MONTH]["unit"]
        axes.set_xlabel(unit)
        axes.set_title(textwrap.fill(capitalised(label_of(name)), TITLE))
    heading(figure, "The effect of all controls by form of the model: median, half and 90 %")
    return figure


def _effects(axes: Axes, found: dict[str, Any], outcome: str) -> None:
    weights = found["weights"]["mean"]
    names = sorted(found["structures"], key=lambda name: -weights[name])
    interval(axes, found["all"]["effects"][outcome][MONTH], 0, theme.INK, "")
    for row, name in enumerate(names, 1):
        spread = found["structures"][name]["effects"][outcome][MONTH]
        interval(axes, spread, row, theme.BLUE, "")
    axes.axvline(0, color=theme.GREY, linewidth=0.8)
    shown = [f"{name.replace('_', ' ')} ({percent(weights[name])})" for name in names]
    rows(axes, [ALL, *shown])
    axes.grid(axis="y", visible=False)
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.16 * (right - left))  # room for the shares
