"""The small model against the simulator: a dot for each parameter set."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outcomes.presentation import label_of, presentation_of
from viz.figures import theme
from viz.figures.panels import caption
from viz.text.format import SHORT, capitalised, number, when

LETTERS = 115  # of a line of the text under a figure of 9 inches
UNITS = {"innovation_effect": "log points", "lead_months": "months"}
COLORS = {"innovation_effect": theme.VERMILION, "lead_months": theme.BLUE}


@theme.styled
def small_model_figure(recorded: dict[str, Any]) -> Figure:
    """Predicted and simulated effects, by outcome and month."""
    months = recorded["months"]
    figure = Figure(figsize=(9, 8.4), layout="constrained")
    panels = figure.subplots(len(UNITS), len(months), squeeze=False)
    for row, name in zip(panels, UNITS, strict=True):
        for axes, (month, one) in zip(row, months.items(), strict=True):
            _panel(axes, name, month, one["effects"][name])
    caption(
        figure,
        "A dot is a parameter set: the mean over its lucks in the simulator, and what the small "
        "model makes of its numbers. None of them was used to make it. On the line both agree. "
        "Shaded: no material change.",
        LETTERS,
    )
    return figure


def _panel(axes: Axes, name: str, month: str, scores: dict[str, Any]) -> None:
    simulated, predicted = (np.array(scores[key]) for key in ("simulated", "predicted"))
    low, high = (
        float(edge(np.concatenate([simulated, predicted, [0.0]]))) for edge in (np.min, np.max)
    )
    margin = 0.04 * (high - low)
    span = (low - margin, high + margin)
    small = presentation_of(name).threshold
    axes.axhspan(-small, small, color=theme.TRACK, linewidth=0)
    axes.plot(span, span, color=theme.GREY, linewidth=1, linestyle="--")
    axes.scatter(predicted, simulated, s=14, color=COLORS[name], alpha=0.55, linewidths=0)
    axes.set_xlim(*span)
    axes.set_ylim(*span)
    axes.set_aspect("equal")
    axes.set_xlabel(f"small model, {UNITS[name]}")
    axes.set_ylabel(f"simulator, {UNITS[name]}")
    title = capitalised(label_of(name))
    axes.set_title(f"{title},\n{when(month)}: R² {number(scores['r2_parameters'], SHORT)}")
