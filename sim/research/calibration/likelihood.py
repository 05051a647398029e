"""How well worlds fit history: a normal likelihood with errors of observations and of the model."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block
from sim.outcomes.record import Record
from sim.research.history.observation_model import (
    History,
    history,
    observation_models,
    simulated,
)
from sim.research.history.observations import Observation, years_of

FAR = 30.0  # standard deviations beyond which a world is as bad as any


def log_likelihood(record: Record, facts: History | None = None) -> Block:
    """Log-likelihood of history in each world, up to a constant, `[world]`.

    Errors of a series are normal in its scale. Their size combines the error of the observation
    with what the model leaves out, and errors near in time are correlated
    (`sim/research/history/series.csv`). Series are independent of each other.

    Args:
        facts: observations by series (None: those that are fitted and known at the end of the run).
    """
    facts = history("fit", record.last) if facts is None else facts
    return -0.5 * np.sum(whitened(record, facts) ** 2, axis=0)


def whitened(record: Record, facts: History) -> Block:
    """Residuals of all series, made independent with spread 1: `[observation, world]`."""
    return np.concatenate([_whitened_series(name, record, rows) for name, rows in facts.items()])


def _whitened_series(series: str, record: Record, facts: list[Observation]) -> Block:
    errors = residuals(series, record, facts)
    errors = np.nan_to_num(errors, nan=FAR, posinf=FAR, neginf=-FAR).clip(-FAR, FAR)
    return np.linalg.solve(error_factor(series, facts), errors)


def residuals(series: str, record: Record, facts: list[Observation]) -> Block:
    """Observed less simulated, in standard deviations of both errors, `[observation, world]`."""
    model = observation_models()[series]
    return np.stack(
        [
            (model.scaled(fact.value) - model.scaled(simulated(record, fact))) / model.error(fact)
            for fact in facts
        ]
    )


def error_factor(series: str, facts: list[Observation]) -> Block:
    """Cholesky factor of the correlations between errors of a series, less the further apart."""
    years = np.array([years_of(fact.month) for fact in facts])
    apart = np.abs(np.subtract.outer(years, years))
    return np.linalg.cholesky(observation_models()[series].persistence ** apart)
