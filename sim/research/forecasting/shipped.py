"""The forecasts that the project ships: found by name, with every rival that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.core.worlds import Block
from sim.record.results import FORECAST
from sim.research.forecasting import files
from sim.research.forecasting.forecast import LEVELS, Forecast, Row
from sim.research.forecasting.references import AUTOREGRESSION, autoregressions
from sim.research.forecasting.verification import from_history
from sim.scenario.errors import Problem, ScenarioError, cut, nearest

_ROOT = Path(__file__).resolve().parents[3]
FOLDER = _ROOT / "docs" / "forecast"
PRIOR = files.PRIOR
PRIOR_TABLE = f"{PRIOR}.csv"


def shipped() -> dict[str, Path]:
    """Folders of the shipped forecasts by name, the oldest first."""
    return {path.parent.name: path.parent for path in sorted(FOLDER.glob(f"*/{FORECAST}"))}


def newest() -> str:
    """Name of the newest shipped forecast that the project's own history can score.

    Raises:
        ScenarioError: there is none.
    """
    for name, folder in reversed(shipped().items()):
        if from_history(files.read(folder)):
            return name
    wrong = "no shipped forecast can be scored on the project's own history"
    what = "give a forecast and a CSV of observations: moat score FORECAST OBSERVATIONS"
    raise ScenarioError(Problem("FORECAST", "", wrong, what))


def find(place: str) -> Path:
    """A forecast by the name of a shipped one, or by its folder or table.

    Raises:
        ScenarioError: it is neither.
    """
    names = shipped()
    if place in names and not Path(place).exists():
        return names[place]
    if Path(place).exists():
        return Path(place)
    hint = nearest(place, list(names)) if names else "give a folder that `moat backtest` wrote"
    wrong = f"there is no forecast '{cut(place)}', neither a shipped one nor a folder or table"
    raise ScenarioError(Problem("FORECAST", "", wrong, hint))


def with_rivals(forecast: Forecast, place: Path) -> Forecast:
    """A forecast with the references that its own file lacks.

    Args:
        place: where it was read. The forecast of the prior that lies there is a reference too.
    """
    added = {}
    if AUTOREGRESSION not in forecast.references and forecast.origin:
        added[AUTOREGRESSION] = autoregressions(forecast.rows, forecast.origin)
    folder = place if place.is_dir() else place.parent
    if place.name != PRIOR_TABLE and (folder / PRIOR_TABLE).is_file():
        prior = files.read(folder / PRIOR_TABLE)
        added[PRIOR] = _aligned(prior.rows, prior.quantiles, forecast.rows)
    return replace(forecast, references={**forecast.references, **added})


def with_references_of(forecast: Forecast, other: Forecast) -> Forecast:
    """A forecast beside the references of another one with the same rows."""
    references = {
        name: _aligned(other.rows, quantiles, forecast.rows)
        for name, quantiles in other.references.items()
    }
    return replace(forecast, references=references)


def _aligned(rows: Sequence[Row], quantiles: Block, wanted: Sequence[Row]) -> Block:
    """Quantiles by row, `[row, level]`, for other rows; NaN for those that are missing."""
    by_key = {row.key: levels for row, levels in zip(rows, quantiles, strict=True)}
    none = np.full(len(LEVELS), np.nan)
    return np.stack([by_key.get(row.key, none) for row in wanted])
