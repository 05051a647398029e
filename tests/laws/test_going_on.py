"""Law 3 again. A run that goes on from another's past is the run from the first month, bit for bit.

That is what lets a dashboard answer at once when something is changed that is still to come.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.worlds import Worlds
from sim.experiments.branching import Baseline
from sim.experiments.ensemble import of_worlds, simulate_block
from sim.record.checkpoints import first_difference
from sim.scenario.load import load

from .histories import few_quick

WORLDS = Worlds([0, 3, 70])
KEPT = ("capability", "chips", "flow_units", "market_value", "regulator_steps", "sector_value")

# scenario against as_enacted: the first month that can differ, of January 2020 = 0
FIRST = {
    "deepseek_believed": 60,  # a claim of 20 January 2025
    "ai_diffusion_rule": 60,  # announced in January 2025
    "sell_everything": 71,  # announced in December 2025
    "capital_drought": 72,  # two years from January 2026 on
    "remote_access_closed": 83,
    "talent_closed": 84,
    "taiwan_disruption": 87,
    "efficiency_breakthrough_china": 84,
    "october_2022_never_updated": 45,  # what was announced on 17 October 2023 is dropped
    "jevons_weak": 0,  # a number holds from the first month on
    "no_controls": 0,  # acts of 2019, in force at the start, are dropped too
}


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return Baseline(load("as_enacted"), WORLDS, seed=5, only=KEPT)


@pytest.mark.parametrize("name, first", FIRST.items())
def test_scenarios_part_where_the_first_thing_differs(name, first):
    assert first_difference(load(name), load("as_enacted")) == first


@pytest.mark.parametrize("name", [name for name, first in FIRST.items() if first > 60])
def test_to_go_on_is_to_begin_again(baseline, name):
    resolved = load(name)
    on, anew = baseline.branch(resolved), simulate_block(resolved, WORLDS, 5, only=KEPT)
    assert baseline.shared(resolved) > 54
    assert {key for key in KEPT if not np.array_equal(on.arrays[key], anew.arrays[key])} == set()
    assert not np.array_equal(on.arrays["chips"], baseline.record.arrays["chips"])


@pytest.mark.parametrize(
    "knot, first",
    [
        ("2024-12=3.0", 37),  # straight in the log from the knot of January 2023 on
        ("2026-01=3.0", 60),  # after the last knot of December 2024
        ("2029-01=3.0", 60),
    ],
)
def test_another_path_of_growth(baseline, knot, first):
    """What a reader does: other budgets from a year on."""
    resolved = load("as_enacted", [f'investors."US capital".lab_growth.knots.{knot}'])
    assert first_difference(baseline.resolved, resolved) == first
    on, anew = baseline.branch(resolved), simulate_block(resolved, WORLDS, 5, only=KEPT)
    assert all(np.array_equal(on.arrays[key], anew.arrays[key]) for key in KEPT)
    assert not np.array_equal(on.arrays["chips"], baseline.record.arrays["chips"])


@pytest.mark.parametrize("month", ["2024-07-01", "2026-03-20"])
def test_a_threshold_that_is_moved(baseline, month):
    """What a reader does: another limit for chips from a day on, between two moments."""
    overrides = [
        'events.tighter.instrument="chip_rule"',
        'events.tighter.by="US government"',
        'events.tighter.destination="China"',
        f"events.tighter.announced={month}",
        f"events.tighter.effective={month}",
        'events.tighter.tpp={ value = 1000, unit = "TPP", source = "test" }',
        'events.tighter.licence_rate={ value = 0, unit = "share", source = "test" }',
        'events.tighter.source="test"',
    ]
    resolved = load("as_enacted", overrides)
    on, anew = baseline.branch(resolved), simulate_block(resolved, WORLDS, 5, only=KEPT)
    assert all(np.array_equal(on.arrays[key], anew.arrays[key]) for key in KEPT)
    at = first_difference(baseline.resolved, resolved)
    ours, theirs = on.arrays["flow_units"], baseline.record.arrays["flow_units"]
    assert np.array_equal(ours[:at], theirs[:at])
    assert not np.array_equal(ours[at : at + 6], theirs[at : at + 6])


@pytest.mark.parametrize("worlds", few_quick(["posterior", "prior"], every=2))
@pytest.mark.parametrize(
    "said",
    [
        "effort.eta=1.0",
        "demand.elasticity=1.0",  # moves with demand.new_uses
        "research.pace=3.0",  # training.points_per_decade follows it
        "correlations.pace_and_points.rho=0.5",
        "channels.compute_denial=false",
    ],
)
def test_what_another_scenario_does_not_change_is_drawn_once(said, worlds):
    """Numbers that move together are drawn together, also where only one of them is changed."""
    ours, theirs = (of_worlds(load("as_enacted", overrides), worlds) for overrides in ([], [said]))
    baseline = Baseline(ours, WORLDS, seed=5, only=KEPT)
    on, anew = baseline.branch(theirs), simulate_block(theirs, WORLDS, 5, only=KEPT)
    assert {key for key in KEPT if not np.array_equal(on.arrays[key], anew.arrays[key])} == set()


def test_who_differs_in_nothing_is_the_baseline(baseline):
    again = baseline.branch(load("as_enacted"))
    assert all(np.array_equal(again.arrays[key], baseline.record.arrays[key]) for key in KEPT)
