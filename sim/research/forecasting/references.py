"""Simple forecasts that a model must beat: nothing changes, the trend goes on, growth returns to
its mean, the model stands still.

`persistence`: the last observation, with a spread that grows like a random walk's. `trend`: the
same with the mean growth of the past (log-linear where errors multiply). `autoregression`: growth
is an AR(1) process, for series with eight observations or more. These come from what was observed
up to the origin. `standstill`: the model's own worlds as they are at the origin; for series without
a history.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.outcomes.record import Record
from sim.research.forecasting.forecast import LEVELS, Row, quantiles_of
from sim.research.forecasting.scales import target_scale
from sim.research.forecasting.targets import BY_KEY, Target, current_name
from sim.research.history.observations import FLOOR, WITHIN_90, observed

PERSISTENCE, TREND, STANDSTILL = "persistence", "trend", "standstill"
AUTOREGRESSION = "autoregression"
FEWEST = {PERSISTENCE: 2, TREND: 3, AUTOREGRESSION: 8}  # observations that a reference needs
MOST_PERSISTENT = (
    0.95  # bound of the coefficient of growth on growth, so that it returns to its mean
)


def references(
    record: Record, targets: list[Target], ends: list[str], origin: str, rows: int
) -> dict[str, Block]:
    """Simple forecasts of targets by name, `[row, level]`, NaN for rows beyond the targets.

    Args:
        record: the worlds that are forecast.
        ends: last months of the periods.
        rows: of the forecast, in which those of the targets come first.
    """
    forecasts = {
        kind: np.stack(
            [extrapolated(target, end, origin, kind) for target in targets for end in ends]
        )
        for kind in FEWEST
    }
    now = record.calendar.month(origin)
    still = np.concatenate([_standstill(target, target.of(record)[now]) for target in targets])
    forecasts[STANDSTILL] = np.repeat(still, len(ends), axis=0)
    missing = np.full((rows - len(targets) * len(ends), len(LEVELS)), np.nan)
    return {name: np.concatenate([values, missing]) for name, values in forecasts.items()}


def autoregressions(rows: Sequence[Row], origin: str) -> Block:
    """The autoregressive reference of rows of any forecast, `[row, level]`; NaN: there is none.

    From the project's history as it is now, up to the origin: for forecasts that were written
    before there was this reference.
    """
    none = np.full(len(LEVELS), np.nan)
    targets = [BY_KEY.get((current_name(row.series), row.actor)) for row in rows]
    return np.stack(
        [
            extrapolated(target, row.end, origin, AUTOREGRESSION) if target else none
            for target, row in zip(targets, rows, strict=True)
        ]
    )


def _standstill(target: Target, worlds: Block) -> Block:
    """Quantiles at the origin, `[1, level]`; NaN where there is nothing yet that could stay."""
    levels = quantiles_of(worlds[None])
    if target.scale == "log" and levels.min() <= 0:
        return np.full_like(levels, np.nan)
    return levels


def extrapolated(target: Target, end: str, origin: str, kind: str) -> Block:
    """Quantiles of a reference from observations in a month, `[level]`; NaN with too few."""
    facts = observed(target.history, origin) if target.history else []
    if len(facts) < FEWEST[kind]:
        return np.full(len(LEVELS), np.nan)
    years = np.array([_years(facts[0].month, fact.month) for fact in facts])
    scale = target_scale(target)
    values = scale.of(np.array([fact.value for fact in facts]))
    ahead = _years(facts[-1].month, end)
    if kind == AUTOREGRESSION:
        change, variance = _autoregression(years, values, ahead)
    else:
        change, variance = _random_walk(years, values, ahead, kind == TREND)
    low, high = scale.of(np.array([facts[-1].low, facts[-1].high]))
    spread = variance + ((high - low) / WITHIN_90) ** 2
    levels = norm.ppf(LEVELS, values[-1] + change, max(np.sqrt(spread), FLOOR))
    return np.clip(scale.back(levels), target.least, target.most)


def _random_walk(years: Block, values: Block, ahead: float, has_drift: bool) -> tuple[float, float]:
    """Change in so many years ahead, and its variance: steps around a drift, or around none."""
    spans, steps = np.diff(years), np.diff(values)
    drift = (values[-1] - values[0]) / (years[-1] - years[0]) if has_drift else 0.0
    variance = float(np.sum((steps - drift * spans) ** 2 / spans)) / (len(steps) - has_drift)
    spread = variance * ahead
    if has_drift:  # the error of the drift itself
        spread += variance * ahead**2 / (years[-1] - years[0])
    return drift * ahead, spread


def _autoregression(years: Block, values: Block, ahead: float) -> tuple[float, float]:
    """Change in so many years ahead, and its variance, where growth is an AR(1) process.

    `g[i + 1] = mean + phi * (g[i] - mean) + error`, by least squares on growth a year from one
    observation to the next. A step ahead is as long as the median one of the past; between whole
    steps change and variance are linear.
    """
    spans = np.diff(years)
    growth = np.diff(values) / spans
    mean, step = float(growth.mean()), float(np.median(spans))
    before, after = growth[:-1] - mean, growth[1:] - mean
    slope = float(before @ after) / max(float(before @ before), FLOOR)
    phi = float(np.clip(slope, -MOST_PERSISTENT, MOST_PERSISTENT))
    variance = float(np.sum((after - phi * before) ** 2)) / (len(after) - 2)
    whole = np.arange(int(np.ceil(ahead / step)) + 1)
    kept = (1 - phi**whole) / (1 - phi)  # of an error of growth, summed over the steps after it
    changes = step * (mean * whole + phi * kept * (growth[-1] - mean))
    of_mean = variance / len(after) * ((whole - phi * kept) / (1 - phi)) ** 2
    variances = step**2 * (variance * np.cumsum(kept**2) + of_mean)
    at = ahead / step
    return float(np.interp(at, whole, changes)), float(np.interp(at, whole, variances))


def _years(first: str, last: str) -> float:
    return Calendar(first, 1).month(last) / 12
