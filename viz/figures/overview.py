"""Figures: results in, a matplotlib figure out; nothing is read from anywhere else."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from sim.core.calendar import parse_month
from sim.outcomes.catalogue import label_of
from sim.record.results import Results
from sim.research.history.observations import observed
from viz.figures import theme
from viz.figures.marks import marks

Style = dict[str, Any]
CAPTION = (
    "Lines: median over {worlds} worlds; dark and light bands: 50 % and 90 % of worlds "
    "(uncertain parameters, and luck). Dots: observations to the end of 2024 with their range. "
    "Dotted verticals: main acts taking effect, and shocks; American blue, Chinese vermilion; some "
    "are named. "
    "Conditional forecasts, not predictions."
)


def years(months: list[str]) -> np.ndarray:
    """Month labels as decimal years."""
    return np.array([year + (month - 1) / 12 for year, month in map(parse_month, months)])


def fan(
    axes: Axes, results: Results, name: str, style: Style, label: str = "", scale: float = 1.0
) -> None:
    """Median with 50 % and 90 % bands over worlds."""
    at, q = years(results.months), results.quantiles(name)
    color = style["color"]
    axes.fill_between(at, q["p5"] * scale, q["p95"] * scale, color=color, alpha=0.13, linewidth=0)
    axes.fill_between(at, q["p25"] * scale, q["p75"] * scale, color=color, alpha=0.25, linewidth=0)
    axes.plot(at, q["p50"] * scale, linewidth=1.8, label=label, **style)


def dots(axes: Axes, series: str, color: str, scale: float = 1.0) -> None:
    """Observations with their range."""
    facts = observed(series)
    if not facts:
        return
    at = years([fact.month for fact in facts])
    value = np.array([fact.value for fact in facts]) * scale
    low = np.array([fact.low for fact in facts]) * scale
    high = np.array([fact.high for fact in facts]) * scale
    axes.errorbar(
        at,
        value,
        [value - low, high - value],
        fmt="o",
        markersize=3.5,
        color=color,
        ecolor=color,
        elinewidth=0.9,
        markeredgecolor="white",
        markeredgewidth=0.5,
        zorder=5,
    )


def policy_marks(axes: Axes, about: dict[str, Any], labels: bool) -> None:
    """Main acts and shocks as dotted lines, named as far as there is room."""
    left, right = axes.get_xlim()
    taken: list[float] = []
    shown = [mark for mark in marks(about["resolved"]) if mark.is_foremost]
    for mark in sorted(shown, key=lambda one: one.rank):  # who is named first has the room
        at = float(years([mark.month])[0])
        if not left < at < right:
            continue
        color, turn = (theme.BLUE, 0) if mark.is_ours else (theme.VERMILION, 2)
        dots = (turn, (1, 3))  # of two acts in one month both are seen
        axes.axvline(at, color=color, linewidth=0.9, linestyle=dots, alpha=0.8, zorder=0)
        if labels and all(abs(at - other) > ROOM for other in taken):
            axes.text(
                at - 0.03,
                0.99,
                mark.label,
                transform=axes.get_xaxis_transform(),
                rotation=90,
                va="top",
                ha="right",
                fontsize=6.5,
                color=color,
                path_effects=[withStroke(linewidth=2, foreground="white")],
            )
            taken.append(at)


ROOM = 0.42  # years between two labels


def finish(axes: Axes, results: Results, title: str, unit: str, about: dict[str, Any]) -> None:
    """Title, unit, time axis and the marks of policy acts."""
    at = years(results.months)
    axes.set_xlim(at[0], at[-1] + 1 / 12)
    low, high = axes.get_ylim()
    if axes.get_yscale() == "linear":
        axes.set_ylim(low, high + 0.2 * (high - low))  # room for the names of the acts
    axes.set_title(title, pad=8)
    axes.set_ylabel(unit)
    policy_marks(axes, about, labels=axes.get_yscale() == "linear")


def run_figure(results: Results) -> Figure:
    """Lead, capability, efficiency and compute of a run, with bands, events and history."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(12, 8.2), layout="constrained")
        panels = figure.subplots(2, 2)
        lead_panel(panels[0, 0], results)
        capability_panel(panels[0, 1], results)
        efficiency_panel(panels[1, 0], results)
        compute_panel(panels[1, 1], results)
        about = results.about["scenario"]
        figure.suptitle(_title(results, about["title"]), fontsize=13, x=0.01, ha="left")
        caption(figure, CAPTION.format(worlds=results.about["worlds"]))
    return figure


def _title(results: Results, title: str) -> str:
    last = results.months[-1]
    q = {key: values[-1] for key, values in results.quantiles("lead_months_observed").items()}
    return (
        f"{title}: the US lead at {last} is {q['p50']:.0f} months [{q['p5']:.0f}, {q['p95']:.0f}]"
    )


def caption(figure: Figure, text: str) -> None:
    """A sentence under the figure: what it shows, where its bands come from."""
    figure.supxlabel(textwrap.fill(text, 165), fontsize=8, x=0.01, ha="left")


def lead_panel(axes: Axes, results: Results) -> None:
    """Lead of the US over China on released models, beside what was observed."""
    fan(axes, results, "lead_months_observed", theme.NEUTRAL)
    dots(axes, "lead_months_observed", theme.INK)
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    finish(axes, results, "Lead of the US over China", "months", results.about["scenario"])


def _pair(axes: Axes, results: Results, of: Callable[[str], str]) -> None:
    """US and China in one panel."""
    for bloc, style, label in (("us", theme.US, "US"), ("china", theme.CHINA, "China")):
        fan(axes, results, of(bloc), style, label)
        dots(axes, of(bloc), style["color"])
    axes.legend(frameon=False, loc="lower right")


def capability_panel(axes: Axes, results: Results) -> None:
    """Best released models of both sides."""
    _pair(axes, results, lambda bloc: f"{bloc}_frontier")
    title = "Best released model"
    finish(axes, results, title, "Epoch Capabilities Index, points", results.about["scenario"])


def efficiency_panel(axes: Axes, results: Results) -> None:
    """Efficiency of Chinese methods over American ones."""
    styles = (
        ("efficiency_ratio", {"color": theme.PURPLE, "linestyle": "-"}, "training"),
        ("inference_efficiency_ratio", {"color": theme.ORANGE, "linestyle": "--"}, "inference"),
    )
    for name, style, label in styles:
        fan(axes, results, name, style, label)
    axes.set_yscale("log")
    axes.axhline(1, color=theme.INK, linewidth=0.8)
    axes.legend(frameon=False, loc="lower right")
    title = "Efficiency of the best Chinese methods over the best US ones"
    finish(axes, results, title, "ratio (1: equal)", results.about["scenario"])


def compute_panel(axes: Axes, results: Results) -> None:
    """Installed accelerators of both sides."""
    _pair(axes, results, lambda bloc: f"{bloc}_compute")
    axes.set_yscale("log")
    finish(axes, results, "Installed accelerators", "H100 equivalents", results.about["scenario"])


EFFECTS = (
    "lead_months",
    "innovation_effect",
    "compute_ratio",
    "domestic_share",
    "china_frontier",
    "supplier_loss",
)
EFFECT_CAPTION = (
    "Differences between {worlds} paired worlds (same luck, same parameters): {a} less {b}. "
    "Line: median; dark and light bands: 50 % and 90 % of worlds. Dotted verticals: main "
    "acts of the first scenario taking effect, American blue, Chinese vermilion. Above zero: more "
    "under the first. Conditional forecasts, not predictions."
)


def effect_figure(effects: Results) -> Figure:
    """What a change did to the main outcomes, as paired differences with bands."""
    a, b = effects.about["scenario"], effects.about["against"]
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(12, 10.2), layout="constrained")
        for axes, name in zip(figure.subplots(3, 2).flat, EFFECTS, strict=True):
            fan(axes, effects, name, theme.NEUTRAL)
            axes.axhline(0, color=theme.INK, linewidth=0.9)
            title, unit = label_of(name), effects.outcomes[name].attrs["unit"]
            unit = "ratio" if unit == "1" else unit
            finish(axes, effects, title[0].upper() + title[1:], f"difference, {unit}", a)
        figure.suptitle(f"“{a['title']}” against “{b['title']}”", fontsize=13, x=0.01, ha="left")
        told = EFFECT_CAPTION.format(worlds=effects.about["worlds"], a=a["name"], b=b["name"])
        caption(figure, told)
    return figure
