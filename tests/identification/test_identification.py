"""Bayes factors from worlds of a posterior, where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from sim.research.identification import sign_reversal
from sim.research.identification.bayes_factors import bayes_factor

SEEN, ERROR = 0.8, 1.5  # an observation of x + y, two standard normal numbers
PARTICLES = 4_000


@pytest.fixture(scope="module")
def worlds():
    """Draws of the posterior of (x, y), exactly."""
    rng = np.random.default_rng(0)
    precision = np.eye(2) + np.ones((2, 2)) / ERROR**2
    cover = np.linalg.inv(precision)
    mean = cover @ (np.ones(2) * SEEN / ERROR**2)
    return rng.multivariate_normal(mean, cover, PARTICLES)


def log_fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Log-likelihood of the observation."""
    return norm.logpdf(SEEN, x + y, ERROR)


@pytest.mark.parametrize("value", [0.0, 0.4, 0.8])
def test_a_number_that_is_fixed(worlds, value):
    """The marginal likelihood of x = value over that of the model, against the exact one."""
    x, y = worlds.T
    found = bayes_factor(log_fit(value, y) - log_fit(x, y))
    exact = norm.logpdf(SEEN, value, np.sqrt(1 + ERROR**2)) - norm.logpdf(
        SEEN, 0, np.sqrt(2 + ERROR**2)
    )
    assert found["log"] == pytest.approx(exact, abs=0.1)
    assert found["low"] <= found["log"] <= found["high"]


def test_far_from_the_posterior_few_worlds_carry_the_factor(worlds):
    """Where worlds of the posterior hardly go, the effective number of worlds is small."""
    x, y = worlds.T
    near, far = (bayes_factor(log_fit(value, y) - log_fit(x, y)) for value in (0.4, -6.0))
    assert far["effective"] < 0.2 * near["effective"]


def test_a_number_that_history_does_not_constrain(worlds):
    """No difference in fit: a factor of 1, known exactly, carried by every world."""
    found = bayes_factor(np.zeros(len(worlds)))
    assert (found["log"], found["low"], found["high"]) == (0, 0, 0)
    assert found["effective"] == pytest.approx(len(worlds))


def test_one_world_that_carries_everything():
    """It shows in the effective number of worlds."""
    difference = np.full(500, -30.0)
    difference[7] = 0.0
    found = bayes_factor(difference)
    assert found["effective"] == pytest.approx(1.0)
    assert found["log"] == pytest.approx(-np.log(500), abs=1e-3)


def test_what_reverses_a_sign_is_found():
    """A planted number is ranked first and bounds the box; noise is left out."""
    rng = np.random.default_rng(3)
    numbers = {f"noise.{n}": rng.normal(size=600) for n in range(60)} | {
        "heart": rng.normal(size=600)
    }
    effect = numbers["heart"] - 0.8 + 0.3 * rng.normal(size=600)
    found = sign_reversal.drivers(effect, numbers, dict.fromkeys(numbers, "1"))
    assert found["rarer"] == "above"
    assert found["numbers"][0]["path"] == "heart"
    assert found["stand_out"] <= 3
    assert "heart >=" in found["box"]["limits"]
    assert found["box"]["elsewhere"] > 2 * found["share"]


def test_noise_reverses_nothing():
    rng = np.random.default_rng(4)
    numbers = {f"noise.{n}": rng.normal(size=300) for n in range(40)}
    found = sign_reversal.drivers(rng.normal(size=300), numbers, dict.fromkeys(numbers, "1"))
    assert found["stand_out"] <= 1
