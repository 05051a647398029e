"""Scores of a forecast: CRPS, coverage, bias, PIT, and skill against simple references.

All of it reads numbers alone; no model is needed. Gneiting and Raftery (2007) for the scores, Ferro
(2017) for errors of observation: the forecast is of what is *observed*, so that the error of an
observation, where it is given, is added to each world before scoring.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from sim.core.worlds import Block
from sim.research.forecasting.forecast import LEVELS, Forecast, Row
from sim.research.forecasting.observations import Observed
from sim.research.forecasting.reference import P95

BANDS = {"50": (0.25, 0.75), "90": (0.05, 0.95)}
DRAWS = 1024  # of a forecast without single worlds
FLOOR = 1e-12  # least value that has a logarithm


@dataclass(frozen=True)
class Score:
    """How one row did.

    Attributes:
        observed, median: in the row's unit.
        crps: continuous ranked probability score, in the row's unit.
        crps_scaled: the same of logarithms where the row's scale is log, else the same number.
        pit: share of the forecast below the observation.
        inside: by band (`50`, `90`), whether the observation lies in it.
        width: of the 90 % band on the row's scale.
        error: observation less median, on the row's scale.
        against: by reference, its scaled CRPS; absent where there is no such reference.
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


def score(forecast: Forecast, observations: list[Observed], exact: bool = False) -> list[Score]:
    """Score a forecast, observation by observation.

    Args:
        exact: take observations at face value, without their errors.
    """
    at = {row.key: number for number, row in enumerate(forecast.rows)}
    found = []
    for one in observations:
        number = at[one.row.key]
        fact = replace(one, low=one.value, high=one.value) if exact else one
        worlds = forecast.worlds[number]
        ours = blurred(worlds if worlds.size else spread_out(forecast.quantiles[number]), fact)
        against = {
            name: _scaled_crps(blurred(spread_out(quantiles[number]), fact), fact)
            for name, quantiles in forecast.references.items()
            if np.isfinite(quantiles[number]).all()
        }
        found.append(_judged(ours, fact, against))
    return found


def _judged(worlds: Block, fact: Observed, against: dict[str, float]) -> Score:
    scaled, observed = _on_scale(worlds, fact), _on_scale(np.array([fact.value]), fact)[0]
    ends = {name: np.quantile(scaled, band) for name, band in BANDS.items()}
    median = float(np.median(worlds))
    return Score(
        fact.row,
        fact.value,
        median,
        crps(worlds, fact.value),
        _scaled_crps(worlds, fact),
        float((worlds < fact.value).mean() + (worlds == fact.value).mean() / 2),
        {name: bool(low <= observed <= high) for name, (low, high) in ends.items()},
        float(ends["90"][1] - ends["90"][0]),
        float(observed - np.median(scaled)),
        against,
    )


def crps(worlds: Block, observed: float) -> float:
    """Continuous ranked probability score of an ensemble: mean |x - y| less half mean |x - x'|."""
    from scoringrules import crps_ensemble

    return float(crps_ensemble(observed, worlds, estimator="qd"))


def _scaled_crps(worlds: Block, fact: Observed) -> float:
    return crps(_on_scale(worlds, fact), float(_on_scale(np.array([fact.value]), fact)[0]))


def _on_scale(values: Block, fact: Observed) -> Block:
    return np.log(np.maximum(values, FLOOR)) if fact.row.scale == "log" else values


def spread_out(quantiles: Block) -> Block:
    """Equally likely values of a forecast of which only quantiles are known, `[draw]`.

    Straight between the quantiles; beyond the outermost they go on as steeply as there.
    """
    at = (np.arange(DRAWS) + 0.5) / DRAWS
    found = np.interp(at, LEVELS, quantiles)
    low, high = at < LEVELS[0], at > LEVELS[-1]
    slopes = (quantiles[1] - quantiles[0], quantiles[-1] - quantiles[-2])
    steps = (LEVELS[1] - LEVELS[0], LEVELS[-1] - LEVELS[-2])
    found[low] = quantiles[0] + (at[low] - LEVELS[0]) * slopes[0] / steps[0]
    found[high] = quantiles[-1] + (at[high] - LEVELS[-1]) * slopes[1] / steps[1]
    return found


def blurred(worlds: Block, fact: Observed) -> Block:
    """What would be observed in each world: its value with an error like the observation's.

    Errors multiply where the row's scale is log; each side of the range has its own spread. The
    draws are the same for the same row, so that scores can be repeated.
    """
    if fact.low == fact.high:
        return worlds
    value, low, high = _on_scale(np.array([fact.value, fact.low, fact.high]), fact)
    seed = zlib.crc32("|".join(fact.row.key).encode())
    normal = np.random.default_rng(seed).standard_normal(len(worlds))
    # The true value lies above the observation by as much as the observation lies below it.
    error = normal / P95 * np.where(normal < 0, high - value, value - low)
    if fact.row.scale == "log":
        return np.maximum(worlds, FLOOR) * np.exp(error)
    return worlds + error
