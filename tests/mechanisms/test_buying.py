"""The chip market where nobody is like anybody else: what buyers order, get and pay (M2, M4)."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.mechanisms.clearing import (
    Flows,
    Orders,
    bound_by_rules,
    by_destination,
    clear,
    place,
    receive,
)

from .test_chip_market import AT, HOMES, MONEY, ONE, conditions, offer

BUYERS = np.array([0, 1, 1, 2])  # destination of each of four buyers
WATCHED, SEEN = 2, 1  # the buyer and the world that are worked out by hand


def filled(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Numbers that are all different, for all that is not looked at."""
    return np.random.default_rng(seed).uniform(0.1, 2.0, shape)


def with_values(block: np.ndarray, at: int | None, *by_supplier: float) -> np.ndarray:
    """The block with the watched numbers of both suppliers, in the watched world."""
    for supplier, value in enumerate(by_supplier):
        row = (supplier, SEEN) if at is None else (supplier, at, SEEN)
        block[row] = value
    return block


def unlike_offer():
    """Two suppliers whose every number differs by destination and world."""
    wide, free = (2, 3, 2), (2, 1, 2)
    return offer()._replace(
        price=with_values(filled(wide, 1), 1, 10_000, 8_000),
        compute=with_values(filled(wide, 2), 1, 0.5, 0.4),
        training=with_values(filled(wide, 3), 1, 0.2, 0.3),
        inference=with_values(filled(wide, 4), 1, 0.6, 0.7),
        free_price=with_values(filled(free, 5), 0, 20_000, 9_000),
        free_compute=with_values(filled(free, 6), 0, 0.8, 0.5),
        free_training=with_values(filled(free, 7), 0, 0.9, 0.8),
        free_inference=with_values(filled(free, 8), 0, 1.1, 1.2),
        power=with_values(filled(wide, 9), 1, 400, 300),
        free_power=with_values(filled(free, 13), 0, 700, 500),
    )


@pytest.fixture
def got():
    """What four buyers get, of whom the second and third meet rules and smuggle."""
    smuggled = np.zeros((2, 4, 2))
    smuggled[:, 1:3] = filled((2, 2, 2), 10)
    orders = Orders(
        legal=with_values(filled((2, 4, 2), 11), WATCHED, 10, 20),
        smuggled=with_values(smuggled, WATCHED, 8, 0),
        free=with_values(filled((2, 4, 2), 12), WATCHED, 30, 10),
    )
    flows = Flows(
        *[filled((2, 3, 2), 13) for _ in range(3)],
        shipped_share=with_values(filled((2, 3, 2), 14), 1, 0.5, 0.25),
        smuggled_share=with_values(filled((2, 3, 2), 15), 1, 0.5, 0.9),
        open_fill=with_values(filled((2, 2), 16), None, 0.5, 1.0),
    )
    by = conditions(markup=np.array([0.5]))
    return receive(orders, flows, unlike_offer(), by, np.array([2.0]), BUYERS), orders, flows


def test_what_a_buyer_gets_and_pays(got):
    """5 and 5 thousand legally, 4 thousand smuggled at 20,000 USD and half as much again."""
    seen = {
        name: block[WATCHED, SEEN] for name, block in got[0]._asdict().items() if block.ndim == 2
    }
    assert seen == pytest.approx(
        {
            "cost": 2 * (5 * 10_000 + 5 * 8_000 + 4 * 30_000) / 1e6,
            "chips": 1000 * (5 * 0.5 + 5 * 0.4 + 4 * 0.8),
            "training": 1000 * (5 * 0.2 + 5 * 0.3 + 4 * 0.9),
            "inference": 1000 * (5 * 0.6 + 5 * 0.7 + 4 * 1.1),
            "power": (5 * 400 + 5 * 300 + 4 * 700) * 1000 / 1e9,
            "training_free": 1000 * (15 * 0.9 + 10 * 0.8),
            "inference_free": 1000 * (15 * 1.1 + 10 * 1.2),
            "cost_free": 2 * (15 * 20_000 + 10 * 9_000) / 1e6,
            "units": 5 + 5 + 4,
            "smuggled": 1000 * 4 * 0.8,
        }
    )
    np.testing.assert_allclose(got[0].by_supplier[:, WATCHED, SEEN], [5, 5])


def test_who_meets_no_rule_smuggles_nothing(got):
    purchases, orders, flows = got
    assert np.all(purchases.smuggled[[0, 3]] == 0)
    legal = orders.legal[:, 3] * flows.shipped_share[:, 2]
    np.testing.assert_allclose(
        purchases.chips[3], 1000 * (legal * unlike_offer().compute[:, 2]).sum(axis=0)
    )


def test_some_of_the_buyers(got):
    some = got[0].of(slice(1, 3))
    np.testing.assert_allclose(some.cost, got[0].cost[1:3])
    np.testing.assert_allclose(some.smuggled, got[0].smuggled[1:3])
    np.testing.assert_allclose(some.by_supplier, got[0].by_supplier[:, 1:3])


def test_orders_by_destination():
    orders = np.arange(16.0).reshape(2, 4, 2)
    found = by_destination(orders, [np.flatnonzero(place == BUYERS) for place in range(4)])
    np.testing.assert_allclose(found[0], [[0, 1], [2 + 4, 3 + 5], [6, 7], [0, 0]])
    np.testing.assert_allclose(found[1], [[8, 9], [10 + 12, 11 + 13], [14, 15], [0, 0]])
    assert found.flags.c_contiguous


RULED = {
    "no rule": ({}, {}, []),
    "licence": ({"licence": 0.5}, {}, [1]),
    "levy": ({}, {"price": 20_000 * (ONE + 0.5 * (np.arange(3) == 2)[:, None])}, [2]),
    "worse for training": ({}, {"training": ONE - 0.1 * (np.arange(3) == 0)[:, None]}, [0]),
    "a voucher for what is worth more": ({}, {"value": ONE * 1.1}, [0, 1, 2]),
}


@pytest.mark.parametrize(("made", "other", "bound"), RULED.values(), ids=RULED)
def test_buyers_are_bound_by_what_they_are_offered(made, other, bound):
    terms = offer(**made)._replace(**other)
    assert bound_by_rules(terms, conditions(), AT).tolist() == bound


@pytest.mark.parametrize("name", ["guidance", "mandate"])
def test_buyers_are_bound_by_their_own_government(name):
    only = np.array([[0.0], [0.3], [0.0]])
    assert bound_by_rules(offer(), conditions(**{name: only}), AT).tolist() == [1]


def test_a_listing_binds_whom_it_names():
    one = np.ones((2, 3, 1))
    one[0, 2] = 0.5
    assert bound_by_rules(offer(), conditions(allowed=one), AT).tolist() == [2]
    all_of_them = np.array([[[0.5]], [[1.0]]])  # one column for all buyers
    orders = place(MONEY, MONEY, offer(), conditions(allowed=all_of_them), AT)
    assert bound_by_rules(offer(), conditions(allowed=all_of_them), AT).tolist() == [0, 1, 2]
    np.testing.assert_allclose(orders.legal[0, :, 0] / orders.free[0, :, 0], [0.5, 0.5, 0.5])


def test_ties_service_and_worth_split_the_money():
    """Pull 1 and 3, half served, twice the worth at elasticity 2: .5 x 1 to 3 x .25, .4 and .6."""
    terms = offer()._replace(
        service=np.array([[0.5, 0.5], [1.0, 1.0]]),
        value=ONE * np.array([2.0, 1.0])[:, None, None],
        free_value=np.array([2.0, 1.0])[:, None, None] * np.ones((2, 1, 2)),
    )
    pull = np.array([1.0, 3.0])[:, None, None] * np.ones((2, 3, 1))
    orders = place(MONEY, MONEY, terms, conditions(pull=pull), AT)
    np.testing.assert_allclose(orders.free[:, 0, 0], [40, 60])
    np.testing.assert_allclose(orders.legal[:, 0, 0], [40, 60])


def test_pull_of_those_who_meet_rules_is_their_own():
    """Only the second buyer is bound; it likes the first supplier as 1 to 4, the others 1 to 1."""
    pull = np.ones((2, 3, 1))
    pull[1, 1] = 4
    orders = place(MONEY, MONEY, offer(licence=0.5), conditions(pull=pull), AT)
    # weights .5 and 4: shares 1/9 and 8/9 of 50 thousand; the limit, half of 1/5, does not bind
    np.testing.assert_allclose(orders.legal[:, 1, 0], [50 * 0.5 / 5, 50 * 8 / 9])


def levied():
    """The first supplier trains twice as well, at twice the price, and half is licensed."""
    terms = offer(licence=0.5)
    price, training = terms.price.copy(), terms.training.copy()
    price[0, 1], training[0] = 40_000, 2.0
    return terms._replace(
        price=price, training=training, free_training=training[:, :1] * np.ones((2, 1, 2))
    )


def test_orders_under_a_levy_and_a_licence():
    """Elasticity 1: weights .5 x .5 and 1, shares .2 and .8 of 1 bn at 40,000 and 20,000.

    The licence bounds the first to half of its usual half of the usual 0.5 bn: 3.125 thousand.
    """
    by = conditions(elasticity=np.array([1.0]))
    orders = place(MONEY, 0.5 * MONEY, levied(), by, AT)
    np.testing.assert_allclose(orders.legal[:, 1, 0], [3.125, 40])


def test_smuggling_follows_worth_for_training_that_is_lost():
    """Obtained .2 x 2 / 40 + .8 / 20, missed .5 x 2 / 20 + .5 / 20: a third is denied.

    A fifth of that of the 0.5 bn that would be spent without the rule is diverted, all to the first
    supplier, at 30,000 USD.
    """
    by = conditions(elasticity=np.array([1.0]), appetite=np.array([[0.0], [0.2], [0.0]]))
    orders = place(MONEY, 0.5 * MONEY, levied(), by, AT)
    np.testing.assert_allclose(orders.legal[:, 1, 0], [3.125, 40 * (1 - 0.1 / 3)])
    np.testing.assert_allclose(orders.smuggled[:, 1, 0], [0.1 / 3 * 1e6 / 30_000, 0])


def test_smugglers_are_sought_for_what_each_supplier_lacks():
    """Half of both is barred, and half of the first is licensed: lost .75 and .5, sought 3 to 2."""
    by = conditions(appetite=np.array([[0.0], [0.2], [0.0]]), allowed=np.array([[[0.5]], [[0.5]]]))
    smuggled = place(MONEY, MONEY, levied(), by, AT).smuggled[:, 1, 0]
    np.testing.assert_allclose(smuggled[0] / smuggled[1], 1.5)


def test_several_buyers_of_one_destination():
    """The second and third buyer live where half is licensed."""
    by = conditions(
        pull=np.ones((2, 4, 1)),
        allowed=np.ones((2, 1, 1)),
        home=HOMES.take(BUYERS, 1),
        **dict.fromkeys(("guidance", "mandate", "appetite", "patience"), np.zeros((3, 1))),
    )
    money = np.ones((4, 2))
    orders = place(money, money, offer(licence=0.5), by, BUYERS)
    assert bound_by_rules(offer(licence=0.5), by, BUYERS).tolist() == [1, 2]
    np.testing.assert_allclose(orders.legal[0, :, 0], [25, 12.5, 12.5, 25])


def test_what_a_licence_keeps_from_a_buyer_is_denied():
    """Shares 1/3 and 2/3, but licensed is only 1/4: a twelfth of the usual is missed."""
    by = conditions(appetite=np.array([[0.0], [1.0], [0.0]]))
    orders = place(MONEY, MONEY, offer(licence=0.5), by, AT)
    np.testing.assert_allclose(orders.smuggled[:, 1, 0], [1 / 12 * 1e6 / 30_000, 0])


def test_a_mandate_without_a_home_supplier_changes_nothing():
    forced = conditions(mandate=np.array([[0.0], [0.0], [0.8]]))
    orders = place(MONEY, MONEY, offer(), forced, AT)
    np.testing.assert_allclose(orders.legal[:, 2, 0], [100, 100])


def test_only_full_products_of_free_countries_can_be_diverted():
    """The third country gets a variant of the first supplier, licensed in full: none goes on."""
    worse = offer(licence=0.0)
    worse = worse._replace(value=worse.value - 0.5 * (np.arange(3) == 2)[:, None])
    ordered = np.full((2, 3, 2), 100.0)
    sought = np.zeros((2, 3, 2))
    sought[0, 1] = 10
    flows = clear(ordered, sought, worse, HOMES, np.array([0.5]))
    assert np.all(flows.smuggled == 0)
    assert flows.ordered is ordered
    usual = clear(ordered, sought, offer(licence=0.0), HOMES, np.array([0.5]))
    np.testing.assert_allclose(usual.smuggled[0, 1], 10)
