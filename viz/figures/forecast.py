"""The forecast beside the history that came before it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.research.forecasting.forecast import LEVELS, Forecast
from sim.research.forecasting.targets import BY_KEY, current_name
from sim.research.history.observations import observed
from viz.figures import theme
from viz.figures.panels import bands, dots, years

SHOWN = (
    ("lead_points", "US-China", theme.BLUE),
    ("nvidia_china_share", "China", theme.VERMILION),
    ("domestic_share_units", "China", theme.VERMILION),
    ("compute", "World", theme.GREEN),
    ("capex", "US", theme.BLUE),
    ("largest_run", "China", theme.VERMILION),
)
TITLES = {
    "lead_points": "US lead in capability",
    "nvidia_china_share": "China's share of new Nvidia compute",
    "domestic_share_units": "Home-made share in China, by number of chips",
    "compute": "Compute in the world",
    "capex": "Capital spending, four US firms",
    "largest_run": "Largest Chinese training run",
}
FROM = "2022-01"


@theme.styled
def forecast_figure(forecast: Forecast) -> Figure:
    """Six series: what was observed up to the origin, what is forecast, and a simple reference."""
    figure = Figure(figsize=(12, 6.6), layout="constrained")
    for axes, (series, actor, color) in zip(figure.subplots(2, 3).flat, SHOWN, strict=True):
        _panel(axes, forecast, series, actor, color)
    return figure


def _panel(axes: Axes, forecast: Forecast, series: str, actor: str, color: str) -> None:
    at = [
        number
        for number, row in enumerate(forecast.rows)
        if (current_name(row.series), row.actor) == (series, actor)
    ]
    axes.set_title(TITLES[series])
    if not at:
        axes.set_axis_off()
        axes.text(0, 0.9, "not forecast from this origin", transform=axes.transAxes, va="top")
        return
    when = years([forecast.rows[number].end for number in at])
    for name in ("trend", "persistence"):
        simple = forecast.references.get(name, np.full_like(forecast.quantiles, np.nan))[at]
        if np.isfinite(simple).all():
            axes.fill_between(when, simple[:, 0], simple[:, -1], color=theme.GREY, alpha=0.18)
            axes.plot(when, simple[:, 9], color=theme.GREY, linestyle=":", linewidth=1.2)
            break
    quantiles = forecast.quantiles[at]
    place = {level: column for column, level in enumerate(LEVELS)}
    levels = [quantiles[:, place[level]] for level in (0.05, 0.25, 0.5, 0.75, 0.95)]
    bands(axes, when, levels, {"color": color})
    target = BY_KEY[series, actor]
    dots(axes, [fact for fact in observed(target.history) if fact.month >= FROM], color)
    if target.scale == "log":
        axes.set_yscale("log")
    elif target.unit == "share":
        axes.set_ylim(bottom=0)
    axes.axvline(years([forecast.origin])[0] + 1 / 12, color=theme.INK, linewidth=0.8)
    axes.set_xlim(years([FROM])[0], when[-1] + 0.1)
    axes.set_ylabel(target.unit)
