"""Updates of trained models, models that learn from models, and what sales draw: by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.mechanisms import belief, capital, spillover, supply, training


def test_a_tenfold_gain_is_worth_a_decade():
    """At 9 points per decade; a share of 0.4 carries 3.6 of them into a trained model."""
    assert training.points_of(np.log(10.0), 9.0) == pytest.approx(9.0)
    carried = training.carried(np.log(10.0), 0.0, 0.4)
    assert training.points_of(carried, 9.0) == pytest.approx(3.6)


def test_older_methods_take_nothing_away():
    assert training.carried(0.5, 0.7, 0.4) == 0.0


def test_an_update_is_due_once_in_each_interval():
    """Every 4 months from the release on: in the 4th, 8th and 12th month, not at birth."""
    ages = np.arange(13.0)
    assert np.flatnonzero(training.update_due(ages, 1.0, 4.0)).tolist() == [4, 8, 12]
    assert np.flatnonzero(training.update_due(ages, 1.0, 2.5)).tolist() == [3, 5, 8, 10]


def test_waiting_for_approval_delays_an_update():
    """At half the pace, an update of every 2 months of work comes each fourth month."""
    ages = np.arange(13.0)
    assert np.flatnonzero(training.update_due(0.5 * ages, 0.5, 2.0)).tolist() == [4, 8, 12]
    assert not np.any(training.update_due(0.0 * ages, 0.0, 2.0))


def test_a_model_learns_a_share_of_its_distance_and_nothing_from_the_weaker():
    np.testing.assert_allclose(spillover.distilled(150.0, np.array([140.0, 155.0]), 0.1), [1, 0])


def test_the_distance_at_which_a_follower_stays():
    """The leader gains 4 points between two updates, the follower 3 and a tenth of its distance:
    it ends 10 points behind, from wherever it begins."""
    for behind in (2.0, 30.0):
        leader, follower = behind, 0.0
        for _ in range(200):
            leader += 4.0
            follower += 3.0 + spillover.distilled(leader, follower + 3.0, 0.1)
        assert leader - follower == pytest.approx(9.0)  # 10 before its update, 9 after it


def test_growing_sales_draw_investment_up_to_so_many_years_of_their_gain():
    """A gain of 10 at 20 years draws 200: twice the 100 that are invested, and nothing where 300
    are."""
    drawn = capital.drawn_by_sales(np.array([100.0, 300.0]), 10.0, 20.0)
    np.testing.assert_allclose(drawn, [np.log(2), 0.0])
    assert capital.drawn_by_sales(100.0, 0.0, 20.0) == 0.0  # sales that do not grow


def test_need_ahead_grows():
    """Two years at doubling a year: the integral of 2^t from 0 to 2; without growth 2."""
    assert supply.need_ahead(2.0, 2.0) == pytest.approx(3 / np.log(2))
    assert supply.need_ahead(2.0, 1.0) == pytest.approx(2.0, rel=1e-5)


def test_only_the_part_that_depends_on_ai_moves():
    """Spending halved in a sector that hangs on AI to 60 % leaves 70 %; to all of it, a half."""
    moved = np.exp(belief.implied(np.array([0.6, 1.0, 0.0]), np.log(0.5)))
    np.testing.assert_allclose(moved, [0.7, 0.5, 1.0])
