"""Figures of the findings: effects of policies side by side, and where their sign turns."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import PercentFormatter

from sim.outcomes.presentation import label_of, size_of_effect
from viz.figures import theme
from viz.figures.panels import cells, heading, interval, nothing, rows
from viz.text.format import capitalised, percent, signed, when

OUTCOMES = {
    "lead_months": "months",
    "innovation_effect": "%",
    "compute_ratio": "%",
    "domestic_share": "percentage points",
}
POLICIES = {
    "as_enacted-no_controls": ("all controls", theme.INK),
    "chips_only-no_controls": ("chips alone", theme.BLUE),
    "chips_only_unanswered-no_controls": ("chips alone, unanswered", theme.SKY),
    "tools_only-no_controls": ("tools, memory, foundries alone", theme.VERMILION),
    "tools_only_unanswered-no_controls": (
        "tools, memory, foundries alone, unanswered",
        theme.ORANGE,
    ),
}
HALF = 0.5
MONTHS = ("2024-12", "2026-12", "2030-12")
Effects = dict[str, dict[str, dict[str, dict[str, float]]]]  # by pair, outcome, month


@theme.styled
def effects_figure(findings: dict[str, Any]) -> Figure:
    """Effects on four outcomes at three dates, for some policies, each against no controls."""
    figure = Figure(figsize=(12, 7.4), layout="constrained")
    for axes, (name, unit) in zip(figure.subplots(2, 2).flat, OUTCOMES.items(), strict=True):
        _effects(axes, findings["effects"], name)
        axes.set_xlabel(unit)
        axes.set_title(capitalised(label_of(name)))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    heading(figure, "What each policy did, against no controls: median, half and 90 % of worlds")
    return figure


def _effects(axes: Axes, effects: Effects, name: str) -> None:
    shown = {pair: look for pair, look in POLICIES.items() if pair in effects}
    for step, (pair, (label, color)) in enumerate(shown.items()):
        for row, month in enumerate(MONTHS):
            at = row + (step - (len(shown) - 1) / 2) * 0.78 / len(shown)
            interval(axes, effects[pair][name][month], at, color, label if row == 0 else "")
    axes.axvline(0, color=theme.GREY, linewidth=0.8)
    rows(axes, [f"by {when(month)}" for month in MONTHS])
    axes.grid(axis="y", visible=False)
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.16 * (right - left))  # room for the shares


@theme.styled
def plane_figure(findings: dict[str, Any]) -> Figure:
    """Share of worlds in which an effect is above 0, over eta and sigma."""
    planes = {name: plane for name, plane in findings["planes"].items() if name != "worlds"}
    figure = Figure(figsize=(12, 4.4), layout="constrained")
    every = figure.subplots(1, max(1, len(planes)), squeeze=False)[0]
    image = None
    for axes, (name, plane) in zip(every, planes.items(), strict=False):
        outcome, month = name.split("@")
        image = _plane(axes, plane, outcome)
        most = np.array(plane["positive"]) > HALF
        axes.set_title(
            f"{capitalised(label_of(outcome))}, {when(month)}: raised in\n"
            f"most worlds in {most.sum()} of {most.size} cells (median, {OUTCOMES[outcome]})"
        )
    if image is None:
        nothing(every[0], "not recorded")
        return figure
    bar = figure.colorbar(image, ax=every.tolist(), label="share of worlds above 0")
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1, 0))
    return figure


def _plane(axes: Axes, plane: dict[str, Any], outcome: str) -> AxesImage:
    """Shares in colour; the median in brackets, in the unit of the title."""
    share, size = np.array(plane["positive"]), size_of_effect(outcome, np.array(plane["median"]))
    median = size.values
    axes.grid(False)
    image = axes.imshow(share, origin="lower", aspect="auto", cmap=theme.DIVERGING, vmin=0, vmax=1)
    texts = [
        [f"{percent(above)}\n({signed(middle, 2)})" for above, middle in zip(*row, strict=True)]
        for row in zip(share, median, strict=True)
    ]
    cells(axes, texts, np.abs(2 * share - 1), plane["eta"], plane["sigma"])
    axes.set_xlabel("eta: response of effort to scarcity")
    axes.set_ylabel("sigma: staff for compute")
    return image
