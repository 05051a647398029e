"""Simulation-based calibration: is the posterior honest where the truth is known?

A truth is a world of the priors. Its synthetic observations, with errors of the declared size, are
fitted as if they were history, by the same moves as history itself. Over many truths the rank of
each true number among the particles is uniform if sampler, likelihood and luck are right (Talts and
others 2018); so is the rank of the true effect of the controls, which decides whether the headline
can be believed. Ranks crowd at the ends where a posterior is too narrow, and in the middle where it
is too wide. `sbc_study` fits many truths, `uniformity` says how far ranks may stray by chance.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import BLOCK, joined, simulate_block
from sim.outcomes.catalogue import compute_effects, series_read
from sim.outcomes.record import Record
from sim.research.calibration import smc
from sim.research.calibration.likelihood import error_factor
from sim.research.calibration.problem import CalibrationProblem
from sim.research.history.observation_model import (
    RECORDED,
    History,
    history,
    observation_models,
    simulated,
)
from sim.research.history.observations import Observation
from sim.scenario.load import ResolvedScenario, load

SCENARIO, REFERENCE = "as_enacted", "no_controls"  # whose difference is the headline
HEADLINES = ("lead_points", "china_frontier", "china_compute", "largest_run_china")
FIRST_TRUTH = 2**32  # streams of random numbers of truths lie apart from those of stages


@dataclass(frozen=True)
class Settings:
    """How each truth is fitted.

    Attributes:
        particles, until, passes, last: as in `calibrate`.
        seed: of truths and fits.
    """

    particles: int = 256
    until: str = "2024-12"
    passes: int = 20
    last: int = 200
    seed: int = 1


@dataclass(frozen=True)
class Truth:
    """One truth among the particles that were fitted to its synthetic observations.

    Ranks are shares of particles below the truth, spread evenly over the width of a particle (and
    over ties), so that they are uniform between 0 and 1 where the posterior is honest.

    Attributes:
        number: of the truth.
        ranks: of each number with a prior, by dotted path.
        headlines: of the effect of the controls at the end of the fit, by outcome.
        fit: of the log-likelihood at the truth, which depends on scores and luck.
        spread: standard deviation of each number's scores over particles (prior: 1), by path.
        seconds: of work.
    """

    number: int
    ranks: dict[str, float]
    headlines: dict[str, float]
    fit: float
    spread: dict[str, float]
    seconds: float


def fitted_truth(number: int, settings: Settings) -> Truth:
    """Draw a truth of the priors, fit what it would have shown, and rank it among its particles."""
    began, resolved = time.perf_counter(), load(SCENARIO)
    generator = _generator(settings.seed, number)
    problem = CalibrationProblem(resolved, settings.seed, settings.particles, settings.until)
    scores = generator.standard_normal((len(problem.priors), 1))
    lucks = generator.integers(0, settings.particles, (len(problem.actors), 1))
    world = problem.conditioned(scores, lucks)
    record = simulate_block(world, Worlds([0]), 0, problem.months, only=RECORDED)
    facts = synthetic(history("fit", settings.until), record, generator)
    problem = CalibrationProblem(resolved, settings.seed, settings.particles, settings.until, facts)
    final = _fitted(problem, settings, number)
    fit = smc.log_likelihood(problem.residuals(scores, lucks))
    effects = headline_effects(problem, scores, lucks)
    found = headline_effects(problem, final.scores, final.lucks)
    paths = list(problem.priors)
    return Truth(
        number,
        dict(zip(paths, rank(scores[:, 0], final.scores, generator), strict=True)),
        {name: rank(effects[name], found[name][None], generator)[0] for name in HEADLINES},
        rank(fit, final.fit[None], generator)[0],
        {path: round(float(x), 4) for path, x in zip(paths, final.scores.std(axis=1), strict=True)},
        round(time.perf_counter() - began, 1),
    )


def _generator(seed: int, number: int) -> np.random.Generator:
    key = np.array([seed, FIRST_TRUTH + number], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def _fitted(problem: CalibrationProblem, settings: Settings, number: int) -> smc.Particles:
    """The particles of the last stage; each truth has a seed of its own."""
    seed = 1000 * settings.seed + number + 1
    numbers, actors = len(problem.priors), len(problem.actors)
    stage = smc.prior_particles(problem.residuals, numbers, actors, problem.particles, seed)
    for later in smc.sample(
        problem.residuals, stage, seed, settings.passes, settings.last, problem.owners
    ):
        stage = later
    return stage


def headline_effects(
    problem: CalibrationProblem, scores: np.ndarray, lucks: np.ndarray
) -> dict[str, np.ndarray]:
    """Effects of the controls at the end of the fit in the worlds of some particles, `[particle]`.

    Args:
        scores, lucks: of the particles, as in `CalibrationProblem.residuals`.
    """
    ours = problem.conditioned(scores, lucks)
    pair = [replace(load(name), posterior=ours.posterior) for name in (SCENARIO, REFERENCE)]
    only = series_read(simulate_block(pair[0], Worlds([0]), 0, 1), HEADLINES)
    this, reference = (_simulated(one, scores.shape[1], problem.months, only) for one in pair)
    return {name: x[-1] for name, x in compute_effects(this, reference, HEADLINES).items()}


def _simulated(resolved: ResolvedScenario, worlds: int, months: int, only: set[str]) -> Record:
    blocks = Worlds(range(worlds)).blocks(BLOCK)
    return joined([simulate_block(resolved, block, 0, months, only=only) for block in blocks])


def rank(truth: np.ndarray, values: np.ndarray, generator: np.random.Generator) -> list[float]:
    """Where each truth lies among its particles, 0 to 1: uniform if it is one of them.

    Args:
        truth: `[quantity]`.
        values: `[quantity, particle]`.
        generator: breaks ties, and spreads a rank over the width of a particle.
    """
    below = np.sum(values < truth[:, None], axis=1)
    same = np.sum(values == truth[:, None], axis=1)
    at = below + (same + 1) * generator.random(len(truth))
    return [round(float(x), 5) for x in at / (values.shape[1] + 1)]


@dataclass(frozen=True)
class Ranks:
    """Ranks of many truths.

    Attributes:
        paths: of the numbers.
        below: ranks of numbers, `[truth, number]`.
        headlines: ranks of the effect of the controls by outcome, `[truth]` each.
        fit: ranks of the log-likelihood, `[truth]`.
        narrowed: how much narrower a number's posterior is than its prior, over truths, `[number]`.
    """

    paths: list[str]
    below: np.ndarray
    headlines: dict[str, np.ndarray]
    fit: np.ndarray
    narrowed: np.ndarray

    @classmethod
    def of(cls, truths: Sequence[Truth]) -> Ranks:
        """Of truths with the same numbers."""
        paths = list(truths[0].ranks)

        def table(rows: list[dict[str, Any]], names: Sequence[str]) -> np.ndarray:
            return np.array([[row[name] for name in names] for row in rows])

        headlines = table([one.headlines for one in truths], HEADLINES)
        spread = table([one.spread for one in truths], paths)
        return cls(
            paths,
            table([one.ranks for one in truths], paths),
            dict(zip(HEADLINES, headlines.T, strict=True)),
            np.array([one.fit for one in truths]),
            1 - spread.mean(axis=0),
        )

    def informed(self, count: int) -> np.ndarray:
        """Rows of the numbers whose posteriors are narrowest."""
        return np.argsort(-self.narrowed)[:count]


def synthetic(facts: History, record: Record, generator: np.random.Generator) -> History:
    """Observations of one simulated world, with the errors that the likelihood assumes.

    Args:
        facts: the observations that they replace.
        record: a run of one world.
    """
    return {name: _synthetic_series(name, rows, record, generator) for name, rows in facts.items()}


def _synthetic_series(
    series: str, facts: list[Observation], record: Record, generator: np.random.Generator
) -> list[Observation]:
    model = observation_models()[series]
    noise = error_factor(series, facts) @ generator.standard_normal(len(facts))
    return [
        _shifted(fact, float(model.scaled(simulated(record, fact)[0])) + model.error(fact) * error)
        for fact, error in zip(facts, noise, strict=True)
    ]


def _shifted(fact: Observation, value: float) -> Observation:
    """An observation with another value, in the scale of its errors, and its band around it."""
    model = observation_models()[fact.series]
    shift = value - float(model.scaled(fact.value))
    shifted = np.array([value, *(model.scaled(np.array([fact.low, fact.high])) + shift)])
    middle, low, high = (float(end) for end in model.errors.back(shifted))
    return replace(fact, value=middle, low=low, high=high)
