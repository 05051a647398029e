"""Tempered sequential Monte Carlo over normal scores and luck.

History enters little by little (tempering); after each step particles are drawn anew by how well
they fit, and then moved so that they spread over what fits. A move proposes scores by
preconditioned Crank-Nicolson, which leaves the prior as it is however many numbers there are, or
another past luck; it is taken by the ratio of likelihoods (Metropolis). Numbers that the fit feels
less make larger steps: what history does not speak of is drawn anew with every move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

Fit = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of scores and lucks, gives `[particle]`

GOAL = 0.25  # rate of taken moves at which steps are kept
LARGEST = 0.98  # step of a number that the fit does not feel
PARTS = (1.0, 0.3, 0.1)  # shares of the numbers that a move changes, in turn
FARTHEST = 30.0  # change of fit beyond which a number is as sensitive as any
PROBES, NUDGE = 8, 0.5  # particles on which each number is tried, and by how much
LUCKY = (0.3, 0.1)  # shares of the actors whose luck a move changes, in turn


@dataclass(frozen=True)
class Cloud:
    """Particles at one stage.

    Attributes:
        scores: independent standard normal under the prior, `[number, particle]`.
        lucks: number of the past luck of each actor, `[actor, particle]`.
        fit: log-likelihood of history.
        power: how much of history counts so far, 0 to 1.
        stage: how many steps were made.
        steps: change of fit that a number's step should make, by share of numbers changed.
        felt: change of fit per unit of each number, `[number]`.
        taken: rate of taken moves of the last stage: of scores, of luck.
        evidence: log of the marginal likelihood up to `power`.
    """

    scores: np.ndarray
    lucks: np.ndarray
    fit: np.ndarray
    power: float
    stage: int
    steps: np.ndarray
    felt: np.ndarray
    taken: tuple[float, float]
    evidence: float

    @property
    def count(self) -> int:
        """How many particles."""
        return self.lucks.shape[1]

    @property
    def distinct(self) -> int:
        """How many particles differ."""
        both = np.concatenate([self.scores, self.lucks])
        return np.unique(both, axis=1).shape[1]


def begin(fit: Fit, numbers: int, actors: int, particles: int, seed: int) -> Cloud:
    """Particles of the prior; as many pasts as particles are there to pick from."""
    generator = _generator(seed, 0)
    scores = generator.standard_normal((numbers, particles))
    lucks = generator.integers(0, particles, (actors, particles))
    steps, felt = np.full(len(PARTS), 0.3), np.ones(numbers)
    return Cloud(scores, lucks, fit(scores, lucks), 0.0, 0, steps, felt, (np.nan, np.nan), 0.0)


def sample(
    fit: Fit,
    cloud: Cloud,
    seed: int,
    passes: int,
    last: int,
    keep: float = 0.5,
    probes: int = PROBES,
) -> Iterator[Cloud]:
    """All stages after a cloud, up to the whole of history.

    Args:
        passes: rounds of moves in a stage (each: one of scores, one of luck); `last` in the last.
        keep: effective share of particles that a step of tempering leaves.
        probes: particles on which each number is tried, to see how much the fit feels it.

    Yields:
        a cloud for each stage; the last has power 1.
    """
    while cloud.power < 1:
        power, grown = _next_power(cloud, keep)
        weights = np.exp(grown - grown.max())
        evidence = cloud.evidence + np.log(weights.mean()) + grown.max()
        generator = _generator(seed, cloud.stage + 1)
        at = _resampled(weights / weights.sum(), generator)
        cloud = replace(
            cloud,
            scores=cloud.scores[:, at],
            lucks=cloud.lucks[:, at],
            fit=cloud.fit[at],
            power=power,
            stage=cloud.stage + 1,
            evidence=evidence,
        )
        cloud = replace(cloud, felt=_felt(fit, cloud, generator, probes))
        cloud = _moved(fit, cloud, generator, last if power == 1 else passes)
        yield cloud


def _generator(seed: int, stage: int) -> np.random.Generator:
    """Luck of a stage: its own, so that an interrupted run goes on to the same end."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, stage], dtype=np.uint64)))


def _next_power(cloud: Cloud, keep: float) -> tuple[float, np.ndarray]:
    """How far history can be let in at once, and what that adds to the log of weights."""

    def effective(power: float) -> float:
        grown = (power - cloud.power) * (cloud.fit - cloud.fit.max())
        weights = np.exp(grown)
        return weights.sum() ** 2 / (weights**2).sum() / cloud.count - keep

    power = 1.0
    if effective(1.0) < 0:
        power = float(brentq(effective, cloud.power, 1.0, xtol=1e-6))
    return power, (power - cloud.power) * cloud.fit


def _resampled(weights: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Systematic resampling: places of the particles that go on."""
    points = (generator.random() + np.arange(len(weights))) / len(weights)
    return np.searchsorted(np.cumsum(weights), points).clip(0, len(weights) - 1)


def _felt(fit: Fit, cloud: Cloud, generator: np.random.Generator, count: int) -> np.ndarray:
    """How much the fit changes with each number: tried one by one on a few particles."""
    numbers = len(cloud.scores)
    probes = generator.integers(0, cloud.count, min(count, cloud.count))
    scores = np.repeat(cloud.scores[:, probes], numbers, axis=1)
    each = np.tile(np.arange(numbers), len(probes))
    scores[each, np.arange(len(each))] += NUDGE * generator.choice([-1.0, 1.0], len(each))
    changed = fit(scores, np.repeat(cloud.lucks[:, probes], numbers, axis=1))
    change = (changed - np.repeat(cloud.fit[probes], numbers)).reshape(len(probes), numbers)
    return np.sqrt(np.mean(np.clip(change / NUDGE, -FARTHEST, FARTHEST) ** 2, axis=0))


def _moved(fit: Fit, cloud: Cloud, generator: np.random.Generator, passes: int) -> Cloud:
    rates = []
    for turn in range(passes):
        cloud, scores = _move_scores(fit, cloud, generator, turn % len(PARTS))
        cloud, luck = _move_luck(fit, cloud, generator, LUCKY[turn % len(LUCKY)])
        rates.append((scores, luck))
    return replace(cloud, taken=tuple(np.mean(rates, axis=0)))


def _move_scores(
    fit: Fit, cloud: Cloud, generator: np.random.Generator, part: int
) -> tuple[Cloud, float]:
    """Some of the numbers, by steps that the rate of taken moves adapts."""
    feels = np.maximum(cloud.power * cloud.felt, 1e-9)
    step = np.minimum(cloud.steps[part] / feels, LARGEST)[:, None]
    changed = generator.random(cloud.scores.shape) < PARTS[part]
    noise = generator.standard_normal(cloud.scores.shape)
    proposed = np.where(changed, np.sqrt(1 - step**2) * cloud.scores + step * noise, cloud.scores)
    cloud, rate = _decide(cloud, proposed, cloud.lucks, fit(proposed, cloud.lucks), generator)
    steps = cloud.steps.copy()
    steps[part] *= np.exp(2 * (rate - GOAL))
    return replace(cloud, steps=steps), rate


def _move_luck(
    fit: Fit, cloud: Cloud, generator: np.random.Generator, part: float
) -> tuple[Cloud, float]:
    """Another past luck for some of the actors, out of as many as there are particles."""
    changed = generator.random(cloud.lucks.shape) < part
    drawn = generator.integers(0, cloud.count, cloud.lucks.shape)
    proposed = np.where(changed, drawn, cloud.lucks)
    return _decide(cloud, cloud.scores, proposed, fit(cloud.scores, proposed), generator)


def _decide(
    cloud: Cloud,
    scores: np.ndarray,
    lucks: np.ndarray,
    fits: np.ndarray,
    generator: np.random.Generator,
) -> tuple[Cloud, float]:
    odds = np.log(generator.random(cloud.count)) < cloud.power * (fits - cloud.fit)
    moved = replace(
        cloud,
        scores=np.where(odds, scores, cloud.scores),
        lucks=np.where(odds, lucks, cloud.lucks),
        fit=np.where(odds, fits, cloud.fit),
    )
    return moved, float(odds.mean())
