"""What figures share: panels with bands over worlds, observations, acts, headings, captions."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, Locator, LogLocator, NullFormatter

from sim.core.calendar import parse_month
from sim.record.results import Results
from sim.research.forecasting.own import OwnObservation
from sim.research.history.observations import Observation, observed
from viz.figures import theme
from viz.figures.marks import Mark, marks
from viz.figures.theme import Style
from viz.text.format import number, percent

DEPTHS = (0.13, 0.25)  # opacity of the bands that hold 90 % and 50 % of worlds
LABEL_DISTANCE = 0.42  # years between two labels of acts
SHORT_SPAN = 150  # ratio of the ends of a logarithmic axis below which 2 and 5 are marked too
WIDE_LETTERS = 165  # letters of a line under a figure of 12 inches


ACT_LINES = {"ours": (theme.BLUE, 0), "theirs": (theme.VERMILION, 2), "nobodys": (theme.GREY, 1)}


@dataclass(frozen=True)
class Line:
    """One outcome in a panel.

    Attributes:
        outcome: its name.
        style: colour and line style.
        label: in the legend; empty where the line is alone.
        history: series of observations that are drawn as dots.
        dot_color: of those, where it is not that of the line.
    """

    outcome: str
    style: Style
    label: str = ""
    history: str = ""
    dot_color: str = ""


@dataclass(frozen=True)
class Panel:
    """A panel over time of outcomes of a run.

    Attributes:
        scale: factor of all values, 100 for percent.
        level: value at which a horizontal line is drawn.
        limits: of the value axis; None: as the data ask.
        legend: its place, as matplotlib names it.
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    scale: float = 1.0
    is_log: bool = False
    level: float | None = None
    limits: tuple[float | None, float | None] = (None, None)
    legend: Literal["best", "lower right", "upper right", "center left"] = "best"

    def draw(self, axes: Axes, results: Results, own: Sequence[OwnObservation] = ()) -> None:
        """Draw lines with bands, dots, and the acts of the scenario.

        Args:
            own: observations of a reader, of which those of the lines are drawn.
        """
        for line in self.lines:
            fan(axes, results, line.outcome, line.style, line.label, self.scale)
            color = line.dot_color or line.style["color"]
            dots(axes, observed(line.history), color, self.scale)
            theirs = [one for one in own if one.is_of(line.outcome, line.history)]
            dots(axes, theirs, color, self.scale, is_own=True)
        if any(limit is not None for limit in self.limits):
            axes.set_ylim(*self.limits)  # before the scale: a logarithm of nothing but 0 has none
        if self.is_log:
            log_scale(axes)
        names = [line.outcome for line in self.lines]
        if all(results.outcomes[name].isnull().all() for name in names):
            nothing(axes, results.undefined(names[0]))
        if self.level is not None:
            axes.axhline(self.level, color=theme.INK, linewidth=0.8)
        if any(line.label for line in self.lines):
            axes.legend(loc=self.legend)
        finish(axes, results, self.title, self.unit)


def log_scale(axes: Axes) -> None:
    """Logarithms on the value axis, unless nothing on it has one."""
    drawn = np.concatenate([np.ravel(line.get_ydata()) for line in axes.lines] or [np.empty(0)])
    if (drawn > 0).any() or axes.get_ylim()[0] > 0:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        is_short = high < SHORT_SPAN * low
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if is_short else (1,)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _on_axis(value)))
        axes.yaxis.set_minor_formatter(NullFormatter())


def _on_axis(value: float) -> str:
    """A number on a logarithmic axis: `10m`, `0.0001`; powers of ten only where it is huge."""
    if 0 < value < 1e-3:
        return f"{value:.9f}".rstrip("0").rstrip(".")
    return number(value, 1)


def nothing(axes: Axes, why: str) -> None:
    """Say in place of lines why there are none."""
    place: dict[str, Any] = {"transform": axes.transAxes, "ha": "center", "va": "center"}
    place["bbox"] = {"facecolor": "white", "edgecolor": "none"}
    text = textwrap.fill(why, 50)
    axes.text(0.5, 0.5, text, fontsize=8, color=theme.INK, parse_math=False, **place)


def both(outcome: str, history: str = "") -> tuple[Line, Line]:
    """An outcome of the US and of China, `{}_compute`, with observations of both."""
    us = Line(outcome.format("us"), theme.US, "US", history.format("us"))
    china = Line(outcome.format("china"), theme.CHINA, "China", history.format("china"))
    return us, china


def years(months: Sequence[str]) -> np.ndarray:
    """Month labels as decimal years."""
    return np.array([year + (month - 1) / 12 for year, month in map(parse_month, months)])


def fan(
    axes: Axes, results: Results, name: str, style: Style, label: str = "", scale: float = 1.0
) -> None:
    """Median with 50 % and 90 % bands over worlds."""
    q = results.quantiles(name)
    levels = [q[key] * scale for key in ("p5", "p25", "p50", "p75", "p95")]
    if label and not q["share_defined"].any():
        label = f"{label} (not defined)"
    bands(axes, years(results.months), levels, style, label.replace("$", r"\$"))


def bands(
    axes: Axes,
    at: np.ndarray,
    levels: Sequence[np.ndarray],
    style: Style,
    label: str = "",
    ground: str = "",
) -> None:
    """Median line with two bands.

    Args:
        levels: 5th, 25th, 50th, 75th and 95th percentile at each place.
        ground: colour of the bands; empty: that of the line.
    """
    p5, p25, p50, p75, p95 = levels
    for low, high, depth in ((p5, p95, DEPTHS[0]), (p25, p75, DEPTHS[1])):
        axes.fill_between(at, low, high, color=ground or style["color"], alpha=depth, linewidth=0)
    axes.plot(at, p50, linewidth=1.8, label=label, **style)


def dots(
    axes: Axes,
    facts: Sequence[Observation] | Sequence[OwnObservation],
    color: str,
    scale: float = 1.0,
    is_own: bool = False,
) -> None:
    """Observations with their range: dots, or open diamonds where they are the reader's own."""
    if not facts:
        return
    value, low, high = (
        np.array([getattr(fact, key) for fact in facts]) * scale for key in ("value", "low", "high")
    )
    look: Style = {"fmt": "o", "markersize": 3.5, "markeredgecolor": "white"}
    look |= {"markeredgewidth": 0.5, "zorder": 5}
    if is_own:
        look = {"fmt": "D", "markersize": 5.5, "markerfacecolor": "white", "markeredgecolor": color}
        look |= {"markeredgewidth": 1.4, "zorder": 6}
    at = years([fact.month for fact in facts])
    axes.errorbar(at, value, [value - low, high - value], color=color, elinewidth=0.9, **look)


def finish(axes: Axes, results: Results, title: str, unit: str) -> None:
    """Title, unit, time axis and the acts of the scenario of a run."""
    at = years(results.months)
    axes.set_xlim(at[0], at[-1] + 1 / 12)
    low, high = axes.get_ylim()
    is_linear = axes.get_yscale() == "linear"
    if is_linear:
        axes.set_ylim(low, high + 0.2 * (high - low))  # room for the names of the acts
    axes.set_title(title, pad=8)
    axes.set_ylabel(unit)
    foremost = [mark for mark in marks(results.about["scenario"]["resolved"]) if mark.is_foremost]
    act_lines(axes, foremost, has_labels=is_linear)


def act_lines(axes: Axes, shown: Sequence[Mark], has_labels: bool) -> None:
    """Acts and shocks as dotted lines, named as far as there is room."""
    left, right = axes.get_xlim()
    labelled: list[float] = []
    for mark in sorted(shown, key=lambda mark: mark.rank):  # the first of them take the room
        at = float(years([mark.month])[0])
        if not left < at < right:
            continue
        color, start = ACT_LINES[mark.whose]
        line = (start, (1, 3))  # of two acts in one month both are seen
        axes.axvline(at, color=color, linewidth=0.9, linestyle=line, alpha=0.8, zorder=0)
        if has_labels and all(abs(at - other) > LABEL_DISTANCE for other in labelled):
            _upright(axes, at, mark.title, color)
            labelled.append(at)


def _upright(axes: Axes, at: float, label: str, color: str) -> None:
    """A label along a vertical line, from the top down."""
    axes.text(
        at - 0.03,
        0.99,
        label,
        transform=axes.get_xaxis_transform(),
        rotation=90,
        va="top",
        ha="right",
        fontsize=6.5,
        color=color,
        path_effects=[withStroke(linewidth=2, foreground="white")],
        parse_math=False,
    )


def heading(figure: Figure, text: str, letters: int = 120) -> None:
    """The title of a whole figure."""
    wrapped = textwrap.fill(text, letters)
    figure.suptitle(wrapped, fontsize=13, x=0.01, ha="left", parse_math=False)


def caption(figure: Figure, text: str, letters: int = WIDE_LETTERS, size: float = 8) -> None:
    """A sentence under the figure: what it shows, where its bands come from."""
    wrapped = textwrap.fill(text, letters)
    figure.supxlabel(wrapped, fontsize=size, x=0.01, ha="left", parse_math=False)


def rows(axes: Axes, labels: Sequence[str], **text: Any) -> None:
    """One row a label, from the top down."""
    axes.set_yticks(range(len(labels)), labels, **text)
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)


def bare_rows(axes: Axes) -> None:
    """Labels of rows without ticks, lines and a spine."""
    axes.tick_params("y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def plain_numbers(axis: Axis, locator: Locator) -> None:
    """Numbers in place of powers of ten on a logarithmic axis."""
    axis.set_major_locator(locator)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def interval(
    axes: Axes, effect: Mapping[str, float], at: float, color: str, label: str = ""
) -> None:
    """Median with 50 % (thick) and 90 % (thin) ranges, and the share of worlds above 0."""
    axes.plot([effect["p5"], effect["p95"]], [at, at], color=color, linewidth=1.6)
    axes.plot([effect["p25"], effect["p75"]], [at, at], color=color, linewidth=5, alpha=0.75)
    dot: Style = {"color": "white", "markeredgecolor": color, "zorder": 3}
    axes.plot([effect["median"]], [at], "o", label=label, **dot)
    place: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
    text = f"{percent(effect['positive'])} above 0"
    axes.annotate(text, (effect["p95"], at), color=color, fontsize=7, **place)


def cells(
    axes: Axes,
    texts: Sequence[Sequence[str]],
    depths: np.ndarray,
    across: Sequence[float],
    up: Sequence[float],
) -> None:
    """Write texts into the cells of an image over two numbers, and the numbers along its sides.

    Args:
        texts: by row (upwards) and column.
        depths: of the colour of each cell, 0 to 1, `[row, column]`.
    """
    for (row, column), depth in np.ndenumerate(depths):
        look: dict[str, Any] = {"color": theme.ink(depth), "fontsize": 7.5}
        axes.text(column, row, texts[row][column], ha="center", va="center", **look)
    axes.set_xticks(range(len(across)), [f"{value:g}" for value in across])
    axes.set_yticks(range(len(up)), [f"{value:g}" for value in up])
