"""The error of the model that a forecast carries on from its origin.

What is observed is what the model says, plus an error of the model, plus an error of the
observation (Kennedy and O'Hagan 2001). The error of the model in a series is a process that
returns to zero: its spread, and the correlation between its values a year apart, are learnt from
how far the worlds of the forecast lie from the observations that were known at the origin, around
what the likelihood declares (`sim/research/history/series.csv`). Each world then carries the error
that its own past left, the less the further ahead.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.outcomes.record import Record
from sim.research.forecasting.targets import Target
from sim.research.history.observation_model import ObservationModel, observation_models
from sim.research.history.observations import ErrorScale, Observation, observed, years_of

# What is tried for a series: spread over the declared one, and correlation over a year.
SPREADS = 2.0 ** np.arange(-2, 2.5, 0.5)
YEARLY = np.array([0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.82, 0.92, 0.97])
# How far both may lie from the declaration: log of the spread, log odds of the correlation.
LOOSE_SPREAD, LOOSE_YEARLY = np.log(2.0), 1.5
LEARNT_FROM = 128  # worlds from which it is learnt, however many are forecast


@dataclass(frozen=True)
class ModelError:
    """The error of the model in a series.

    Attributes:
        spread: standard deviation on the scale of the series.
        yearly: correlation between values a year apart.
    """

    spread: float
    yearly: float

    def covariance(self, first: Block, second: Block) -> Block:
        """Covariance between values at two sets of times (years), `[first, second]`."""
        apart = np.abs(np.subtract.outer(first, second))
        return self.spread**2 * self.yearly**apart


def declared(model: ObservationModel) -> ModelError:
    """What the likelihood declares of a series."""
    return ModelError(model.discrepancy, float(np.clip(model.persistence, YEARLY[0], YEARLY[-1])))


def learnt(prior: ModelError, years: Block, residuals: Block, errors: Block) -> ModelError:
    """Spread and persistence that explain the residuals best, near what is declared.

    Args:
        years: times of the observations, `[observation]`.
        residuals: observed less simulated, `[observation, world]`.
        errors: standard deviations of the observations, `[observation]`.
    """
    products = residuals @ residuals.T / residuals.shape[1]
    best, most = prior, -np.inf
    for factor in SPREADS:
        for yearly in YEARLY:
            tried = ModelError(prior.spread * factor, float(yearly))
            fit = _log_density(tried, prior, years, products, errors)
            if fit > most:
                best, most = tried, fit
    return best


def _log_density(
    tried: ModelError, prior: ModelError, years: Block, products: Block, errors: Block
) -> float:
    """Log density of residuals with these mean products, and of the parameters tried."""
    total = tried.covariance(years, years) + np.diag(errors**2)
    _, volume = np.linalg.slogdet(total)
    likelihood = -0.5 * (np.trace(np.linalg.solve(total, products)) + volume)
    from_spread = np.log(tried.spread / prior.spread) / LOOSE_SPREAD
    from_yearly = (_log_odds(tried.yearly) - _log_odds(prior.yearly)) / LOOSE_YEARLY
    return float(likelihood - 0.5 * (from_spread**2 + from_yearly**2))


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def carried(
    error: ModelError, years: Block, residuals: Block, errors: Block, at: Block, normal: Block
) -> Block:
    """The error of the model at other times, given each world's residuals, `[time, world]`.

    Args:
        years, residuals, errors: as in `learnt`.
        at: times in years, `[time]`.
        normal: independent standard normal numbers, `[time, world]`.
    """
    known = error.covariance(years, years) + np.diag(errors**2)
    across = error.covariance(at, years)
    weights = np.linalg.solve(known, across.T).T  # [time, observation]
    left = error.covariance(at, at) - weights @ across.T
    values, vectors = np.linalg.eigh((left + left.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return weights @ residuals + root @ normal


@dataclass(frozen=True)
class CarriedError:
    """The error of the model in one target, learnt up to an origin.

    Attributes:
        facts: observations known at the origin, in order of time.
        errors: the scale on which it is normal.
    """

    target: Target
    facts: list[Observation]
    errors: ErrorScale
    error: ModelError

    def drawn(self, record: Record, months: Sequence[str]) -> Block:
        """That error in some months, on its scale, `[month, world]`.

        Each world carries what its own past leaves; what is drawn anew is the same for a world in
        any forecast of these months.

        Args:
            record: the worlds as history was, at least to the last of the observations.
        """
        path = self.target.of(record)
        years, residuals, spreads = residuals_of(path, record.calendar, self.facts, self.errors)
        at = np.array([years_of(month) for month in months])
        generator = np.random.default_rng(zlib.crc32("|".join(self.target.key).encode()))
        normal = generator.standard_normal((path.shape[1], len(months))).T
        return carried(self.error, years, residuals, spreads, at, normal)

    def moved(self, values: Block, drawn: Block) -> Block:
        """Values of the target with errors on its scale, within its bounds."""
        moved = self.errors.back(self.errors.of(values) + drawn)
        return np.clip(moved, self.target.least, self.target.most)

    def added(self, record: Record, ends: Sequence[str]) -> Block:
        """The target at the ends of periods with that error, `[end, world]`."""
        at = [record.calendar.month(end) for end in ends]
        return self.moved(self.target.of(record)[at], self.drawn(record, ends))


def model_errors(
    record: Record, targets: Iterable[Target], origin: str
) -> dict[tuple[str, str], CarriedError]:
    """What is carried on of each target from an origin, by its key.

    Args:
        record: worlds as history was; the first `LEARNT_FROM` are learnt from.
    """
    first = {name: array[..., :LEARNT_FROM] for name, array in record.arrays.items()}
    learnt_from = replace(record, arrays=first)
    found = ((target.key, carried_error(target, learnt_from, origin)) for target in targets)
    return {key: error for key, error in found if error}


def carried_error(target: Target, record: Record, origin: str) -> CarriedError | None:
    """What a forecast of a target carries on from an origin.

    None for a series without observations at the origin, or that the likelihood does not compare.

    Args:
        record: worlds from which spread and persistence are learnt.
    """
    facts = observed(target.history, origin) if target.history else []
    facts = [fact for fact in facts if record.calendar.month(fact.month) >= 0]
    model = observation_models().get(target.history)
    if not facts or model is None:
        return None
    years, residuals, spreads = residuals_of(
        target.of(record), record.calendar, facts, model.errors
    )
    error = learnt(declared(model), years, residuals, spreads)
    return CarriedError(target, facts, model.errors, error)


def residuals_of(
    path: Block, calendar: Calendar, facts: Sequence[Observation], scale: ErrorScale
) -> tuple[Block, Block, Block]:
    """Times of observations (years), observed less simulated on a scale, `[observation, world]`,
    and errors of observation."""
    at = [calendar.month(fact.month) for fact in facts]
    values = scale.of(np.array([fact.value for fact in facts]))
    spreads = np.array([fact.error(scale) for fact in facts])
    years = np.array([years_of(fact.month) for fact in facts])
    return years, values[:, None] - scale.of(path[at]), spreads
