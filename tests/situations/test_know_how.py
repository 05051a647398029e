"""Open weights and breakthroughs: how fast know-how reaches the others."""

from __future__ import annotations

import numpy as np
import pytest
from levers.pairs import at, moved_before, record, series

from sim.model.race import Race
from sim.scenario.load import load

LEAP = "2027-01"
OPEN_LEAP = ("breakthroughs.openai_jan_2027.open=true",)
FACTOR = float(np.log(4))  # the leap, in log points


def gains(this, name: str, month: str, row: str | None = None) -> np.ndarray:
    """Difference to the history, by world."""
    history = record("as_enacted")
    return at(this, series(this, name, row), month) - at(history, series(history, name, row), month)


def test_without_open_weights_followers_fall_back():
    """Who lives on others' weights loses most: Baidu and Tencent a point by 2026 in the median."""
    closed = record("open_weights_closed")
    for lab in ("Baidu", "Tencent"):
        assert (
            np.median(gains(closed, "capability", "2026-12", lab)) < -0.5
        )  # -1: outputs of closed models teach all the same
    leader = np.median(gains(closed, "us_frontier", "2026-12"))
    assert abs(leader) < 1  # the frontier does not need them


def test_without_open_weights_nothing_is_open():
    """The open lag widens without end, and no lab has released a model openly."""
    closed = record("open_weights_closed")
    assert np.all(closed.arrays["open_capability"] == 0)
    assert np.all(gains(closed, "open_lag_months", "2024-12") > 12)


def test_an_open_american_breakthrough_reaches_china_fast():
    """Half a year after the leap most of it is in China if published, nothing if kept secret."""
    secret, published = record("efficiency_breakthrough_us"), _published()
    early = np.median(gains(published, "china_efficiency", "2027-06"))
    assert early > 0.3  # 0.66 of ln 4 = 1.39
    assert np.median(gains(secret, "china_efficiency", "2027-06")) < 0.1 * early


@pytest.mark.parametrize("month", ["2027-03", "2027-06", "2027-12"])
def test_what_is_published_travels_faster_than_what_is_secret(month):
    """In nearly every world, as long as it has not arrived either way."""
    both = [gains(run, "china_efficiency", month) for run in (_published(), _secret())]
    assert np.median(both[0] - both[1]) > 0.05
    assert np.mean(both[0] >= both[1] - 1e-6) > 0.85


def _published():
    return record("efficiency_breakthrough_us", "", OPEN_LEAP)


def _secret():
    return record("efficiency_breakthrough_us")


@pytest.mark.parametrize("name", ["efficiency_breakthrough_us", "efficiency_breakthrough_china"])
def test_nobody_foresees_a_breakthrough(name):
    """Everything recorded is the same until its month; then the finder has all of it."""
    leap = record(name)
    assert moved_before(leap, record("as_enacted"), leap.calendar.month(LEAP)) == []
    finder = "OpenAI" if name.endswith("us") else "DeepSeek"
    found = gains(leap, "log_training_efficiency", LEAP, finder)
    assert np.median(found) == pytest.approx(FACTOR, abs=0.05)
    assert np.all(found > 0.3 * FACTOR)  # who was behind would have learnt part of it anyway


def test_a_chinese_breakthrough_narrows_the_lead():
    """Once the first models made with it are out, in months and in points."""
    leap = record("efficiency_breakthrough_china")
    assert np.median(gains(leap, "lead_months", "2028-06")) < -0.2  # -0.8
    assert np.median(gains(leap, "lead_points", "2028-12")) < -0.1  # -0.5
    assert np.mean(gains(leap, "lead_months", "2028-12") <= 0) > 0.6  # 0.67


def test_the_americans_learn_from_an_open_chinese_breakthrough():
    """What DeepSeek publishes raises American methods too, those of followers most."""
    leap = record("efficiency_breakthrough_china")
    meta = gains(leap, "log_training_efficiency", "2027-06", "Meta")
    assert np.median(meta) > 0.2  # 0.65
    assert np.mean(gains(leap, "us_efficiency", "2027-06")) > 0.1  # where DeepSeek is ahead


def test_who_has_no_model_has_no_capability():
    """A lab that enters without one gains nothing before its first release, if none is taken up."""
    race = Race(load("as_enacted", ["channels.spillover=false"]), 64, 0)
    race.step()
    has_one = race.labs.releasing.capability > 0  # models of before the start
    assert not has_one.all(axis=1).all()  # some enter later
    for _ in range(60):
        race.step()
        has_one = has_one | (race.labs.releasing.released > 0)
        assert np.all((race.labs.releasing.capability > 0) <= has_one)
