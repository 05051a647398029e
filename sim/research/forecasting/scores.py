"""Scores of a forecast: CRPS, coverage, bias, PIT, and simple references on the same rows.

Scores read numbers alone; no model is needed. Gneiting and Raftery (2007) for the scores, Ferro
(2017) for errors of observation: the forecast is of what is *observed*, so that the error of an
observation, where it is given, is added to each world before scoring.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from sim.core.worlds import Block
from sim.research.forecasting.forecast import LEVELS, Forecast, Row
from sim.research.forecasting.verification import RowObservation
from sim.research.history.observations import FLOOR, to_scale
from sim.uncertainty.draw import P95_SCORE

BANDS = {"50": (0.25, 0.75), "90": (0.05, 0.95)}
DRAWS = 1024  # from a forecast without single worlds


@dataclass(frozen=True)
class Score:
    """Scores of one row.

    Attributes:
        observed, median: in the row's unit.
        crps: continuous ranked probability score, in the row's unit.
        crps_scaled: the same on the row's scale (of logarithms where errors multiply).
        pit: share of the forecast below the observation.
        inside: by band (`50`, `90`), whether the observation lies in it.
        width: of the 90 % band on the row's scale.
        error: observation less median, on the row's scale.
        against: CRPS on the row's scale of each reference that there is.
    """

    row: Row
    observed: float
    median: float
    crps: float
    crps_scaled: float
    pit: float
    inside: dict[str, bool]
    width: float
    error: float
    against: dict[str, float]


def score(
    forecast: Forecast, observations: list[RowObservation], exact: bool = False
) -> list[Score]:
    """Score a forecast, observation by observation.

    Args:
        exact: take observations at face value, without their errors.
    """
    numbers = {row.key: number for number, row in enumerate(forecast.rows)}
    scores = []
    for fact in observations:
        number = numbers[fact.row.key]
        if exact:
            fact = replace(fact, low=fact.value, high=fact.value)
        worlds = forecast.worlds[number]
        if not worlds.size:
            worlds = draws(forecast.quantiles[number])
        against = {
            name: _scaled_crps(with_error(draws(quantiles[number]), fact), fact)
            for name, quantiles in forecast.references.items()
            if np.isfinite(quantiles[number]).all()
        }
        scores.append(_score(with_error(worlds, fact), fact, against))
    return scores


def _score(worlds: Block, fact: RowObservation, against: dict[str, float]) -> Score:
    scaled, observed = (to_scale(values, fact.row.scale) for values in (worlds, fact.value))
    bands = {name: np.quantile(scaled, levels) for name, levels in BANDS.items()}
    return Score(
        fact.row,
        fact.value,
        float(np.median(worlds)),
        crps(worlds, fact.value),
        _scaled_crps(worlds, fact),
        float((worlds < fact.value).mean() + (worlds == fact.value).mean() / 2),
        {name: bool(low <= observed <= high) for name, (low, high) in bands.items()},
        float(bands["90"][1] - bands["90"][0]),
        float(observed - np.median(scaled)),
        against,
    )


def _scaled_crps(worlds: Block, fact: RowObservation) -> float:
    return crps(to_scale(worlds, fact.row.scale), float(to_scale(fact.value, fact.row.scale)))


def crps(worlds: Block, observed: float) -> float:
    """Continuous ranked probability score of an ensemble: mean |x - y| less half mean |x - x'|."""
    from scoringrules import crps_ensemble

    return float(crps_ensemble(observed, worlds, estimator="qd"))


def draws(quantiles: Block) -> Block:
    """Equally likely values from the quantiles of a forecast, `[draw]`.

    Straight between the quantiles; beyond the outermost they go on as steeply as there.
    """
    at = (np.arange(DRAWS) + 0.5) / DRAWS
    values = np.interp(at, LEVELS, quantiles)
    low, high = at < LEVELS[0], at > LEVELS[-1]
    slopes = (quantiles[1] - quantiles[0], quantiles[-1] - quantiles[-2])
    steps = (LEVELS[1] - LEVELS[0], LEVELS[-1] - LEVELS[-2])
    values[low] = quantiles[0] + (at[low] - LEVELS[0]) * slopes[0] / steps[0]
    values[high] = quantiles[-1] + (at[high] - LEVELS[-1]) * slopes[1] / steps[1]
    return values


def with_error(worlds: Block, fact: RowObservation) -> Block:
    """What would be observed in each world: its value with an error like the observation's.

    Errors multiply where the row's scale is log; each side of the range has its own spread. The
    draws are the same for the same row, so that scores can be repeated.
    """
    if fact.low == fact.high:
        return worlds
    value, low, high = to_scale(np.array([fact.value, fact.low, fact.high]), fact.row.scale)
    seed = zlib.crc32("|".join(fact.row.key).encode())
    normal = np.random.default_rng(seed).standard_normal(len(worlds))
    # The true value lies above the observation by as much as the observation lies below it.
    error = normal / P95_SCORE * np.where(normal < 0, high - value, value - low)
    if fact.row.scale == "log":
        return np.maximum(worlds, FLOOR) * np.exp(error)
    return worlds + error
