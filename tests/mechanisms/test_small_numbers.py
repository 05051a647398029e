"""Rules at the edges of their range: numbers below one, exactly at a limit, or nothing at all."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.mechanisms import (
    belief,
    effort,
    market,
    power,
    research,
    rules,
    supply,
    talent,
    training,
)

from .test_export_rules import A100, H100, H200, american, answer, clause


def test_scarcity_of_less_than_a_chip():
    assert effort.scarcity(np.array([0.4]), np.array([0.1])) == pytest.approx(np.log(4))


def test_power_of_less_than_a_chip():
    # half a chip, 1 kW for a month at 60 USD/MWh, counted for a whole one
    assert power.energy_cost(1e-6, 0.5, 60.0) == pytest.approx(1e-3 * 730.5 * 60 / 0.5)


def test_gains_at_the_smallest_and_beyond_the_largest_run():
    # a decade below the largest, two decades of reach: half of the half is out of reach
    assert research.at_scale(np.array(1.0), np.array(10.0), 0.5, 2.0) == pytest.approx(0.75)
    assert research.at_scale(np.array(100.0), np.array(10.0), 0.5, 2.0) == 1


def test_capacity_of_less_than_one():
    grown = supply.follow(np.array(0.25), np.array(0.5), 10.0, 10.0)
    assert grown == pytest.approx(0.25 * 2**0.1)


def test_inputs_suffice_at_most():
    assert supply.access(np.array(0.5), np.array(1.2)) == 1
    assert supply.access(np.array(0.5), np.array(0.4)) == pytest.approx(0.7)


def test_shares_of_weak_ties():
    np.testing.assert_allclose(supply.parts(np.array([[[0.2]], [[0.3]]]))[:, 0, 0], [0.4, 0.6])
    assert np.all(supply.parts(np.zeros((2, 1, 1))) == 0)


def test_cost_of_compute_is_exact():
    assert market.smoothed_cost(np.array(0.0), np.array(2.0), np.array(1.0), 6.0) == 2e9
    half = market.smoothed_cost(np.array(0.5), np.array(1.5e-9), np.array(1.0), 2.0)
    assert half == pytest.approx(1.0)


def test_who_misses_little_waits_a_little():
    # 2 of an appeal of 2.5: with patience for all that is missed, .4 each
    share = market.shares(np.ones((2, 1, 1)), np.full((2, 1, 1), 1.25), np.ones((1, 1)))
    np.testing.assert_allclose(share, 0.4)


def test_compute_for_a_capability_has_an_end_either_way():
    far = np.array([-400.0, 400.0])
    np.testing.assert_allclose(training.flop_for(far, 0.0, 0.0, 1.0, 10.0), [1e-30, 1e30])


def test_earnings_by_hand():
    """Activity three times that of the start, half of earnings; the other half grew by half."""
    activity, start = np.array([6.0, 1.0, 5.0, 0.5]), np.array([2.0, 0.5, 0.0, 1.0])
    other = np.array([1.5, 1.0, 1.0, 0.5])
    earnings, part = belief.revalued(activity, start, other, np.array(0.5))
    np.testing.assert_allclose(earnings, [2.25, 1.5, 1.0, 0.5])  # without a start: none grown
    np.testing.assert_allclose(part, [2 / 3, 2 / 3, 0.5, 0.5])


def test_people_go_where_there_is_little_rather_than_nothing():
    """Half a dollar against a quarter: two to one, from either bloc."""
    home, open_share = np.zeros((2, 1)), np.ones((2, 2, 1))
    found = talent.destinations(np.array([[0.5], [0.25]]), 1.0, home, talent.barrier(open_share))
    np.testing.assert_allclose(found[..., 0], [[2 / 3, 1 / 3]] * 2)


def test_a_barrier_keeps_out_in_part_or_all():
    """Half are let in: weights 1 and .5; nobody is let in: all stay."""
    even = np.ones((2, 1))
    half = np.array([[[0.3], [0.5]], [[0.0], [0.7]]])  # nobody is kept out of their own bloc
    found = talent.destinations(even, 1.0, 0 * even, talent.barrier(half))
    np.testing.assert_allclose(found[..., 0], [[2 / 3, 1 / 3], [0, 1]])


def test_a_limit_reaches_what_is_exactly_there():
    assert american(rules.reached(A100, clause(tpp=312 * 16))) == [True, True]
    assert american(rules.reached(A100, clause(bandwidth=2.04))) == [True, True]
    assert american(rules.reached(A100, clause(interconnect=600.1))) == [False, False]


def test_a_clause_that_reaches_nothing_hides_no_other():
    strict = clause(tpp=1e6, licence=0.1)
    terms = rules.terms(H100, [strict, clause(tpp=2400, licence=0.4)], (2, 2))
    assert american(terms.controlled) == [True, True]
    assert american(terms.licence) == [0.4, 0.4]


CUTS = [
    # interconnect costs ln(900 / 592) x .15 x .3 = .0189; memory ln(4.8 / below) x .7 x .7
    (H200, {"interconnect": 600, "bandwidth": 4.7}, "bandwidth"),  # .0169
    (H200, {"interconnect": 600, "bandwidth": 4.5}, "interconnect"),  # .0382
    # performance costs ln(989 / below) x .548; memory to .493 TB/s ln(3.35 / .493) x .49 = .939
    (H100, {"tpp": 1200, "bandwidth": 0.5}, "bandwidth"),  # 1.42
    (H100, {"tpp": 3000, "bandwidth": 0.5}, "tflops"),  # .918 against .938
]


@pytest.mark.parametrize(("spec", "limits", "cut"), CUTS)
def test_the_cheapest_cut_is_made(spec, limits, cut):
    variant = answer(spec, clause(**limits))
    changed = [
        name
        for name, new, old in zip(spec._fields, variant, spec, strict=True)
        if american(new) != american(old)
    ]
    assert changed == [cut]
