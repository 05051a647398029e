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
