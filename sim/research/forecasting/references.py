"""Simple forecasts that a model must beat: nothing changes, the trend goes on, the model stands
still.

`persistence`: the last observation, with a spread that grows like a random walk's. `trend`: the
same with the mean growth of the past (log-linear where errors multiply). Both come from what was
observed up to the origin. `standstill`: the model's own worlds as they are at the origin; for
series without a history.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.outcomes.record import Record
from sim.research.forecasting.forecast import LEVELS, quantiles_of
from sim.research.forecasting.targets import Target
from sim.research.history.observations import FLOOR, observed, to_scale

PERSISTENCE, TREND, STANDSTILL = "persistence", "trend", "standstill"
FEWEST = {PERSISTENCE: 2, TREND: 3}  # observations from which a reference can be made


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
        for kind in (PERSISTENCE, TREND)
    }
    now = record.calendar.month(origin)
    still = np.concatenate([_standstill(target, target.of(record)[now]) for target in targets])
    forecasts[STANDSTILL] = np.repeat(still, len(ends), axis=0)
    missing = np.full((rows - len(targets) * len(ends), len(LEVELS)), np.nan)
    return {name: np.concatenate([values, missing]) for name, values in forecasts.items()}


def _standstill(target: Target, worlds: Block) -> Block:
    """Quantiles at the origin, `[1, level]`; NaN where there is nothing yet that could stay."""
    levels = quantiles_of(worlds[None])
    if target.scale == "log" and levels.min() <= 0:
        return np.full_like(levels, np.nan)
    return levels


def extrapolated(target: Target, end: str, origin: str, kind: str) -> Block:
    """Quantiles of persistence or trend in a month, `[level]`; NaN with too few observations."""
    facts = observed(target.history, origin)
    if len(facts) < FEWEST[kind]:
        return np.full(len(LEVELS), np.nan)
    years = np.array([_years(facts[0].month, fact.month) for fact in facts])
    values = to_scale(np.array([fact.value for fact in facts]), target.scale)
    ahead = _years(facts[-1].month, end)
    spans, steps = np.diff(years), np.diff(values)
    drift = (values[-1] - values[0]) / (years[-1] - years[0]) if kind == TREND else 0.0
    free = len(steps) - (kind == TREND)
    variance = float(np.sum((steps - drift * spans) ** 2 / spans)) / free
    spread = variance * ahead + facts[-1].error(target.scale) ** 2
    if kind == TREND:  # the error of the drift itself
        spread += variance * ahead**2 / (years[-1] - years[0])
    levels = norm.ppf(LEVELS, values[-1] + drift * ahead, max(np.sqrt(spread), FLOOR))
    return np.clip(np.exp(levels) if target.scale == "log" else levels, target.least, target.most)


def _years(first: str, last: str) -> float:
    return Calendar(first, 1).month(last) / 12
