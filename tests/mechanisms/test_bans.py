"""Bans of services: who is stopped, where use and habit go (M12)."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.mechanisms import demand

BLOCS = np.array([0, 0, 1, 2])  # of four makers


def banned(*by_maker: float | list[float]) -> np.ndarray:
    """Bans in the first of two markets, the second has none: `[market, maker, world]`."""
    first = np.array([np.broadcast_to(one, 2) for one in by_maker], dtype=float)
    return np.stack([first, np.zeros_like(first)])


def use(*by_maker: float) -> np.ndarray:
    """The same shares in both markets and both worlds."""
    return np.broadcast_to(np.array(by_maker)[None, :, None], (2, len(by_maker), 2)).copy()


def test_only_markets_with_bans_are_looked_at():
    found = demand.stops(banned(0.5, 0.5, 0, 0), BLOCS)
    assert [stop.market for stop in found] == [0]
    np.testing.assert_allclose(found[0].allowed[:, 0], [0.5, 0.5, 1, 1])
    ((stopped, others),) = found[0].by_bloc
    np.testing.assert_allclose(stopped[:, 0], [0.5, 0.5, 0, 0])
    assert others.ravel().tolist() == [0, 0, 1, 1]
    assert demand.stops(banned(0, 0, 0, 0), BLOCS) == []
    in_the_second = demand.stops(banned(0.5, 0.5, 0, 0)[::-1], BLOCS)
    assert [stop.market for stop in in_the_second] == [1]


def test_stopped_use_goes_to_other_blocs_pro_rata():
    """Half of .4 + .2 is stopped: .3, over the .1 and .3 of the others as 1 to 3."""
    share = use(0.4, 0.2, 0.1, 0.3)
    found = demand.barred(share, demand.stops(banned(0.5, 0.5, 0, 0), BLOCS))
    np.testing.assert_allclose(found[0, :, 0], [0.2, 0.1, 0.175, 0.525])
    np.testing.assert_allclose(found[1], share[1])  # no ban there
    np.testing.assert_allclose(share, use(0.4, 0.2, 0.1, 0.3))  # what was given stays


def test_two_blocs_banned_at_once():
    """What one loses the other may not take up where it is barred itself.

    Of the first bloc .2 is stopped: all to the maker of the third. Of the second all .2: over the
    .15, .05 and .4 that are left of the others.
    """
    found = demand.barred(use(0.3, 0.1, 0.2, 0.4), demand.stops(banned(0.5, 0.5, 1, 0), BLOCS))
    np.testing.assert_allclose(found[0, :, 1], [0.2, 0.2 / 3, 0, 0.6 + 0.4 / 3])
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_bans_differ_by_world():
    found = demand.barred(use(0.4, 0.2, 0.1, 0.3), demand.stops(banned([0, 1], 0, 0, 0), BLOCS))
    np.testing.assert_allclose(found[0, :, 0], [0.4, 0.2, 0.1, 0.3])
    np.testing.assert_allclose(found[0, :, 1], [0, 0.2, 0.2, 0.6])


def test_without_anybody_else_use_is_lost():
    found = demand.barred(use(0.6, 0.4), demand.stops(banned(0.5, 0.5), np.array([0, 0])))
    np.testing.assert_allclose(found[0], [[0.3, 0.3], [0.2, 0.2]])


def test_habit_leaves_what_is_newly_stopped():
    """Half of .6 must leave; the rest is .3 and .4, which keep the whole of habit, here .9."""
    habit = use(0.6 * 0.9, 0.4 * 0.9)
    now = banned(0.5, 0)
    expected = [0.9 * 3 / 7, 0.9 * 4 / 7]
    np.testing.assert_allclose(demand.cut(habit, banned(0, 0), now)[0, :, 0], expected)
    # from half stopped to three quarters: half of what was left leaves
    tighter = demand.cut(habit, banned(0.5, 0), banned(0.75, 0))
    np.testing.assert_allclose(tighter[0, :, 0], expected)
    np.testing.assert_allclose(tighter[1], habit[1])


def test_habit_stays_where_nothing_tightens():
    habit = use(0.6, 0.4)
    assert demand.cut(habit, banned(0.5, 0), banned(0.5, 0)) is habit
    assert demand.cut(habit, banned(0.5, 0), banned(0.2, 0)) is habit
    # eased for one while the other tightens: the first does not grow by itself
    moved = demand.cut(habit, banned(0.5, 0), banned(0, 0.5))
    np.testing.assert_allclose(moved[0, :, 0], [0.75, 0.25])


def test_no_habit_is_left_where_everybody_is_stopped():
    habit = use(0.6, 0.4)
    gone = demand.cut(habit, banned(0, 0), banned(1, 1))
    np.testing.assert_allclose(gone[0], 0)
    np.testing.assert_allclose(gone[1], habit[1])
    # who was stopped before has nothing more to lose, and no division by nothing
    still = demand.cut(habit, banned(1, 0), banned(1, 0.5))
    np.testing.assert_allclose(still[0, :, 0], [0, 1])


def test_habit_of_a_market_begins_when_it_does():
    """One market has a habit and follows slowly, the other has none and takes what is wanted."""
    habit = np.array([[[0.8], [0.2]], [[0.0], [0.0]]])
    wanted = np.array([[[0.2], [0.8]], [[0.3], [0.7]]])
    found = demand.settled(habit, wanted, 10.0)
    np.testing.assert_allclose(found[..., 0], [[0.74, 0.26], [0.3, 0.7]])


def test_use_where_some_is_not_allowed():
    """What is left is taken up in full; a market that allows nobody keeps what is wanted."""
    habit = np.array([[[1.0], [0.0]], [[0.5], [0.5]]])
    wanted = np.array([[[0.4], [0.6]], [[0.3], [0.7]]])
    allowed = np.array([[[0.0], [1.0]], [[0.0], [0.0]]])
    found = demand.used(habit, wanted, allowed, 0.5)
    np.testing.assert_allclose(found[..., 0], [[0, 1], [0.3, 0.7]])


def test_new_uses_set_in_above_a_capability():
    """At 0.5 per ten points: nothing far below the threshold, 0.5 more for ten points far above;
    at it, 0.05 x 2 ln 2."""
    far_below, at, above, further = demand.new_uses(np.array([90.0, 130, 150, 160]), 130, 0.5)
    assert far_below == pytest.approx(0, abs=1e-8)
    assert at == pytest.approx(0.05 * 2 * np.log(2))
    assert above == pytest.approx(1.0, abs=1e-4)
    assert further - above == pytest.approx(0.5, abs=1e-4)


def test_spending_far_from_the_reference():
    """The price counts over 60 logs either way, and so do the odds."""
    cheap, dear = (demand.spending(at, 0.0, 1.1, 0.5, 0.0) for at in (-100.0, 100.0))
    np.testing.assert_allclose([cheap, dear], [1 / (1 + np.exp(-6)), 1 / (1 + np.exp(6))])
    np.testing.assert_allclose(demand.spending(0.0, 0.0, 1.0, 0.5, -1e3), np.exp(-60), rtol=1e-9)
