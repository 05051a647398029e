"""The map of an output over two factors: its size, and its sign."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

from sim.analysis.plane import Plane
from sim.core.units import figure_of
from viz.figures import theme

# From vermilion over white to blue: told apart with every kind of colour blindness.
DIVERGING = LinearSegmentedColormap.from_list(
    "below_above", [theme.VERMILION, "#f7f7f7", theme.BLUE]
)
MOST_NUMBERS = 100  # cells in which numbers of worlds are written
WIDE = 15.0  # ratio of ends from which an axis is logarithmic
CAPTION = (
    "Left: median in each cell; line: where the median, smoothed over neighbouring worlds, is"
    " {level}{numbers}. Right: share of worlds above {level}; dashed: the same line. Grey: "
    "fewer than 5 worlds. Cells hold equally many design points along each factor, or one "
    "value of it. Within a cell all other factors, uncertain parameters and luck vary as in "
    "the sweep ({worlds} worlds).{who} Conditional forecasts, not predictions."
)


def plane_figure(plane: Plane, branches: list[str]) -> Figure:
    """Size (left) and sign (right) of an output over two factors."""
    output = plane.output
    with matplotlib.rc_context(theme.STYLE | {"axes.grid": False}):
        figure = Figure(figsize=(12, 6.4), layout="constrained")
        left, right = figure.subplots(1, 2, sharex=True, sharey=True)
        _size(figure, left, plane)
        _sign(figure, right, plane)
        for axes in (left, right):
            _frame(axes, plane)
        left.set_ylabel(_named(plane.up))
        beside = {"x": 0.01, "ha": "left"}
        figure.suptitle(_title(plane), fontsize=13, **beside)
        who = f" Effect: {branches[0]} less {branches[1]}." if output.is_effect else ""
        numbers = "; small numbers: worlds in the cell" if _has_numbers(plane) else ""
        worlds = output.values.size
        level = figure_of(plane.level)
        caption = CAPTION.format(level=level, worlds=worlds, who=who, numbers=numbers)
        figure.supxlabel(textwrap.fill(caption, 165), fontsize=8, **beside)
    return figure


def _title(plane: Plane) -> str:
    text = f"{plane.output.title}, over {plane.across.name} and {plane.up.name}"
    share = f"above {figure_of(plane.level)} in {plane.share_above:.0%} of worlds"
    text = text.removeprefix("the ")
    return f"{text[0].upper()}{text[1:]}: {share}"


def _size(figure: Figure, axes: Axes, plane: Plane) -> None:
    known = plane.median[np.isfinite(plane.median)]
    reach = np.quantile(np.abs(known - plane.level), 0.95) if known.size else 1.0
    reach = float(reach) or 1.0
    norm = TwoSlopeNorm(plane.level, plane.level - reach, plane.level + reach)
    axes.set_facecolor("#cccccc")
    mesh = axes.pcolormesh(*plane.edges, plane.median, cmap=DIVERGING, norm=norm)
    unit = "ratio" if plane.output.unit == "1" else plane.output.unit
    bar = figure.colorbar(mesh, ax=axes, extend="both", location="bottom", aspect=35, shrink=0.9)
    bar.set_label(f"median {'difference' if plane.output.is_effect else 'outcome'}, {unit}")
    _line(axes, plane, "-")
    if _has_numbers(plane):
        _numbers(axes, plane)
    axes.set_title("Size", pad=8)


def _has_numbers(plane: Plane) -> bool:
    return plane.counts.size <= MOST_NUMBERS


def _numbers(axes: Axes, plane: Plane) -> None:
    across, up = ((edges[1:] + edges[:-1]) / 2 for edges in plane.edges)
    for (row, col), count in np.ndenumerate(plane.counts):
        x, y = float(across[col]), float(up[row])
        axes.text(x, y, f"{count:.0f}", ha="center", va="center", fontsize=6.5, color="#444444")


def _sign(figure: Figure, axes: Axes, plane: Plane) -> None:
    axes.set_facecolor("#cccccc")
    mesh = axes.pcolormesh(*plane.edges, plane.above, cmap=DIVERGING, vmin=0, vmax=1)
    bar = figure.colorbar(mesh, ax=axes, location="bottom", aspect=35, shrink=0.9)
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1, 0))
    bar.set_label(f"share of worlds above {figure_of(plane.level)}")
    _line(axes, plane, "--")
    axes.set_title("Sign", pad=8)


def _line(axes: Axes, plane: Plane, style: str) -> None:
    smooth = plane.smooth
    known = smooth[np.isfinite(smooth)]
    if known.size and known.min() < plane.level < known.max():
        axes.contour(
            *plane.fine, smooth, levels=[plane.level], colors="black", linewidths=1.8,
            linestyles=style,
        )  # fmt: skip


def _frame(axes: Axes, plane: Plane) -> None:
    axes.set_xlabel(_named(plane.across))
    across, up = plane.edges
    if _is_wide(plane.across, across):
        axes.set_xscale("log")
        _plain(axes.xaxis)
    if _is_wide(plane.up, up):
        axes.set_yscale("log")
        _plain(axes.yaxis)
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])


def _plain(axis: Axis) -> None:
    """Numbers instead of powers of ten."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _is_wide(factor: Any, edges: np.ndarray) -> bool:
    """Whether a factor is a size over orders of magnitude."""
    prior = getattr(getattr(factor, "prior", None), "prior", None)
    is_size = getattr(factor, "log", False) or getattr(prior, "kind", "") == "lognormal"
    return bool(is_size and edges[0] > 0 and edges[-1] / edges[0] > WIDE)


def _named(factor: Any) -> str:
    unit = factor.unit or ""
    return f"{factor.name}, {'ratio' if unit == '1' else unit}" if unit else factor.name
