"""Figures of the evidence: the fit along two numbers, and an effect before and after the fit."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from viz.figures import theme
from viz.figures.plane import DIVERGING

NAMES = {
    "effort.eta": "eta: response of effort to scarcity",
    "research.sigma": "sigma: people for chips, elasticity",
}
TENFOLD = np.log(10.0)
CENTRED: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7.5}


def ink(depth: float) -> str:
    """Colour of text on a cell of the diverging map, by how deep its colour is, 0 to 1."""
    return "white" if depth > 0.7 else theme.INK


def profiles_figure(found: dict[str, Any]) -> Figure:
    """How much more likely history makes values of eta and sigma than the prior does."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(12, 4.2), layout="constrained")
        left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.15])
        for axes, (path, colour) in zip(
            (left, middle), zip(NAMES, (theme.BLUE, theme.GREEN), strict=True), strict=True
        ):
            _profile(axes, found["profiles"][path], colour)
            axes.set_xlabel(NAMES[path])
        _plain_log(middle, [one["value"] for one in found["profiles"]["research.sigma"]])
        left.set_ylabel("density after the fit / before")
        left.set_title("Along eta")
        middle.set_title("Along sigma")
        _map(figure, right, found["map"])
    return figure


def _profile(axes: Axes, rows: list[dict[str, float]], colour: str) -> None:
    """Ratio of densities with its interval; 1 is what the prior says."""
    at = [one["value"] for one in rows]
    mid, low, high = (np.array([one[key] for one in rows]) for key in ("log", "low", "high"))
    bottom = max(mid.min(), -6 * TENFOLD)
    ratios = [np.exp(np.clip(one, bottom - 1, 20)) for one in (mid, low, high)]
    axes.fill_between(at, ratios[1], ratios[2], color=colour, alpha=0.2, linewidth=0)
    axes.plot(at, ratios[0], color=colour, marker="o", markersize=3.5)
    axes.axhline(1, color=theme.GREY, linewidth=1, linestyle="--")
    if ratios[2].max() > 5 or ratios[1].min() < 0.2:
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, max(2.0, 1.15 * ratios[2].max()))


def _plain_log(axes: Axes, values: list[float]) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(values[::2]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())


def _map(figure: Figure, axes: Axes, found: dict[str, Any]) -> None:
    """Both numbers at once: natural logarithm of the ratio, written into the cells."""
    table = np.array(found["log"])
    reach = float(np.clip(np.abs(table).max(), 0.5, 5.0))
    axes.grid(False)
    image = axes.imshow(
        table, origin="lower", aspect="auto", cmap=DIVERGING, norm=TwoSlopeNorm(0, -reach, reach)
    )
    for (row, column), value in np.ndenumerate(table):
        text = f"{round(value, 2) + 0.0:.2f}" if value > -10 else "<-10"
        axes.text(column, row, text, color=ink(abs(value) / reach), **CENTRED)
    axes.set_xticks(range(table.shape[1]), [f"{value:g}" for value in found["eta"]])
    axes.set_yticks(range(table.shape[0]), [f"{value:g}" for value in found["sigma"]])
    axes.set_xlabel("eta")
    axes.set_ylabel("sigma")
    axes.set_title("Both: natural log of the ratio")
    figure.colorbar(image, ax=axes, extend="both", label="ln(after / before)")


def innovation_figure(found: dict[str, Any]) -> Figure:
    """The effect of the controls on Chinese training efficiency, before and after the fit."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(8, 3.4), layout="constrained")
        axes = figure.subplots()
        months = list(found["innovation"]["prior"])
        for shift, name, colour in ((-0.16, "prior", theme.GREY), (0.16, "posterior", theme.BLUE)):
            for row, month in enumerate(months):
                one = found["innovation"][name][month]
                interval(axes, one, row + shift, colour, name if row == 0 else "")
        axes.set_yticks(range(len(months)), [f"by {month}" for month in months])
        axes.set_ylim(len(months) - 0.5, -0.5)
        axes.axvline(0, color=theme.INK, linewidth=0.8)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("effect on ln training efficiency of the best Chinese lab, log points")
        axes.set_title("Controls as enacted against none")
        axes.legend(frameon=False, loc="upper right")
        left, right = axes.get_xlim()
        axes.set_xlim(left, right + 0.1 * (right - left))
    return figure


def interval(axes: Axes, one: dict[str, Any], at: float, colour: str, label: str = "") -> None:
    """Median with 50 % (thick) and 90 % (thin) ranges, and the share of worlds above 0."""
    axes.plot([one["p5"], one["p95"]], [at, at], color=colour, linewidth=1.6)
    axes.plot([one["p25"], one["p75"]], [at, at], color=colour, linewidth=5, alpha=0.75)
    axes.plot(
        [one["median"]], [at], "o", color="white", markeredgecolor=colour, label=label, zorder=3
    )
    text = f"{100 * one['positive']:.0f} % above 0"
    place: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(text, (one["p95"], at), color=colour, fontsize=7, **place)
