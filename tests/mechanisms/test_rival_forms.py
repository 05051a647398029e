"""Rival forms of research, of effort, of openness and of imitation, by hand (docs/model.md)."""

import numpy as np
from numpy.testing import assert_allclose

from sim.model.mechanisms import effort, research, spillover, training

ONE = np.ones(1)


def test_compute_that_outgrows_people_weighs_more_where_they_are_substitutes():
    """At sigma = 2, rho is 1/2: nine times the compute a person makes odds of 1 odds of 3."""
    grown = research.shifted_weight(0.5 * ONE, 2.0 * ONE, 9.0 * ONE, ONE)
    assert_allclose(grown, 0.75)
    # At sigma = 1/2, rho is -1: the same growth makes odds of a ninth.
    assert_allclose(research.shifted_weight(0.5 * ONE, 0.5 * ONE, 9.0 * ONE, ONE), 0.1)
    assert_allclose(research.shifted_weight(0.3 * ONE, 2.0 * ONE, 4.0 * ONE, 4.0 * ONE), 0.3)


def test_the_shifted_weight_keeps_the_form_of_the_start():
    """CES of raw inputs over the largest lab's is CES of shares with the shifted weight."""
    weight, sigma, compute, people = 0.4, 2.6, 8.0, 2.0
    own_compute, own_people = 0.5, 0.8  # shares of the largest lab's

    def raw(k, r):
        return research.ces(r * ONE, k * ONE, weight * ONE, sigma * ONE)

    shares = research.ces(
        own_people * ONE,
        own_compute * ONE,
        research.shifted_weight(weight * ONE, sigma * ONE, compute * ONE, people * ONE),
        sigma * ONE,
    )
    assert_allclose(shares, raw(own_compute * compute, own_people * people) / raw(compute, people))


def test_compute_that_grows_at_the_usual_rate_sets_the_usual_pace():
    trend = np.log(np.array([1.0, 1.0, 1.0]))
    now = np.log(np.array([4.0, 2.0, 0.5]))
    assert_allclose(research.pace_of_growth(now, trend, 4.0 * ONE), [1.0, 0.5, 0.0])


def test_effort_answers_scarcity_where_nothing_replaces_compute():
    sigma = np.array([0.0, 1 / 3, 1.0, 3.0])
    assert_allclose(effort.by_complements(2.0 * ONE, sigma), [2.0, 1.0, 0.0, -1.0])


def test_pressure_opens_labs_that_publish_sometimes():
    """Odds of 1 become odds of e at a response of 1 and a scarcity of 1; habits stay habits."""
    opened = training.open_under_pressure(np.array([0.0, 0.5, 1.0]), 1.0 * ONE, 1.0 * ONE)
    assert_allclose(opened, [0.0, np.e / (1 + np.e), 1.0])
    assert_allclose(training.open_under_pressure(0.3 * ONE, 2.0 * ONE, 0.0 * ONE), 0.3)


def test_a_lab_distils_from_the_best_model_that_it_can_use():
    """The best lab (150) is barred to the third, which learns from the second (120) instead."""
    models = np.array([[150.0], [120.0], [100.0]])
    access = np.ones((3, 3, 1))
    access[2, 0] = 0.2
    gained = spillover.distilled_by_access(models, models, access, 0.5 * ONE)
    assert_allclose(gained[:, 0], [0.0, 15.0, 10.0])
    assert_allclose(
        spillover.distilled_by_access(models, models, np.ones((3, 3, 1)), 0.5 * ONE),
        spillover.distilled(150.0 * ONE, models, 0.5 * ONE),
    )
