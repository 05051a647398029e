"""Tempered sequential Monte Carlo over normal scores and luck.

History enters little by little (tempering); after each step particles are drawn anew by how well
they fit, and then moved so that they spread over what fits. A move proposes scores by
preconditioned Crank-Nicolson, which leaves the prior as it is however many numbers there are, or
another past luck; it is taken by the ratio of likelihoods (Metropolis). What history feels is found
by nudging each number of some particles. Three kinds of moves take turns: numbers that history
hardly feels are drawn anew; some numbers make steps, the smaller the more it feels them; and so do
some directions, along which numbers change together (a subspace informed by the likelihood: Cui,
Law and Marzouk 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

# Of scores and lucks gives residuals, independent and of spread 1: `[observation, particle]`.
Residuals = Callable[[np.ndarray, np.ndarray], np.ndarray]

GOAL = 0.25  # rate of taken moves at which steps are kept
LARGEST = 0.98  # step of what is drawn anew
KINDS = ("anew", "numbers", "directions")  # moves of scores, in turn
PART = 0.1  # share of the numbers, or directions, that make a step
UNFELT = 1e3  # reach of what history does not feel: drawn anew with every move
SMALLEST, WIDEST = 1e-3, 10.0  # bounds of the change of fit that is aimed at
FARTHEST = 10.0  # slope of a residual beyond which it is a jump, no slope
PROBES, NUDGE = 8, 0.4  # particles on which each number is tried, and by how much
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
        steps: change of residuals that a step should make, by kind of move.
        taken: rate of taken moves of the last stage: of scores, of luck.
        evidence: log of the marginal likelihood up to `power`.
    """

    scores: np.ndarray
    lucks: np.ndarray
    fit: np.ndarray
    power: float
    stage: int
    steps: np.ndarray
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


class Ways(NamedTuple):
    """How much history feels numbers, and directions in their space: change of residuals a unit.

    Attributes:
        number: `[number]`.
        direction: `[direction]`.
        axes: of the directions, orthonormal, `[number, direction]`.
    """

    number: np.ndarray
    direction: np.ndarray
    axes: np.ndarray


def begin(residuals: Residuals, numbers: int, actors: int, particles: int, seed: int) -> Cloud:
    """Particles of the prior; as many pasts as particles are there to pick from."""
    generator = _generator(seed, 0)
    scores = generator.standard_normal((numbers, particles))
    lucks = generator.integers(0, particles, (actors, particles))
    fit = log_likelihood(residuals(scores, lucks))
    steps = np.full(len(KINDS), 0.3)
    return Cloud(scores, lucks, fit, 0.0, 0, steps, (np.nan, np.nan), 0.0)


def log_likelihood(residuals: np.ndarray) -> np.ndarray:
    """Of independent normal residuals of spread 1, up to a constant, `[particle]`."""
    return -0.5 * np.sum(residuals**2, axis=0)


def sample(
    residuals: Residuals,
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
        probes: particles on which each number is tried, to see what history feels.

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
        ways = _ways(residuals, cloud, generator, probes)
        cloud = _moved(residuals, cloud, ways, generator, last if power == 1 else passes)
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


def _ways(residuals: Residuals, cloud: Cloud, generator: np.random.Generator, count: int) -> Ways:
    """What history feels: each number of some particles is nudged, one by one."""
    numbers = len(cloud.scores)
    probes = generator.integers(0, cloud.count, min(count, cloud.count))
    scores = np.repeat(cloud.scores[:, probes], numbers, axis=1)
    each = np.tile(np.arange(numbers), len(probes))
    nudge = NUDGE * generator.choice([-1.0, 1.0], len(each))
    scores[each, np.arange(len(each))] += nudge
    lucks = cloud.lucks[:, probes]
    before = residuals(cloud.scores[:, probes], lucks)
    after = residuals(scores, np.repeat(lucks, numbers, axis=1))
    slopes = (after - np.repeat(before, numbers, axis=1)) / nudge
    slopes = slopes.clip(-FARTHEST, FARTHEST).reshape(
        -1, numbers
    )  # [observation and probe, number]
    felt, axes = np.linalg.eigh(slopes.T @ slopes / len(probes))
    number = np.sqrt(np.sum(slopes**2, axis=0) / len(probes))
    return Ways(number, np.sqrt(np.maximum(felt, 0.0)), axes)


def _moved(
    residuals: Residuals, cloud: Cloud, ways: Ways, generator: np.random.Generator, passes: int
) -> Cloud:
    rates = []
    for forcing in range(passes):
        cloud, rate = _move_scores(residuals, cloud, ways, generator, KINDS[forcing % 3])
        cloud, lucky = _move_luck(residuals, cloud, generator, LUCKY[forcing % len(LUCKY)])
        rates.append((rate, lucky))
    scores, luck = np.mean(rates, axis=0)
    return replace(cloud, taken=(float(scores), float(luck)))


def _move_scores(
    residuals: Residuals, cloud: Cloud, ways: Ways, generator: np.random.Generator, kind: str
) -> tuple[Cloud, float]:
    """One kind of move, by steps that the rate of taken moves adapts."""
    at = KINDS.index(kind)
    proposed = _proposed(cloud, ways, generator, kind, cloud.steps[at])
    fits = log_likelihood(residuals(proposed, cloud.lucks))
    cloud, rate = _decide(cloud, proposed, cloud.lucks, fits, generator)
    steps = cloud.steps.copy()
    steps[at] = np.clip(steps[at] * np.exp(2 * (rate - GOAL)), SMALLEST, WIDEST)
    return replace(cloud, steps=steps), rate


def _proposed(
    cloud: Cloud, ways: Ways, generator: np.random.Generator, kind: str, step: float
) -> np.ndarray:
    """Scores as a move would have them; the prior stays as it is under each kind."""
    felt = ways.direction if kind == "directions" else ways.number
    reach = (step / np.maximum(np.sqrt(cloud.power) * felt, 1e-9))[:, None]
    share, size = (reach, LARGEST) if kind == "anew" else (PART, np.minimum(reach, LARGEST))
    changed = (generator.random(cloud.scores.shape) < share) | (reach > UNFELT)
    noise = generator.standard_normal(cloud.scores.shape)
    along = ways.axes.T @ cloud.scores if kind == "directions" else cloud.scores
    along = np.where(changed, np.sqrt(1 - size**2) * along + size * noise, along)
    return ways.axes @ along if kind == "directions" else along


def _move_luck(
    residuals: Residuals, cloud: Cloud, generator: np.random.Generator, part: float
) -> tuple[Cloud, float]:
    """Another past luck for some of the actors, out of as many as there are particles."""
    changed = generator.random(cloud.lucks.shape) < part
    drawn = generator.integers(0, cloud.count, cloud.lucks.shape)
    proposed = np.where(changed, drawn, cloud.lucks)
    fits = log_likelihood(residuals(cloud.scores, proposed))
    return _decide(cloud, cloud.scores, proposed, fits, generator)


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
