"""Choice, price and volume of models, and what serving takes, worked out by hand (M12, M10, M5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import demand, market, training

TWO = np.ones(2)


def test_size_is_the_root_of_compute():
    # the anchor: 1; a decade more compute: 10^.5; methods 100 times as good: a tenth
    points, method = np.array([100.0, 112, 100]), np.array([0, 0, np.log(100)])
    np.testing.assert_allclose(demand.size(points, method, 100.0, 12.0, 1e-3), [1, 10**0.5, 0.1])


def test_size_has_an_end_either_way():
    # huge but finite; never smaller than the smallest model that is of use
    sizes = demand.size(np.array([1e4, -1e4]), 0 * TWO, 100.0, 12.0, 0.02)
    np.testing.assert_allclose(sizes, [np.exp(30.0), 0.02])


def test_compute_to_serve():
    # .2e9 tokens per H100e-month: 5,000 H100e-months for 1e12; twice the size, 4 times as efficient
    taken = demand.unit_compute(np.array([1.0, 2]), np.log([1.0, 4]), 0.2, 0.0)
    np.testing.assert_allclose(taken, [5000, 2500])


def test_serving_never_costs_nothing():
    # a millionth of the size, a million times as efficient: what no method takes away is left
    taken = demand.unit_compute(np.array([1.0, 1e-6]), np.log([1.0, 1e6]), 0.2, 0.1)
    np.testing.assert_allclose(taken, [5000.1, 0.1])


def test_markup_rises_with_the_lead():
    # 2 among equals; twice of it ten points ahead; half behind; bounded at 20 ahead and 10 behind
    ahead = np.array([0.0, 10, -10, 400, -400])
    np.testing.assert_allclose(demand.markup(2.0, np.log(2), ahead), [2, 4, 1, 8, 1])
    np.testing.assert_allclose(demand.markup(2.0, 0.0, ahead), 2)


def test_the_best_substitute():
    points = np.array([[100.0, 100], [90, 100], [80, 50]])
    expected = [[90, 100], [100, 100], [100, 100]]
    np.testing.assert_allclose(demand.best_other(points), expected)
    # who is alone has no substitute at all
    np.testing.assert_allclose(demand.best_other(np.array([[100.0], [0]])), [[0], [100]])
    np.testing.assert_allclose(demand.best_other(np.array([[100.0]])), [[0]])


def test_utility_of_quality_and_price():
    # 1.8 per ten of 120 points: 21.6, less 1.2 x ln 10
    np.testing.assert_allclose(demand.utility(120.0, np.log(10), 1.8, 1.2), 21.6 - 1.2 * np.log(10))


def logit(utility, weight) -> np.ndarray:
    """Shares of makers in one market and world."""
    shape = (1, -1, 1)
    return demand.choice(np.reshape(utility, shape), np.reshape(weight, shape))[0, :, 0]


def test_choice_among_makers():
    # odds 1 : 3; a reach of three makes it even; a ban of half of the first: 1 : 6
    liking = np.log([1.0, 3])
    np.testing.assert_allclose(logit(liking, [1.0, 1]), [0.25, 0.75])
    np.testing.assert_allclose(logit(liking, [3.0, 1]), [0.5, 0.5])
    np.testing.assert_allclose(logit(liking, [0.5, 1]), [1 / 7, 6 / 7])


def test_choice_at_its_limits():
    np.testing.assert_allclose(logit([900.0, -900], [1.0, 1]), [1, 0])
    np.testing.assert_allclose(logit([900.0, -900], [0.0, 1]), [0, 1])  # the better one is banned
    np.testing.assert_allclose(logit([60.0, 0], [1e-20, 1]), [1, 0], atol=1e-5)  # all but banned
    np.testing.assert_allclose(logit([-900.0], [0.01]), [1])  # a single maker
    np.testing.assert_allclose(logit([5.0, 7], [0.0, 0]), [0, 0])  # nobody
    np.testing.assert_allclose(logit([7.0, 7, 7], [1.0, 1, 1]), 1 / 3)


reach = st.just(0.0) | st.floats(1e-20, 100)
makers_of_a_market = st.lists(st.tuples(st.floats(-300, 300), reach), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(makers_of_a_market, st.floats(-50, 50))
def test_shares_sum_to_one_where_anybody_serves(makers, shift):
    """And only differences of utility count."""
    liking, weight = (np.array(column) for column in zip(*makers, strict=True))
    share = logit(liking, weight)
    assert np.all(share >= 0)
    assert np.all(share[weight == 0] == 0)
    np.testing.assert_allclose(share.sum(), 1.0 if weight.max() > 0 else 0.0, atol=1e-9)
    np.testing.assert_allclose(logit(liking + shift, weight), share, atol=1e-9)


def test_habit_follows_what_is_wanted():
    # a tenth of the way from .8 to .2: .74; in half a month or less all of it; at first all of it
    habit, wanted = np.array([[[0.8], [0.2]]]), np.array([[[0.2], [0.8]]])
    np.testing.assert_allclose(demand.settled(habit, wanted, 10.0)[0, :, 0], [0.74, 0.26])
    np.testing.assert_allclose(demand.settled(habit, wanted, 0.5), wanted)
    np.testing.assert_allclose(demand.settled(0 * habit, wanted, 10.0), wanted)


def test_use_is_part_habit_part_what_is_best_now():
    # .25 x .2 + .75 x .8 = .65 of the first
    habit, wanted = np.array([[[0.8], [0.2]]]), np.array([[[0.2], [0.8]]])
    np.testing.assert_allclose(demand.used(habit, wanted, wanted, 0.25)[0, :, 0], [0.65, 0.35])
    np.testing.assert_allclose(demand.used(habit, wanted, wanted, 1.0), wanted)
    np.testing.assert_allclose(demand.used(habit, wanted, wanted, 0.0), habit)


def test_no_habit_outlives_a_ban():
    habit, wanted = np.array([[[1.0], [0.0]]]), np.array([[[0.0], [1.0]]])
    np.testing.assert_allclose(demand.used(habit, wanted, wanted, 0.0)[0, :, 0], [0, 1])
    nobody = np.zeros((1, 2, 1))
    np.testing.assert_allclose(demand.used(habit, nobody, nobody, 0.5), 0)


PRICES = np.log([30.0, 15, 7.5])  # at the reference, half, a quarter


@pytest.mark.parametrize(
    ("elasticity", "odds"),
    [(1.0, [0.25, 0.25, 0.25]), (2.0, [0.25, 0.5, 1.0]), (0.5, [0.25, 0.25 / 2**0.5, 0.125])],
)
def test_spending_by_elasticity(elasticity, odds):
    """20 % at the reference price: odds 1/4. At 2 each halving doubles them, at 1 nothing moves."""
    part = demand.spending(PRICES, np.log(30), elasticity, 0.2, 0.0)
    np.testing.assert_allclose(part, np.array(odds) / (1 + np.array(odds)))


def test_new_uses_add_spending_at_an_unchanged_price():
    # uses of ln 4: odds 1/4 to 1
    np.testing.assert_allclose(demand.spending(np.log(30), np.log(30), 1.3, 0.2, np.log(4)), 0.5)


def test_cheaper_models_raise_spending_where_demand_is_elastic():
    """Above 1 spending rises as the price falls (Jevons), below 1 it falls; never beyond all."""
    log_price = np.linspace(20, -20, 41)
    more = demand.spending(log_price, 3.0, 1.3, 0.1, 0.0)
    less = demand.spending(log_price, 3.0, 0.7, 0.1, 0.0)
    assert np.all(np.diff(more) > 0) and np.all(np.diff(less) < 0)
    assert np.all((more > 0) & (more < 1)) and np.all((less > 0) & (less < 1))
    # the volume rises in both cases
    assert np.all(np.diff(np.log(less) - log_price) > 0)


def test_elasticity_zero_keeps_the_volume_while_spending_is_small():
    # a thousandth of the ceiling: spending falls with the price, what is bought stays
    part = demand.spending(PRICES, np.log(30), 0.0, 0.001, 0.0)
    np.testing.assert_allclose(part / np.exp(PRICES), part[0] / 30, rtol=1e-3)


def test_spending_at_both_ends_of_what_can_be_written():
    ends = demand.spending(0.0, 0.0, 1.0, np.array([1e-300, 0.5]), np.array([-1e3, 1e3]))
    np.testing.assert_allclose(ends, [0, 1], atol=1e-20)
    with np.errstate(divide="ignore"):
        none, everything = (demand.spending(0.0, 0.0, 1.0, np.array([x]), 0.0) for x in (0.0, 1.0))
    np.testing.assert_allclose([none[0], everything[0]], [0, 1], atol=1e-20)


def test_compute_for_a_capability():
    # the anchor's: its compute; 12 points more: ten times; with methods ten times as good: a tenth
    flop = training.flop_for(
        np.array([100.0, 112, 100]), np.array([0, 0, np.log(10)]), 100.0, 1e24, 12.0
    )
    np.testing.assert_allclose(flop, [1e24, 1e25, 1e23])


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 250), st.floats(-10, 20), st.floats(5, 50))
def test_compute_for_a_capability_reaches_it(capability, method, per_decade):
    flop = training.flop_for(capability * TWO, method, 100.0, 1e24, per_decade)
    if 1 < flop[0] < 1e53:  # inside the bounds of both
        np.testing.assert_allclose(
            training.points(flop, method, 100.0, 1e24, per_decade), capability, atol=1e-6
        )


def test_chips_for_a_run():
    # what 1,000 H100 do in 3 months at 40 % takes 3,000 H100-months
    flop = 3 * training.flop_per_month(np.array([1000.0, 0]), 0.4)
    np.testing.assert_allclose(training.chip_months(flop, 0.4), [3000, 0])


def test_cost_of_compute_is_smoothed():
    # USD 3 bn for 1e5 H100e: 30,000 each; a twelfth of the way from 24,000: 24,500; nothing bought
    before, paid = np.array([0.0, 24_000, 24_000]), np.array([3.0, 3, 0])
    cost = market.smoothed_cost(before, paid, np.array([1e5, 1e5, 0]), 12.0)
    np.testing.assert_allclose(cost, [30_000, 24_500, 24_000])
