"""Law 6. Whatever the numbers, what the model says could be.

Nothing is negative, NaN or infinite, released capability never falls, shares stay between 0 and 1,
and no actor is treated otherwise because of its place in a list.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.chance import Chance
from sim.core.state import states
from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate
from sim.outcomes.catalogue import compute_outcomes, unit_of
from sim.record.recorder import series
from sim.scenario.cross_checks import ACTORS
from sim.scenario.load import load
from sim.scenario.paths import value_at
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario, quantities
from sim.uncertainty.draw import draw

from .histories import History, columns_of, few_quick, owners, run

SCENARIO = load("as_enacted").scenario
NUMBERS = {path: said for path, item, said in quantities(SCENARIO) if isinstance(item, Quantity)}
FREE_OF_SIGN = ("log", "log/yr")  # units of which a number below 0 makes sense
ROUNDING = 1e-9
NO_CHIP = 1e-9  # thousand chips: a millionth of one, what keeps shares from dividing by nothing


def signed(history: History) -> set[str]:
    """Names of state that may be negative: logs, but for scarcities, which are never below 0."""
    found = {
        f"{label}.{name}"
        for label, owner in owners(history.race)
        for name, state in states(type(owner)).items()
        if state.unit in FREE_OF_SIGN and not name.startswith("scarcity")
    }
    found |= {"public_state.bloc_lead", "Investors.standing"}  # leads, which may be the others'
    return found | {
        f"public_state.{kind}{way}" for kind in ("shown", "published") for way in ("", "_inference")
    }


def shares(history: History) -> set[str]:
    """Names of state that are shares of something."""
    return {
        f"{label}.{name}"
        for label, owner in owners(history.race)
        for name, state in states(type(owner)).items()
        if state.unit == "share"
    }


def faults(history: History) -> dict[int, set[str]]:
    """What is not sane, by position of the world in the block."""
    found: dict[int, set[str]] = {}
    free, parts = signed(history), shares(history)

    def note(wrong: np.ndarray, what: str) -> None:
        bad = np.any(wrong.reshape(-1, wrong.shape[-1]), axis=0)
        for world in np.flatnonzero(bad):
            found.setdefault(int(world), set()).add(what)

    earlier = history.months[0]
    for month in history.months:
        for name, block in month.items():
            note(~np.isfinite(block), f"{name} is no finite number")
            if name not in free:
                note(block < 0, f"{name} is negative")
            if name in parts:
                note(block > 1 + ROUNDING, f"{name} is more than all")
        for name in ("Labs.capability", "Labs.open_capability", "public_state.frontier"):
            note(month[name] < earlier[name], f"{name} falls")
        earlier = month
    for name, array in history.recorded.items():
        note(~np.isfinite(array), f"recorded {name} is no finite number")
    return found


def assert_sane(history: History) -> None:
    assert faults(history) == {}


@pytest.mark.parametrize(
    "name", ["as_enacted", "no_controls", "leaky", "efficiency_breakthrough_china"]
)
def test_shipped_scenarios_are_sane(name):
    assert_sane(run(load(name), 8))


def test_every_recorded_series_is_described(as_enacted):
    race = run(as_enacted, 2, 1).race
    assert all(one.unit and len(one.meaning) > 3 for one in series(race))


def test_outcomes_are_finite_and_shares_are_shares(as_enacted):
    outcomes = compute_outcomes(simulate(as_enacted, 8))
    for name, values in outcomes.items():
        assert np.all(np.isfinite(values)), name
        if unit_of(name) == "share":
            assert values.min() >= -ROUNDING, name
            assert values.max() <= 1 + 1e-6, name


def test_every_number_at_both_ends_of_its_range():
    """One world for each end of each number's allowed range, the others as drawn.

    What the schema lets a user write, the model must bear.
    """
    keys = [key for key in NUMBERS if not key.startswith("correlations.")]
    count = 2 * len(keys)
    drawn = draw(SCENARIO, Chance(0, Worlds(range(count))))
    columns = {}
    for number, key in enumerate(keys):
        column = np.array(np.broadcast_to(value_at(drawn, key), (count,)))
        column[[2 * number, 2 * number + 1]] = NUMBERS[key]["low"], NUMBERS[key]["high"]
        columns[key] = column
    with np.errstate(all="ignore"):
        found = faults(run(SCENARIO, count, 84, columns=columns))
    ends = ("low", "high")
    named = {
        f"{keys[world // 2]} at its {ends[world % 2]} end": sorted(what)[:2]
        for world, what in found.items()
    }
    assert named == {}


MECHANISMS = [
    key
    for key in NUMBERS
    if key.split(".")[0] not in (*ACTORS, "chips", "events", "ties", "correlations")
]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_few_numbers_anywhere_in_their_ranges(data):
    """Numbers together, in each world others: one at a time would miss how they meet."""
    keys = data.draw(st.lists(st.sampled_from(MECHANISMS), min_size=2, max_size=6, unique=True))
    parts = st.floats(0, 1, allow_subnormal=False)
    wanted = {key: data.draw(st.lists(parts, min_size=4, max_size=4), key) for key in keys}
    with np.errstate(all="ignore"):
        assert_sane(run(SCENARIO, 4, 75, columns=columns_of(SCENARIO, wanted)))


def everybody(table: str, field: str, value: float) -> list[str]:
    return [f'{table}."{name}".{field}={value}' for name in getattr(SCENARIO, table)]


def every_event(kind: str, field: str, value: float) -> list[str]:
    return [
        f"events.{n}.{field}={value}" for n, e in SCENARIO.events.items() if e.instrument == kind
    ]


EXTREMES = {
    "no chips": everybody("foundries", "capacity", 0),
    "no memory": everybody("hbm_makers", "capacity", 0) + everybody("suppliers", "hbm_stock", 0),
    "no budgets": everybody("labs", "budget", 0) + everybody("clouds", "budget", 0),
    "no clouds": everybody("clouds", "budget", 0),
    "no demand at the start": everybody("suppliers", "demand_at_start", 0),
    "nothing but clouds": everybody("labs", "flagship_share", 0)
    + everybody("labs", "experiment_share", 0),
    "perfect enforcement": [*every_event("enforcement", "strength", 1), "leakage.appetite=1"],
    "no substitution": ["supply.substitution=0"],
    "perfect substitution": ["supply.substitution=20"],
    "ban of nearly every chip": [
        "events.chips_letters_aug_2022.tpp=1",
        "events.chips_letters_aug_2022.interconnect=0.001",
        "events.chips_oct_2023.tpp=1",
    ],
    "ban of every chip": ["events.chips_oct_2023.tpp=0"],
    "free licences": every_event("chip_rule", "licence_rate", 1),
    "no sales abroad": every_event("chip_rule", "cap", 0),
    "everybody open": [*everybody("labs", "openness", 1), "spillover.open_lag=0.5"],
    "complete mandate": every_event("domestic_mandate", "strength", 1)
    + every_event("import_guidance", "strength", 1),
    "all tools denied": every_event("tool_control", "strength", 1)
    + every_event("allied_alignment", "strength", 1)
    + ["supply.allied_tools=1"],
}


@pytest.mark.parametrize("extreme", EXTREMES)
def test_extremes_are_sane(extreme):
    with np.errstate(all="ignore"):
        assert_sane(run(load("as_enacted", EXTREMES[extreme]), [0, 17, 70], 84))


def test_without_foundries_no_new_chips():
    history = run(load("as_enacted", EXTREMES["no chips"]), 3, 24)
    for month in history.months:
        assert month["ChipSuppliers.produced"].max() < NO_CHIP


def test_without_budgets_nobody_buys():
    history = run(load("as_enacted", EXTREMES["no budgets"]), 3, 24)
    for month in history.months:
        assert month["flows.shipped"].max() < NO_CHIP


def test_under_perfect_enforcement_nobody_smuggles():
    usual, strict = (
        run(load("as_enacted", overrides), 3, 84)
        for overrides in ([], EXTREMES["perfect enforcement"])
    )
    china = strict.race.blocs.index("China")
    assert np.all(strict.race.regulators.enforce(83).enforcement[china] == 1)
    assert np.all(strict.months[-1]["flows.smuggled"] == 0)
    assert np.all(usual.months[-1]["flows.smuggled"][:, china].sum(axis=0) > 0)


def test_each_channel_may_be_off():
    """All at once: three worlds for each channel (`test_channels_by_world`)."""
    names = sorted(type(SCENARIO.channels).model_fields)
    off = np.repeat(1 - np.eye(len(names)), 3, axis=1)
    columns = {f"channels.{name}": row for name, row in zip(names, off, strict=True)}
    worlds = np.tile(np.arange(3), len(names))
    found = faults(run(SCENARIO, worlds, 84, columns=columns))
    assert {names[place // 3]: what for place, what in found.items()} == {}


def reversed_table(scenario: Scenario, table: str) -> Scenario:
    entries = getattr(scenario, table)
    return scenario.model_copy(update={table: dict(reversed(entries.items()))})


@pytest.mark.parametrize("table", few_quick(["events", *ACTORS, "chips", "ties", "blocs"], every=4))
def test_the_order_of_a_list_is_irrelevant(as_enacted, usual, table):
    """Turn a table of the scenario round: everybody has the same history, to rounding."""
    other = run(reversed_table(as_enacted.scenario, table), [0, 17, 70], 90)
    labs, turned = usual.race.labs.names, other.race.labs.names
    rows = [turned.index(name) for name in labs]
    for one in series(usual.race):
        if one.axes == ("lab",):
            ours, theirs = usual.recorded[one.name], other.recorded[one.name][:, rows]
            np.testing.assert_allclose(theirs, ours, rtol=1e-5, atol=1e-9, err_msg=one.name)
    for name in ("capability", "chips", "spent", "log_training_efficiency"):
        now, then = other.months[-1][f"Labs.{name}"][rows], usual.months[-1][f"Labs.{name}"]
        np.testing.assert_allclose(now, then, rtol=1e-6, err_msg=name)


@pytest.fixture(scope="module")
def usual(as_enacted) -> History:
    return run(as_enacted, [0, 17, 70], 90)
