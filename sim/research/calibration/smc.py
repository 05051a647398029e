"""Tempered sequential Monte Carlo over normal scores and luck.

History enters little by little (tempering). After each step particles are resampled by how well
they fit, and then moved so that they spread over what fits (Metropolis and Hastings). How history
answers to each number is found by nudging the number in some particles. It answers in two ways,
and so there are two kinds of moves, which take turns:

- *Anew.* Some numbers make history jump: those that decide when a lab releases a model. No slope
  describes them, so they are drawn anew from their prior, together with the past luck of the actor
  to whom they belong, for one actor or few at a time: the oftener, the more often it is refused.
- *Along slopes.* The other numbers move history smoothly. Some of them, or some directions along
  which they change together (a subspace informed by the likelihood: Cui, Law and Marzouk 2016), are
  drawn from their posterior given all else, as it would be if residuals were straight lines in them
  (Gauss and Newton); the proposal is corrected by how far they are not.
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
ACCEPTANCE_GOAL = 0.3  # acceptance at which shares stay as they are
KINDS = ("anew", "numbers", "directions")  # moves; the last two are along slopes, in turn
FIRST_SHARE, LEAST_SHARE = 0.1, 1e-3  # shares of numbers that a move changes
STEEPEST = 10.0  # slope of a residual beyond which it is taken for a jump
PROBES, NUDGE = 16, 0.4  # particles in which each number is nudged, and by how much
JUMP = 1.0  # change of residuals with a nudge, beside that of the slope, from which a number jumps
INFORMED = 0.5  # slope of residuals from which history informs a direction
FELT = 1.0  # change of residuals below which a number moves oftener than the others


@dataclass(frozen=True)
class Particles:
    """Particles at one stage.

    Attributes:
        scores: independent standard normal under the prior, `[number, particle]`.
        lucks: number of the past luck of each actor, `[actor, particle]`.
        residuals: of history, independent with spread 1, `[observation, particle]`.
        tempering: how much of history counts so far, 0 to 1.
        stage: how many stages came before.
        shares: of what it could change, that a move changes, `[kind of move]`.
        acceptance: share of moves accepted in the last stage: along slopes, anew.
        evidence: log of the marginal likelihood up to `tempering`.
    """

    scores: np.ndarray
    lucks: np.ndarray
    residuals: np.ndarray
    tempering: float
    stage: int
    shares: np.ndarray
    acceptance: tuple[float, float]
    evidence: float

    @property
    def count(self) -> int:
        """How many particles there are."""
        return self.lucks.shape[1]

    @property
    def fit(self) -> np.ndarray:
        """Log-likelihood of history, `[particle]`."""
        return log_likelihood(self.residuals)

    @property
    def distinct(self) -> int:
        """How many particles differ."""
        both = np.concatenate([self.scores, self.lucks])
        return np.unique(both, axis=1).shape[1]


class Sensitivity(NamedTuple):
    """How residuals of history, as far as it counts, answer to numbers.

    Attributes:
        slopes: change of residuals with a unit of each number, 0 where they jump,
            `[observation, number]`.
        sizes: root mean square of that change, `[number]`.
        jumps: whether residuals jump, `[number]`.
        directions: in which numbers move residuals most, orthonormal, `[number, direction]`.
    """

    slopes: np.ndarray
    sizes: np.ndarray
    jumps: np.ndarray
    directions: np.ndarray


def prior_particles(
    residuals: Residuals, numbers: int, actors: int, particles: int, seed: int
) -> Particles:
    """Particles of the prior; there are as many past lucks to pick from as particles."""
    generator = _generator(seed, 0)
    scores = generator.standard_normal((numbers, particles))
    lucks = generator.integers(0, particles, (actors, particles))
    before = residuals(scores, lucks)
    shares = np.full(len(KINDS), FIRST_SHARE)
    return Particles(scores, lucks, before, 0.0, 0, shares, (np.nan, np.nan), 0.0)


def log_likelihood(residuals: np.ndarray) -> np.ndarray:
    """Log-likelihood of independent normal residuals, up to a constant, `[particle]`."""
    return -0.5 * np.sum(residuals**2, axis=0)


def sample(
    residuals: Residuals,
    particles: Particles,
    seed: int,
    passes: int,
    last: int,
    owners: np.ndarray | None = None,
    probes: int = PROBES,
) -> Iterator[Particles]:
    """All later stages, up to the whole of history.

    Args:
        passes: rounds of moves in a stage (each: one move of each kind).
        last: rounds of moves in the last stage.
        owners: the actor to whom each number belongs, -1 where it is nobody's, `[number]`
            (None: all are nobody's).
        probes: particles in which each number is nudged.

    Yields:
        the particles of each stage; the last have tempering 1.
    """
    owners = np.full(len(particles.scores), -1) if owners is None else owners
    while particles.tempering < 1:
        tempering, log_weights = _next_tempering(particles)
        weights = np.exp(log_weights - log_weights.max())
        generator = _generator(seed, particles.stage + 1)
        rows = _resampled(weights / weights.sum(), generator)
        particles = replace(
            particles,
            scores=particles.scores[:, rows],
            lucks=particles.lucks[:, rows],
            residuals=particles.residuals[:, rows],
            tempering=tempering,
            stage=particles.stage + 1,
            evidence=particles.evidence + np.log(weights.mean()) + log_weights.max(),
        )
        sensitivity = _sensitivity(residuals, particles, generator, probes)
        moves = _Moves(residuals, sensitivity, _parts(sensitivity, particles, owners), generator)
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
    probes = generator.permutation(particles.count)[:count]
    scores = np.repeat(particles.scores[:, probes], numbers, axis=1)
    nudged = np.tile(np.arange(numbers), len(probes))
    nudge = NUDGE * generator.choice([-1.0, 1.0], len(nudged))
    scores[nudged, np.arange(len(nudged))] += nudge
    lucks = particles.lucks[:, probes]
    before = particles.residuals[:, probes]
    after = residuals(scores, np.repeat(lucks, numbers, axis=1))
    change = (after - np.repeat(before, numbers, axis=1)) * np.sqrt(particles.tempering)
    every = (change / nudge).clip(-STEEPEST, STEEPEST).reshape(len(before), len(probes), numbers)
    slopes = np.median(every, axis=1)
    sizes, beside = (
        np.sqrt(np.sum(part**2, axis=(0, 1)) / len(probes))
        for part in (every, every - slopes[:, None])
    )
    jumps = NUDGE * beside > JUMP
    slopes = np.where(jumps, 0.0, slopes)
    _, along, axes = np.linalg.svd(slopes, full_matrices=False)
    return Sensitivity(slopes, sizes, jumps, axes[: max(1, np.sum(along > INFORMED))].T)


def _parts(sensitivity: Sensitivity, particles: Particles, owners: np.ndarray) -> np.ndarray:
    """What is drawn anew together: an actor's luck with his jumping numbers, or such a number.

    Returns:
        whether a number, or after them the luck of an actor, belongs to a part,
        `[number or luck, part]`.
    """
    numbers, actors = len(owners), len(particles.lucks)
    free = np.flatnonzero(sensitivity.jumps & (owners < 0))
    parts = np.zeros((numbers + actors, actors + len(free)), dtype=bool)
    parts[numbers + np.arange(actors), np.arange(actors)] = True
    parts[free, actors + np.arange(len(free))] = True
    owned = np.flatnonzero(sensitivity.jumps & (owners >= 0))
    parts[owned, owners[owned]] = True
    return parts


@dataclass(frozen=True)
class _Moves:
    """The moves of a stage: Metropolis steps that leave the tempered posterior as it is."""

    residuals: Residuals
    sensitivity: Sensitivity
    parts: np.ndarray
    generator: np.random.Generator

    def repeated(self, particles: Particles, rounds: int) -> Particles:
        """So many rounds of a move of each kind."""
        counts = np.ones((2, self.parts.shape[1]))  # of each part: tried, accepted
        rates = []
        for _ in range(rounds):
            particles, anew = self.anew(particles, counts)
            particles, some = self.along_slopes(particles, "numbers")
            particles, along = self.along_slopes(particles, "directions")
            rates.append(((some + along) / 2, anew))
        along, anew = np.mean(rates, axis=0)
        return replace(particles, acceptance=(float(along), float(anew)))

    def anew(self, particles: Particles, counts: np.ndarray) -> tuple[Particles, float]:
        """One part drawn anew in each particle, and a share of the others.

        Args:
            counts: how often each part was tried and accepted, `[2, part]`; goes on counting.
        """
        tried, accepted = counts
        weights = tried / accepted  # the oftener, the more often it is refused
        one = self.generator.choice(len(weights), particles.count, p=weights / weights.sum())
        chance = particles.shares[KINDS.index("anew")] * weights / weights.max()
        chosen = self.generator.random((len(weights), particles.count)) < chance[:, None]
        chosen[one, np.arange(particles.count)] = True
        changed = self.parts @ chosen
        numbers = len(particles.scores)
        drawn = self.generator.standard_normal(particles.scores.shape)
        scores = np.where(changed[:numbers], drawn, particles.scores)
        other = self.generator.integers(0, particles.count, particles.lucks.shape)
        lucks = np.where(changed[numbers:], other, particles.lucks)
        residuals = self.residuals(scores, lucks)
        odds = particles.tempering * (log_likelihood(residuals) - particles.fit)
        moved, accept = self.accepted(particles, scores, lucks, residuals, odds)
        tried += chosen.sum(axis=1)
        accepted += (chosen & accept).sum(axis=1)
        return self.adapted(moved, "anew", accept)

    def along_slopes(self, particles: Particles, kind: str) -> tuple[Particles, float]:
        """Some smooth numbers, or directions, from their posterior as slopes say it is."""
        axes = self.some_axes(kind, particles.shares[KINDS.index(kind)])
        power = np.sqrt(particles.tempering)
        line = Line.of(self.sensitivity.slopes @ axes)
        before = axes.T @ particles.scores
        noise = [self.generator.standard_normal(x.shape) for x in (before, particles.residuals)]
        aim = line.aim(before, power * particles.residuals)
        after = line.drawn(aim, *noise)
        scores = particles.scores + axes @ (after - before)
        residuals = self.residuals(scores, particles.lucks)
        back = line.aim(after, power * residuals)
        odds = particles.tempering * (log_likelihood(residuals) - particles.fit)
        odds += line.log_ratio(before, back) - line.log_ratio(after, aim)
        moved, accept = self.accepted(particles, scores, particles.lucks, residuals, odds)
        return self.adapted(moved, kind, accept)

    def some_axes(self, kind: str, share: float) -> np.ndarray:
        """Orthonormal axes along which a move goes, at least one, `[number, axis]`."""
        axes, chance = self.sensitivity.directions, np.array(share)
        if kind == "numbers":
            smooth = ~self.sensitivity.jumps
            axes = np.eye(len(smooth))[:, smooth]
            chance = share * np.maximum(1, FELT / np.maximum(self.sensitivity.sizes[smooth], 1e-9))
        chosen = self.generator.random(axes.shape[1]) < chance
        chosen[self.generator.integers(axes.shape[1])] = True
        return axes[:, chosen]

    def accepted(
        self,
        particles: Particles,
        scores: np.ndarray,
        lucks: np.ndarray,
        residuals: np.ndarray,
        log_odds: np.ndarray,
    ) -> tuple[Particles, np.ndarray]:
        """Particles after proposals were accepted or refused, and which were accepted."""
        accept = np.log(self.generator.random(particles.count)) < log_odds
        moved = replace(
            particles,
            scores=np.where(accept, scores, particles.scores),
            lucks=np.where(accept, lucks, particles.lucks),
            residuals=np.where(accept, residuals, particles.residuals),
        )
        return moved, accept

    def adapted(
        self, particles: Particles, kind: str, accept: np.ndarray
    ) -> tuple[Particles, float]:
        """Particles whose next move of this kind changes more, or less, and the share accepted."""
        rate, row = float(accept.mean()), KINDS.index(kind)
        shares = particles.shares.copy()
        shares[row] *= np.exp(2 * (rate - ACCEPTANCE_GOAL))
        shares[row] = np.clip(shares[row], LEAST_SHARE, 1.0)
        return replace(particles, shares=shares), rate


class Line(NamedTuple):
    """Residuals as straight lines in some coordinates whose prior is standard normal.

    Where coordinates `x` explain `slopes @ x` of an aim and the rest is noise of spread 1, their
    posterior is normal, with the same covariance wherever a particle stands.

    Attributes:
        slopes: of residuals, `[observation, coordinate]`.
        precision: of the aim under the prior, `[observation, observation]`.
    """

    slopes: np.ndarray
    precision: np.ndarray

    @classmethod
    def of(cls, slopes: np.ndarray) -> Line:
        """The line with these slopes."""
        return cls(slopes, np.linalg.inv(np.eye(len(slopes)) + slopes @ slopes.T))

    def aim(self, at: np.ndarray, residuals: np.ndarray) -> np.ndarray:
        """What the coordinates would have to explain so that no residual is left."""
        return self.slopes @ at - residuals

    def drawn(self, aim: np.ndarray, prior: np.ndarray, errors: np.ndarray) -> np.ndarray:
        """Draws of the posterior, from draws of the prior and of the errors."""
        missed = aim - self.slopes @ prior - errors
        return prior + self.slopes.T @ (self.precision @ missed)

    def log_ratio(self, at: np.ndarray, aim: np.ndarray) -> np.ndarray:
        """Log of the density of the posterior over that of the prior, up to a constant."""
        evidence = -0.5 * np.sum(aim * (self.precision @ aim), axis=0)
        return log_likelihood(self.slopes @ at - aim) - evidence
