"""Figures of a calibration: history and the fitted worlds, informed parameters, and ranks."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from viz.figures import theme
from viz.figures.panels import caption, rows

if TYPE_CHECKING:
    from sim.research.calibration.summary import PredictiveCheck, Update

SHOWN = 30  # parameters, those that history informs most
REACH = 6.0  # standard deviations shown on either side of an observation
NORMAL_90 = 1.645  # standard deviations of a normal distribution on either side that hold 90 %
COLUMNS = 3  # panels of ranks side by side
WRAP = 32  # letters of a line of their titles
LETTERS, SIZE = 140, 7.5  # of the text under a figure of 8 inches
USES = {"fit": theme.BLUE, "check": theme.ORANGE}
NAMES = {"fit": "fitted", "check": "held out"}


@theme.styled
def residuals_figure(observations: list[PredictiveCheck]) -> Figure:
    """The last observation of each series beside the worlds: how far they lie from it, in its
    standard deviations."""
    observations = list({one.fact.series: one for one in observations}.values())
    figure = Figure(figsize=(8.2, 0.165 * len(observations) + 1.6), layout="constrained")
    axes = figure.subplots()
    for row, observation in enumerate(observations):
        _residuals(axes, row, observation)
    axes.axvline(0, color=theme.INK, linewidth=1)
    for side in (-NORMAL_90, NORMAL_90):
        axes.axvline(side, color=theme.INK, linewidth=0.7, linestyle=":")
    rows(axes, [f"{met.fact.series}  {met.fact.month}" for met in observations], fontsize=7)
    axes.set_xlim(-REACH, REACH)
    axes.set_xlabel("simulated less observed, in standard deviations of both errors")
    axes.set_title("History and the fitted worlds: last observation of each series")
    for use, color in USES.items():
        label = f"{NAMES[use]}: median and 90 % of the fitted worlds"
        axes.plot([], [], "o-", color=color, label=label)
    axes.plot([], [], color=theme.GREY, alpha=0.5, linewidth=5, label="90 % of the priors")
    figure.legend(loc="outside upper right", fontsize=7, ncols=3)
    text = (
        "Zero is the observation. Dotted lines: 90 % range of the errors of observation and model. "
        "Bands: uncertain parameters and luck."
    )
    caption(figure, text, LETTERS, SIZE)
    return figure


def _residuals(axes: Axes, row: int, met: PredictiveCheck) -> None:
    prior = np.clip(met.residual(met.prior), -REACH, REACH)
    low, middle, high = np.clip(met.residual(met.posterior), -REACH, REACH)
    axes.plot(prior[[0, 2]], [row, row], color=theme.GREY, alpha=0.35, linewidth=5)
    axes.plot([low, high], [row, row], color=USES[met.use], linewidth=1.6)
    axes.plot(middle, row, "o", color=USES[met.use], markersize=3)


@theme.styled
def updates_figure(numbers: list[Update]) -> Figure:
    """Prior and posterior of the parameters that history informs most, in scores of the prior."""
    shown = numbers[:SHOWN]
    figure = Figure(figsize=(8.2, 0.2 * len(shown) + 1.5), layout="constrained")
    axes = figure.subplots()
    axes.axvspan(-NORMAL_90, NORMAL_90, color=theme.GREY, alpha=0.15, linewidth=0)
    axes.axvline(0, color=theme.GREY, linewidth=0.8)
    for row, learnt in enumerate(shown):
        axes.plot(learnt.band, [row, row], color=theme.BLUE, linewidth=2)
        axes.plot(learnt.moved, row, "o", color=theme.BLUE, markersize=4)
    rows(axes, [learnt.path for learnt in shown], fontsize=7)
    axes.set_xlim(-3.2, 3.2)
    axes.set_xlabel("normal score under the prior (0: its median; grey: its 5 to 95 %)")
    axes.set_title("Parameters that history informs most")
    text = (
        f"Median and 90 % of the fitted worlds for the {len(shown)} parameters that history "
        "informs most. The grey area is the 90 % range before the fit."
    )
    caption(figure, text, LETTERS, SIZE)
    return figure


@theme.styled
def ranks_figure(check: dict[str, Any]) -> Figure:
    """Simulation-based calibration: empirical distribution of ranks less a uniform one, with bands.

    Args:
        check: the study as recorded.
    """
    quantities = {name: [one["difference"]] for name, one in check["quantities"].items()}
    shown = quantities | {f"the {check['informed']} informed most": check["learnt_difference"]}
    rows = -(-len(shown) // COLUMNS)
    figure = Figure(figsize=(8.2, 1.75 * rows + 0.7), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).flat
    for (name, lines), axes in zip(shown.items(), panels, strict=False):
        axes.fill_between(check["points"], *check["band"], color=theme.GREY, alpha=0.25)
        axes.axhline(0, color=theme.INK, linewidth=0.8, linestyle="--")
        for line in lines:
            color = theme.BLUE if len(lines) == 1 else theme.GREY
            axes.plot(check["points"], line, color=color, linewidth=1.4 if len(lines) == 1 else 0.7)
        axes.set_title(fill(name, WRAP), fontsize=8)
    for axes in figure.axes[len(shown) :]:
        axes.set_visible(False)
    for axes in figure.axes[: len(shown)][-COLUMNS:]:  # the lowest of each column
        axes.tick_params(labelbottom=True)
    figure.supxlabel("rank of the true value in the posterior", fontsize=8)
    figure.supylabel("share of true values below that rank, less the rank", fontsize=8)
    text = (
        f"{check['truths']} synthetic histories. Ranks of a calibrated posterior stay in the grey "
        "bands everywhere in 95 % of such studies. Above 0, then below it: the posterior is too "
        "narrow. Below 0, then above it: too wide. Above 0 everywhere: too high."
    )
    caption(figure, text, LETTERS, SIZE)
    return figure
