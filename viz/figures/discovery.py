"""The figure of boxes: the peeling, and what each limit cuts away."""

from __future__ import annotations

import math
import textwrap
from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.discover import Discovery
from sim.analysis.limits import describe_limits
from sim.core.units import figure_of
from viz.figures import theme

COLORS = (theme.BLUE, theme.VERMILION, theme.GREEN)
MARKS = ("o", "s", "^")
CAPTION = (
    "Left: each dot is a box of the peeling, from all worlds (right end) to the smallest; the"
    " ringed one is reported, after limits that chance would have found too were taken back. "
    "Coverage: share of the cases (worlds in which the condition holds) that lie inside; "
    "density: share of the inside that are cases; dotted: share in all worlds. Right: the "
    "range of each limited factor that the box keeps, over the range sampled. {points} design"
    " points, {replicates}; uncertain parameters that are no factor, and luck, vary too. "
    "Conditional forecasts, not predictions."
)


def boxes_figure(found: Discovery) -> Figure:
    """Peelings of the boxes and their limits."""
    with matplotlib.rc_context(theme.STYLE):
        bars = sum(len({limit.column for limit in box.limits}) for box in found.totals)
        figure = Figure(figsize=(12, max(6.2, 2.4 + 0.6 * bars)), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.15])
        _peeling(left, found)
        _limits(right, found)
        beside = {"x": 0.01, "ha": "left"}
        title = f"Where {found.cases.text}: {found.cases.share:.0%} of all worlds"
        figure.suptitle(textwrap.fill(title, 120), fontsize=13, **beside)
        about = found.about
        count = about["replicates"]
        replicates = f"{count} replicate{'' if count == 1 else 's'}"
        caption = CAPTION.format(points=about["points"], replicates=replicates)
        figure.supxlabel(textwrap.fill(caption, 165), fontsize=8, **beside)
    return figure


def _peeling(axes: Axes, found: Discovery) -> None:
    axes.axhline(found.cases.share, color=theme.INK, linestyle=":", linewidth=1)
    for at, one in enumerate(found.boxes):
        color, mark = COLORS[at], MARKS[at]
        held = [step.coverage for step in one.steps], [step.density for step in one.steps]
        label = f"box {at + 1}" if at == 0 else f"box {at + 1} (of what is left)"
        axes.plot(*held, mark, color=color, markersize=4, alpha=0.7, label=label)
        ring: dict[str, Any] = {
            "markerfacecolor": "none",
            "markeredgecolor": color,
            "markeredgewidth": 2,
        }
        axes.plot(one.box.coverage, one.box.density, mark, markersize=12, **ring)
    axes.set_xlim(-0.03, 1.05)
    axes.set_ylim(-0.03, 1.05)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, 0))
    axes.set_xlabel("coverage: share of the cases inside")
    axes.set_ylabel("density: share of the inside that are cases")
    axes.set_title("Peeling", pad=8)
    if found.boxes:
        axes.legend(frameon=False, loc="lower left")


def _limits(axes: Axes, found: Discovery) -> None:
    """One bar for each limited factor of each box, from the low to the high end of its range."""
    bars = [
        (at, column)
        for at, box in enumerate(found.totals)
        for column in dict.fromkeys(limit.column for limit in box.limits)
    ]
    places = -np.arange(len(bars), dtype=float)
    for place, (at, column) in zip(places, bars, strict=True):
        limits = [limit for limit in found.totals[at].limits if limit.column == column]
        low, high = found.ranges[column]
        kept = _kept(limits, found, column)
        axes.barh(place, 1, 0.5, color="#ececec")
        for start, end in kept:
            axes.barh(place, end - start, 0.5, left=start, color=COLORS[at], alpha=0.85)
        text = describe_limits(limits, found.factors)
        if not found.factors[column].levels:
            text += f"   (sampled: {figure_of(low)} to {figure_of(high)})"
        axes.text(0, place + 0.3, text, fontsize=8, va="bottom")
    labels = [f"box {at + 1}" for at, _ in bars]
    axes.set_yticks(places, labels)
    axes.set_xlim(0, 1)
    axes.set_ylim(min(-4.6, places[-1] - 0.6) if len(bars) else -1, 0.8)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.tick_params("y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_title("What the boxes keep of each factor's range", pad=8)
    if not bars:
        axes.text(0.5, -0.1, "no box stands out of chance", ha="center")


def _kept(limits: list, found: Discovery, column: int) -> list[tuple[float, float]]:
    """Parts of the range inside the limits, as shares of it."""
    low, high = found.ranges[column]
    levels = found.factors[column].levels
    if levels and limits[0].sign == "in":
        return [(code / len(levels), (code + 1) / len(levels)) for code in limits[0].codes]
    if found.factors[column].kind in ("switch", "date"):  # each level is as wide as another
        limits = [replace(limit, value=math.ceil(limit.value)) for limit in limits]
        high += 1
    starts = [limit.value for limit in limits if limit.sign == ">="]
    ends = [limit.value for limit in limits if limit.sign == "<"]
    span = (high - low) or 1.0
    start = (max([low, *starts]) - low) / span
    return [(start, max(start, (min([high, *ends]) - low) / span))]
