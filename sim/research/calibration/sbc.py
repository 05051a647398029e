"""Simulation-based calibration: is the posterior honest where the truth is known?

A truth is a world of the priors. What it would have shown, with errors of the declared size, is
fitted as if it were history. Over many truths the rank of each true number among the particles is
uniform if sampler, likelihood and luck are right (Talts and others 2018); ranks that crowd at the
ends tell of a posterior that is too narrow, ranks in the middle of one that is too wide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate_block
from sim.outcomes.measures import Record
from sim.research.calibration import smc
from sim.research.calibration.calibrate import Fitting
from sim.research.calibration.likelihood import Facts
from sim.research.history.compared import NEEDED, compared, facts, simulated
from sim.research.history.observations import Observation
from sim.scenario.load import ResolvedScenario

Say = Callable[[int], None]


@dataclass(frozen=True)
class Ranks:
    """Where truths lie among the particles that were fitted to what they showed.

    Attributes:
        paths: of the numbers.
        below: share of particles below the truth, `[truth, number]`, ties counted half.
        fit: the same of the log-likelihood at the truth, `[truth]`: feels scores and luck together.
        narrowed: part of a number's prior spread that is gone, over truths, `[number]`.
    """

    paths: list[str]
    below: np.ndarray
    fit: np.ndarray
    narrowed: np.ndarray

    def inside(self, share: float, numbers: np.ndarray | None = None) -> float:
        """Share of truths in the central interval that holds such a share of particles."""
        below = self.below if numbers is None else self.below[:, numbers]
        return float(np.mean(np.abs(below - 0.5) <= share / 2))

    def informed(self, count: int) -> np.ndarray:
        """Rows of the numbers of which the synthetic histories say most."""
        return np.argsort(-self.narrowed)[:count]


def synthetic(history: Facts, record: Record, generator: np.random.Generator) -> Facts:
    """Observations of one simulated world, with the errors that the likelihood takes them to have.

    Args:
        history: the facts in whose place they stand.
        record: a run of one world.
    """
    return {name: _shown(name, rows, record, generator) for name, rows in history.items()}


def _shown(
    name: str, rows: list[Observation], record: Record, generator: np.random.Generator
) -> list[Observation]:
    one = compared()[name]
    steps = np.abs(np.subtract.outer(np.arange(len(rows)), np.arange(len(rows))))
    together = np.linalg.cholesky(one.persistence**steps)
    noise = together @ generator.standard_normal(len(rows))
    return [
        _moved(row, float(one.scaled(simulated(record, row)[0])) + one.error(row) * shock)
        for row, shock in zip(rows, noise, strict=True)
    ]


def _moved(fact: Observation, value: float) -> Observation:
    """A fact with another value, given in the scale of its errors, and its band around it."""
    one = compared()[fact.series]
    shift = value - float(one.scaled(fact.value))
    back = np.exp if one.scale == "log" else float
    low, high = (float(back(float(one.scaled(end)) + shift)) for end in (fact.low, fact.high))
    return replace(fact, value=float(back(value)), low=low, high=high)


def ranks(
    resolved: ResolvedScenario,
    truths: int,
    particles: int = 128,
    until: str = "2022-12",
    passes: int = 2,
    last: int = 12,
    seed: int = 1,
    say: Say = lambda done: None,
) -> Ranks:
    """Fit so many truths, one after the other.

    Args:
        loaded: the scenario whose priors the truths are drawn from.
        particles, until, passes, last, seed: as in `calibrate`.
        say: told how many truths are done.
    """
    below, fits, spreads = [], [], []
    for truth in range(truths):
        one, fit, spread = _rank(resolved, particles, until, passes, last, (seed, truth))
        below.append(one)
        fits.append(fit)
        spreads.append(spread)
        say(truth + 1)
    paths = list(Fitting(resolved, seed, particles, until).priors)
    return Ranks(paths, np.array(below), np.array(fits), 1 - np.mean(spreads, axis=0))


def _rank(
    resolved: ResolvedScenario,
    particles: int,
    until: str,
    passes: int,
    last: int,
    at: tuple[int, int],
) -> tuple[np.ndarray, float, np.ndarray]:
    """Share of particles below the truth, of numbers and of the fit; spread of the particles."""
    seed, truth = at
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, 2**32 + truth])))
    fitting = Fitting(resolved, seed, particles, until)
    true = generator.standard_normal((len(fitting.priors), 1))
    luck = generator.integers(0, particles, (len(fitting.actors), 1))
    world = fitting.conditioned(true, luck)
    record = simulate_block(world, Worlds([0]), 0, fitting.months, only=NEEDED)
    shown = synthetic(facts("fit", until), record, generator)
    fitting = Fitting(resolved, seed, particles, until, shown)
    own = 1000 * seed + truth + 1  # of particles and moves: not those of another truth
    first = smc.begin(fitting, len(true), len(luck), particles, own)
    *_, cloud = smc.sample(fitting, first, own, passes, last, probes=2)
    fit = _share_below(smc.log_likelihood(fitting(true, luck)), cloud.fit[None])
    return _share_below(true[:, 0], cloud.scores), float(fit[0]), cloud.scores.std(axis=1)


def _share_below(truth: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Share of particles below each truth, a tie counted half."""
    less, same = found < truth[:, None], found == truth[:, None]
    return np.mean(less + 0.5 * same, axis=1)
