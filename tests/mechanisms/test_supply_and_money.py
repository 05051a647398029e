"""Foundries and their inputs, budgets, stockpiling and rental, worked out by hand (M3 to M6)."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import capital, leakage, supply
from sim.model.race import Race

TWO = np.ones(2)


def test_capacity_follows_orders_with_a_lag():
    # a gap of e^.5 with lag 5: a tenth in logs; a ceiling of 2 x/yr: ln 2 / 12 = .0578
    wanted = 100 * np.exp(np.array([0.5, 0.5]))
    grown = supply.follow(100 * TWO, wanted, 5.0, np.array([10.0, 2.0]))
    np.testing.assert_allclose(grown, 100 * np.exp([0.1, np.log(2) / 12]))


def test_capacity_is_torn_down_slowly_and_never_grown_from_nothing():
    np.testing.assert_allclose(supply.follow(100 * TWO, 0 * TWO, 5.0, 2.0), 100 * np.exp(-0.01))
    assert supply.follow(0 * TWO, 100 * TWO, 5.0, 2.0).tolist() == [0, 0]


def test_a_ceiling_of_one_stops_growth():
    np.testing.assert_allclose(supply.follow(100 * TWO, 900 * TWO, 5.0, 1.0), 100)


def test_yield_learns_toward_its_ceiling():
    # .4 of .8: half of .12 / 12 = .005; at half use .0025; at the ceiling nothing
    now = supply.next_yield(np.array([0.4, 0.4, 0.8]), 0.8, 0.12, np.array([1.0, 0.5, 1.0]))
    np.testing.assert_allclose(now, [0.405, 0.4025, 0.8])


def test_the_experience_curve():
    # excess cost .6, learning 20 %: .48 after one doubling, .384 after two; none: as it began
    cost = supply.experience(1.6, np.array([1.0, 2.0, 4.0]), 0.2)
    np.testing.assert_allclose(cost, [1.6, 1.48, 1.384])
    np.testing.assert_allclose(supply.experience(1.6, np.array([2.0, 64.0]), 0.0), 1.6)
    np.testing.assert_allclose(supply.experience(1.0, np.array([2.0, 64.0]), 0.2), 1.0)


def test_tools_from_home_and_abroad():
    # 30 % at home, half of the rest from abroad: .65; all allowed: 1; none: what home has
    np.testing.assert_allclose(supply.access(0.3, np.array([0.5, 1.0, 0.0])), [0.65, 1.0, 0.3])


def test_a_share_that_spreads():
    # .2 x .8 x .6 / 12 = .008; never beyond 1
    np.testing.assert_allclose(supply.logistic(np.array([0.2, 0.0, 1.0]), 0.6), [0.208, 0, 1])
    assert np.all(supply.logistic(np.array([0.5, 0.9]), 1e9) <= 1)


def test_dies_are_ordered_by_ties_and_access():
    wanted = np.array([[90.0, 90.0], [60.0, 60.0]])  # suppliers
    pull = np.array([[[2.0], [0.0]], [[1.0], [0.0]]])  # foundry, supplier, world
    orders = wanted * supply.parts(pull)
    np.testing.assert_allclose(orders[:, 0, 0], [60, 30])
    np.testing.assert_allclose(orders[:, 1], 0)  # a supplier without a foundry orders nothing


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=3, max_size=3), st.floats(0, 1e4))
def test_no_die_is_ordered_twice(pulls, wanted):
    orders = wanted * supply.parts(np.array(pulls)[:, None, None]) * np.ones((1, 2))
    assert np.all(orders >= 0)
    assert np.all(orders.sum(axis=0) <= wanted * (1 + 1e-9))


def test_a_boom_fades():
    # ln 3 at the end of the path, ln 1.1 far ahead: half of the excess after a half-life
    years = np.array([0.0, 4.0, 400.0])
    fast, slow = np.log(3), np.log(1.1)
    growth = capital.boom(fast, years, 4.0, slow)
    np.testing.assert_allclose(growth, [fast, (fast + slow) / 2, slow])


def test_leaders_are_funded_more():
    # five points ahead, .4 per ten: .2; no more than one response either way
    ahead = np.array([105.0, 100, 200, 0])
    np.testing.assert_allclose(capital.rank_bonus(ahead, 100.0, 0.4), [0.2, 0, 0.4, -0.4])


def test_buyers_pull_forward_what_they_fear_for():
    # USD 10 bn a year, half a year pulled: 5 at full threat, 2 at .4, nothing without
    wanted = capital.advance_wanted(10.0, 0.5, np.array([1.0, 0.4, 0.0]))
    np.testing.assert_allclose(wanted, [5, 2, 0])


def test_a_threat_is_what_is_announced_or_what_history_teaches():
    # announced: 1; controls every 12 months: 1 - e^(-6/12) = .3935; neither: 0
    chance = capital.expected(12.0, 6.0)
    feared = capital.feared(np.array([1.0, 0, 0, 1]), np.array([1.0, 1, 0, 0]), chance)
    np.testing.assert_allclose(feared, [1, 0.3935, 0, 1], atol=1e-4)


def test_rental_rises_with_scarcity_to_its_share():
    # USD 12 bn a year, 10 %: at most .1 bn a month; half of that at scarcity ln 2; none if closed
    scarcity, opened = np.array([0.0, np.log(2), 50.0, 50.0]), np.array([1.0, 1, 1, 0])
    wanted = leakage.rental_wanted(12.0, 0.1, scarcity, opened)
    np.testing.assert_allclose(wanted, [0, 0.05, 0.1, 0], atol=1e-12)


def test_rent_writes_a_chip_off():
    # 30,000 USD, overhead 2, premium 60 %, life 5 years: 96,000 / 60 = 1,600 USD a month
    usd = leakage.rental_price(np.array([30_000.0, 0]), 2.0, 0.6, 5.0)
    np.testing.assert_allclose(usd, [1600, 0])


def test_spending_answers_sales_that_outgrow_it():
    """Sales doubled against their year while spending rose by half: ln(2 / 1.5) = 0.288."""
    # then: spending alone doubled; sales ninefold, and a tenth: at the bounds
    sales, usual_sales = np.array([4.0, 1, 9, 0.1]), np.array([2.0, 1, 1, 1])
    spent, usual_spent = np.array([3.0, 4, 1, 1]), np.array([2.0, 2, 1, 1])
    found = capital.payback(sales, usual_sales, spent, usual_spent)
    np.testing.assert_allclose(found, [np.log(2 / 1.5), -np.log(2), 1.0, -1.0])


def test_spending_hears_nothing_from_who_does_not_sell_or_spend():
    # in turn: no sales now, none a year ago, no spending now, none a year ago
    there, none = np.ones(4), ~np.eye(4, dtype=bool)
    found = capital.payback(*(there * one for one in none))
    np.testing.assert_array_equal(found, np.zeros(4))


def test_packaging_makes_a_bank_of_dies():
    """November 2024: Ascend has got more dies than it can package, and the rest lies in stock."""
    race = Race("as_enacted", 12)
    at = race.suppliers.names.index("Huawei Ascend")
    while race.month < race.calendar.month("2024-11"):
        race.step()
    suppliers = race.suppliers
    silicon = race.products.products(race.month - 1).silicon[at]
    made = suppliers.produced[at] * silicon
    assert np.all(made <= suppliers.packaging[at] * (1 + 1e-9))
    assert np.median(suppliers.die_stock[at] / made) > 3  # months
