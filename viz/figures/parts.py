"""The figure of an effect split by channel."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiments.parts import WHOLE, Explanation, Split
from sim.outcomes.catalogue import label_of
from viz.figures import theme
from viz.text.explanation import writer
from viz.text.sentences import phrase

WIDTH = 6.6  # inches of a column of panels
ROW = 0.25  # inches of a bar
GAP = 0.4  # bars between the last part and the whole
CAPTION = (
    "Bars: what each channel adds to the difference in {month}, {a} less {b}. They are means over "
    "{worlds} paired worlds (same luck, same parameters) and add up to the black bar. Blue raises, "
    "vermilion lowers; pale: the sign is unclear. Lines: 90 % of worlds (uncertain parameters, and "
    "luck); dots: medians. Other ways: what is left with all these channels off. {how} "
    "Conditional forecasts, not predictions."
)
EXACT = "The split is exact in each world."
SAMPLED = (
    "Parts come from {orders} sampled orders of the channels in each world, which widens their "
    "lines."
)


def parts_figure(found: Explanation) -> Figure:
    """The parts of each effect as bars with their range over worlds, the largest first."""
    splits = list(found.splits.values())
    columns = min(2, len(splits))
    rows = math.ceil(len(splits) / columns)
    bars = len(splits[0].rows) + GAP
    with matplotlib.rc_context(theme.STYLE):
        size = (WIDTH * columns, rows * (ROW * bars + 0.9) + 1.1)
        figure = Figure(figsize=size)
        figure.set_layout_engine("constrained", h_pad=0.09, w_pad=0.06)
        panels = figure.subplots(rows, columns, squeeze=False).flat
        for axes, split in zip(panels, splits, strict=False):
            _bars(axes, split)
        for axes in figure.axes[len(splits) :]:
            axes.set_axis_off()
        left = {"x": 0.01, "ha": "left"}
        figure.suptitle(textwrap.fill(_title(found), 60 * columns), fontsize=13, **left)
        figure.supxlabel(textwrap.fill(_caption(found), 96 * columns), fontsize=8, **left)
    return figure


def _title(found: Explanation) -> str:
    a, b = (found.about[one]["title"] for one in ("scenario", "against"))
    return f"“{a}” against “{b}” in {found.month}, by channel"


def _caption(found: Explanation) -> str:
    about = found.about
    return CAPTION.format(
        month=found.month,
        a=about["scenario"]["name"],
        b=about["against"]["name"],
        worlds=about["worlds"],
        how=EXACT if found.is_exact else SAMPLED.format(orders=about["orders"]),
    )


def _bars(axes: Axes, split: Split) -> None:
    """Parts from the top down, and the whole set apart below them."""
    parts, write = split.rows, writer(split)
    at = -np.arange(len(parts), dtype=float)
    at[-1] -= GAP
    for place, part in zip(at, parts, strict=True):
        is_whole = part.channel == WHOLE
        sign = theme.BLUE if part.mean > 0 else theme.VERMILION
        weight = "bold" if is_whole else "normal"
        color = "black" if is_whole else sign
        axes.barh(place, part.mean, 0.7, color=color, alpha=1.0 if part.sign else 0.35)
        _range(axes, place, (part.p5, part.median, part.p95))
        beside: dict[str, Any] = {
            "transform": axes.get_yaxis_transform(),
            "va": "center",
            "fontweight": weight,
        }
        axes.text(1.1, place, write(part.mean), ha="right", **beside)
    axes.set_yticks(at, [phrase(part.channel) for part in parts])
    axes.get_yticklabels()[-1].set_fontweight("bold")
    axes.tick_params("y", length=0)
    axes.axvline(0, color=theme.INK, linewidth=0.9)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    title = label_of(split.name)
    axes.set_title(title[0].upper() + title[1:], pad=8)
    axes.set_xlabel(f"difference, {'ratio' if split.unit == '1' else split.unit}")


def _range(axes: Axes, place: float, percentiles: tuple[float, float, float]) -> None:
    """90 % of worlds and the median, readable on bars and beside them."""
    low, median, high = percentiles
    axes.plot([low, high], [place] * 2, color="white", linewidth=2.6, solid_capstyle="butt")
    axes.plot([low, high], [place] * 2, color=theme.GREY, linewidth=1.3, solid_capstyle="butt")
    dot: dict[str, Any] = {
        "color": theme.INK,
        "markeredgecolor": "white",
        "markeredgewidth": 0.8,
        "zorder": 4,
    }
    axes.plot(median, place, "o", markersize=4.5, **dot)
