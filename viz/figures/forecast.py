"""The forecast beside the history that came before it, and after."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.research.forecasting.forecast import LEVELS, Forecast
from sim.research.forecasting.targets import BY_KEY, current_name
from sim.research.history.observations import observed
from viz.figures import theme
from viz.figures.panels import bands, caption, dots, heading, log_scale, years
from viz.text.forecast import MAIN, forecast_sentences
from viz.text.format import date

SHOWN = (
    ("lead_points", "US-China", theme.BLUE),
    ("nvidia_china_share", "China", theme.VERMILION),
    ("domestic_share_units", "China", theme.VERMILION),
    ("compute", "World", theme.GREEN),
    ("capex", "US", theme.BLUE),
    ("largest_run", "China", theme.VERMILION),
)
FROM = "2022-01"
CAPTION = (
    "Dots: observations with their range. Vertical line: the origin; what came later was not known "
    "to the forecast. Lines: medians; bands: 50 % and 90 % of worlds. Grey: a simple forecast (the "
    "trend goes on, or the last observation stays), 90 %. Conditional forecasts, not predictions."
)


@theme.styled
def forecast_figure(forecast: Forecast) -> Figure:
    """Six series: what was observed, before the origin and after, the forecast, and a reference."""
    figure = Figure(figsize=(12, 6.6), layout="constrained")
    for axes, (series, actor, color) in zip(figure.subplots(2, 3).flat, SHOWN, strict=True):
        _panel(axes, forecast, series, actor, color)
    answer = " ".join(forecast_sentences(forecast))
    heading(figure, f"Forecast from the end of {date(forecast.origin)}. {answer}")
    caption(figure, CAPTION)
    return figure


def _panel(axes: Axes, forecast: Forecast, series: str, actor: str, color: str) -> None:
    at = [
        number
        for number, row in enumerate(forecast.rows)
        if (current_name(row.series), row.actor) == (series, actor)
    ]
    axes.set_title(MAIN[series, actor])
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
    target = BY_KEY[series, actor]
    place = {level: column for column, level in enumerate(LEVELS)}
    levels = [forecast.quantiles[at, place[level]] for level in (0.05, 0.25, 0.5, 0.75, 0.95)]
    bands(axes, when, levels, {"color": color})
    dots(axes, [fact for fact in observed(target.history) if fact.month >= FROM], color)
    if target.scale == "log":
        log_scale(axes)
    elif target.unit == "share":
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(PercentFormatter(1, 0, symbol=""))
    axes.axvline(years([forecast.origin])[0] + 1 / 12, color=theme.INK, linewidth=0.8)
    axes.set_xlim(years([FROM])[0], when[-1] + 0.1)
    axes.set_ylabel("%" if target.unit == "share" else target.unit)
