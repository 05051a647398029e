"""The map of an output over two factors: its size, and its sign."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, PercentFormatter

from sim.analysis.plane import Plane
from sim.sweeps.factors import Factor
from viz.figures import theme
from viz.figures.panels import caption, heading, plain_numbers
from viz.text.format import axis_unit, capitalised, percent
from viz.text.format import unit as unit_after
from viz.text.sensitivity import scaled, sized, titled

MOST_NUMBERS = 100  # cells in which numbers of runs are written
WIDE = 15.0  # ratio of ends from which an axis is logarithmic
CAPTION = (
    "Left: median in each cell; line: where the median, smoothed over neighbouring runs, is"
    " {level}{numbers}. Right: share of runs above {level}; dashed: the same line. Grey: "
    "fewer than 5 runs. Cells hold equally many design points along each factor, or one "
    "value of it. Within a cell all other factors, uncertain parameters and luck vary as in "
    "the sweep ({worlds} runs).{who} Conditional forecasts, not predictions."
)


@theme.styled
def plane_figure(plane: Plane, branches: list[str]) -> Figure:
    """Size (left) and sign (right) of an output over two factors."""
    output = plane.output
    figure = Figure(figsize=(12, 6.4), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes in (left, right):
        axes.grid(visible=False)
    _size(figure, left, plane)
    _sign(figure, right, plane)
    for axes in (left, right):
        _frame(axes, plane)
    left.set_ylabel(_named(plane.up))
    heading(figure, _title(plane))
    who = f" Effect: {branches[0]} minus {branches[1]}." if output.is_effect else ""
    numbers = "; small numbers: runs in the cell" if _has_numbers(plane) else ""
    worlds = output.values.size
    level = sized(plane.output, plane.level)
    caption(figure, CAPTION.format(level=level, worlds=worlds, who=who, numbers=numbers))
    return figure


def _title(plane: Plane) -> str:
    output = capitalised(titled(plane.output).removeprefix("the "))
    share = f"above {sized(plane.output, plane.level)} in {percent(plane.share_above)} of runs"
    return f"{output}, over {plane.across.name} and {plane.up.name}: {share}"


def _size(figure: Figure, axes: Axes, plane: Plane) -> None:
    median, unit = scaled(plane.output, plane.median)
    level = float(scaled(plane.output, np.array(plane.level))[0])
    medians = median[np.isfinite(median)]
    reach = np.quantile(np.abs(medians - level), 0.95) if medians.size else 1.0
    reach = float(reach) or 1.0
    norm = TwoSlopeNorm(level, level - reach, level + reach)
    axes.set_facecolor("#cccccc")
    mesh = axes.pcolormesh(*plane.edges, median, cmap=theme.DIVERGING, norm=norm)
    bar = figure.colorbar(mesh, ax=axes, extend="both", location="bottom", aspect=35, shrink=0.9)
    what = "difference" if plane.output.is_effect else "outcome"
    bar.set_label(f"median {what}, {axis_unit(unit)}")
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
    mesh = axes.pcolormesh(*plane.edges, plane.above, cmap=theme.DIVERGING, vmin=0, vmax=1)
    bar = figure.colorbar(mesh, ax=axes, location="bottom", aspect=35, shrink=0.9)
    bar.ax.xaxis.set_major_formatter(PercentFormatter(1, 0))
    bar.set_label(f"share of runs above {sized(plane.output, plane.level)}")
    _line(axes, plane, "--")
    axes.set_title("Sign", pad=8)


def _line(axes: Axes, plane: Plane, style: str) -> None:
    smooth = plane.smooth
    finite = smooth[np.isfinite(smooth)]
    if finite.size and finite.min() < plane.level < finite.max():
        axes.contour(
            *plane.fine, smooth, levels=[plane.level], colors="black", linewidths=1.8,
            linestyles=style,
        )  # fmt: skip


def _frame(axes: Axes, plane: Plane) -> None:
    axes.set_xlabel(_named(plane.across))
    across, up = plane.edges
    if _is_wide(plane.across, across):
        axes.set_xscale("log")
        plain_numbers(axes.xaxis, LogLocator(subs=(1, 2, 5)))
    if _is_wide(plane.up, up):
        axes.set_yscale("log")
        plain_numbers(axes.yaxis, LogLocator(subs=(1, 2, 5)))
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])


def _is_wide(factor: Factor, edges: np.ndarray) -> bool:
    """Whether a factor is a size over orders of magnitude."""
    prior = factor.prior.prior if factor.prior else None
    is_size = factor.log or getattr(prior, "kind", "") == "lognormal"
    return bool(is_size and edges[0] > 0 and edges[-1] / edges[0] > WIDE)


def _named(factor: Factor) -> str:
    shown = unit_after(factor.unit) if factor.unit else ""
    what = f"{factor.name} ({factor.key})" if factor.key != factor.name else factor.name
    return f"{what}, {shown}" if shown else what
