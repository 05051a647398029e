"""What binds: raised limits change nothing before their date, and indicators agree with them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.core.worlds import Worlds
from sim.experiments.ensemble import of_worlds, simulate
from sim.experiments.what_binds import what_binds
from sim.model.forcing import LIMITS, Relief
from sim.model.race import Race
from sim.outcomes import binding
from sim.outcomes.binding import BINDING, MONTHS
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.text.binding import why_nothing

DATES = ("2022-06", "2024-06", "2027-01")
WORLDS = 64
AGREED = 0.9


@cache
def chips(relief: Relief, months: int = 66) -> np.ndarray:
    """Chips made by month, `[month, supplier, world]`."""
    race = Race("as_enacted", 2, months=months, relief=relief)
    made = []
    while race.running:
        race.step()
        made.append(race.suppliers.produced)
    return np.array(made)


@pytest.mark.parametrize("limit", sorted(LIMITS))
def test_a_raised_limit_changes_nothing_before_its_date(limit):
    plain = chips(Relief())
    raised = chips(Relief(limit, "China", 1.1, 54, MONTHS))
    np.testing.assert_array_equal(raised[:54], plain[:54])
    assert np.all(np.isfinite(raised))


def test_a_factor_of_one_changes_nothing_at_all():
    for limit in LIMITS:
        np.testing.assert_array_equal(
            chips(Relief(limit, "China", 1.0, 0, 66), 24), chips(Relief(), 24)
        )


def test_more_of_what_there_is_enough_of_gives_nothing():
    """In 2022 memory can be bought as it is needed, and US chips have power."""
    found = what_binds("as_enacted", ["2022-01"], worlds=8, limits=["china_memory", "us_power"])
    assert np.abs(found.rises["china_memory"]).max() < 1e-9
    assert np.abs(found.rises["us_power"]).max() < 1e-9


def test_who_has_no_power_gains_from_power_and_not_from_chips():
    found = what_binds("us_power_wall", ["2028-01"], worlds=16, limits=["us_chips", "us_power"])
    assert found.share("us_power", "2028-01") > 0.9
    assert found.share("us_chips", "2028-01") < 0.3


def test_a_wrong_limit_or_month_is_named():
    with pytest.raises(ScenarioError, match="did you mean 'china_tools'"):
        what_binds("as_enacted", ["2024-06"], worlds=1, limits=["china_tool"])
    with pytest.raises(ScenarioError, match="2020-01 to 2030-01"):
        what_binds("as_enacted", ["2030-06"], worlds=1)
    with pytest.raises(ScenarioError, match="2024-6"):
        what_binds("as_enacted", ["2024-6"], worlds=1)


def test_a_lever_on_tools_is_told_what_binds_instead():
    tree = {"events": {}, "regulators": {"US": {}}}
    act = {"instrument": "tool_control", "by": "US", "effective": "2026-06-01"}
    about = {
        "scenario": {"resolved": tree | {"events": {"tools": act}}},
        "against": {"resolved": tree},
        "binds": {
            "months": ["2026-05", "2026-06"],
            "shares": {"china_tools": [0.0, 0.02], "china_memory": [0.0, 0.71]},
        },
    }
    assert why_nothing(about, "2030-12") == (
        "In the twelve months to 2026-06, Chinese chips were held back by tools in 2 % of worlds, "
        "and by memory in 71 %."
    )
    assert why_nothing(about | {"against": about["scenario"]}, "2030-12") == ""


@pytest.mark.slow
def test_indicators_agree_with_paired_runs():
    """In nine cases of ten (world and date) each; those that do not are not offered."""
    names = [outcome.name.removeprefix("binds_") for outcome in BINDING]
    found = what_binds("as_enacted", DATES, WORLDS, limits=names)
    record = simulate(of_worlds(load("as_enacted")), Worlds(range(WORLDS)).numbers)
    ends = [record.calendar.month(date) + MONTHS - 1 for date in DATES]
    for name in names:
        told = binding.indicated(name)(record)[ends]
        assert np.mean(told == found.binds(name)) >= AGREED, name
