"""Forecasts past the fit: the newest registered forecast, and scores of rolling origins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.experiments.verdict import COVERAGE
from sim.research.forecasting import claim, files, register, rolling, shipped, targets
from sim.research.forecasting.forecast import LEVELS, Forecast
from sim.research.identification.distribution import LOG_POINTS
from viz.pages.render import Page, render
from viz.text.format import percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAND = [LEVELS.index(level) for level in (0.05, 0.5, 0.95)]
BLIND = "-blind"
NEARER = 0.7  # share of series in which fitted worlds are to be closer than those of the priors
COVERED = {"50": (0.40, 0.60), "90": (0.84, 0.96)}  # shares that ranges are to hold
FORMS = "-forms"
VARIANTS = (BLIND, FORMS)  # of a forecast: other acts, all forms of the model


def build(docs: Path) -> Page:
    """The page of the documentation, from the files in docs/forecast."""
    folders = shipped.shipped()
    name = [name for name in folders if not name.endswith(VARIANTS)][-1]
    forecast = files.read(folders[name])
    blind = files.read(folders[name + BLIND]) if name + BLIND in folders else None
    rolled = json.loads((docs / "forecast" / "rolling.json").read_text("utf-8"))
    text = page(name, forecast, blind, rolled, forms=name + FORMS in folders)
    return Page(text, lambda: figures(forecast))


def page(
    name: str,
    forecast: Forecast,
    blind: Forecast | None,
    rolled: dict[str, dict[str, Any]],
    forms: bool = False,
) -> str:
    """The page (Markdown).

    Args:
        blind: the same without acts that were announced after the origin.
        forms: whether there is one of all forms of the model.
        rolled: scores by origin (`sim.research.forecasting.rolling`).
    """
    return render(
        "backtest",
        name=name,
        about=forecast.about,
        rows=forecast.rows,
        bands=_bands(forecast),
        blind=_bands(blind) if blind else {},
        forms=forms,
        levels=files.QUANTILES,
        claim=claim,
        effect=register.EFFECT,
        miss=register.MISS,
        targets=targets,
        rolled=rolled,
        pooled=json.loads(COVERAGE.read_text("utf-8")),
        origins=rolling.ORIGINS,
        aims=list(zip(*map(aims, rolled.values()), strict=True)),
        behind={origin: behind_prior(scores) for origin, scores in rolled.items()},
    )


class Aim(NamedTuple):
    """What was aimed at, what an origin reached, and whether that is enough."""

    name: str
    value: str
    is_reached: bool


def aims(scores: dict[str, Any]) -> list[Aim]:
    """What the fitted worlds of an origin were to reach."""
    errors, pooled = errors_to_prior(scores), scores[rolling.FITTED]["all"]
    nearer = sum(error < 1 for error in errors.values())
    trend = pooled["skill"]["trend"]["skill"]
    held = {band: pooled["coverage"][band] for band in COVERED}
    return [
        Aim(
            f"closer than the priors in {percent(NEARER)} of the series of actors",
            f"{nearer} of {len(errors)}",
            nearer >= NEARER * len(errors),
        ),
        Aim("no worse than the trend", f"{100 * trend:+.0f} %", trend >= 0),
        *(
            Aim(
                f"{band} % ranges hold {percent(low)} to {percent(high)}",
                percent(held[band]),
                low <= held[band] <= high,
            )
            for band, (low, high) in COVERED.items()
        ),
    ]


def errors_to_prior(scores: dict[str, Any]) -> dict[str, float]:
    """CRPS of the fitted worlds over that of the priors, by series and actor."""
    fitted, free = (scores[name]["by_series"] for name in (rolling.FITTED, shipped.PRIOR))
    return {name: one["crps_scaled"] / free[name]["crps_scaled"] for name, one in fitted.items()}


def behind_prior(scores: dict[str, Any], count: int = 4) -> dict[str, float]:
    """The series in which fitted worlds do worst beside the priors, and how many times worse."""
    ordered = sorted(errors_to_prior(scores).items(), key=lambda item: -item[1])
    return dict(ordered[:count])


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
