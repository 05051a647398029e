"""Forecasts past the fit: the newest registered forecast, and scores of rolling origins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiments.verdict import COVERAGE
from sim.research.forecasting import claim, files, register, rolling, shipped, targets
from sim.research.forecasting.forecast import LEVELS, Forecast
from sim.research.identification.distribution import LOG_POINTS
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAND = [LEVELS.index(level) for level in (0.05, 0.5, 0.95)]
BLIND = "-blind"
VARIANTS = (BLIND, "-forms")  # of a forecast: other acts, all forms of the model


def build(docs: Path) -> Page:
    """The page of the documentation, from the files in docs/forecast."""
    folders = shipped.shipped()
    name = [name for name in folders if not name.endswith(VARIANTS)][-1]
    forecast = files.read(folders[name])
    blind = files.read(folders[name + BLIND]) if name + BLIND in folders else None
    rolled = json.loads((docs / "forecast" / "rolling.json").read_text("utf-8"))
    return Page(page(name, forecast, blind, rolled), lambda: figures(forecast))


def page(
    name: str, forecast: Forecast, blind: Forecast | None, rolled: dict[str, dict[str, Any]]
) -> str:
    """The page (Markdown).

    Args:
        blind: the same without acts that were announced after the origin.
        rolled: scores by origin (`sim.research.forecasting.rolling`).
    """
    return render(
        "backtest",
        name=name,
        about=forecast.about,
        rows=forecast.rows,
        bands=_bands(forecast),
        blind=_bands(blind) if blind else {},
        levels=files.QUANTILES,
        claim=claim,
        effect=register.EFFECT,
        miss=register.MISS,
        targets=targets,
        rolled=rolled,
        pooled=json.loads(COVERAGE.read_text("utf-8")),
        origins=rolling.ORIGINS,
        better={origin: better_than_prior(scores) for origin, scores in rolled.items()},
    )


def better_than_prior(scores: dict[str, Any]) -> tuple[int, int]:
    """Series in which the fitted worlds are nearer than those of the priors, of how many."""
    fitted, free = (scores[name]["by_series"] for name in (rolling.FITTED, shipped.PRIOR))
    nearer = [name for name in fitted if fitted[name]["crps_scaled"] < free[name]["crps_scaled"]]
    return len(nearer), len(fitted)


def _bands(forecast: Forecast) -> dict[tuple[str, str, str], Any]:
    """5 %, median and 95 % of each number by series, actor and end of its period.

    Differences of logarithms are in percent.
    """
    found = {}
    for row, quantiles in zip(forecast.rows, forecast.quantiles[:, BAND], strict=True):
        shown = 100 * np.expm1(quantiles) if row.unit == LOG_POINTS else quantiles
        found[targets.current_name(row.series), row.actor, row.end] = shown
    return found


def figures(forecast: Forecast) -> dict[str, Figure]:
    """The figure of the page."""
    from viz.figures.forecast import forecast_figure

    return {"backtest_forecast": forecast_figure(forecast)}
