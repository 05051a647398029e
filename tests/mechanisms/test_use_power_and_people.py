"""How use spreads, power is built and researchers move, worked out by hand (M13 to M15)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import application, power, talent

TWO = np.ones(2)


def test_adopters_of_a_month():
    # nobody yet: .03 / 12; half: (.03 + .5 x .5) x .5 / 12 = .011667; all: none is left
    now = application.spread(np.array([0.0, 0.5, 1]), 0.03, 0.5, 1.0)
    np.testing.assert_allclose(now, [0.0025, 0.5 + 0.14 / 12, 1])
    twice = application.spread(np.array([0.0, 0.5]), 0.03, 0.5, 2.0)
    np.testing.assert_allclose(twice, [0.005, 0.5 + 0.28 / 12])


def test_without_innovators_nobody_begins():
    np.testing.assert_allclose(application.spread(0 * TWO, 0.0, 0.9, 20.0), 0)
    assert np.all(application.spread(np.array([0.0, 0.4]), 5.0, 20.0, 1e9) == 1)  # never beyond all


def test_the_bass_curve():
    """Month by month as the closed form (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t), to one point."""
    p, q, share, path = 0.03, 0.5, np.zeros(1), []
    for _ in range(240):
        share = application.spread(share, p, q, 1.0)
        path.append(share[0])
    fallen = np.exp(-(p + q) * np.arange(1, 241) / 12)
    np.testing.assert_allclose(path, (1 - fallen) / (1 + q / p * fallen), atol=0.01)
    # most adopt in a month around ln(q/p) / (p + q) = 5.3 years
    assert np.argmax(np.diff(path)) / 12 == pytest.approx(np.log(q / p) / (p + q), abs=0.3)


def test_pull_of_capability():
    # doubled per ten points: 2 at ten above, half at ten below; bounded at 200 and -100 points
    factor = application.pull(np.array([130.0, 140, 120, 1e4, -1e4]), 130.0, np.log(2))
    np.testing.assert_allclose(factor, [1, 2, 0.5, 2.0**20, 2.0**-10])


def test_value_of_application():
    # USD 20 trn, half adopts, 3 % twice as much, four fifths served: 20,000 x .5 x .06 x .8 = 480
    np.testing.assert_allclose(application.value(20.0, 0.5, 0.03, 2.0, 0.8), 480)
    np.testing.assert_allclose(application.value(20.0, 1.0, 0.5, 1e6, 1.0), 20_000)  # at most GDP
    np.testing.assert_allclose(application.value(20.0, np.array([0, 1]), 0.03, 1.0, [1, 0]), 0)


def test_power_that_chips_draw():
    # a million of 1,000 W, 40 % for host and cooling: 1.4 GW
    np.testing.assert_allclose(power.gigawatt(np.array([1e6, 0]), 1000.0, 1.4), [1.4, 0])


def test_construction_starts():
    # wanted 10, there 4, on its way 3: 3, but no more than 12 a year: 1 a month; enough: nothing
    starts = power.construction_starts(np.array([10.0, 10, 5]), 4.0, 3.0, np.array([48.0, 12, 48]))
    np.testing.assert_allclose(starts, [3, 1, 0])


def test_power_arrives_in_its_lead_time():
    # 12 GW under way at 2 years: half a GW a month; a lead time below a month: all of it
    np.testing.assert_allclose(power.arrives(12 * TWO, np.array([2.0, 0.05])), [0.5, 12])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=40), st.floats(0.01, 20))
def test_the_pipeline_loses_no_gigawatt(starts, lead):
    """Power on which construction started is being built or has arrived, and nothing else."""
    building, arrived = np.zeros(1), np.zeros(1)
    for new in starts:
        done = power.arrives(building, lead)
        assert 0 <= done[0] <= building[0]
        building, arrived = building + new - done, arrived + done
    np.testing.assert_allclose(building + arrived, sum(starts), atol=1e-9)


def test_mean_time_from_order_to_power():
    """12 GW begun at once with a lead time of 1 year arrive after a year on average."""
    building, waited = np.array([12.0]), 0.0
    for month in range(1, 500):
        done = power.arrives(building, 1.0)
        building, waited = building - done, waited + month * done[0]
    assert waited / 12 == pytest.approx(12, rel=1e-6)


def test_share_of_chips_that_runs():
    # 5 of 10 GW: half; 10 for 5: all; nothing drawn: all; no power: none
    shares = power.running(np.array([5.0, 10, 0, 0]), np.array([10.0, 5, 0, 5]))
    np.testing.assert_allclose(shares, [0.5, 1, 1, 0], atol=1e-9)


def test_cost_of_power():
    # 1.4 GW x 730.5 h x 80 USD/MWh over a million H100e: 81.8 USD a month each
    cost = power.energy_cost(np.array([1.4, 0]), np.array([1e6, 0]), 80.0)
    np.testing.assert_allclose(cost, [81.816, 0])


def go(opportunity, response=1.0, home=0.0, kept_out=0.0) -> np.ndarray:
    """Destinations in one world, `[from, to]`."""
    pools = len(opportunity)
    home, shut = np.full((pools, 1), home), np.full((pools, pools, 1), kept_out)
    closed = talent.barrier(1 - shut)
    return talent.destinations(np.reshape(opportunity, (-1, 1)), response, home, closed)[..., 0]


def test_researchers_go_where_the_opportunity_is():
    # odds 1 : 3 by opportunity; at a response of 2 1 : 9; at 0 even
    np.testing.assert_allclose(go([1.0, 3]), [[0.25, 0.75], [0.25, 0.75]])
    np.testing.assert_allclose(go([1.0, 3], response=2.0), [[0.1, 0.9], [0.1, 0.9]])
    np.testing.assert_allclose(go([1.0, 3], response=0.0), 0.5)


def test_home_holds():
    # ln 3 at home: 3 : 3 for the first, 1 : 9 for the second
    np.testing.assert_allclose(go([1.0, 3], home=np.log(3)), [[0.5, 0.5], [0.1, 0.9]])


def test_visa_rules_keep_out():
    # half kept out: 1 : 1.5 for the first, .5 : 3 for the second; all: everybody stays
    np.testing.assert_allclose(go([1.0, 3], kept_out=0.5), [[0.4, 0.6], [1 / 7, 6 / 7]])
    np.testing.assert_allclose(go([1.0, 3, 5], kept_out=1.0), np.eye(3))


def test_who_is_kept_out_of_the_only_opportunity_stays_home():
    """However much better it is abroad: nobody vanishes."""
    np.testing.assert_allclose(go([0.0, 3], response=10.0, kept_out=1.0), np.eye(2))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.just(0.0) | st.floats(1e-6, 1e6), min_size=1, max_size=4),
    st.floats(0, 10),
    st.floats(0, 20),
    st.just(0.0) | st.just(1.0) | st.floats(0, 1),
)
def test_everybody_goes_somewhere(opportunity, response, home, kept_out):
    shares = go(opportunity, response, home, kept_out)
    assert np.all(shares >= 0)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-9)


def test_people_that_move():
    # 100 and 40 trained: rows of the shares; nobody is lost
    shares = np.array([[0.75, 0.25], [0.5, 0.5]])[..., None]
    moved = talent.moves(np.array([[100.0], [40]]), shares)
    np.testing.assert_allclose(moved[..., 0], [[75, 25], [20, 20]])
    np.testing.assert_allclose(talent.staying(shares)[:, 0], [0.75, 0.5])
