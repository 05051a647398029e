"""The chip market: choice, rationing, diversion and price (M4, M5)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.model.mechanisms import market
from sim.model.mechanisms.clearing import Conditions, Offer, clear, place, receive

ROUNDING = 1e-9


def column(*rows: float) -> np.ndarray:
    """One number a row, in two worlds."""
    return np.array(rows, dtype=float)[:, None] * np.ones(2)


def test_choice_goes_by_pull_and_worth_for_money():
    # supplier 0 twice the pull, supplier 1 worth twice the money: at elasticity 2 it weighs 4 to 2
    worth = column(1.0, 2.0)
    weight = market.appeal(column(2.0, 1.0), worth, np.array([2.0, 2.0]), np.array([2.0, 0.0]))
    np.testing.assert_allclose(weight[:, 0], [0.5, 1.0])  # 2 x (1/2)^2, 1 x 1
    np.testing.assert_allclose(weight[:, 1], [2.0, 1.0])  # elasticity 0: pull alone
    np.testing.assert_allclose(market.split(weight)[:, 0], [1 / 3, 2 / 3])


def test_shares_of_nobody_are_nothing():
    assert market.split(column(0.0, 0.0)).tolist() == [[0, 0], [0, 0]]


def test_who_waits_for_a_variant_keeps_money():
    unbound, bound = column(3.0, 1.0)[:, None], column(0.0, 1.0)[:, None]
    # 3 of 4 are cut off; patience 1: the rest keeps its share 1/4; patience 0: it takes all
    np.testing.assert_allclose(market.shares(bound, unbound, np.ones((1, 2))).sum(0), 0.25)
    np.testing.assert_allclose(market.shares(bound, unbound, np.zeros((1, 2))).sum(0), 1.0)
    # patience .5: 1 / (1 + .5 x 3) = .4
    np.testing.assert_allclose(market.shares(bound, unbound, 0.5 * np.ones((1, 2))).sum(0), 0.4)


def test_supply_is_shared_pro_rata():
    # 150 ordered of 100: two thirds; 50 of 100: all; nothing ordered: all
    np.testing.assert_allclose(
        market.fill(column(150, 50, 0), column(100, 100, 0)), column(2 / 3, 1, 1)
    )


HOME = np.array([[[True], [False], [False]]])


def flows(*units: float) -> np.ndarray:
    """Orders of one supplier by destination, home first, in two worlds."""
    return np.array(units)[None, :, None] * np.ones(2)


def test_caps_and_supply_by_hand():
    orders, cap = flows(100, 40, 20), flows(10, 0.25, 10)
    # 160 ordered of 150: home gets 100 x 150/160 = 93.75; cap .25 x 93.75 = 23.4375
    # then 100 + 23.4375 + 20 = 143.4375 < 150: all of it
    got = market.ration(orders, column(150), cap, HOME)
    np.testing.assert_allclose(got[0, :, 0], [100, 23.4375, 20])
    # with supply 70: home 43.75, cap 10.9375; 130.9375 wanted, filled .5346
    got = market.ration(orders, column(70), cap, HOME)
    np.testing.assert_allclose(got[0, :, 0], np.array([100, 10.9375, 20]) * 70 / 130.9375)


units = arrays(float, (2, 3, 2), elements=st.floats(0, 1e6, allow_subnormal=False))
stock = arrays(float, (2, 2), elements=st.floats(0, 1e6, allow_subnormal=False))
caps = arrays(float, (2, 3, 2), elements=st.floats(0, 10, allow_subnormal=False))
HOMES = np.array([[[True], [False], [False]], [[False], [True], [False]]])


@settings(max_examples=80, deadline=None)
@given(units, stock, caps)
def test_rationing_never_exceeds_supply_orders_or_cap(orders, supply, cap):
    got = market.ration(orders, supply, cap, HOMES)
    slack = ROUNDING * (1 + orders.max() + supply.max())
    assert np.all(got >= 0)
    assert np.all(got.sum(axis=1) <= supply + slack)
    assert np.all(got <= orders + slack)
    at_home = np.where(HOMES, orders, 0).sum(axis=1)
    assert np.all(got <= cap * at_home[:, None] + slack)


@settings(max_examples=80, deadline=None)
@given(units, units, st.lists(st.booleans(), min_size=3, max_size=3), st.floats(0, 0.9))
def test_smuggling_loses_and_makes_no_chip(shipped, wanted, third, share):
    mask = np.array(third)[None, :, None] & np.ones_like(shipped, bool)
    stays, arrives = market.divert(shipped, wanted, mask, np.array([share]))
    slack = ROUNDING * (1 + shipped.max() + wanted.max())
    np.testing.assert_allclose(
        stays.sum(axis=1) + arrives.sum(axis=1), shipped.sum(axis=1), atol=slack
    )
    assert np.all(stays >= -slack)
    assert np.all(stays <= shipped + slack)
    assert np.all(arrives <= wanted + slack)
    assert np.all(np.where(mask, 0, shipped - stays) <= slack)
    assert np.all(shipped - stays <= share * shipped + slack)


def test_diversion_by_hand():
    shipped, wanted = flows(100, 0, 60), flows(0, 12, 0)
    third = np.array([[[False], [False], [True]]])
    # at most 10 % of 60 = 6 can be diverted, 12 are wanted: 6 arrive, 54 stay
    stays, arrives = market.divert(shipped, wanted, third, np.array([0.1]))
    np.testing.assert_allclose(stays[0, :, 0], [100, 0, 54])
    np.testing.assert_allclose(arrives[0, :, 0], [0, 6, 0])
    # at most half = 30: all 12 arrive
    stays, arrives = market.divert(shipped, wanted, third, np.array([0.5]))
    np.testing.assert_allclose(stays[0, :, 0], [100, 0, 48])
    np.testing.assert_allclose(arrives[0, :, 0], [0, 12, 0])


def test_scarcity_moves_the_price_within_bounds():
    listed, psi, bound = 100.0, 0.5, 1.5
    orders, supply = np.array([400.0, 100, 25, 90, 0]), np.array([100.0, 100, 100, 40, 100])
    # 4^.5 = 2 -> bound 1.5; 1; .25^.5 = .5 -> bound 1/1.5; 2.25^.5 = 1.5; no orders: the lowest
    expected = [150, 100, 100 / 1.5, 150, 100 / 1.5]
    np.testing.assert_allclose(market.price(listed, orders, supply, psi, bound), expected)


def test_price_without_response_is_the_list_price():
    tight = market.price(np.array([100.0, 50.0]), np.array([9.0, 0]), np.array([1.0, 1.0]), 0, 2.0)
    assert tight.tolist() == [100, 50]


AT = np.array([0, 1, 2])  # one buyer a destination: home of supplier 0, denied, third country
ONE = np.ones((2, 3, 2))


def offer(licence: float = 1.0, cut: float = 1.0) -> Offer:
    """Two suppliers, one at home in the first bloc, one in the second; alike but for rules."""
    denied = np.array([[[1.0], [licence], [1.0]], [[1.0], [1.0], [1.0]]]) * ONE
    worth = np.array([[[1.0], [cut], [1.0]], [[1.0], [1.0], [1.0]]]) * ONE
    free = np.ones((2, 1, 2))
    return Offer(
        price=20_000 * ONE,
        revenue=20_000 * ONE,
        licence=denied,
        cap=10 * ONE,
        compute=worth,
        training=worth,
        inference=worth,
        value=worth,
        free_price=20_000 * free,
        free_compute=free,
        free_training=free,
        free_inference=free,
        free_value=free,
        supply=1e9 * np.ones((2, 2)),
        service=np.ones((2, 2)),
        power=700 * ONE,
        silicon=ONE,
        free_power=700 * free,
    )


def conditions(**other) -> Conditions:
    usual = {
        "pull": np.ones((2, 3, 1)),
        "allowed": np.ones((2, 3, 1)),
        "guidance": np.zeros((3, 1)),
        "mandate": np.zeros((3, 1)),
        "appetite": np.zeros((3, 1)),
        "markup": np.array([0.5]),
        "patience": np.zeros((3, 1)),
        "home": HOMES,
        "elasticity": np.array([2.0]),
    }
    return Conditions(**usual | other)


MONEY = np.array([[2.0], [1.0], [4.0]]) * np.ones(2)  # USD bn


def test_alike_suppliers_share_orders_equally():
    # USD 2 bn at 20,000 USD are 100,000 chips: 50 thousand from each
    orders = place(MONEY, MONEY, offer(), conditions(), AT)
    np.testing.assert_allclose(orders.legal[:, 0, 0], [50, 50])
    np.testing.assert_allclose(orders.legal[:, 2, 1], [100, 100])
    np.testing.assert_allclose(orders.free, orders.legal)
    assert np.all(orders.smuggled == 0)


def test_who_is_denied_turns_home_or_waits():
    denied = offer(licence=0.0)
    np.testing.assert_allclose(
        place(MONEY, MONEY, denied, conditions(), AT).legal[:, 1, 0], [0, 50]
    )
    # patience 1: half of the appeal is gone, and so is half of the money spent
    patient = conditions(patience=np.ones((3, 1)))
    np.testing.assert_allclose(place(MONEY, MONEY, denied, patient, AT).legal[:, 1, 0], [0, 25])


def test_a_mandate_raises_the_home_share_and_guidance_lowers_the_foreign_one():
    # 80 % at home: of 50 thousand chips 40 and 10
    forced = conditions(mandate=np.array([[0.0], [0.8], [0.0]]))
    np.testing.assert_allclose(place(MONEY, MONEY, offer(), forced, AT).legal[:, 1, 0], [10, 40])
    # half of foreign purchases given up: 12.5 of the usual 25; the home supplier gets 1 of 1.5
    told = conditions(guidance=np.array([[0.0], [0.5], [0.0]]))
    np.testing.assert_allclose(
        place(MONEY, MONEY, offer(), told, AT).legal[:, 1, 0], [12.5, 100 / 3]
    )


def test_a_licence_bounds_an_order_once():
    # half licensed of the usual 25 thousand: 12.5, also with last months' money still in hand
    for money in (MONEY, 3 * MONEY):
        orders = place(money, MONEY, offer(licence=0.5), conditions(), AT)
        np.testing.assert_allclose(orders.legal[0, 1], 12.5)
        np.testing.assert_allclose(orders.free[:, 1], 25)
    # the licensed part is smaller than the bound when there is less money than usual
    poor = place(0.1 * MONEY, MONEY, offer(licence=0.5), conditions(), AT)
    np.testing.assert_allclose(poor.legal[:, 1, 0], [5 / 3, 10 / 3])


def test_a_listed_buyer_gets_nothing_from_the_issuers_suppliers():
    listed = np.ones((2, 3, 1))
    listed[0, 1] = 0
    np.testing.assert_allclose(
        place(MONEY, MONEY, offer(), conditions(allowed=listed), AT).legal[:, 1, 0], [0, 50]
    )


def test_smugglers_deliver_what_third_countries_lose():
    terms = offer(licence=0.0)
    by = conditions(appetite=np.array([[0.0], [0.2], [0.0]]), patience=np.ones((3, 1)))
    orders = place(MONEY, MONEY, terms, by, AT)
    # of worth for training half is denied: money x .2 x .5 = .1 bn at 30,000 USD: 3.33 thousand
    np.testing.assert_allclose(orders.smuggled[:, 1, 0], [10 / 3, 0])
    flowing = clear(orders.legal, orders.smuggled, terms, HOMES, np.array([0.5]))
    np.testing.assert_allclose(flowing.smuggled[:, 1, 0], [10 / 3, 0])
    np.testing.assert_allclose(flowing.shipped[0, :, 0], [50, 0, 100 - 10 / 3])
    got = receive(orders, flowing, terms, by, np.array([2.0]), AT)
    # legal .9 x half of 1 bn = .45, smuggled 3.33 x 30,000 = .1: .55 bn, twice that all-in
    np.testing.assert_allclose(got.cost[1], [1.1, 1.1])
    np.testing.assert_allclose(got.by_supplier[:, 1].sum(axis=0), [22.5] * 2)
    np.testing.assert_allclose(got.smuggled[1], [10_000 / 3] * 2)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0, 1),
    st.floats(0.01, 1),
    *(arrays(float, (3, 1), elements=st.floats(0, 1, allow_subnormal=False)) for _ in range(4)),
    st.floats(0, 20),
)
def test_nobody_orders_for_more_than_its_money(
    licence, cut, guidance, mandate, appetite, patience, elasticity
):
    terms = offer(licence, cut)
    by = conditions(
        guidance=guidance,
        mandate=mandate,
        appetite=appetite,
        patience=patience,
        elasticity=np.array([elasticity]),
    )
    orders = place(MONEY, MONEY, terms, by, AT)
    paid = orders.legal * terms.price[:, AT] + orders.smuggled * terms.free_price * 1.5
    assert np.all(paid.sum(axis=0) / 1e6 <= MONEY * (1 + ROUNDING))
    assert np.all(orders.legal >= 0)
    assert np.all(orders.smuggled >= 0)
    np.testing.assert_allclose((orders.free * terms.free_price).sum(axis=0) / 1e6, MONEY)


@pytest.mark.parametrize("elasticity", [0.0, 1.0, 20.0])
def test_a_better_variant_is_bought_more(elasticity):
    by = conditions(elasticity=np.array([elasticity]))
    worse, better = (
        place(MONEY, MONEY, offer(cut=cut), by, AT).legal[0, 1, 0] for cut in (0.4, 0.8)
    )
    assert better > worse if elasticity else better == worse
