"""Figures of a calibration: history beside the fitted worlds, what was learnt, ranks of truths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from viz.figures import theme

if TYPE_CHECKING:
    from sim.research.calibration.summary import PredictiveCheck, Update

SHOWN = 30  # numbers, those of which most was learnt
REACH = 6.0  # standard deviations shown on either side of an observation
USES = {"fit": theme.BLUE, "check": theme.ORANGE}


def met_figure(found: list[PredictiveCheck]) -> Figure:
    """Every observation beside the worlds: how far they lie from it, in its standard deviations."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(8.2, 0.165 * len(found) + 1.6), layout="constrained")
        axes = figure.subplots()
        for row, one in enumerate(found):
            _bands(axes, row, one)
        axes.axvline(0, color=theme.INK, linewidth=1)
        for side in (-1.645, 1.645):
            axes.axvline(side, color=theme.INK, linewidth=0.7, linestyle=":")
        axes.set_yticks(
            range(len(found)), [f"{one.fact.series}  {one.fact.month}" for one in found], fontsize=7
        )
        axes.set(xlim=(-REACH, REACH), ylim=(len(found) - 0.5, -0.5))
        axes.set_xlabel("simulated less observed, in standard deviations of both errors")
        axes.set_title("History to 2024 and the fitted worlds")
        for name, color in USES.items():
            axes.plot([], [], "o-", color=color, label=f"{name}: median and 90 % of fitted worlds")
        axes.plot([], [], color=theme.GREY, alpha=0.5, linewidth=5, label="90 % of the priors")
        figure.legend(loc="outside upper right", fontsize=7, ncols=3, frameon=False)
        _say(
            figure,
            "Zero is the observation, dotted lines hold 90 % of its error (that of the observation "
            "and the declared one of the model). Bands carry uncertain numbers and luck.",
        )
    return figure


def _bands(axes: Axes, row: int, one: PredictiveCheck) -> None:
    wide = np.clip(one.residual(one.prior), -REACH, REACH)
    low, middle, high = np.clip(one.residual(one.posterior), -REACH, REACH)
    axes.plot(wide[[0, 2]], [row, row], color=theme.GREY, alpha=0.35, linewidth=5)
    axes.plot([low, high], [row, row], color=USES[one.use], linewidth=1.6)
    axes.plot(middle, row, "o", color=USES[one.use], markersize=3)


def learnt_figure(found: list[Update]) -> Figure:
    """Prior and posterior of the numbers of which most was learnt, in scores of the prior."""
    rows = found[:SHOWN]
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(8.2, 0.2 * len(rows) + 1.5), layout="constrained")
        axes = figure.subplots()
        axes.axvspan(-1.645, 1.645, color=theme.GREY, alpha=0.15, linewidth=0)
        axes.axvline(0, color=theme.GREY, linewidth=0.8)
        for row, one in enumerate(rows):
            axes.plot(one.band, [row, row], color=theme.BLUE, linewidth=2)
            axes.plot(one.moved, row, "o", color=theme.BLUE, markersize=4)
        axes.set_yticks(range(len(rows)), [one.path for one in rows], fontsize=7)
        axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(-3.2, 3.2))
        axes.set_xlabel("normal score under the prior (0: its median; grey: its 5 to 95 %)")
        axes.set_title("What history says of single numbers")
        _say(
            figure,
            f"Median and 90 % of the fitted worlds for the {len(rows)} numbers that were learnt "
            "most; the spread that is left is what history to 2024 does not tell.",
        )
    return figure


def ranks_figure(truths: dict[str, Any]) -> Figure:
    """Ranks of true numbers among particles fitted to what they showed.

    Args:
        truths: as recorded by `rank_summary`.
    """
    names = ("all numbers", f"the {truths['informed']} that are learnt most")
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(8.2, 3.2), layout="constrained")
        panels = zip(figure.subplots(1, 2), names, truths["histograms"], strict=True)
        for axes, name, counts in panels:
            share = np.array(counts) / np.mean(counts)
            left = np.arange(len(counts)) / len(counts)
            axes.bar(left, share, 0.9 / len(counts), align="edge", color=theme.BLUE)
            axes.axhline(1, color=theme.INK, linewidth=1, linestyle="--")
            axes.set(xlabel="share of particles below the truth", title=name, ylim=(0, None))
            axes.set_ylabel("frequency over that of honest worlds")
        _say(
            figure,
            f"{truths['truths']} synthetic truths. A flat histogram is an honest posterior; "
            "heaps at both ends are one that is too narrow.",
        )
    return figure


def _say(figure: Figure, text: str) -> None:
    figure.supxlabel(text, fontsize=7.5, x=0.02, ha="left", wrap=True, color=theme.INK)
