"""What a calibration says: of parameters, of observations, of itself. Plain data and words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import of_worlds, simulate
from sim.outcomes.measures import Record
from sim.research.calibration.likelihood import residuals
from sim.research.history.compared import WITHIN_90, compared, facts, simulated
from sim.research.history.observations import Observation
from sim.scenario.load import ResolvedScenario, load
from sim.uncertainty.draw import drawn_priors
from sim.uncertainty.posterior import Posterior

CLEAR = 0.15  # part of a prior's spread that must go, or move of its median, to be called informed
# Numbers on which the answer to the project's question turns.
ASKED = ("effort.eta", "research.sigma", "research.pace", "spillover.imitation_lag")
STRONG = 0.25  # correlation of scores that is told


@dataclass(frozen=True)
class Learnt:
    """What history says of one number, in the normal scores of its prior (median 0, spread 1).

    Attributes:
        moved: median of the score.
        band: 5 % and 95 % of the score.
    """

    path: str
    moved: float
    band: tuple[float, float]

    @property
    def narrowed(self) -> float:
        """Part of the prior's 5 to 95 % range that is gone (negative: it has become wider)."""
        return 1 - (self.band[1] - self.band[0]) / WITHIN_90

    @property
    def informed(self) -> bool:
        """Whether history says anything of it that is more than the noise of so many particles."""
        return self.narrowed > CLEAR or abs(self.moved) > 2 * CLEAR


@dataclass(frozen=True)
class Met:
    """An observation beside the worlds that were fitted, and beside those of the priors.

    Attributes:
        bands: 5 %, median, 95 % over worlds: of the posterior, of the prior.
        off: median residual (observed less simulated), in standard deviations of both errors.
    """

    fact: Observation
    use: str
    posterior: tuple[float, float, float]
    prior: tuple[float, float, float]
    off: float

    @property
    def inside(self) -> bool:
        """Whether the observed value lies in the 90 % band of the fitted worlds."""
        return self.posterior[0] <= self.fact.value <= self.posterior[2]

    def residual(self, band: tuple[float, float, float]) -> np.ndarray:
        """Simulated less observed, in standard deviations of both errors."""
        one = compared()[self.fact.series]
        return (one.scaled(np.array(band)) - one.scaled(self.fact.value)) / one.error(self.fact)

    @property
    def expected(self) -> bool:
        """Whether it lies within what those worlds let expect, errors of both included."""
        one = compared()[self.fact.series]
        low, high = (float(one.scaled(self.posterior[at])) for at in (0, 2))
        half = one.error(self.fact) * WITHIN_90 / 2
        middle = (low + high) / 2
        reach = float(np.hypot((high - low) / 2, half))
        return abs(float(one.scaled(self.fact.value)) - middle) <= reach


def learnt(posterior: Posterior) -> list[Learnt]:
    """Every number that was fitted, what was learnt most first."""
    low, median, high = np.percentile(posterior.scores.astype(float), [5, 50, 95], axis=1)
    found = [
        Learnt(path, float(median[row]), (float(low[row]), float(high[row])))
        for row, path in enumerate(posterior.priors)
    ]
    return sorted(found, key=lambda one: -max(one.narrowed, abs(one.moved) / 2))


def together(posterior: Posterior) -> list[tuple[str, str, float]]:
    """Pairs of numbers that history ties to each other, the strongest first."""
    paths = list(posterior.priors)
    rho = np.corrcoef(posterior.scores.astype(float))
    rows, columns = np.triu_indices(len(paths), 1)
    strong = np.abs(rho[rows, columns]) > STRONG
    pairs = [
        (paths[one], paths[other], float(rho[one, other]))
        for one, other in zip(rows[strong], columns[strong], strict=True)
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))


@dataclass(frozen=True)
class Agreement:
    """Two calibrations that differ by their seed alone.

    Attributes:
        apart: difference of the means of each number, in spreads of its prior, `[number]`.
        effective: particles drawn independently that would differ as much: all numbers, and those
            of which history says most.
    """

    apart: np.ndarray
    effective: tuple[float, float]


def agreement(one: Posterior, other: Posterior, informed: int = 20) -> Agreement:
    """How far two posteriors of the same history lie apart, and what that says of their size.

    Two means of n independent draws each differ by a variance of 2 / n times that of a draw.
    """
    ours, theirs = (each.scores.astype(float) for each in (one, other))
    apart = ours.mean(axis=1) - theirs.mean(axis=1)
    spread = (ours.var(axis=1) + theirs.var(axis=1)) / 2
    narrow = np.argsort(spread)[:informed]
    with np.errstate(divide="ignore"):  # means that do not lie apart speak of any number
        sizes = [2 * spread[at].sum() / (apart[at] ** 2).sum() for at in (slice(None), narrow)]
    return Agreement(apart, (float(sizes[0]), float(sizes[1])))


def numbers(resolved: ResolvedScenario, worlds: int) -> dict[str, np.ndarray]:
    """What each prior's number is in the first worlds of a scenario, `[world]` by dotted path."""
    return drawn_priors(resolved.scenario, resolved.posterior, 0, Worlds(range(worlds)))


def met(posterior: Posterior, until: str = "2024-12") -> list[Met]:
    """Every observation, fitted or held out, beside the worlds."""
    resolved = load("as_enacted")
    months = resolved.scenario.calendar.month("2024-12") + 1
    fitted, free = (
        simulate(of_worlds(resolved, which), posterior.count, months=months)
        for which in (posterior, "prior")
    )
    return [
        _met(fact, name, fitted, free) for name, rows in facts(until=until).items() for fact in rows
    ]


def _met(fact: Observation, name: str, fitted: Record, free: Record) -> Met:
    def band(record: Record) -> tuple[float, float, float]:
        low, median, high = np.percentile(simulated(record, fact), [5, 50, 95])
        return float(low), float(median), float(high)

    off = float(np.median(residuals(name, fitted, [fact])))
    return Met(fact, compared()[name].use, band(fitted), band(free), off)


def rows_covered(found: list[Met]) -> dict[int, bool]:
    """By row of the history: whether all its observations lie in the bands of fitted worlds."""
    rows = sorted({one.fact.row for one in found})
    return {row: all(one.inside for one in found if one.fact.row == row) for row in rows}
