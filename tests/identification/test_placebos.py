"""Laws of the placebos: what never binds only does what buying ahead does."""

from __future__ import annotations

import numpy as np
import pytest

from sim.research.identification.distribution import distribution
from sim.research.identification.ensemble import Ensemble
from sim.research.identification.placebos import outcome_in

WORLDS = 16
MOVED = ("china_compute", "china_spending", "china_efficiency", "lead_months", "nvidia_china_flow")


def pair(scenario: str, reference: str, months: int, ensemble="posterior", **columns):
    """Both records in the same worlds."""
    worlds = Ensemble(ensemble, WORLDS)
    set_to = {f"channels.{name}": value for name, value in columns.items()}
    return [worlds.record(one, months, set_to) for one in (scenario, reference)]


@pytest.mark.parametrize("ensemble", ["posterior", "prior"])
def test_a_rule_never_enforced_does_nothing_without_buying_ahead(ensemble):
    """With that channel off every recorded number is the same, bit for bit, to the end."""
    ours, theirs = pair("never_enforced", "no_controls", 132, ensemble, stockpiling=0.0)
    for name, values in ours.arrays.items():
        assert np.array_equal(values, theirs.arrays[name]), name


def test_a_rule_never_enforced_moves_nothing_before_it_is_announced():
    ours, theirs = pair("never_enforced", "no_controls", 40)
    month = ours.calendar.month("2022-10")
    for name, values in ours.arrays.items():
        assert np.array_equal(values[:month], theirs.arrays[name][:month]), name
    assert any(
        not np.array_equal(v[month:], theirs.arrays[n][month:]) for n, v in ours.arrays.items()
    )


def test_anticipation_comes_and_goes():
    """Purchases are pulled forward while the rule is awaited; two years later it is mostly gone."""
    ours, theirs = pair("never_enforced", "no_controls", 84)

    def change(month: str) -> float:
        return float(
            np.median(
                np.log(
                    outcome_in(ours, "china_compute", month)
                    / outcome_in(theirs, "china_compute", month)
                )
            )
        )

    assert change("2023-06") > 0.05
    assert abs(change("2026-12")) < 0.2 * change("2023-06")


def test_a_control_that_never_was_moves_nothing_before_its_date():
    ours, theirs = pair("fake_control_2021", "as_enacted", 36)
    month = ours.calendar.month("2021-10")
    for name, values in ours.arrays.items():
        assert np.array_equal(values[:month], theirs.arrays[name][:month]), name
    assert not np.array_equal(
        outcome_in(ours, "china_compute", "2022-08"), outcome_in(theirs, "china_compute", "2022-08")
    )


def test_a_distribution_by_hand():
    found = distribution(np.array([-1.0, 0.0, 1.0, 2.0, 3.0]), "x")
    assert (found["median"], found["positive"], found["negative"]) == (1.0, 0.6, 0.2)
