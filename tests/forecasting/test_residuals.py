"""The error of the model that forecasts carry on, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.research.forecasting.residuals import ModelError, carried, learnt

NOW = np.array([2024.0])


def test_an_exact_residual_fades_by_its_persistence():
    """Observed without error 3 above the model, correlation 0.5 a year: 1.5 after one year, 0.75
    after two; without luck what is left has its mean."""
    error = ModelError(2.0, 0.5)
    none = np.zeros((3, 1))
    found = carried(
        error, NOW, np.array([[3.0]]), np.zeros(1), np.array([2024.0, 2025, 2026]), none
    )
    np.testing.assert_allclose(found[:, 0], [3.0, 1.5, 0.75], atol=1e-9)


def test_an_uncertain_observation_is_believed_in_part():
    """As uncertain as the model: half of the residual."""
    found = carried(
        ModelError(2.0, 0.5), NOW, np.array([[3.0]]), np.array([2.0]), NOW, np.zeros((1, 1))
    )
    assert found[0, 0] == pytest.approx(1.5)


def test_each_world_carries_its_own_residual():
    found = carried(
        ModelError(1.0, 0.9), NOW, np.array([[1.0, -1.0]]), np.zeros(1), NOW, np.zeros((1, 2))
    )
    np.testing.assert_allclose(found, [[1.0, -1.0]])


def test_far_ahead_only_the_spread_is_left():
    """Twenty years on nothing is known of the error but its spread of 2."""
    luck = np.random.default_rng(1).standard_normal((1, 4000))
    residuals = np.full((1, 4000), 5.0)
    found = carried(ModelError(2.0, 0.3), NOW, residuals, np.zeros(1), np.array([2044.0]), luck)
    assert found.mean() == pytest.approx(0, abs=0.1)
    assert found.std() == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize(("yearly", "spread"), [(0.92, 0.2), (0.1, 0.2)])
def test_spread_and_persistence_are_learnt(yearly, spread):
    """From eighty quarters of an error that lasts, or does not."""
    years = 2000 + np.arange(80) / 4
    true = ModelError(spread, yearly)
    root = np.linalg.cholesky(true.covariance(years, years) + 1e-9 * np.eye(80))
    residuals = root @ np.random.default_rng(2).standard_normal((80, 1))
    found = learnt(ModelError(0.3, 0.5), years, residuals, np.full(80, 1e-3))
    assert found.yearly == pytest.approx(yearly, abs=0.25)
    assert found.spread == pytest.approx(spread, rel=0.5)


def test_one_observation_leaves_what_is_declared():
    """An observation that lies where it should says nothing against the declaration."""
    prior = ModelError(0.3, 0.5)
    found = learnt(prior, NOW, np.array([[0.3]]), np.zeros(1))
    assert found.spread == prior.spread
    assert found.yearly in (0.4, 0.55)
