"""Rolling origins: worlds fitted to what was public then, scored on what came within two years."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.core.calendar import Calendar
from sim.experiments.ensemble import PRIOR
from sim.research.forecasting.backtest import backtest
from sim.research.forecasting.forecast import Forecast
from sim.research.forecasting.score_summary import by_series, summary
from sim.research.forecasting.scores import score
from sim.research.forecasting.verification import from_history
from sim.research.history.observations import LAST
from sim.uncertainty.posterior import Posterior

ORIGINS = ("2022-12", "2023-06", "2023-12", "2024-06", "2024-12")
MOST_QUARTERS, WORLDS = 8, 256
FITTED, RAW = "posterior", "raw"  # with the error of the model carried on, and without it


def quarters_after(origin: str) -> int:
    """Quarters from an origin to the end of the history, eight at most."""
    return min(MOST_QUARTERS, Calendar(origin, 1).month(LAST) // 3)


def rolled(fitted: Posterior) -> dict[str, Any]:
    """Scores of forecasts from the end of a fit: of its worlds and of as many of the priors."""
    origin, worlds = str(fitted.about["until"]), max(WORLDS, fitted.count)
    quarters = quarters_after(origin)
    prior = backtest(origin, worlds, 0, quarters, PRIOR)
    made = {
        FITTED: backtest(origin, worlds, 0, quarters, fitted),
        RAW: backtest(origin, worlds, 0, quarters, fitted, carry=False),
        PRIOR: prior,
    }
    about = made[FITTED].about
    ensemble = {key: about["ensemble"][key] for key in ("hash", "until", "particles")}
    return {
        "about": {key: about[key] for key in ("worlds", "seed", "scenario", "until")}
        | {"ensemble": ensemble, "passes": fitted.about["passes"]},
        **{name: _scores(forecast, prior) for name, forecast in made.items()},
    }


def _scores(forecast: Forecast, prior: Forecast) -> dict[str, Any]:
    """Summaries over all and by series, the forecast of the priors among the references."""
    beside = forecast.references | {PRIOR: prior.quantiles}
    rows = score(replace(forecast, references=beside), from_history(forecast))
    series = {
        name: {key: one[key] for key in ("observations", "coverage", "crps_scaled", "skill")}
        for name, one in by_series(rows).items()
    }
    for one in series.values():
        one["skill"] = {name: skill["skill"] for name, skill in one["skill"].items()}
    return {"all": summary(rows), "by_series": series}
