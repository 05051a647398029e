"""What investors believe, what sectors are worth, when governments act, by hand (M11)."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.mechanisms import belief, reaction
from sim.model.mechanisms.adjustment import decay

TWO = np.ones(2)


def test_what_a_release_says():
    # a tenth of the leader's cost: ln .1; 12 points behind at 12 a decade: fairly compared, equal
    told = belief.signal(np.array([0.06, 0.06]), 0.6, np.array([0.0, 12]), 12.0, 0.0)
    np.testing.assert_allclose(told, [np.log(0.1), 0], atol=1e-12)


def test_progress_that_was_expected_is_no_news():
    # twice the cost, a decade of compute further, a year later with methods five times as good: 0
    told = belief.signal(1.2 * TWO, 0.6, np.array([-12.0, 0]), 12.0, np.log(5.0))
    np.testing.assert_allclose(told, [0, np.log(10)], atol=1e-12)


def test_a_free_release_or_no_leader_is_finite():
    told = belief.signal(np.array([0.0, 1.0]), np.array([1.0, 0.0]), 0.0, 12.0, 0.0)
    np.testing.assert_allclose(told, np.log(10) * np.array([-12, 12]))


def test_releases_far_behind_weigh_little():
    weights = belief.proximity(np.array([0.0, 3, 6, -9]), 3.0)
    np.testing.assert_allclose(weights, [1, np.exp(-1), np.exp(-2), 1])


def heard(need, doubt, told, precision, concealed=0.0, unverified=0.0) -> belief.Update:
    """One investor in one world hears some labs."""
    one = np.array([[1.0]])
    told, precision = (np.reshape(x, (-1, 1)) * one for x in (told, precision))
    return belief.hear(
        need * one, doubt * one, unverified * one, told, concealed + 0 * told, precision[None]
    )


def test_bayes_rule_by_hand():
    # variance 1 and a release of precision 1 that says -2: half way, variance .5, half hidden
    now = heard(0.0, 1.0, [-2.0], [1.0], concealed=np.log(10))
    np.testing.assert_allclose(np.ravel(now), [-1, 0.5, np.log(10) / 2])
    # precisions 1 before, 3 heard: (1 x -1 + 3 x -2) / 4 = -1.75
    now = heard(-1.0, 1.0, [-2.0], [3.0], unverified=-0.8)
    np.testing.assert_allclose(np.ravel(now), [-1.75, 0.25, -0.2])  # of the old a quarter is left


def test_nothing_heard_changes_nothing():
    now = heard(-0.3, 0.7, [-9.0, 4.0], [0.0, 0.0], concealed=2.0, unverified=0.1)
    np.testing.assert_allclose(np.ravel(now), [-0.3, 0.7, 0.1])


def test_a_release_beyond_doubt_is_believed():
    now = heard(0.0, 1.0, [-2.0], [1e15])
    np.testing.assert_allclose(np.ravel(now)[:2], [-2, 0], atol=1e-12)


def test_who_is_certain_learns_nothing():
    now = heard(-0.5, 1e-15, [-2.0], [1.0])
    np.testing.assert_allclose(np.ravel(now)[:2], [-0.5, 0], atol=1e-12)


signals = st.tuples(st.floats(-10, 10), st.floats(0, 50))


@settings(max_examples=60, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 10), signals, signals)
def test_two_releases_at_once_or_one_after_the_other(need, doubt, one, other):
    """Bayes' rule minds no order; the belief lies between what was thought and said."""
    both = heard(need, doubt, [one[0], other[0]], [one[1], other[1]])
    first = heard(need, doubt, [one[0]], [one[1]])
    second = heard(first.need[0, 0], first.doubt[0, 0], [other[0]], [other[1]])
    np.testing.assert_allclose(both.need, second.need, atol=1e-9)
    np.testing.assert_allclose(both.doubt, second.doubt, rtol=1e-9)
    assert 0 < both.doubt[0, 0] <= doubt * (1 + 1e-12)
    said = [need, one[0], other[0]]
    assert min(said) - 1e-9 <= both.need[0, 0] <= max(said) + 1e-9


def test_less_trusted_news_moves_less():
    """The same release at credibility 1, .4 and 0, heard by three investors."""
    precision = np.array([1.0, 0.4, 0.0])[:, None, None]
    zero = np.zeros((3, 1))
    now = belief.hear(zero, zero + 1, zero, np.array([[-2.0]]), np.array([[0.0]]), precision)
    # 1 / (1 + 1) = .5; .4 / 1.4 = .2857
    np.testing.assert_allclose(now.need[:, 0], [-1, -2 * 0.4 / 1.4, 0])


def test_cheaper_models_by_elasticity_seen():
    # half the need: at .5 half of ln 2 less spending, at 1 the same, at 1.5 half of it more
    change = belief.expected_spending(-np.log(2), np.array([0.5, 1.0, 1.5]))
    np.testing.assert_allclose(change, np.log(2) * np.array([-0.5, 0, 0.5]))


def test_moods_fade_by_half():
    np.testing.assert_allclose(decay(1.0, np.array([1.0, 6])) ** np.array([1, 6]), 0.5)


def test_worth_follows_earnings():
    # a fifth hung on AI, which doubled: .4 + .8 x 1.1 = 1.28, of which .4 are 31.25 %
    earnings, exposure = belief.revalued(np.array([2.0, 1]), TWO, np.array([1.1, 1]), 0.2)
    np.testing.assert_allclose(earnings, [1.28, 1])
    np.testing.assert_allclose(exposure, [0.3125, 0.2])


def test_a_sector_that_began_with_nothing_keeps_its_worth():
    earnings, exposure = belief.revalued(np.array([5.0, 0]), np.array([0.0, 1]), 1.0, 1.0)
    np.testing.assert_allclose(earnings, [1, 0])
    assert np.all(np.isfinite(exposure))


def test_a_step_is_due_when_triggered_and_long_enough_ago():
    on, waited = np.array([True, True, False]), np.array([12.0, 11, 99])
    assert reaction.due(on, waited, 12.0).tolist() == [True, False, False]


def test_a_limit_falls_step_by_step():
    # 4,800 at the first step, half at each further one; before it no lower than the first
    steps = np.array([0.0, 1, 2, 4])
    np.testing.assert_allclose(reaction.limit(4800.0, 0.5, steps), [4800, 4800, 2400, 600])
    np.testing.assert_allclose(reaction.limit(4800.0, 0.0, steps), 4800)


def test_a_lead_in_months():
    # 10 points at .5 a month: 20; a frontier that stands still counts as .1 a month
    months = reaction.lead_in_months(np.array([10.0, -10, 10]), np.array([0.5, 0.5, 0]))
    np.testing.assert_allclose(months, [20, -20, 100])
