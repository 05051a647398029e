"""Effort, research, spillover and training against numbers worked out by hand (M7 to M10)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import effort, research, spillover, training

TWO = np.ones(2)


def test_scarcity_is_the_log_of_what_is_missing():
    # half obtained: ln 2; all or more: 0; nothing wanted: 0
    free, obtained = np.array([100.0, 100, 100, 0]), np.array([50.0, 100, 300, 0])
    np.testing.assert_allclose(effort.scarcity(free, obtained), [np.log(2), 0, 0, 0])


def test_scarcity_of_everything_is_finite():
    assert np.all(np.isfinite(effort.scarcity(1e9 * TWO, 0 * TWO)))


def test_logit_and_expit_undo_each_other():
    # logit(.2) = ln(.2/.8) = -ln 4
    np.testing.assert_allclose(effort.logit(np.array([0.5, 0.2])), [0, -np.log(4)])
    shares = np.linspace(0.01, 0.99, 9)
    np.testing.assert_allclose(effort.expit(effort.logit(shares)), shares)


def test_effort_drifts_to_where_scarcity_pushes_it():
    # aim: odds 1/4 x 4 = 1, a share of .5; a sixth of the way from .2: .25
    now = effort.drift(0.2 * TWO, 0.2, np.log(4) * np.array([1, 0]), np.array([6.0, 6]))
    np.testing.assert_allclose(now, [0.25, 0.2])


def test_effort_arrives_at_once_but_not_beyond():
    np.testing.assert_allclose(effort.drift(0.2 * TWO, 0.2, np.log(4), 1.0), 0.5)
    np.testing.assert_allclose(effort.drift(0.2 * TWO, 0.2, -np.log(4), 1.0), 1 / 17)
    np.testing.assert_allclose(effort.drift(0.2 * TWO, 0.2, np.log(4), 0.25), 0.5)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(-8, 8), st.floats(1, 120))
def test_effort_stays_a_share(share, usual, response, months):
    now = effort.drift(share * TWO, usual, response, months)
    assert np.all((now > 0) & (now < 1))


R, E, W = np.array([4.0, 1.0]), np.array([1.0, 0.25]), 0.5


def test_ces_at_sigma_one_is_cobb_douglas():
    # 4^.5 x 1^.5 = 2; 1^.5 x .25^.5 = .5
    np.testing.assert_allclose(research.ces(R, E, W, np.array([1.0])), [2, 0.5], rtol=2e-3)
    for near in (0.999, 1.001):
        np.testing.assert_allclose(research.ces(R, E, W, np.array([near])), [2, 0.5], rtol=2e-3)


def test_ces_without_substitution_is_the_scarcer_input():
    np.testing.assert_allclose(research.ces(R, E, W, np.array([0.02])), [1, 0.25], rtol=0.02)


def test_ces_with_perfect_substitution_is_the_mean():
    # (4 + 1) / 2 = 2.5; (1 + .25) / 2 = .625
    np.testing.assert_allclose(research.ces(R, E, W, np.array([1e6])), [2.5, 0.625], rtol=1e-4)


def test_ces_at_one_half_is_the_harmonic_mean():
    # sigma .5: rho -1; 1 / (.5/4 + .5/1) = 1.6; 1 / (.5/1 + .5/.25) = .4
    np.testing.assert_allclose(research.ces(R, E, W, np.array([0.5])), [1.6, 0.4])


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1e-5, 10),
    st.floats(1e-5, 10),
    st.floats(0.01, 0.99),
    st.floats(0.05, 20),
    st.floats(1, 10),
)
def test_ces_lies_between_its_inputs_and_grows_with_both(people, compute, weight, sigma, more):
    made = research.ces(people * TWO, compute * TWO, weight, np.array([sigma]))
    low, high = min(people, compute), max(people, compute)
    assert np.all((made >= low * (1 - 1e-6)) & (made <= high * (1 + 1e-6)))
    assert np.all(
        research.ces(people * more * TWO, compute * TWO, weight, sigma) >= made * (1 - 1e-9)
    )
    assert np.all(
        research.ces(people * TWO, compute * more * TWO, weight, sigma) >= made * (1 - 1e-9)
    )


def test_ces_with_nobody_is_small_and_finite():
    made = research.ces(0 * TWO, 0 * TWO, 0.5, np.array([0.5]))
    assert np.all((made > 0) & (made < 1e-5))


def test_a_months_gain():
    # pace ln 3 a year at the frontier: a twelfth; doubled effort with a = .5: x 1.4142;
    # a quarter of the input with lambda = .5: x .5
    usual = research.gain(np.log(3), TWO, TWO, 0.5, 0.5)
    np.testing.assert_allclose(usual, np.log(3) / 12)
    more = research.gain(np.log(3), np.array([2.0, 1.0]), np.array([1.0, 0.25]), 0.5, 0.5)
    np.testing.assert_allclose(more / usual, [2**0.5, 0.5])


def test_gains_that_appear_only_at_scale():
    # share .6, reach 2 decades: at the largest run all; a decade below 1 - .6/2 = .7; 2 or more .4
    run = np.array([1e26, 1e25, 1e24, 1e20, 0.0])
    np.testing.assert_allclose(research.at_scale(run, 1e26, 0.6, 2.0), [1, 0.7, 0.4, 0.4, 0.4])


def test_no_run_yet_no_loss():
    np.testing.assert_allclose(research.at_scale(0 * TWO, 0 * TWO, 0.6, 2.0), 1)


def test_know_how_flows_fast_from_open_and_slowly_from_closed():
    # own 1; published 3 (lag 4): .5; closed best 5 (lag 16): .25; together .75, half access .375
    own, access = np.array([[1.0, 1.0]]), np.array([[1.0, 0.5]])
    gained = spillover.absorbed(own, 3.0 * TWO, 5.0 * TWO, 4.0, 16.0, access)
    np.testing.assert_allclose(gained, [[0.75, 0.375]])


def test_nothing_is_learnt_from_those_behind():
    gained = spillover.absorbed(np.array([[6.0, 3.0]]), 3 * TWO, 5 * TWO, 4.0, 16.0, 1.0)
    np.testing.assert_allclose(gained, [[0, 0.125]])


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-50, 20),
    st.floats(-50, 20),
    st.floats(-50, 20),
    st.floats(0.5, 120),
    st.floats(0.5, 120),
    st.floats(0, 2),
)
def test_nobody_learns_more_than_there_is(own, public, closed, open_lag, closed_lag, access):
    gained = spillover.absorbed(own * TWO, public * TWO, closed * TWO, open_lag, closed_lag, access)
    assert np.all(gained >= 0)
    assert np.all(own + gained <= max(own, public, closed) + 1e-9)


def test_open_weights_are_followed_with_a_lag():
    # from 100 toward 112 with lag 6: 102; a leader that is behind: stays; lag below a month: there
    now = spillover.trail(100 * np.ones(3), np.array([112.0, 90, 112]), np.array([6.0, 6, 0.5]))
    np.testing.assert_allclose(now, [102, 100, 112])


def test_flop_of_a_month():
    # 1000 H100 at 40 %: 1000 x .4 x 989e12 x 2,629,800 s = 1.0403e24
    flop = training.flop_per_month(np.array([1000.0, 0]), 0.4)
    np.testing.assert_allclose(flop, [1.0403e24, 0], rtol=1e-4)


def test_points_of_a_run():
    # the anchor itself: 100; ten times the compute: 100 + 12; methods ten times as good: the same
    flop, efficiency = np.array([1e24, 1e25, 1e24, 0.0]), np.array([0, 0, np.log(10), 0])
    made = training.points(flop, efficiency, 100.0, 1e24, 12.0)
    np.testing.assert_allclose(made, [100, 112, 112, 100 - 12 * 24])


@pytest.mark.parametrize("sd", [0.0, 0.3])
def test_a_spread_of_median_one(sd):
    factor = training.spread(np.array([-1.0, 0, 1]), sd)
    np.testing.assert_allclose(factor, [np.exp(-sd), 1, np.exp(sd)])
