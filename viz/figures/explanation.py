"""The figure of an explanation: an effect split by channel, instrument or act."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.experiments.parts import WHOLE, Explanation, Part, Split
from sim.outcomes.presentation import POINTS, label_of
from viz.figures import theme
from viz.figures.panels import bare_rows, caption, heading, nothing
from viz.figures.theme import Style
from viz.text.acts import with_act_names
from viz.text.explanation import LOOKS, OTHER_WAYS, compared, in_points, note_on_percent, writer
from viz.text.format import axis_unit, capitalised, date
from viz.text.sentences import certainty, phrase, size

WIDTH = 6.6  # inches of a column of panels
ROW = 0.25  # inches of a bar
GAP = 0.4  # bars between the last part and the whole
CAPTION = (
    "Bars: what each {by} adds to the difference in {month}, {a} minus {b}. They are means over "
    "{worlds} paired worlds (same luck, same parameters) and add up to the black bar; titles give "
    "the median. {looks} Other ways: {other}. {how} {note}"
    "Conditional forecasts, not predictions."
)
EXACT = "The split is exact in each world."
SAMPLED = (
    "Parts come from {orders}sampled orders of the {by}s in each world, which widens their lines."
)


@theme.styled
def parts_figure(explanation: Explanation, more: str = "") -> Figure:
    """The parts of each effect as bars with their range over worlds, the largest first.

    Args:
        more: to be said under the figure.
    """
    explanation = with_act_names(explanation)
    splits = [in_points(split) for split in explanation.splits.values()]
    columns = min(2, max(1, len(splits)))
    rows = max(1, math.ceil(len(splits) / columns))
    bars = max((len(split.rows) for split in splits), default=4) + GAP
    size = (WIDTH * columns, rows * (ROW * bars + 1.1) + 1.2)
    figure = Figure(figsize=size)
    figure.set_layout_engine("constrained", h_pad=0.09, w_pad=0.12)
    panels = figure.subplots(rows, columns, squeeze=False).flat
    for axes, split in zip(panels, splits, strict=False):
        _bars(axes, split, explanation.undefined(split))
        if split.share_defined:
            axes.set_title(_answer(explanation, split.name), pad=8)
    for axes in figure.axes[len(splits) :]:
        axes.set_axis_off()
    heading(figure, compared(explanation), 60 * columns)
    caption(figure, f"{_caption(explanation)} {more}".rstrip(), 96 * columns)
    return figure


def _answer(explanation: Explanation, name: str) -> str:
    """The outcome, and what the effect on it is: `likely, 82 % of worlds: -6.0 % [-49, 7.0]`."""
    found = explanation.verdict(name)
    median = "" if found.is_of_probability else f": {size(found).replace(POINTS, '%-points')}"
    return f"{capitalised(label_of(name))}\n{certainty(found)}{median}"


def _caption(explanation: Explanation) -> str:
    about = explanation.about
    orders = f"{about['orders']} " if about["orders"] else ""
    return CAPTION.format(
        month=date(explanation.month),
        a=about["scenario"]["name"],
        b=about["against"]["name"],
        worlds=about["worlds"],
        by=explanation.by,
        looks=LOOKS,
        other=OTHER_WAYS[explanation.by],
        how=EXACT if explanation.is_exact else SAMPLED.format(orders=orders, by=explanation.by),
        note=note_on_percent(explanation),
    )


def _bars(axes: Axes, split: Split, why: str) -> None:
    """Parts from the top down, and the whole set apart below them.

    Args:
        why: the effect is not defined in some worlds; empty where it is in all.
    """
    if not split.share_defined:
        axes.set_axis_off()
        axes.set_title(capitalised(label_of(split.name)), pad=8)
        nothing(axes, why)
        return
    parts, write = split.rows, writer(split)
    at = -np.arange(len(parts), dtype=float)
    at[-1] -= GAP
    for place, part in zip(at, parts, strict=True):
        is_whole = part.channel == WHOLE
        sign = theme.BLUE if part.mean > 0 else theme.VERMILION
        weight = "bold" if is_whole else "normal"
        color = "black" if is_whole else sign
        axes.barh(place, part.mean, 0.7, color=color, alpha=1.0 if part.sign else 0.35)
        _range(axes, place, part)
        axes.text(
            1.1,
            place,
            write(part.mean),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            fontweight=weight,
        )
    axes.set_yticks(at, [phrase(part.channel) for part in parts])
    axes.get_yticklabels()[-1].set_fontweight("bold")
    bare_rows(axes)
    axes.axvline(0, color=theme.INK, linewidth=0.9)
    axes.set_xlabel(f"difference, {axis_unit(split.unit)}")


def _range(axes: Axes, place: float, part: Part) -> None:
    """90 % of worlds and the median, readable on bars and beside them."""
    for color, width in (("white", 2.6), (theme.GREY, 1.3)):
        line: Style = {"color": color, "linewidth": width, "solid_capstyle": "butt"}
        axes.plot([part.p5, part.p95], [place] * 2, **line)
    dot: Style = {"color": theme.INK, "markeredgecolor": "white", "markeredgewidth": 0.8}
    axes.plot(part.median, place, "o", markersize=4.5, zorder=4, **dot)
