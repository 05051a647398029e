"""The scale on which a row is scored: natural, or of logarithms that know zero."""

from __future__ import annotations

from sim.research.forecasting.forecast import Row
from sim.research.forecasting.targets import BY_KEY, Target, current_name
from sim.research.history.observations import ErrorScale


def target_scale(target: Target) -> ErrorScale:
    """The scale of a target."""
    return ErrorScale(target.scale == "log", target.least_unit)


def least_unit(row: Row) -> float:
    """What is added inside the logarithm of a row: its target says so, no file of a forecast."""
    target = BY_KEY.get((current_name(row.series), row.actor))
    return target.least_unit if target and row.scale == "log" else 0.0


def score_scale(row: Row, knows_zero: bool = True) -> ErrorScale:
    """The scale of a row; `knows_zero` off: logarithms down to `FLOOR` in every row."""
    return ErrorScale(row.scale == "log", least_unit(row) if knows_zero else 0.0)
