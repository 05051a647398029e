"""The sampler on a toy whose posterior is known: a line through points, and luck that matters."""

from __future__ import annotations

import numpy as np
import pytest

from sim.research.calibration import smc

NUMBERS, ACTORS, PARTICLES = 12, 3, 2000
OBSERVED, ERROR = 1.2, 0.5  # of the first score plus half the second


def fit(scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
    """Residual of the observation; the first actor's luck adds 1 where its number is odd."""
    simulated = scores[0] + 0.5 * scores[1] + lucks[0] % 2
    return ((OBSERVED - simulated) / ERROR)[None]


@pytest.fixture(scope="module")
def stages() -> list[smc.Particles]:
    first = smc.prior_particles(fit, NUMBERS, ACTORS, PARTICLES, seed=3)
    return [first, *smc.sample(fit, first, 3, passes=6, last=12)]


def exact() -> tuple[float, np.ndarray, np.ndarray, float]:
    """Chance of an odd luck; mean and covariance of the two scores; log evidence: by hand.

    With odd luck the scores explain 0.2, else 1.2: two normal posteriors, weighed by how well each
    predicts. The sum s = a + b/2 has prior variance 1.25, so what is seen has 1.25 + 0.25 = 1.5.
    """
    load, seen = np.array([1.0, 0.5]), np.array([OBSERVED - 1, OBSERVED])  # odd, even
    weight = 0.5 * np.exp(-0.5 * seen**2 / 1.5)
    odd = weight[0] / weight.sum()
    means = np.outer(seen, load) / 1.5  # gain: covariance of scores with what is seen, over 1.5
    mean = odd * means[0] + (1 - odd) * means[1]
    within = np.eye(2) - np.outer(load, load) / 1.5
    between = odd * (1 - odd) * np.outer(means[0] - means[1], means[0] - means[1])
    # the likelihood lacks the constant 1 / (error sqrt(2 pi)); of N(0, 1.5) remains sqrt(.25 / 1.5)
    return float(odd), mean, within + between, float(np.log(weight.sum() * np.sqrt(0.25 / 1.5)))


def test_the_known_truth_is_found(stages):
    odd, mean, covariance, _ = exact()
    last = stages[-1]
    np.testing.assert_allclose(last.scores[:2].mean(axis=1), mean, atol=0.1)
    np.testing.assert_allclose(np.cov(last.scores[:2]), covariance, atol=0.12)
    assert abs((last.lucks[0] % 2).mean() - odd) < 0.06


def test_the_evidence_is_that_of_the_formula(stages):
    assert abs(stages[-1].evidence - exact()[3]) < 0.1


def test_numbers_without_observations_keep_their_prior(stages):
    last = stages[-1]
    assert np.all(np.abs(last.scores[2:].mean(axis=1)) < 0.12)
    assert np.all(np.abs(last.scores[2:].std(axis=1) - 1) < 0.1)
    assert abs((last.lucks[1] % 2).mean() - 0.5) < 0.06


def test_the_same_seed_gives_the_same_particles(stages):
    again = list(smc.sample(fit, stages[0], 3, passes=6, last=12))
    assert np.array_equal(again[-1].scores, stages[-1].scores)
    assert np.array_equal(again[-1].lucks, stages[-1].lucks)


def test_a_resumed_calibration_has_the_same_end(stages):
    assert len(stages) > 2
    resumed = list(smc.sample(fit, stages[1], 3, passes=6, last=12))
    assert np.array_equal(resumed[-1].scores, stages[-1].scores)


def test_particles_differ(stages):
    """Moves separate particles that were resampled twice."""
    assert stages[-1].distinct > 0.95 * PARTICLES


CURVED, JUMPING, MIXED = 0.8, 0.9, 0.3  # observed
OWNERS = np.array([-1, -1, 0, -1])


def jumped(score: np.ndarray) -> np.ndarray:
    """1 on every other stretch of half a unit, 0 between: as much on one side as on the other."""
    return np.floor(2 * score) % 2


def rugged(scores: np.ndarray, lucks: np.ndarray) -> np.ndarray:
    """Two curved residuals, and one in which a number and its actor's luck jump together."""
    a, b, c, _ = scores
    return np.stack(
        [
            (CURVED - np.exp(0.7 * a) + 0.4 * b) / 0.3,
            (MIXED - b - 0.2 * np.sin(3 * a)) / 0.5,
            (JUMPING - jumped(c) - lucks[0] % 2) / 0.25,
        ]
    )


@pytest.fixture(scope="module")
def kept() -> smc.Particles:
    """Exact particles of the rugged toy: draws of the prior, kept as often as they fit."""
    generator = np.random.default_rng(2)
    scores = generator.standard_normal((4, 120_000))
    lucks = generator.integers(0, PARTICLES, (2, 120_000))
    left = rugged(scores, lucks)
    rows = np.flatnonzero(generator.random(120_000) < np.exp(smc.log_likelihood(left)))[:PARTICLES]
    assert len(rows) == PARTICLES
    shares, almost = np.full(len(smc.KINDS), 0.5), 1 - 1e-9
    return smc.Particles(
        scores[:, rows], lucks[:, rows], left[:, rows], almost, 5, shares, (0, 0), 0
    )


def summary(particles: smc.Particles) -> np.ndarray:
    """Means and covariances of scores, chance of the jump, of odd luck and of both."""
    jump, odd = jumped(particles.scores[2]) > 0, particles.lucks[0] % 2 > 0
    together = np.cov(particles.scores)[np.triu_indices(4)]
    chances = [jump.mean(), odd.mean(), (jump & odd).mean()]
    return np.concatenate([particles.scores.mean(axis=1), together, chances])


def test_moves_leave_the_posterior_as_it_is(kept):
    """Exact particles move, and the cloud stays where it is, curved and jumping as it may be."""
    *_, moved = smc.sample(rugged, kept, 4, passes=1, last=60, owners=OWNERS)
    assert np.abs(np.corrcoef(kept.scores[0], moved.scores[0])[0, 1]) < 0.2
    assert np.abs(np.corrcoef(kept.scores[2], moved.scores[2])[0, 1]) < 0.2
    np.testing.assert_allclose(summary(moved), summary(kept), atol=0.08)


def test_a_number_jumps_with_the_luck_of_its_actor(kept):
    """Jump or luck explain what is seen, never both: by hand, as each is a half of the prior."""
    left = (JUMPING - np.add.outer([0, 1], [0, 1])) / 0.25  # [jump, odd]
    weights = np.exp(-0.5 * left**2)
    jump, both = weights[1].sum() / weights.sum(), weights[1, 1] / weights.sum()
    first = smc.prior_particles(rugged, 4, 2, PARTICLES, seed=9)
    *_, last = smc.sample(rugged, first, 9, passes=6, last=12, owners=OWNERS)
    found = summary(last)
    assert abs(found[-3] - jump) < 0.04
    assert abs(found[-1] - both) < 0.01
    np.testing.assert_allclose(found, summary(kept), atol=0.1)


def test_proposals_along_a_line_have_its_posterior():
    """One number with slope 2: posterior N(0.4 aim, 1 / 5); densities for two aims, by hand."""
    line, at, aims = smc.Line.of(np.array([[2.0]])), np.zeros((1, 2)), np.array([[1.0, 3.0]])
    generator = np.random.default_rng(0)
    noise = generator.standard_normal((2, 1, 50_000))
    drawn = line.drawn(np.full((1, 50_000), 3.0), *noise)
    assert (drawn.mean(), drawn.var()) == pytest.approx((1.2, 0.2), abs=0.01)
    assert -np.diff(line.log_ratio(at, aims)) == pytest.approx(0.5 * 5 * (1.2**2 - 0.4**2))
