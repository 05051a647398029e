"""Weights of rival models by what they forecast: Bayesian stacking (Yao and others 2018, 2022).

Weights are judged by the log density that the mixture of models gives to observations which came
after each of their fits. Observations of a series hang together, so that each series counts as one.
Before any of them, all weights are equally likely (a uniform prior, which counts as one series for
each model); the weight of a model is its mean after them. Where forecasts hardly differ, weights
stay near equal with a wide range, and do not jump to whoever is ahead by a hair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.experiments.ensemble import load_in, simulate
from sim.research.calibration.calibrate import SCENARIO
from sim.research.calibration.likelihood import FAR, residuals
from sim.research.forecasting.rolling import quarters_after
from sim.research.history.observation_model import History, history
from sim.research.history.observations import LAST
from sim.uncertainty.posterior import Posterior

DRAWS = 20_000  # of weights from their prior
Held = tuple[str, str, str]  # an observation held out: origin, series, month


def held_out(origin: str) -> History:
    """Observations of fitted series of the two years after an origin that it did not know."""
    known = {(name, fact.month) for name, facts in history("fit", origin).items() for fact in facts}
    last = Calendar(origin, 1).label(3 * quarters_after(origin))
    later = {
        name: [f for f in facts if origin < f.month <= last and (name, f.month) not in known]
        for name, facts in history("fit", LAST).items()
    }
    return {name: facts for name, facts in later.items() if facts}


def log_densities(fitted: Posterior) -> dict[Held, float]:
    """Log density of each observation after a fit, as its worlds forecast it.

    The density is the mean over worlds of the normal density that the likelihood declares, up to a
    constant that is the same for all structures.
    """
    origin = str(fitted.about["until"])
    resolved = load_in(SCENARIO, fitted)
    facts = held_out(origin)
    last = max(fact.month for rows in facts.values() for fact in rows)
    months = resolved.scenario.calendar.month(last) + 1
    record = simulate(resolved, fitted.count, 0, months)
    return {
        (origin, name, fact.month): density
        for name, rows in facts.items()
        for fact, density in zip(rows, _log_means(residuals(name, record, rows)), strict=True)
    }


def _log_means(errors: Block) -> list[float]:
    errors = np.nan_to_num(errors, nan=FAR, posinf=FAR, neginf=-FAR).clip(-FAR, FAR)
    means = logsumexp(-0.5 * errors**2, axis=1) - np.log(errors.shape[1])
    return [float(mean) for mean in means]


@dataclass(frozen=True)
class Weights:
    """Weights of structures, and how far observations leave them open.

    Attributes:
        mean, low, high: by structure; low and high enclose 90 % of what is believed of a weight.
        loss: mean log density of the mixture, less that of each structure, by series.
        observations, series: how many the weights rest on; what was forecast from two origins is
            one observation.
    """

    mean: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]
    loss: dict[str, float]
    observations: int
    series: int


def stacked(densities: Mapping[str, Mapping[Held, float]]) -> Weights:
    """Weights from log densities of the same observations by structure."""
    names = list(densities)
    held = sorted(set.intersection(*(set(densities[name]) for name in names)))
    logs = np.array([[densities[name][one] for name in names] for one in held])
    of_series = [series for _, series, _ in held]
    counts = np.array([1 / of_series.count(series) for series in of_series])
    mean, low, high = believed(logs, counts)
    mixed = logsumexp(logs, axis=1, b=mean)
    loss = counts @ (mixed[:, None] - logs) / counts.sum()

    def named(row: Block) -> dict[str, float]:
        return {name: round(float(x), 5) for name, x in zip(names, row, strict=True)}

    observations = len({(series, month) for _, series, month in held})
    return Weights(
        named(mean), named(low), named(high), named(loss), observations, len(set(of_series))
    )


def believed(logs: Block, counts: Block) -> tuple[Block, Block, Block]:
    """Mean, 5 and 95 % quantile of weights after observations, `[model]`: importance sampling.

    Args:
        logs: log density of each observation by model, `[observation, model]`.
        counts: how much each observation counts, `[observation]`.
    """
    drawn = np.random.default_rng(0).dirichlet(np.ones(logs.shape[1]), DRAWS)
    best = logs.max(axis=1, keepdims=True)
    fit = np.log(drawn @ np.exp(logs - best).T) @ counts
    likely = np.exp(fit - fit.max())
    mean = likely @ drawn / likely.sum()
    low, high = (
        np.quantile(drawn, q, axis=0, weights=likely, method="inverted_cdf") for q in (0.05, 0.95)
    )
    return mean, low, high
