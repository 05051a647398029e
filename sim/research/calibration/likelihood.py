"""How well worlds fit history: a normal likelihood with errors of observations and of the model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.core.worlds import Block
from sim.outcomes.measures import Record
from sim.research.history.compared import compared, facts, simulated
from sim.research.history.observations import Observation

Facts = Mapping[str, list[Observation]]


def log_likelihood(record: Record, history: Facts | None = None) -> Block:
    """Log-likelihood of history in each world, up to a constant, `[world]`.

    Errors of a series are normal in its scale; their size is that of the observation and of what
    the model leaves out, and those of successive observations go together
    (`sim/research/history/series.csv`). Series are independent of each other.

    Args:
        history: facts by series (None: all that are fitted).
    """
    history = facts("fit") if history is None else history
    return -0.5 * np.sum(whitened(record, history) ** 2, axis=0)


def whitened(record: Record, history: Facts) -> Block:
    """Residuals of all series made independent, of spread 1: `[observation, world]`."""
    return np.concatenate([_of_series(name, record, rows) for name, rows in history.items()])


def residuals(name: str, record: Record, rows: list[Observation]) -> Block:
    """Observed less simulated, in standard deviations of both errors, `[observation, world]`."""
    one = compared()[name]
    found = [
        (one.scaled(fact.value) - one.scaled(simulated(record, fact))) / one.error(fact)
        for fact in rows
    ]
    return np.stack(found)


def _of_series(name: str, record: Record, rows: list[Observation]) -> Block:
    left = residuals(name, record, rows)
    steps = np.abs(np.subtract.outer(np.arange(len(rows)), np.arange(len(rows))))
    together = np.linalg.cholesky(compared()[name].persistence ** steps)
    left = np.nan_to_num(left, nan=FAR, posinf=FAR, neginf=-FAR).clip(-FAR, FAR)
    return np.linalg.solve(together, left)


FAR = 30.0  # standard deviations: a world that is as far off as this is as bad as any
