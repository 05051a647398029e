"""The figure of the economy: money, prices, valuations, power, use and people of a run."""

from __future__ import annotations

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.record.results import Results
from viz.figures import theme
from viz.figures.overview import CAPTION, caption, dots, fan, finish

BLOCS = (("us", theme.US, "US"), ("china", theme.CHINA, "China"))


def economy_figure(results: Results) -> Figure:
    """What AI earns, costs, is worth and is used for, with bands, events and history."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=(12, 11), layout="constrained")
        panels = figure.subplots(3, 2).flat
        for axes, panel in zip(panels, PANELS, strict=True):
            panel(axes, results)
        title = results.about["scenario"]["title"]
        figure.suptitle(f"{title}: the economy around the race", fontsize=13, x=0.01, ha="left")
        caption(figure, CAPTION.format(worlds=results.about["worlds"]))
    return figure


def _panel(axes: Axes, results: Results, title: str, unit: str) -> None:
    axes.legend(frameon=False, loc="best")
    finish(axes, results, title, unit, results.about["scenario"])


def revenue_panel(axes: Axes, results: Results) -> None:
    """What AI services earn on both sides."""
    for bloc, style, label in BLOCS:
        fan(axes, results, f"{bloc}_service_revenue", style, label)
    axes.set_ylim(1e-3, 1e3)  # before the scale: there may be no revenue at all
    axes.set_yscale("log")
    _panel(axes, results, "Revenue from AI services, twelve months", "USD bn")


def price_panel(axes: Axes, results: Results) -> None:
    """What a fixed quality costs."""
    fan(axes, results, "quality_price", theme.NEUTRAL, "cheapest offer")
    axes.set_yscale("log")
    title = "Price of a fixed quality (GPT-4 of March 2023)"
    _panel(axes, results, title, "USD per million tokens")


def worth_panel(axes: Axes, results: Results) -> None:
    """What sectors are worth."""
    styles = (
        ("value_chips", {"color": theme.BLUE, "linestyle": "-"}, "chip makers"),
        ("value_power", {"color": theme.ORANGE, "linestyle": "--"}, "power equipment"),
        ("value_index", {"color": theme.GREY, "linestyle": ":"}, "market index"),
    )
    for name, style, label in styles:
        fan(axes, results, name, style, label)
    axes.set_yscale("log")
    _panel(axes, results, "Worth of sectors", "December 2024 = 100")


def investment_panel(axes: Axes, results: Results) -> None:
    """Private investment in AI on both sides."""
    for bloc, style, label in BLOCS:
        fan(axes, results, f"{bloc}_investment", style, label)
        dots(axes, f"private_investment_{bloc}", style["color"])
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.5)
    _panel(axes, results, "Private investment in AI, twelve months", "USD bn")


def power_panel(axes: Axes, results: Results) -> None:
    """Which part of the chips has power."""
    for bloc, style, label in BLOCS:
        fan(axes, results, f"{bloc}_powered", style, label, 100)
    axes.set_ylim(0, 105)
    _panel(axes, results, "Installed AI chips that have power", "% of chips")


def shares_panel(axes: Axes, results: Results) -> None:
    """China's share of value, people and use abroad."""
    styles = (
        ("application_share", {"color": theme.VERMILION, "linestyle": "-"}, "value of applied AI"),
        ("talent_share", {"color": theme.PURPLE, "linestyle": "--"}, "researchers"),
        ("china_use_abroad", {"color": theme.GREEN, "linestyle": ":"}, "tokens used abroad"),
    )
    for name, style, label in styles:
        fan(axes, results, name, style, label, 100)
    axes.set_ylim(0, 75)
    _panel(axes, results, "China's share", "%")


PANELS = (revenue_panel, price_panel, worth_panel, investment_panel, power_panel, shares_panel)
