"""Shapley values of games that can be worked out by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.experiments.shapley import chains, design, draw_orders, exact, sampled

PLAYERS = ["a", "b", "c", "d", "e", "f"]


def table(value, players: int) -> np.ndarray:
    """The values of all coalitions in one world, `[coalition, 1]`, from sets of players."""
    sets = [{p for p in range(players) if c >> p & 1} for c in range(2**players)]
    return np.array([[float(value(one))] for one in sets])


def gloves(players: set) -> bool:
    """Two have a left glove (0, 1), one a right glove (2): a pair is worth 1."""
    return 2 in players and bool(players & {0, 1})


def random_game(worlds: int, players: int = len(PLAYERS), seed: int = 1) -> np.ndarray:
    """Any values, other ones in every world, and not 0 for nobody."""
    return np.random.default_rng(seed).normal(size=(2**players, worlds))


def along(orders: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The values of the coalitions of chains."""
    return np.take_along_axis(values[None], chains(orders), axis=1)


def all_orders(players: int) -> np.ndarray:
    """Every order once, each followed by its reverse, in one world."""
    kept = [order for order in permutations(range(players)) if order < order[::-1]]
    both = [one for order in kept for one in (order, order[::-1])]
    return np.array(both)[..., None]


def test_the_gloves():
    """The textbook answer: who has the scarce glove gets four sixths."""
    assert exact(table(gloves, 3)).ravel() == pytest.approx([1 / 6, 1 / 6, 4 / 6])


def test_the_gloves_from_all_orders():
    """Sampling every order once is the exact answer."""
    orders = all_orders(3)
    parts, errors = sampled(orders, along(orders, table(gloves, 3)))
    assert parts.ravel() == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert np.all(errors > 0)


def test_who_changes_nothing_gets_nothing():
    """A null player, exact and sampled, with no error."""
    values = table(lambda s: gloves(s) * 3.7, 4)
    orders = draw_orders(Chance(0, Worlds([0])), PLAYERS[:4], 3)
    parts, errors = sampled(orders, along(orders, values))
    assert exact(values)[3] == parts[3] == errors[3] == 0


def test_who_does_the_same_gets_the_same():
    """Two symmetric players."""
    values = table(lambda s: len(s & {1, 4}) ** 2 + (0 in s) * len(s), 5)
    parts = exact(values).ravel()
    assert parts[1] == pytest.approx(parts[4])
    assert parts[1] != pytest.approx(parts[0])


def test_a_sum_is_split_into_its_terms():
    """Without interaction every order says the same: exact, and sampled with no error."""
    worth = np.array([3.0, -1.5, 0.25, 8.0])
    values = table(lambda s: 2.0 + sum(worth[p] for p in s), 4)
    orders = draw_orders(Chance(3, Worlds([5])), PLAYERS[:4], 2)
    parts, errors = sampled(orders, along(orders, values))
    assert exact(values).ravel() == pytest.approx(worth)
    assert parts.ravel() == pytest.approx(worth)
    assert errors.ravel() == pytest.approx(np.zeros(4), abs=1e-12)


@pytest.mark.parametrize("orders", [2, 5, 40])
def test_parts_add_up_in_every_world(orders):
    """To the value of all less that of nobody; 40 orders are dearer than the exact answer."""
    values = random_game(7)
    plan = design(Chance(0, Worlds(range(7))), PLAYERS, orders)
    assert (plan.orders is None) == (orders == 40)
    needed = values[plan.coalitions, plan.worlds]
    parts, _ = plan.split(needed)
    nobody, everybody = plan.ends(needed)
    assert np.array_equal(nobody, values[0]) and np.array_equal(everybody, values[-1])
    np.testing.assert_allclose(parts.sum(axis=0), everybody - nobody, rtol=0, atol=1e-12)


@pytest.mark.parametrize("orders", [2, 5, 40])
def test_a_value_is_asked_for_once(orders):
    """Each pair of coalition and world, whatever the orders have in common."""
    plan = design(Chance(0, Worlds(range(7))), PLAYERS, orders)
    pairs = list(zip(plan.worlds.tolist(), plan.coalitions.tolist(), strict=True))
    assert len(pairs) == len(set(pairs)) == plan.count
    assert plan.count <= 7 * min(2**6, 2 + 2 * orders * 5)


def test_orders_are_drawn_with_their_reverses():
    """Each is a permutation; chains begin with nobody and end with all."""
    orders = draw_orders(Chance(0, Worlds(range(9))), PLAYERS, 4)
    assert orders.shape == (8, 6, 9)
    assert np.array_equal(np.sort(orders, axis=1), np.tile(np.arange(6)[:, None], (8, 1, 9)))
    assert np.array_equal(orders[1::2], orders[::2, ::-1])
    joined = chains(orders)
    assert np.all(joined[:, 0] == 0) and np.all(joined[:, -1] == 2**6 - 1)
    assert all(int(c).bit_count() == 3 for c in joined[:, 3].ravel())


def test_orders_belong_to_the_world():
    """Neither other worlds nor more orders change them; worlds and seeds have their own."""
    many = draw_orders(Chance(0, Worlds(range(200))), PLAYERS, 5)
    few = draw_orders(Chance(0, Worlds([150, 3])), PLAYERS, 2)
    assert np.array_equal(many[:4, :, [150, 3]], few)
    assert len({many[0, :, world].tobytes() for world in range(200)}) > 100
    assert not np.array_equal(many, draw_orders(Chance(1, Worlds(range(200))), PLAYERS, 5))


def test_the_stated_error_is_the_true_one():
    """Deviations of mean parts from the exact ones are as large as the standard errors say."""
    worlds, ratios = 50, []
    for seed in range(40):
        values = random_game(worlds, seed=seed)
        orders = draw_orders(Chance(seed, Worlds(range(worlds))), PLAYERS, 4)
        parts, errors = sampled(orders, along(orders, values))
        stated = np.sqrt((errors**2).sum(axis=1)) / worlds
        ratios.append((parts - exact(values)).mean(axis=1) / stated)
    assert 0.85 < np.sqrt(np.mean(np.square(ratios))) < 1.2
    assert abs(np.mean(ratios)) < 0.15
