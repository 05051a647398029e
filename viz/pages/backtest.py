"""Forecasts past the fit: the recorded forecasts, and the scores of a rolling origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.worlds import Block
from sim.research.forecasting import claim, files, targets
from sim.research.forecasting.backtest import ORIGIN
from sim.research.forecasting.forecast import LEVELS, Forecast, Row
from viz.pages.render import Page, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REFERENCES = ("persistence", "trend", "standstill")
BAND = [LEVELS.index(level) for level in (0.05, 0.5, 0.95)]
SHOWN = {
    ("lead_points", "US-China"),
    ("lead_months", "US-China"),
    ("lead_months_observed", "US-China"),
    ("nvidia_china_share", "China"),
    ("nvidia_china_flow", "China"),
    ("domestic_share", "China"),
    ("huawei_units", "China"),
    ("compute", "World"),
    ("lab_compute", "OpenAI"),
    ("capex", "US"),
    ("capex", "China"),
    ("private_investment", "US"),
    ("private_investment", "China"),
    ("tokens_abroad", "Open weights"),
    ("price_fall", "World"),
    ("largest_run", "US"),
    ("largest_run", "China"),
}


def build(docs: Path) -> Page:
    """The page of the documentation, from the files in docs/forecast."""
    folder = docs / "forecast" / ORIGIN
    forecast, prior = files.read(folder), files.read(folder / "prior.csv")
    rolling = json.loads((docs / "forecast" / "rolling.json").read_text("utf-8"))
    return Page(page(forecast, prior, rolling), lambda: figures(forecast))


def page(forecast: Forecast, prior: Forecast, rolling: dict[str, Any]) -> str:
    """The page (Markdown).

    Args:
        prior: the forecast of worlds of the prior from the same origin, described with the scores
            of both on observations of the first year.
        rolling: scores of the forecasts from the end of 2022, of `posterior` and `prior`.
    """
    ends = sorted({row.end for row in forecast.rows if row.given == "as_enacted"})
    shown = [ends[0], ends[3], ends[-1]]
    scores = prior.about["scores_on_2025"]
    return render(
        "backtest",
        about=forecast.about,
        rows=forecast.rows,
        levels=files.QUANTILES,
        ends=shown,
        forecasts=_shown(forecast, shown),
        claims=[pair for pair in _bands(forecast) if pair[0].series in claim.KINDS],
        claim=claim,
        targets=targets.TARGETS,
        periods={"moment": "moment", "quarter": "quarter", "year": "twelve months"},
        references=REFERENCES,
        scored_on=scores["observations"].partition(",")[0],
        scores={"fitted to 2024": scores["frozen forecast"], "priors": scores["prior"]},
        largest_gain=_largest_gain(scores),
        rolling=rolling,
        better=_better(rolling),
    )


def figures(forecast: Forecast) -> dict[str, Figure]:
    """The figure of the page."""
    from viz.figures.forecast import forecast_figure

    return {"backtest_forecast": forecast_figure(forecast)}


def _bands(forecast: Forecast) -> list[tuple[Row, Block]]:
    """Each row with its 5 %, 50 % and 95 % quantiles."""
    return list(zip(forecast.rows, forecast.quantiles[:, BAND], strict=True))


def _shown(forecast: Forecast, ends: list[str]) -> dict[tuple[str, str, str], list[Block]]:
    """Bands at some ends of periods by series, actor and unit."""
    bands: dict[tuple[str, str, str], list[Block]] = {}
    for row, band in _bands(forecast):
        if (row.series, row.actor) in SHOWN and row.end in ends:
            bands.setdefault((row.series, row.actor, row.unit), []).append(band)
    return bands


def _largest_gain(scores: dict[str, Any]) -> float:
    """By how much the fit changes the skill, in points, where it changes it most."""
    fitted, prior = scores["frozen forecast"]["skill"], scores["prior"]["skill"]
    return 100 * max(abs(fitted[name]["skill"] - prior[name]["skill"]) for name in REFERENCES)


def _better(rolling: dict[str, Any]) -> list[str]:
    """Series in which worlds fitted to 2022 are nearer to 2023-24 than worlds of the prior."""
    fitted, prior = (rolling[name]["by_series"] for name in ("posterior", "prior"))
    return [name for name in fitted if fitted[name]["crps_scaled"] < prior[name]["crps_scaled"]]
