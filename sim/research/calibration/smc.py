"""Tempered sequential Monte Carlo over normal scores and luck.

History enters little by little (tempering). After each step particles are resampled by how well
they fit, and then moved so that they spread over what fits. A move proposes scores by
preconditioned Crank-Nicolson, which leaves the prior as it is however many numbers there are, or
another past luck; it is accepted by the ratio of likelihoods (Metropolis). The sensitivity of
history to each number is found by nudging the number in some particles. Three kinds of moves take
turns: numbers to which history is hardly sensitive are drawn anew; some numbers make steps, the
smaller the more sensitive history is; and so do some directions, along which numbers change
together (a subspace informed by the likelihood: Cui, Law and Marzouk 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

# From scores and lucks to independent residuals of spread 1: `[observation, particle]`.
Residuals = Callable[[np.ndarray, np.ndarray], np.ndarray]

EFFECTIVE_SHARE = 0.5  # of particles that a step of tempering leaves
ACCEPTANCE_GOAL = 0.25  # acceptance at which steps stay as they are
LARGEST_STEP = 0.98  # step of numbers that are drawn anew
KINDS = ("independent", "numbers", "directions")  # moves of scores, in turn
MOVED_SHARE = 0.1  # share of the numbers, or directions, that make a step
INSENSITIVE = 1e3  # step beyond which a number is drawn anew with every move
LEAST_CHANGE, MOST_CHANGE = 1e-3, 10.0  # bounds of the change of residuals that a step aims at
STEEPEST = 10.0  # slope of a residual beyond which it is taken for a jump
PROBES, NUDGE = 8, 0.4  # particles in which each number is nudged, and by how much
LUCK_SHARES = (0.3, 0.1)  # shares of the actors whose luck a move changes, in turn


@dataclass(frozen=True)
class Particles:
    """Particles at one stage.

    Attributes:
        scores: independent standard normal under the prior, `[number, particle]`.
        lucks: number of the past luck of each actor, `[actor, particle]`.
        fit: log-likelihood of history, `[particle]`.
        tempering: how much of history counts so far, 0 to 1.
        stage: how many stages came before.
        steps: change of residuals that a step aims at, `[kind of move]`.
        acceptance: share of moves accepted in the last stage: of scores, of luck.
        evidence: log of the marginal likelihood up to `tempering`.
    """

    scores: np.ndarray
    lucks: np.ndarray
    fit: np.ndarray
    tempering: float
    stage: int
    steps: np.ndarray
    acceptance: tuple[float, float]
    evidence: float

    @property
    def count(self) -> int:
        """How many particles there are."""
        return self.lucks.shape[1]

    @property
    def distinct(self) -> int:
        """How many particles differ."""
        both = np.concatenate([self.scores, self.lucks])
        return np.unique(both, axis=1).shape[1]


class Sensitivity(NamedTuple):
    """How much residuals of history change with a unit of each number or direction.

    Attributes:
        numbers: `[number]`.
        directions: `[direction]`.
        axes: of the directions, orthonormal, `[number, direction]`.
    """

    numbers: np.ndarray
    directions: np.ndarray
    axes: np.ndarray


def prior_particles(
    residuals: Residuals, numbers: int, actors: int, particles: int, seed: int
) -> Particles:
    """Particles of the prior; there are as many past lucks to pick from as particles."""
    generator = _generator(seed, 0)
    scores = generator.standard_normal((numbers, particles))
    lucks = generator.integers(0, particles, (actors, particles))
    fit = log_likelihood(residuals(scores, lucks))
    steps = np.full(len(KINDS), 0.3)
    return Particles(scores, lucks, fit, 0.0, 0, steps, (np.nan, np.nan), 0.0)


def log_likelihood(residuals: np.ndarray) -> np.ndarray:
    """Log-likelihood of independent normal residuals, up to a constant, `[particle]`."""
    return -0.5 * np.sum(residuals**2, axis=0)


def sample(
    residuals: Residuals,
    particles: Particles,
    seed: int,
    passes: int,
    last: int,
    probes: int = PROBES,
) -> Iterator[Particles]:
    """All later stages, up to the whole of history.

    Args:
        passes: rounds of moves in a stage (each: one of scores, one of luck).
        last: rounds of moves in the last stage.
        probes: particles in which each number is nudged.

    Yields:
        the particles of each stage; the last have tempering 1.
    """
    while particles.tempering < 1:
        tempering, log_weights = _next_tempering(particles)
        weights = np.exp(log_weights - log_weights.max())
        generator = _generator(seed, particles.stage + 1)
        rows = _resampled(weights / weights.sum(), generator)
        particles = replace(
            particles,
            scores=particles.scores[:, rows],
            lucks=particles.lucks[:, rows],
            fit=particles.fit[rows],
            tempering=tempering,
            stage=particles.stage + 1,
            evidence=particles.evidence + np.log(weights.mean()) + log_weights.max(),
        )
        sensitivity = _sensitivity(residuals, particles, generator, probes)
        moves = _Moves(residuals, sensitivity, generator)
        particles = moves.repeated(particles, last if tempering == 1 else passes)
        yield particles


def _generator(seed: int, stage: int) -> np.random.Generator:
    """The generator of a stage alone, so that a resumed calibration has the same end."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, stage], dtype=np.uint64)))


def _next_tempering(particles: Particles) -> tuple[float, np.ndarray]:
    """The next tempering, and the log of the weights of particles that it brings."""
    fit, now = particles.fit, particles.tempering

    def excess(tempering: float) -> float:
        """Effective share of the particles, less the wanted one."""
        weights = np.exp((tempering - now) * (fit - fit.max()))
        return weights.sum() ** 2 / (weights**2).sum() / particles.count - EFFECTIVE_SHARE

    tempering = 1.0
    if excess(1.0) < 0:
        tempering = float(brentq(excess, now, 1.0, xtol=1e-6))
    return tempering, (tempering - now) * fit


def _resampled(weights: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Systematic resampling: which particles go on."""
    points = (generator.random() + np.arange(len(weights))) / len(weights)
    return np.searchsorted(np.cumsum(weights), points).clip(0, len(weights) - 1)


def _sensitivity(
    residuals: Residuals, particles: Particles, generator: np.random.Generator, count: int
) -> Sensitivity:
    """Sensitivity of history: each number is nudged in some particles, one by one."""
    numbers = len(particles.scores)
    probes = generator.integers(0, particles.count, min(count, particles.count))
    scores = np.repeat(particles.scores[:, probes], numbers, axis=1)
    nudged = np.tile(np.arange(numbers), len(probes))
    nudge = NUDGE * generator.choice([-1.0, 1.0], len(nudged))
    scores[nudged, np.arange(len(nudged))] += nudge
    lucks = particles.lucks[:, probes]
    before = residuals(particles.scores[:, probes], lucks)
    after = residuals(scores, np.repeat(lucks, numbers, axis=1))
    slopes = (after - np.repeat(before, numbers, axis=1)) / nudge
    slopes = slopes.clip(-STEEPEST, STEEPEST).reshape(-1, numbers)  # [observation, probe; number]
    squares, axes = np.linalg.eigh(slopes.T @ slopes / len(probes))
    by_number = np.sqrt(np.sum(slopes**2, axis=0) / len(probes))
    return Sensitivity(by_number, np.sqrt(np.maximum(squares, 0.0)), axes)


@dataclass(frozen=True)
class _Moves:
    """The moves of a stage: Metropolis steps that leave the tempered posterior as it is."""

    residuals: Residuals
    sensitivity: Sensitivity
    generator: np.random.Generator

    def repeated(self, particles: Particles, rounds: int) -> Particles:
        """So many rounds of a move of scores and a move of luck."""
        rates = []
        for number in range(rounds):
            particles, scores = self.of_scores(particles, KINDS[number % len(KINDS)])
            share = LUCK_SHARES[number % len(LUCK_SHARES)]
            particles, luck = self.of_luck(particles, share)
            rates.append((scores, luck))
        scores, luck = np.mean(rates, axis=0)
        return replace(particles, acceptance=(float(scores), float(luck)))

    def of_scores(self, particles: Particles, kind: str) -> tuple[Particles, float]:
        """One kind of move, with a step that its acceptance adapts."""
        row = KINDS.index(kind)
        proposed = self.proposed(particles, kind, particles.steps[row])
        particles, rate = self.accepted(particles, proposed, particles.lucks)
        steps = particles.steps.copy()
        step = steps[row] * np.exp(2 * (rate - ACCEPTANCE_GOAL))
        steps[row] = np.clip(step, LEAST_CHANGE, MOST_CHANGE)
        return replace(particles, steps=steps), rate

    def proposed(self, particles: Particles, kind: str, step: float) -> np.ndarray:
        """Proposed scores; every kind of move leaves the prior as it is."""
        axes, along_axes = self.sensitivity.axes, kind == "directions"
        slopes = self.sensitivity.directions if along_axes else self.sensitivity.numbers
        reach = (step / np.maximum(np.sqrt(particles.tempering) * slopes, 1e-9))[:, None]
        share: np.ndarray | float = MOVED_SHARE
        size: np.ndarray | float = np.minimum(reach, LARGEST_STEP)
        if kind == "independent":
            share, size = reach, LARGEST_STEP
        shape = particles.scores.shape
        changed = (self.generator.random(shape) < share) | (reach > INSENSITIVE)
        noise = self.generator.standard_normal(shape)
        before = axes.T @ particles.scores if along_axes else particles.scores
        after = np.where(changed, np.sqrt(1 - size**2) * before + size * noise, before)
        return axes @ after if along_axes else after

    def of_luck(self, particles: Particles, share: float) -> tuple[Particles, float]:
        """Another past luck for a share of the actors."""
        changed = self.generator.random(particles.lucks.shape) < share
        drawn = self.generator.integers(0, particles.count, particles.lucks.shape)
        proposed = np.where(changed, drawn, particles.lucks)
        return self.accepted(particles, particles.scores, proposed)

    def accepted(
        self, particles: Particles, scores: np.ndarray, lucks: np.ndarray
    ) -> tuple[Particles, float]:
        """Particles after proposals were accepted or rejected, and the share accepted."""
        fit = log_likelihood(self.residuals(scores, lucks))
        log_odds = particles.tempering * (fit - particles.fit)
        accept = np.log(self.generator.random(particles.count)) < log_odds
        moved = replace(
            particles,
            scores=np.where(accept, scores, particles.scores),
            lucks=np.where(accept, lucks, particles.lucks),
            fit=np.where(accept, fit, particles.fit),
        )
        return moved, float(accept.mean())
