"""The likelihood of history, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.experiments.ensemble import simulate
from sim.outcomes.catalogue import OUTCOMES
from sim.research.calibration.likelihood import log_likelihood, residuals
from sim.research.history.observation_model import ROWS, history, observation_models, simulated
from sim.research.history.observations import WITHIN_90, Observation, observations, observed
from sim.scenario.load import load


@pytest.fixture(scope="module")
def record():
    return simulate(load("as_enacted"), 12, months=60)


def test_every_observed_series_is_compared_with_something(record):
    assert set(observation_models()) <= {fact.series for fact in observations()}
    facts = [fact for series in history(until=record.last).values() for fact in series]
    assert all(simulated(record, fact).shape == (12,) for fact in facts)
    assert {one.use for one in observation_models().values()} == {"fit", "check"}
    assert {one.scale for one in observation_models().values()} == {"log", "natural"}


def test_nothing_that_follows_from_fitted_series_is_fitted_too():
    """Leads are differences of frontiers, growth is made of runs: they would count twice."""
    fitted = {name for name, one in observation_models().items() if one.use == "fit"}
    assert not fitted & {"lead_points", "lead_months_observed", "imitation_lag", "frugality"}
    assert not fitted & {"run_growth_us", "run_growth_china", "china_nvidia_stock"}


def test_an_error_in_logs():
    """0.15 to 0.22 is 5 to 95 %: .116 in logs; with a discrepancy of .3 it is .322."""
    fact = next(f for f in history()["domestic_share_value"] if f.month == "2023-12")
    one = observation_models()["domestic_share_value"]
    spread = (np.log(0.22) - np.log(0.15)) / WITHIN_90
    assert one.error(fact) == pytest.approx(np.hypot(spread, 0.3))


def test_errors_that_persist_count_less_than_twice(record):
    """Two residuals r and s with correlation c: (r^2 - 2 c r s + s^2) / (1 - c^2)."""
    rows = history(until=record.last)["largest_run_china"][-2:]
    r, s = residuals("largest_run_china", record, rows)
    c = observation_models()["largest_run_china"].persistence
    by_hand = -0.5 * (r**2 - 2 * c * r * s + s**2) / (1 - c**2)
    found = log_likelihood(record, {"largest_run_china": rows})
    np.testing.assert_allclose(found, by_hand, rtol=1e-9)


def test_series_add_up(record):
    names = ("us_frontier", "domestic_share_value")
    apart = [log_likelihood(record, {name: history(until=record.last)[name]}) for name in names]
    both = log_likelihood(record, {name: history(until=record.last)[name] for name in names})
    np.testing.assert_allclose(both, sum(apart))


def test_history_ends_where_the_fit_ends():
    months = [fact.month for rows in history("fit", "2022-12").values() for fact in rows]
    assert max(months) == "2022-12"
    assert "frontier_pace" not in history("fit", "2022-12")


def test_what_was_public_decides_what_a_fit_to_an_origin_uses():
    """What was told of September in October is not known in September, whenever it is read."""
    told = Observation(1, "x", "2023-09", 2, 1, 3, "1", "2023-10", "2026-07", "", "")
    assert not told.known("2023-09")
    assert told.known("2023-10")
    at_once = replace(told, public="2023-09")
    assert at_once.known("2023-09")
    assert not at_once.known("2023-08")


def test_filed_figures_are_known_when_they_are_filed():
    """Capital spending of 2024 was filed in February 2025, chips of December 2024 were shipped."""
    assert observed("capex:US", "2024-12")[-1].month == "2023-12"
    assert observed("capex:US", "2025-03")[-1].month == "2024-12"
    assert observed("nvidia_stock", "2024-12")[-1].month == "2024-12"


def test_outcomes_of_the_table_exist():
    outcomes = {one.name for one in OUTCOMES}
    for one in observation_models().values():
        kind, _, rest = one.outcome.partition(":")
        name = kind if not rest or kind in ROWS else rest.split(":")[0]
        assert name in outcomes | set(ROWS), one.series
