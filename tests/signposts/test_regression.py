"""What an observation tells, where the answer is known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from sim.research.signposts.regression import best_set, by_chance, thirds, trees, value_of

WORLDS = 4000


@pytest.fixture(scope="module")
def normal():
    """Independent standard normal numbers, `[world, number]`."""
    return np.random.default_rng(0).standard_normal((WORLDS, 4))


@pytest.mark.parametrize("error", [0.5, 1.0, 2.0])
def test_a_number_that_is_observed_with_a_normal_error(normal, error):
    """y = x + error: the variance falls by 1 / (1 + error^2), the range by the root of the rest.

    The sign is guessed right as often as two normal numbers of that correlation share their sign.
    """
    number, told_share = normal[:, 0], 1 / (1 + error**2)
    found = value_of(number + error * normal[:, 1], number[:, None])
    assert found.variance[0] == pytest.approx(told_share, abs=4 * found.error[0])
    assert found.error[0] == pytest.approx(
        2 * (1 - told_share) * told_share**0.5 / WORLDS**0.5, rel=0.5
    )
    assert found.width[0] == pytest.approx(1 - (1 - told_share) ** 0.5, abs=0.03)
    right = 0.5 + np.arcsin(told_share**0.5) / np.pi
    assert found.agreement[0] == pytest.approx(right, abs=0.02)


def test_the_sign_is_only_guessed_better_where_an_observation_can_turn_the_guess(normal):
    """Most worlds lie above 0 whatever is observed: the size is learnt, and not the sign."""
    number = normal[:, 0] + 1.3
    found = value_of(number + 2 * normal[:, 1], number[:, None])
    assert found.variance[0] == pytest.approx(0.2, abs=0.03)
    assert found.agreement[0] == pytest.approx(np.mean(number > 0), abs=0.003)


def test_noise_tells_nothing_and_the_number_itself_tells_all(normal):
    number, noise = normal[:1000, 0], normal[:1000, 1]
    chance = by_chance(number[:, None], 30)
    nothing, everything = (value_of(one, number[:, None]) for one in (noise, number))
    assert abs(nothing.variance[0]) < 0.01 < everything.variance[0] == pytest.approx(1, abs=0.005)
    assert nothing.variance[0] < chance.variance[0] < 0.02
    assert nothing.width[0] < chance.width[0] and nothing.sign[0] < chance.sign[0] < 0.02
    assert abs(chance.mean_width[0]) < 0.03
    assert everything.width[0] > 0.95 and everything.agreement[0] > 0.99


def test_few_observations_without_information_pass_what_chance_reaches(normal):
    """Of 40 tables of noise hardly any holds an observation above the limit (5 % of tables)."""
    number = normal[:500, :1]
    rng = np.random.default_rng(1)
    limit = by_chance(number, 10).variance[0]
    tables = np.hstack([rng.permutation(number) for _ in range(400)])  # 40 tables of ten
    gain = value_of(rng.standard_normal(500), tables).variance
    assert np.mean(gain > limit) < 0.02


def test_only_the_order_of_what_is_observed_counts_and_no_line_is_needed(normal):
    number, noise = normal[:1500, :1], 0.5 * normal[:1500, 1]
    seen = number[:, 0] + noise
    assert value_of(np.exp(seen), number).variance == pytest.approx(value_of(seen, number).variance)
    assert (
        value_of(seen, np.square(number)).variance[0] > 0.5
    )  # uncorrelated, and informative all the same
    gaps = np.where(seen < np.quantile(seen, 0.1), np.nan, seen)
    assert value_of(gaps, number).variance[0] > 0.6  # not defined: less than anything


def test_a_number_without_spread_leaves_nothing_to_learn(normal):
    found = value_of(normal[:200, 0], np.ones((200, 1)))
    assert (found.variance[0], found.width[0], found.sign[0], found.agreement[0]) == (0, 0, 0, 1)


def test_the_best_set_adds_what_is_new(normal):
    """x = 2a + b: first a (4/5), then b (all); a second look at a and noise add nothing."""
    a, b, again, noise = normal[:800].T
    observed = np.stack([b, noise, a, a + 0.1 * again], axis=1)
    found = best_set(observed, 2 * a + b, 3)
    assert [at for at, _ in found[:2]] == [2, 0]
    assert found[0][1].variance[0] == pytest.approx(0.8, abs=0.05)
    assert found[1][1].variance[0] == pytest.approx(1, abs=0.01)


def test_what_hangs_on_two_observations_is_told_by_both_together(normal):
    a, b = normal[:800, 0], normal[:800, 1]
    product, both = (a * b)[:, None], np.stack([a, b], axis=1)
    assert value_of(a, product).variance[0] < 0.02
    assert value_of(both, product).variance[0] > 0.95
    assert value_of(both, product, trees()).variance[0] > 0.3


def test_thirds_of_the_worlds():
    limits, parts = thirds(np.array([5.0, 1.0, 9.0, 2.0, 8.0, 4.0]))
    assert limits == [4.0, 8.0]
    assert [sorted(part) for part in parts] == [[1, 3], [0, 5], [2, 4]]
