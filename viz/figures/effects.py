"""Figures of the findings: effects of policies side by side, and where their sign turns."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.outcomes.catalogue import label_of
from viz.figures import theme
from viz.figures.evidence import CENTRED, ink, interval
from viz.figures.plane import DIVERGING

SHOWN = {
    "lead_months": "months",
    "innovation_effect": "log points",
    "compute_ratio": "ratio",
    "domestic_share": "share",
}
POLICIES = {
    "as_enacted-no_controls": ("all controls", theme.INK),
    "chips_only-no_controls": ("chips alone", theme.BLUE),
    "tools_only-no_controls": ("tools, memory, foundries alone", theme.VERMILION),
}
MONTHS = ("2024-12", "2026-12", "2030-12")


def effects_figure(found: dict[str, Any]) -> Figure:
    """Effects on four outcomes at three dates, for three policies, each against no controls."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(12, 7.4), layout="constrained")
        for axes, (name, unit) in zip(figure.subplots(2, 2).flat, SHOWN.items(), strict=True):
            _effects(axes, found["effects"], name)
            axes.set_xlabel(unit)
            label = label_of(name)
            axes.set_title(f"{label[0].upper()}{label[1:]}")
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return figure


def _effects(axes: Axes, effects: dict[str, Any], name: str) -> None:
    count = len(POLICIES)
    for step, (pair, (label, colour)) in enumerate(POLICIES.items()):
        for row, month in enumerate(MONTHS):
            at = row + (step - (count - 1) / 2) * 0.26
            interval(axes, effects[pair][name][month], at, colour, label if row == 0 else "")
    axes.axvline(0, color=theme.GREY, linewidth=0.8)
    axes.set_yticks(range(len(MONTHS)), [f"by {month}" for month in MONTHS])
    axes.set_ylim(len(MONTHS) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.16 * (right - left))  # room for the shares


def plane_figure(found: dict[str, Any]) -> Figure:
    """Share of worlds in which an effect is above 0, over eta and sigma."""
    planes = {name: one for name, one in found["planes"].items() if name != "worlds"}
    with matplotlib.rc_context(theme.STYLE | {"axes.grid": False}):
        figure = Figure(figsize=(12, 4.4), layout="constrained")
        every = figure.subplots(1, len(planes), squeeze=False)[0]
        for axes, (name, one) in zip(every, planes.items(), strict=True):
            image = _plane(axes, one)
            outcome, month = name.split("@")
            label = label_of(outcome)
            axes.set_title(f"{label[0].upper()}{label[1:]}, {month}")
        bar = figure.colorbar(image, ax=every.tolist(), label="share of worlds above 0")
        bar.ax.yaxis.set_major_formatter(PercentFormatter(1, 0))
    return figure


def _plane(axes: Axes, one: dict[str, Any]) -> Any:
    table = np.array(one["positive"])
    image = axes.imshow(table, origin="lower", aspect="auto", cmap=DIVERGING, vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(table):
        median = one["median"][row][column]
        text = f"{100 * value:.0f} %\n{median:+.2g}"
        axes.text(column, row, text, color=ink(abs(2 * value - 1)), **CENTRED)
    axes.set_xticks(range(table.shape[1]), [f"{value:g}" for value in one["eta"]])
    axes.set_yticks(range(table.shape[0]), [f"{value:g}" for value in one["sigma"]])
    axes.set_xlabel("eta: response of effort to scarcity")
    axes.set_ylabel("sigma: people for chips")
    return image
