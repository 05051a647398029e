"""Dated changes: a number of an actor is another one from a month on."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.worlds import Worlds
from sim.experiments.branching import Baseline
from sim.experiments.ensemble import simulate
from sim.outcomes.record import Record
from sim.policy.idle import idle_changes
from sim.scenario.changes import changeable, declared, target
from sim.scenario.library import shipped
from sim.scenario.load import load
from sim.scenario.quantity import STOCK
from sim.scenario.unusual import unusual
from viz.text.notes import notes
from viz.text.warnings import warnings

MONTHS, WORLDS = 72, 3
FROM, TO = "2023-01", "2024-01"
META, SMIC = "labs.Meta.budget", "foundries.SMIC.capacity"


def change(key: str, name: str = "it", **fields: object) -> list[str]:
    """Overrides that make a change; texts take quotes, numbers none."""
    given = {"key": key, "from": FROM} | {field.rstrip("_"): v for field, v in fields.items()}
    return [f"changes.{name}.{field}={value!r}" for field, value in given.items()]


def run(*overrides: str) -> Record:
    return simulate(load("as_enacted", overrides), WORLDS, months=MONTHS)


@pytest.fixture(scope="module")
def usual() -> Record:
    return run()


def row(record: Record, series: str, kind: str, name: str) -> np.ndarray:
    """`[month, world]` of an actor."""
    return record.arrays[series][:, record.names[kind].index(name)].astype(float)


def budgets(record: Record) -> np.ndarray:
    return row(record, "budget", "lab", "Meta")


def one_of_each() -> list[str]:
    """A key of every number that can change."""
    keys = {target(TREE, key)[::2]: key for key in changeable(TREE)}
    return list(keys.values())


TREE = load("as_enacted").tree


def test_changes_by_a_factor_of_one_move_no_bit(usual):
    """Of every number of every kind of actor, in the middle of a month, at once."""
    overrides = []
    for at, key in enumerate(one_of_each()):
        end = {} if declared(*target(TREE, key)[::2])["dated"] == STOCK else {"to": TO}
        overrides += change(key, f"n{at}", factor=1, **end)
    same = run(*overrides)
    assert all(np.array_equal(usual.arrays[s], same.arrays[s], equal_nan=True) for s in same.arrays)


def test_nothing_moves_before_the_month(usual):
    changed = run(*change(META, factor=3), *change(SMIC, "smic", factor=0.5))
    first = usual.calendar.month(FROM)
    for name, block in usual.arrays.items():
        assert np.array_equal(block[:first], changed.arrays[name][:first], equal_nan=True), name


def test_a_budget_doubles_and_goes_back(usual):
    """Twice in the month; what follows is the model; without `to` it stays, with it it ends."""
    for_ever, for_a_year = run(*change(META, factor=2)), run(*change(META, factor=2, to=TO))
    first, after = (usual.calendar.month(label) for label in (FROM, TO))
    for record in (for_ever, for_a_year):
        ratio = budgets(record) / budgets(usual)
        assert ratio[first] == pytest.approx(2.0, rel=0.02)
        assert ratio[after - 1] == pytest.approx(2.0, rel=0.1)
    assert (budgets(for_a_year) / budgets(usual))[after] == pytest.approx(1.0, rel=0.1)
    assert (budgets(for_ever) / budgets(usual))[-1] == pytest.approx(2.0, rel=0.15)


def test_a_change_in_the_middle_of_a_month_counts_by_days(usual):
    """From the 17th of January 15 of 31 days are left: 1 + 15/31 on average."""
    late = run(f"changes.it={{key='{META}', from=2023-01-17, factor=2}}")
    first = usual.calendar.month(FROM)
    ratio = budgets(late) / budgets(usual)
    assert ratio[first] == pytest.approx(1 + 15 / 31, rel=0.02)
    assert ratio[first + 1] == pytest.approx(2.0, rel=0.02)


def test_a_value_is_the_level_of_the_first_month(usual):
    """It grows on from there as it would have, in every world by its own growth."""
    value = "{value=40, unit='USD bn/yr'}"
    changed = run(*change(META)[:2], f"changes.it.value={value}")
    first = usual.calendar.month(FROM)
    level = budgets(changed)
    grown = level[first] / budgets(usual)[first]
    assert level[first] == pytest.approx(40.0, rel=0.2)  # the growth of that month is in it
    assert (level / budgets(usual))[first + 12] == pytest.approx(grown, rel=0.15)


def test_a_stock_is_raised_once(usual):
    changed = run(*change(SMIC, factor=2))
    first = usual.calendar.month(FROM)
    ratio = row(changed, "foundry_capacity", "foundry", "SMIC") / row(
        usual, "foundry_capacity", "foundry", "SMIC"
    )
    assert ratio[first - 1] == pytest.approx(1.0)
    assert ratio[first] == pytest.approx(2.0, rel=0.1)
    assert np.all(ratio[-1] < 2.0 + 1e-6)  # orders decide what is kept of it


def test_a_growth_that_adds_up_changes_from_its_month_on(usual):
    """The level goes on from where it was: no jump, and after a year the factor is there."""
    key = 'sectors."Chip makers".other_growth'
    changed = run(*change(key, factor=1.2))
    first = usual.calendar.month(FROM)
    ratio = row(changed, "sector_value", "sector", "Chip makers") / row(
        usual, "sector_value", "sector", "Chip makers"
    )
    assert np.array_equal(ratio[first], np.ones(WORLDS))
    assert np.all((ratio[first + 12] > 1.0) & (ratio[first + 12] < 1.2))


def test_growth_of_money_changes_for_its_months_alone(usual):
    key = "investors.US capital.lab_growth"
    changed = run(*change(key, factor=0.5, to=TO))
    first, after = (usual.calendar.month(label) for label in (FROM, TO))
    gap = row(usual, "investor_lab_growth", "investor", "US capital") - row(
        changed, "investor_lab_growth", "investor", "US capital"
    )
    assert gap[first] == pytest.approx(np.log(2), abs=1e-6)
    assert np.abs(gap[after + 1]).max() < 0.5


def test_a_world_alone_equals_itself_among_others():
    """With a factor that each world draws, and a level that each world keeps in mind."""
    factor = "{prior={kind='lognormal', median=2, p5=1, p95=4}, unit='1', source='a test'}"
    overrides = [*change(META, to=TO), f"changes.it.factor={factor}"]
    value = "{value=9, unit='USD bn/yr', source='a test'}"
    overrides += [*change("labs.xAI.budget", "other", to=TO), f"changes.other.value={value}"]
    resolved = load("as_enacted", overrides)
    alone = simulate(resolved, [2], months=MONTHS)
    together = simulate(resolved, WORLDS, months=MONTHS)
    for name, block in alone.arrays.items():
        assert np.array_equal(block[..., 0], together.arrays[name][..., 2], equal_nan=True), name


def test_a_branch_equals_a_run_from_the_start():
    base, changed = load("as_enacted"), load("as_enacted", change(META, factor=2, to=TO))
    branched = Baseline(base, Worlds(range(2)))
    assert branched.shared(changed) > 0
    whole = simulate(changed, 2)
    part = branched.branch(changed)
    assert all(np.array_equal(whole.arrays[s], part.arrays[s], equal_nan=True) for s in part.arrays)


def test_short_forms_are_the_same_scenario():
    """A month stands for its first day, a bare factor for a number, quotes for none."""
    short = load("as_enacted", ["changes.a={key='labs.\"Google DeepMind\".budget', from='2026-01'"
                                ", factor=2}"])  # fmt: skip
    long = load(
        "as_enacted",
        [
            "changes.a={key='labs.Google DeepMind.budget', from=2026-01-01, "
            "factor={value=2, unit='1', source='assumption of the scenario'}, "
            "source='assumption of the scenario'}"
        ],
    )
    assert short.digest == long.digest


def test_all_older_acts_are_superseded_by_a_word():
    act = (
        "events.free={instrument='tool_control', by='US government', announced='2027-01', "
        "effective='2027-01', supersedes='all', destination='China', strength=0, source='a test'}"
    )
    resolved = load("as_enacted", [act])
    tools = {n for n, e in resolved.scenario.events.items() if e.instrument == "tool_control"}
    assert set(resolved.scenario.events["free"].supersedes) == tools - {"free"}


def test_a_change_without_effect_is_named():
    resolved = load(
        "as_enacted",
        [*change(META, factor=1), f"changes.late={{key='{META}', from='2040-01', factor=2}}"],
    )
    assert idle_changes(resolved.scenario) == [("it", "one"), ("late", "outside")]
    assert [text.partition(":")[0] for text in notes(resolved)] == [
        "The change it has no effect",
        "The change late has no effect",
    ]


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("labs.Meta.budget=140", ("far from what is usual", "[changes.NAME]")),
        ("labs.Meta.growth_premium=0.25", ("x/yr", "check number and unit")),
        ("investors.US capital.lab_growth.knots.2026-01=0.4", ("a growth of 40 %", "1.4")),
        ("changes.it={key='labs.Meta.budget', from='2026-01', factor=140}", ("0.100 to 10.0",)),
    ],
)
def test_a_number_that_is_hardly_meant_is_warned_of(override, words):
    found = warnings(load("as_enacted", [override]))
    assert len(found) == 1
    assert all(word in found[0] for word in ("--set: warning: ", *words)), found


@pytest.mark.parametrize("name", ["as_enacted", "application_first", "surge"])
def test_shipped_scenarios_are_not_warned_of(name):
    assert name in shipped() and unusual(load(name)) == []
