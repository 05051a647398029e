"""Figures of a calibration: history beside the fitted worlds, what was learnt, rank histograms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from viz.figures import theme
from viz.figures.panels import caption, rows

if TYPE_CHECKING:
    from sim.research.calibration.summary import PredictiveCheck, Update

SHOWN = 30  # numbers, those of which most was learnt
REACH = 6.0  # standard deviations shown on either side of an observation
NORMAL_90 = 1.645  # standard deviations of a normal distribution on either side that hold 90 %
LETTERS, SIZE = 140, 7.5  # of the text under a figure of 8 inches
USES = {"fit": theme.BLUE, "check": theme.ORANGE}


@theme.styled
def met_figure(observations: list[PredictiveCheck]) -> Figure:
    """Every observation beside the worlds: how far they lie from it, in its standard deviations."""
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
    axes.set_title("History to 2024 and the fitted worlds")
    for name, color in USES.items():
        axes.plot([], [], "o-", color=color, label=f"{name}: median and 90 % of fitted worlds")
    axes.plot([], [], color=theme.GREY, alpha=0.5, linewidth=5, label="90 % of the priors")
    figure.legend(loc="outside upper right", fontsize=7, ncols=3)
    text = (
        "Zero is the observation, dotted lines hold 90 % of its error (that of the observation "
        "and the declared one of the model). Bands carry uncertain numbers and luck."
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
def learnt_figure(numbers: list[Update]) -> Figure:
    """Prior and posterior of the numbers of which most was learnt, in scores of the prior."""
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
    axes.set_title("What history says of single numbers")
    text = (
        f"Median and 90 % of the fitted worlds for the {len(shown)} numbers that were learnt "
        "most; the spread that is left is what history to 2024 does not narrow."
    )
    caption(figure, text, LETTERS, SIZE)
    return figure


@theme.styled
def ranks_figure(check: dict[str, Any]) -> Figure:
    """Ranks of true numbers among particles fitted to synthetic history.

    Args:
        check: simulation-based calibration as recorded.
    """
    names = ("all numbers", f"the {check['informed']} that are learnt most")
    figure = Figure(figsize=(8.2, 3.2), layout="constrained")
    panels = zip(figure.subplots(1, 2), names, check["histograms"], strict=True)
    for axes, name, counts in panels:
        share = np.array(counts) / np.mean(counts)
        left = np.arange(len(counts)) / len(counts)
        axes.bar(left, share, 0.9 / len(counts), align="edge", color=theme.BLUE)
        axes.axhline(1, color=theme.INK, linewidth=1, linestyle="--")
        axes.set(xlabel="share of particles below the truth", title=name, ylim=(0, None))
        axes.set_ylabel("frequency over that of honest worlds")
    text = (
        f"{check['truths']} synthetic truths. A flat histogram is an honest posterior; "
        "heaps at both ends are one that is too narrow."
    )
    caption(figure, text, LETTERS, SIZE)
    return figure
