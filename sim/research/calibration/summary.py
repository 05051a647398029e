"""What a calibration says of numbers and of observations, and how far two of them agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import PRIOR, load_in, simulate
from sim.outcomes.record import Record
from sim.research.calibration.likelihood import residuals
from sim.research.history.coverage import Band, Coverage, band
from sim.research.history.observation_model import History, history, observation_models, simulated
from sim.research.history.observations import WITHIN_90
from sim.scenario.load import ResolvedScenario
from sim.uncertainty.draw import drawn_priors
from sim.uncertainty.posterior import Posterior

INFORMED = 0.15  # least narrowing, or half the least move, of a number that history informs
KEY_NUMBERS = ("effort.eta", "research.sigma", "research.pace", "spillover.imitation_lag")
STRONG = 0.25  # least correlation of scores that is reported


@dataclass(frozen=True)
class Update:
    """From prior to posterior of one number, in normal scores of the prior (median 0, spread 1).

    Attributes:
        moved: median of the score.
        band: 5 % and 95 % of the score.
    """

    path: str
    moved: float
    band: tuple[float, float]

    @property
    def narrowed(self) -> float:
        """How much narrower than the prior's the 5-95 % range is (negative: wider)."""
        return 1 - (self.band[1] - self.band[0]) / WITHIN_90

    @property
    def informed(self) -> bool:
        """Whether history says more of it than the noise of so many particles."""
        return self.narrowed > INFORMED or abs(self.moved) > 2 * INFORMED


def updates(posterior: Posterior) -> list[Update]:
    """Every number that was fitted, the most informed first."""
    low, median, high = np.percentile(posterior.scores.astype(float), [5, 50, 95], axis=1)
    every = [
        Update(path, float(median[row]), (float(low[row]), float(high[row])))
        for row, path in enumerate(posterior.priors)
    ]
    return sorted(every, key=lambda one: -max(one.narrowed, abs(one.moved) / 2))


def number_bands(resolved: ResolvedScenario, worlds: int) -> dict[str, Band]:
    """5 %, median and 95 % of every number with a prior, in the first worlds, by dotted path."""
    every = Worlds(range(worlds))
    numbers = drawn_priors(resolved.scenario, resolved.posterior, 0, every)
    return {path: band(values) for path, values in numbers.items()}


def correlated_pairs(posterior: Posterior) -> list[tuple[str, str, float]]:
    """Pairs of numbers whose scores are correlated, the strongest first."""
    paths = list(posterior.priors)
    rho = np.corrcoef(posterior.scores.astype(float))
    rows, columns = np.triu_indices(len(paths), 1)
    strong = np.abs(rho[rows, columns]) > STRONG
    pairs = [
        (paths[row], paths[column], float(rho[row, column]))
        for row, column in zip(rows[strong], columns[strong], strict=True)
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))


@dataclass(frozen=True)
class Agreement:
    """Two calibrations that differ by their seed alone.

    Attributes:
        apart: difference of the means of each number, in spreads of its prior, `[number]`.
        effective: how many independent particles would differ as much: by all numbers, and by the
            most informed.
    """

    apart: np.ndarray
    effective: tuple[float, float]


def agreement(posterior: Posterior, other: Posterior, informed: int = 20) -> Agreement:
    """How far two posteriors of the same history lie apart, and what that says of their size.

    Two means of n independent draws each differ by a variance of 2 / n times that of a draw.
    """
    ours, theirs = (one.scores.astype(float) for one in (posterior, other))
    apart = ours.mean(axis=1) - theirs.mean(axis=1)
    variance = (ours.var(axis=1) + theirs.var(axis=1)) / 2
    narrow = np.argsort(variance)[:informed]
    with np.errstate(divide="ignore"):  # equal means give no number
        sizes = [2 * variance[at].sum() / (apart[at] ** 2).sum() for at in (slice(None), narrow)]
    return Agreement(apart, (float(sizes[0]), float(sizes[1])))


@dataclass(frozen=True)
class PredictiveCheck(Coverage):
    """An observation with its bands in the fitted worlds and in worlds of the priors.

    Attributes:
        use: `fit`, or `check` where it was held out of the fit.
        prior: 5 %, median and 95 % over worlds of the priors.
        off: median residual (observed less simulated), in standard deviations of both errors.
    """

    use: str
    prior: Band
    off: float

    @property
    def posterior(self) -> Band:
        """5 %, median and 95 % over the fitted worlds."""
        return self.low, self.median, self.high

    def residual(self, band: Band) -> np.ndarray:
        """Simulated less observed, in standard deviations of both errors."""
        model = observation_models()[self.fact.series]
        difference = model.scaled(np.array(band)) - model.scaled(self.fact.value)
        return difference / model.error(self.fact)

    @property
    def expected(self) -> bool:
        """Whether it lies in the band of the fitted worlds once both errors are added."""
        model = observation_models()[self.fact.series]
        low, high = (float(model.scaled(end)) for end in (self.low, self.high))
        reach = float(np.hypot((high - low) / 2, model.error(self.fact) * WITHIN_90 / 2))
        return abs(float(model.scaled(self.fact.value)) - (low + high) / 2) <= reach


def predictive_checks(posterior: Posterior, facts: History | None = None) -> list[PredictiveCheck]:
    """Every observation known at the end of its fit, fitted or held out, with its bands.

    Args:
        facts: observations by series (None: those of the history).
    """
    until = posterior.about["until"]
    fitted, free = (simulate_history(one, posterior.count, until) for one in (posterior, PRIOR))
    return [
        PredictiveCheck(
            fact,
            *band(simulated(fitted, fact)),
            observation_models()[series].use,
            band(simulated(free, fact)),
            float(np.median(residuals(series, fitted, [fact]))),
        )
        for series, rows in (history(until=until) if facts is None else facts).items()
        for fact in rows
    ]


def simulate_history(ensemble: str | Posterior, worlds: int, until: str) -> Record:
    """History as enacted up to a month, in worlds of an ensemble."""
    resolved = load_in("as_enacted", ensemble)
    return simulate(resolved, worlds, months=resolved.scenario.calendar.month(until) + 1)
