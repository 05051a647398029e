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
from sim.research.forecasting.scales import score_scale
from sim.research.forecasting.verification import RowObservation
from sim.research.history.observations import ErrorScale
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
        low, high: of the 90 % band of what would be observed, in the row's unit.
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
    low: float
    high: float
    width: float
    error: float
    against: dict[str, float]


def score(
    forecast: Forecast,
    observations: list[RowObservation],
    exact: bool = False,
    knows_zero: bool = True,
) -> list[Score]:
    """Score a forecast, observation by observation.

    Args:
        exact: take observations at face value, without their errors.
        knows_zero: score flows that can be zero with their least unit inside the logarithm; off, as
            before there were least units: logarithms down to 1e-12, and no observations of zero.
    """
    if not knows_zero:
        observations = [fact for fact in observations if fact.row.scale != "log" or fact.low > 0]
    numbers = {row.key: number for number, row in enumerate(forecast.rows)}
    scores = []
    for fact in observations:
        number = numbers[fact.row.key]
        if exact:
            fact = replace(fact, low=fact.value, high=fact.value)
        scale = score_scale(fact.row, knows_zero)
        worlds = forecast.worlds[number]
        if not worlds.size:
            worlds = draws(forecast.quantiles[number])
        against = {
            name: _scaled_crps(with_error(draws(quantiles[number]), fact, scale), fact, scale)
            for name, quantiles in forecast.references.items()
            if np.isfinite(quantiles[number]).all()
        }
        scores.append(_score(with_error(worlds, fact, scale), fact, scale, against))
    return scores


def _score(
    worlds: Block, fact: RowObservation, scale: ErrorScale, against: dict[str, float]
) -> Score:
    scaled, observed = scale.of(worlds), float(scale.of(fact.value))
    bands = {name: np.quantile(scaled, levels) for name, levels in BANDS.items()}
    low, high = scale.back(bands["90"])
    return Score(
        fact.row,
        fact.value,
        float(np.median(worlds)),
        crps(worlds, fact.value),
        _scaled_crps(worlds, fact, scale),
        float((worlds < fact.value).mean() + (worlds == fact.value).mean() / 2),
        {name: bool(band[0] <= observed <= band[1]) for name, band in bands.items()},
        float(low),
        float(high),
        float(bands["90"][1] - bands["90"][0]),
        float(observed - np.median(scaled)),
        against,
    )


def _scaled_crps(worlds: Block, fact: RowObservation, scale: ErrorScale) -> float:
    return crps(scale.of(worlds), float(scale.of(fact.value)))


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


def with_error(worlds: Block, fact: RowObservation, scale: ErrorScale) -> Block:
    """What would be observed in each world: its value with an error like the observation's.

    Errors add on the row's scale; each side of the range has its own spread. The draws are the same
    for the same row, so that scores can be repeated.
    """
    if fact.low == fact.high:
        return worlds
    value, low, high = scale.of(np.array([fact.value, fact.low, fact.high]))
    seed = zlib.crc32("|".join(fact.row.key).encode())
    normal = np.random.default_rng(seed).standard_normal(len(worlds))
    # The true value lies above the observation by as much as the observation lies below it.
    error = normal / P95_SCORE * np.where(normal < 0, high - value, value - low)
    return scale.back(scale.of(worlds) + error)
