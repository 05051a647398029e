"""Panels that only a report draws: the moat, home chips, and several runs beside each other."""

from __future__ import annotations

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outcomes.catalogue import label_of, unit_of
from sim.record.results import Results
from viz.figures import theme
from viz.figures.overview import Style, dots, fan, finish
from viz.report.drawing import SIZE

STYLES: tuple[Style, ...] = (  # of runs beside each other: colour and line style together
    {"color": theme.BLUE, "linestyle": "-"},
    {"color": theme.VERMILION, "linestyle": "--"},
    {"color": theme.GREEN, "linestyle": "-."},
    {"color": theme.PURPLE, "linestyle": ":"},
    {"color": theme.ORANGE, "linestyle": (0, (6, 1.5))},
    {"color": theme.SKY, "linestyle": (0, (3, 1, 1, 1))},
)
SHARES = ("share",)  # units that are drawn in percent


def replication_panel(axes: Axes, results: Results) -> None:
    """What it costs China to rebuild the frontier."""
    fan(axes, results, "replication_cost", theme.NEUTRAL)
    axes.axhline(1, color=theme.INK, linewidth=0.8)
    axes.set_yscale("log")
    title = "Cost for China to rebuild the US frontier, over what the leader paid"
    finish(axes, results, title, "ratio (1: the same)", results.about["scenario"])


def erosion_panel(axes: Axes, results: Results) -> None:
    """How fast an advantage is gone."""
    fan(axes, results, "moat_half_life", theme.US, "half-life of a gain of lead")
    open_style = {"color": theme.ORANGE, "linestyle": "--"}
    fan(axes, results, "open_lag_months", open_style, "lag of open weights")
    axes.legend(frameon=False, loc="upper right")
    finish(axes, results, "How long an advantage lasts", "months", results.about["scenario"])


def home_panel(axes: Axes, results: Results) -> None:
    """Where the chips of China come from."""
    fan(axes, results, "domestic_share", theme.CHINA, "home-made, share of units", 100)
    dots(axes, "domestic_share", theme.VERMILION, 100)
    smuggled = {"color": theme.PURPLE, "linestyle": ":"}
    fan(axes, results, "leaked_share", smuggled, "smuggled, share of compute", 100)
    axes.set_ylim(0, 100)
    axes.legend(frameon=False, loc="center left")
    title = "Accelerators that China installs, last twelve months"
    finish(axes, results, title, "%", results.about["scenario"])


def effect_panel(effects: Results, name: str, axes: Axes) -> None:
    """A paired difference with its bands."""
    share = unit_of(name) in SHARES
    fan(axes, effects, name, theme.NEUTRAL, scale=100 if share else 1)
    axes.axhline(0, color=theme.INK, linewidth=0.9)
    unit = {"1": "ratio", "share": "percentage points"}.get(unit_of(name), unit_of(name))
    title = label_of(name)
    title = f"Effect on {title}"
    finish(axes, effects, title, f"difference, {unit}", effects.about["scenario"])


def beside_figure(runs: list[Results], name: str, log: bool = False) -> Figure:
    """One outcome of several runs: medians, with 90 % of worlds behind them."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        share = unit_of(name) in SHARES
        for style, run in zip(STYLES, runs, strict=False):
            fan(axes, run, name, style, run.about["scenario"]["title"], 100 if share else 1)
        if log:
            axes.set_yscale("log")
        axes.legend(frameon=False, loc="best", fontsize=8)
        unit = {"1": "ratio", "share": "%"}.get(unit_of(name), unit_of(name))
        title = label_of(name)
        finish(axes, runs[0], title[0].upper() + title[1:], unit, runs[0].about["scenario"])
    return figure
