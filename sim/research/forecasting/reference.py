"""Simple forecasts that a model must beat: nothing changes, the trend goes on, the model stands
still.

`persistence`: the last observation, with a spread that grows like a random walk's. `trend`: the
same with the mean growth of the past (log-linear where errors multiply). Both come from what was
observed up to the origin. `standstill`: what the worlds themselves say of the origin, kept; for
series without a history.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.research.forecasting.forecast import LEVELS, Row
from sim.research.forecasting.history_until import Known, known
from sim.research.forecasting.targets import Target

PERSISTENCE, TREND, STANDSTILL = "persistence", "trend", "standstill"
FEWEST = {PERSISTENCE: 2, TREND: 3}  # observations from which a reference can be made
P95 = float(norm.ppf(0.95))
FLOOR = 1e-12  # least value that has a logarithm


def reference(one: Target, row: Row, origin: str, kind: str) -> Block:
    """Quantiles of a simple forecast of a row, `[level]`; NaN where too little is known."""
    facts = known(one.history, origin) if one.history else []
    if len(facts) < FEWEST[kind]:
        return np.full(len(LEVELS), np.nan)
    years, values = _path(facts, one.scale)
    ahead = _years(facts[-1].month, row.end)
    spans, steps = np.diff(years), np.diff(values)
    drift = (values[-1] - values[0]) / (years[-1] - years[0]) if kind == TREND else 0.0
    free = len(steps) - (kind == TREND)
    variance = float(np.sum((steps - drift * spans) ** 2 / spans)) / free
    spread = variance * ahead + _error(facts[-1], one.scale) ** 2
    if kind == TREND:  # the drift itself is known no better than this
        spread += variance * ahead**2 / (years[-1] - years[0])
    found = norm.ppf(LEVELS, values[-1] + drift * ahead, max(np.sqrt(spread), FLOOR))
    found = np.exp(found) if one.scale == "log" else found
    return np.clip(found, one.least, one.most)


def _path(facts: list[Known], scale: str) -> tuple[Block, Block]:
    """Years since the first observation, and values on their scale."""
    years = np.array([_years(facts[0].month, one.month) for one in facts])
    values = np.array([one.value for one in facts])
    return years, np.log(np.maximum(values, FLOOR)) if scale == "log" else values


def _error(fact: Known, scale: str) -> float:
    """Standard deviation of an observation on its scale, from its 5-95 % range."""
    ends = np.array([fact.low, fact.high])
    low, high = np.log(np.maximum(ends, FLOOR)) if scale == "log" else ends
    return float(high - low) / (2 * P95)


def _years(first: str, last: str) -> float:
    return Calendar(first, 1).month(last) / 12
