"""The figure of a discovery: how boxes were peeled, and what each limit cuts away."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.discover import Discovery
from sim.analysis.limits import Limit, describe_limits
from sim.core.worlds import Block
from sim.sweeps.factors import Factor
from viz.figures import theme
from viz.figures.panels import bare_rows, caption, heading
from viz.figures.theme import Style
from viz.text.discovery import holds
from viz.text.format import DIGITS, between, capitalised, counted, percent

COLORS = (theme.BLUE, theme.VERMILION, theme.GREEN)
MARKS = ("o", "s", "^")
CAPTION = (
    "Left: each dot is a box of the peeling, from all runs (right end) to the smallest; the"
    " ringed one is reported, after limits that chance would also find were removed. "
    "Coverage: share of the cases (runs in which the condition holds) that lie inside; "
    "density: share of cases inside the box; dotted: share in all runs. Right: the "
    "range of each limited factor that the box keeps, over the range sampled. {points} design"
    " points, {replicates}; uncertain parameters that are not factors, and luck, vary too. "
    "Conditional forecasts, not predictions."
)


@theme.styled
def boxes_figure(discovery: Discovery) -> Figure:
    """Peelings of the boxes and their limits."""
    bars = sum(len({limit.column for limit in box.limits}) for box in discovery.totals)
    figure = Figure(figsize=(12, max(6.2, 2.4 + 0.6 * bars)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.15])
    _peeling(left, discovery)
    _limits(right, discovery)
    heading(figure, f"{capitalised(holds(discovery))}: in {percent(discovery.cases.share)} of runs")
    replicates = counted(discovery.about["replicates"], "replicate")
    caption(figure, CAPTION.format(points=discovery.about["points"], replicates=replicates))
    return figure


def _peeling(axes: Axes, discovery: Discovery) -> None:
    axes.axhline(discovery.cases.share, color=theme.INK, linestyle=":", linewidth=1)
    for at, search in enumerate(discovery.boxes):
        color, mark = COLORS[at], MARKS[at]
        coverage = [step.coverage for step in search.steps]
        density = [step.density for step in search.steps]
        label = f"box {at + 1}" if at == 0 else f"box {at + 1} (of what is left)"
        axes.plot(coverage, density, mark, color=color, markersize=4, alpha=0.7, label=label)
        ring: Style = {"markerfacecolor": "none", "markeredgecolor": color, "markeredgewidth": 2}
        axes.plot(search.box.coverage, search.box.density, mark, markersize=12, **ring)
    axes.set_xlim(-0.03, 1.05)
    axes.set_ylim(-0.03, 1.05)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, 0))
    axes.set_xlabel("share of all cases that lie inside (coverage)")
    axes.set_ylabel("share of the runs inside that are cases (density)")
    axes.set_title("Peeling", pad=8)
    if discovery.boxes:
        axes.legend(loc="lower left")


def _limits(axes: Axes, discovery: Discovery) -> None:
    """One bar for each limited factor of each box, from the low to the high end of its range."""
    bars = [
        (at, column)
        for at, box in enumerate(discovery.totals)
        for column in dict.fromkeys(limit.column for limit in box.limits)
    ]
    places = -np.arange(len(bars), dtype=float)
    for place, (at, column) in zip(places, bars, strict=True):
        limits = [limit for limit in discovery.totals[at].limits if limit.column == column]
        factor, ends = discovery.factors[column], discovery.ranges[column]
        axes.barh(place, 1, 0.5, color=theme.TRACK)
        for start, end in kept_parts(limits, factor, ends):
            axes.barh(place, end - start, 0.5, left=start, color=COLORS[at], alpha=0.85)
        text = describe_limits(limits, discovery.factors)
        if not factor.levels:
            text += f"   (sampled {between(float(ends[0]), float(ends[1]), digits=DIGITS)})"
        axes.text(0, place + 0.3, text, fontsize=8, va="bottom")
    labels = [f"box {at + 1}" for at, _ in bars]
    axes.set_yticks(places, labels)
    axes.set_xlim(0, 1)
    axes.set_ylim(min(-4.6, places[-1] - 0.6) if len(bars) else -1, 0.8)
    axes.set_xticks([])
    bare_rows(axes)
    axes.spines["bottom"].set_visible(False)
    axes.set_title("Range of each factor inside the boxes", pad=8)
    if not bars:
        axes.text(0.5, -0.1, "no box exceeds chance", ha="center")


def kept_parts(limits: list[Limit], factor: Factor, ends: Block) -> list[tuple[float, float]]:
    """Parts of a factor's range inside its limits, as shares of the range.

    Args:
        ends: of the range.
    """
    low, high = float(ends[0]), float(ends[1])
    levels = factor.levels
    if levels and limits[0].sign == "in":
        return [(code / len(levels), (code + 1) / len(levels)) for code in limits[0].codes]
    if factor.kind in ("switch", "date"):  # each level is as wide as another
        limits = [replace(limit, value=math.ceil(limit.value)) for limit in limits]
        high += 1
    starts = [limit.value for limit in limits if limit.sign == ">="]
    stops = [limit.value for limit in limits if limit.sign == "<"]
    span = (high - low) or 1.0
    start = (max([low, *starts]) - low) / span
    return [(start, max(start, (min([high, *stops]) - low) / span))]
