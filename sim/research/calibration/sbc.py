"""Simulation-based calibration: is the posterior honest where the truth is known?

A truth is a world of the priors. Its synthetic observations, with errors of the declared size, are
fitted as if they were history. Over many truths the rank of each true number among the particles is
uniform if sampler, likelihood and luck are right (Talts and others 2018). Ranks crowd at the ends
where a posterior is too narrow, and in the middle where it is too wide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate_block
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
from sim.scenario.load import ResolvedScenario

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Ranks:
    """Ranks of truths among the particles that were fitted to their synthetic observations.

    Attributes:
        paths: of the numbers.
        below: share of particles below the truth, `[truth, number]`, ties counted half.
        fit: the same of the log-likelihood at the truth, `[truth]`: depends on scores and luck.
        narrowed: how much narrower a number's posterior is than its prior, over truths, `[number]`.
    """

    paths: list[str]
    below: np.ndarray
    fit: np.ndarray
    narrowed: np.ndarray

    def informed(self, count: int) -> np.ndarray:
        """Rows of the numbers whose posteriors are narrowest."""
        return np.argsort(-self.narrowed)[:count]


def ranks(
    resolved: ResolvedScenario,
    truths: int,
    particles: int = 128,
    until: str = "2022-12",
    passes: int = 2,
    last: int = 12,
    seed: int = 1,
    progress: Progress = lambda done: None,
) -> Ranks:
    """Draw and fit so many truths, one after the other.

    Args:
        resolved: the scenario from whose priors truths are drawn.
        particles, until, passes, last, seed: as in `calibrate`.
        progress: called with the number of truths that are done.
    """
    below, fits, spreads = [], [], []
    for truth in range(truths):
        generator = np.random.Generator(np.random.Philox(key=np.array([seed, 2**32 + truth])))
        problem = CalibrationProblem(resolved, seed, particles, until)
        scores = generator.standard_normal((len(problem.priors), 1))
        lucks = generator.integers(0, particles, (len(problem.actors), 1))
        world = problem.conditioned(scores, lucks)
        record = simulate_block(world, Worlds([0]), 0, problem.months, only=RECORDED)
        facts = synthetic(history("fit", until), record, generator)
        problem = CalibrationProblem(resolved, seed, particles, until, facts)
        own = 1000 * seed + truth + 1  # seed of particles and moves: another one for each truth
        fitted = _fitted(problem, own, passes, last)
        below.append(_share_below(scores[:, 0], fitted.scores))
        true_fit = smc.log_likelihood(problem.residuals(scores, lucks))
        fits.append(float(_share_below(true_fit, fitted.fit[None])[0]))
        spreads.append(fitted.scores.std(axis=1))
        progress(truth + 1)
    paths = list(CalibrationProblem(resolved, seed, particles, until).priors)
    return Ranks(paths, np.array(below), np.array(fits), 1 - np.mean(spreads, axis=0))


def _fitted(problem: CalibrationProblem, seed: int, passes: int, last: int) -> smc.Particles:
    """The particles of the last stage."""
    numbers, actors = len(problem.priors), len(problem.actors)
    first = smc.prior_particles(problem.residuals, numbers, actors, problem.particles, seed)
    *_, final = smc.sample(problem.residuals, first, seed, passes, last, probes=2)
    return final


def _share_below(truth: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of particles below each truth, a tie counted half."""
    less, same = values < truth[:, None], values == truth[:, None]
    return np.mean(less + 0.5 * same, axis=1)


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
    noise = error_factor(series, len(facts)) @ generator.standard_normal(len(facts))
    return [
        _shifted(fact, float(model.scaled(simulated(record, fact)[0])) + model.error(fact) * error)
        for fact, error in zip(facts, noise, strict=True)
    ]


def _shifted(fact: Observation, value: float) -> Observation:
    """An observation with another value, in the scale of its errors, and its band around it."""
    model = observation_models()[fact.series]
    shift = value - float(model.scaled(fact.value))
    unscaled = np.exp if model.scale == "log" else float
    low, high = (float(unscaled(float(model.scaled(end)) + shift)) for end in (fact.low, fact.high))
    return replace(fact, value=float(unscaled(value)), low=low, high=high)
