"""Figures of the evidence: the fit along two numbers, and an effect before and after the fit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from viz.figures import theme
from viz.figures.panels import cells, interval, nothing, plain_numbers, rows
from viz.text.format import SHORT, UNDEFINED, number, when

NAMES = {
    "effort.eta": "eta: response of effort to scarcity",
    "research.sigma": "sigma: substitution of staff for compute",
}
FITS = {"prior": "before the fit", "posterior": "after the fit"}
RATIOS = (0.01, 0.1, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 10, 100)  # marked on the scale of the map
TENFOLD = np.log(10.0)


@theme.styled
def profiles_figure(evidence: dict[str, Any]) -> Figure:
    """How much more likely history makes values of eta and sigma than the prior does."""
    figure = Figure(figsize=(12, 4.2), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=[1, 1, 1.15])
    for axes, path, color in zip((left, middle), NAMES, (theme.BLUE, theme.GREEN), strict=True):
        _profile(axes, evidence["profiles"][path], color)
        axes.set_xlabel(NAMES[path])
    values = [row["value"] for row in evidence["profiles"]["research.sigma"]]
    middle.set_xscale("log")
    plain_numbers(middle.xaxis, FixedLocator(values[::2]))
    left.set_ylabel("density after the fit / before")
    left.set_title("Along eta")
    middle.set_title("Along sigma")
    _map(figure, right, evidence["map"])
    return figure


def _profile(axes: Axes, profile: list[dict[str, float]], color: str) -> None:
    """Ratio of densities with its interval; 1 is what the prior says."""
    at, log, low, high = (
        np.array([row[key] for row in profile]) for key in ("value", "log", "low", "high")
    )
    if not (len(log) and np.isfinite(log).all()):
        nothing(axes, UNDEFINED)
        return
    bottom = max(log.min(), -6 * TENFOLD)
    middle, low, high = (np.exp(np.clip(logs, bottom - 1, 20)) for logs in (log, low, high))
    axes.fill_between(at, low, high, color=color, alpha=0.2, linewidth=0)
    axes.plot(at, middle, color=color, marker="o", markersize=3.5)
    axes.axhline(1, color=theme.GREY, linewidth=1, linestyle="--")
    if high.max() > 5 or low.min() < 0.2:
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, max(2.0, 1.15 * high.max()))


def _map(figure: Figure, axes: Axes, ratios: dict[str, Any]) -> None:
    """Both numbers at once: how many times as likely, written into the cells."""
    table = np.array(ratios["log"])
    reach = float(np.clip(np.abs(table).max(), 0.5, 5.0))
    norm = TwoSlopeNorm(0, -reach, reach)
    axes.grid(False)
    image = axes.imshow(table, origin="lower", aspect="auto", cmap=theme.DIVERGING, norm=norm)
    texts = [[_times(float(np.exp(log))) for log in row] for row in table]
    cells(axes, texts, np.abs(table) / reach, ratios["eta"], ratios["sigma"])
    axes.set_xlabel("eta")
    axes.set_ylabel("sigma")
    axes.set_title("Both: how many times as likely after the fit")
    bar = figure.colorbar(image, ax=axes, extend="both", label="density after the fit / before")
    bar.ax.yaxis.set_major_locator(FixedLocator([math.log(ratio) for ratio in RATIOS]))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda log, _: f"{np.exp(log):.2g}"))


@theme.styled
def innovation_figure(evidence: dict[str, Any]) -> Figure:
    """The effect of the controls on Chinese training efficiency, before and after the fit."""
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    axes = figure.subplots()
    months = list(evidence["innovation"]["prior"])
    for shift, name, color in ((-0.16, "prior", theme.GREY), (0.16, "posterior", theme.BLUE)):
        for row, month in enumerate(months):
            effect = _in_percent(evidence["innovation"][name][month])
            interval(axes, effect, row + shift, color, FITS[name] if row == 0 else "")
    rows(axes, [f"by {when(month)}" for month in months])
    axes.axvline(0, color=theme.INK, linewidth=0.8)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("effect on training efficiency of the best Chinese lab, %")
    axes.set_title("What the controls as enacted did to Chinese training efficiency")
    if months:
        axes.legend(loc="upper right")
    left, right = axes.get_xlim()
    axes.set_xlim(left, right + 0.1 * (right - left))  # room for the shares
    return figure


def _in_percent(effect: dict[str, float]) -> dict[str, float]:
    """Quantiles of an effect on a logarithm in percent."""
    quantiles = ("p5", "p25", "median", "p75", "p95")
    return effect | {name: 100 * float(np.expm1(effect[name])) for name in quantiles}


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else number(ratio, SHORT)
