"""Forecasts past the fit: the recorded forecasts, and the scores of a rolling origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.research.forecasting import claim, files, targets
from sim.research.forecasting.backtest import ORIGIN
from sim.research.forecasting.forecast import LEVELS, Forecast
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAND = [LEVELS.index(level) for level in (0.05, 0.5, 0.95)]


def build(docs: Path) -> Page:
    """The page of the documentation, from the files in docs/forecast."""
    folder = docs / "forecast" / ORIGIN
    forecast = files.read(folder)
    scores = json.loads((folder / "prior.json").read_text("utf-8"))["scores_on_2025"]
    rolling = json.loads((docs / "forecast" / "rolling.json").read_text("utf-8"))
    return Page(page(forecast, scores, rolling), lambda: figures(forecast))


def page(forecast: Forecast, scores: dict[str, Any], rolling: dict[str, Any]) -> str:
    """The page (Markdown).

    Args:
        scores: of the forecast and of the prior's, on observations of the first year.
        rolling: scores of the forecasts from the end of 2022, of `posterior` and `prior`.
    """
    fitted, free = (rolling[name]["by_series"] for name in ("posterior", "prior"))
    return render(
        "backtest",
        about=forecast.about,
        origin=ORIGIN,
        rows=forecast.rows,
        bands={
            (targets.current_name(row.series), row.actor, row.end): forecast.quantiles[at, BAND]
            for at, row in enumerate(forecast.rows)
        },
        levels=files.QUANTILES,
        claim=claim,
        targets=targets,
        scores_on_2025=scores,
        rolling=rolling,
        by_series={name: (fitted[name], free[name]) for name in fitted},
        better=[n for n in fitted if fitted[n]["crps_scaled"] < free[n]["crps_scaled"]],
    )


def figures(forecast: Forecast) -> dict[str, Figure]:
    """The figure of the page."""
    from viz.figures.forecast import forecast_figure

    return {"backtest_forecast": forecast_figure(forecast)}
