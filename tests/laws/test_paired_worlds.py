"""Law 3. Paired worlds differ only by what was changed.

Every effect in this model is a difference between two runs of the same worlds. So where nothing
differs the effect is exactly 0, and before a change is known to anybody it is exactly 0 too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.experiments.ensemble import simulate
from sim.outcomes.catalogue import EFFECTS, OUTCOMES, PAIRED, compute_effects, compute_outcomes
from sim.record.recorder import series
from sim.scenario.load import load
from sim.scenario.schema import Scenario

from .histories import History, changed, differences, few_quick, run

WORLDS = [0, 17, 100]
EVENTS = load("as_enacted").scenario.events
LAB_ENTRY = "2023-06"
EVENTFUL = load(str(Path(__file__).parent / "eventful.toml")).scenario
HAPPENINGS = [("incidents", name) for name in EVENTFUL.incidents]
RULES = [("reactions", name) for name in EVENTFUL.reactions]


@pytest.fixture(scope="module")
def enacted(as_enacted) -> History:
    return run(as_enacted, WORLDS)


@pytest.mark.parametrize("name", few_quick(["as_enacted", "no_controls", "leaky"], every=3))
def test_the_same_scenario_twice_has_no_effect(name):
    """Read anew and run anew, in blocks of another size: every effect is exactly 0."""
    this = simulate(load(name), 5, months=96)
    reference = simulate(load(name), 5, months=96, block=2)
    effects = compute_effects(this, reference)
    assert set(effects) == {one.name for one in (*OUTCOMES, *PAIRED)}
    wrong = [key for key, effect in effects.items() if not np.all(effect == 0)]
    assert wrong == []


def test_a_scenario_has_an_effect_where_it_differs(as_enacted):
    """Else zero effects would prove nothing."""
    effects = compute_effects(
        simulate(as_enacted, 5, months=96), simulate(load("no_controls"), 5, months=96)
    )
    assert np.all(effects["china_compute"][-1] != 0)
    assert np.all(effects["supplier_loss"][-1] != 0)


def announced_in() -> dict[str, list[str]]:
    """The events of the history by the month from which they are known, but for the first."""
    calendar = load("as_enacted").scenario.calendar
    months: dict[str, list[str]] = {}
    for name, event in EVENTS.items():
        if event.active and calendar.month_of(event.announced) > 0:
            label = calendar.label(calendar.month_of(event.announced))
            months.setdefault(label, []).append(name)
    return months


ANNOUNCED = announced_in()


@pytest.mark.parametrize("label", few_quick(ANNOUNCED, every=4))
def test_an_event_changes_nothing_before_it_is_announced(as_enacted, enacted, label):
    """The events of each month in turn never happen: until that month nobody notices."""
    scenario = as_enacted.scenario
    known = scenario.calendar.month(label)
    for name in ANNOUNCED[label]:
        scenario = changed(scenario, "events", name, active=False)
    other = run(scenario, WORLDS, known)
    assert len(other.months) == known
    assert differences(other, enacted, known) == [], ANNOUNCED[label]


def test_every_event_that_is_not_of_the_start_is_tried():
    tried = {name for names in ANNOUNCED.values() for name in names}
    first = {name for name, event in EVENTS.items() if event.announced <= date(2020, 1, 15)}
    off = {name for name, event in EVENTS.items() if not event.active}
    assert tried | first | off == set(EVENTS)


@pytest.mark.parametrize("known", ["2022-10", "2026-06"])
def test_no_outcome_differs_before_what_differs_is_announced(as_enacted, known):
    """Rules of October 2022 that never come, or new ones of June 2026: no outcome moves earlier.

    Worth is an index of 2024-12, which the older rules move: both are over the reference's base.
    """
    scenario = as_enacted.scenario
    if known == "2022-10":
        dropped = {
            name: event.model_copy(update={"active": False})
            for name, event in scenario.events.items()
            if event.announced >= date(2022, 10, 1)
        }
        events = {**scenario.events, **dropped}
    else:
        days = {"announced": date(2026, 6, 10), "effective": date(2026, 6, 20), "supersedes": []}
        tight = scenario.events["chips_oct_2022"].model_copy(update=days)
        events = {**scenario.events, "tighter": tight}
    other = replace(as_enacted, scenario=scenario.model_copy(update={"events": events}))
    this, reference = (simulate(one, 3, months=84) for one in (other, as_enacted))
    ours, theirs = (compute_outcomes(one, EFFECTS, reference) for one in (this, reference))
    first = scenario.calendar.month(known)
    moved = [
        name
        for name in ours
        if not np.array_equal(ours[name][:first], theirs[name][:first], equal_nan=True)
    ]
    assert moved == []
    effects = compute_effects(this, reference)
    early = [name for name, values in effects.items() if np.any(np.nan_to_num(values[:first]))]
    assert early == []
    assert np.any(effects["value_chips"][first:] != 0)


def test_an_event_changes_something_after_it(as_enacted, enacted):
    """The rule of October 2023 changes chips, money, methods and models, in every world."""
    without = run(
        changed(as_enacted.scenario, "events", "chips_oct_2023", active=False), WORLDS, 80
    )
    for name in ("chips", "spent", "log_training_efficiency", "capability"):
        now, then = (history.months[79][f"Labs.{name}"] for history in (without, enacted))
        assert np.all(np.any(now != then, axis=0))


def test_announcement_and_effect_are_two_dates(as_enacted, enacted):
    """A rule announced in 2026 but not in force is known: only then do buyers act on it."""
    event = EVENTS["chips_oct_2023"]
    later = {"announced": date(2026, 3, 1), "effective": date(2030, 1, 1), "supersedes": []}
    scenario = as_enacted.scenario
    events = {**scenario.events, "a_new_rule": event.model_copy(update=later)}
    known = scenario.calendar.month_of(date(2026, 3, 1))
    other = run(scenario.model_copy(update={"events": events}), WORLDS, known + 12)
    assert differences(other, enacted, known) == []
    assert differences(other, enacted, known + 12) != []


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("bloc", few_quick(["China", "US", "Rest"], every=3))
def test_a_lab_that_enters_later_changes_nothing_before_its_entry(as_enacted, enacted, bloc, place):
    """Wherever it stands in the list, everybody else's history is the same until then."""
    scenario = as_enacted.scenario
    born = {"bloc": bloc, "entry": LAB_ENTRY}
    lab = {"Newcomer": scenario.labs["OpenAI"].model_copy(update=born)}
    labs = {**lab, **scenario.labs} if place == "first" else {**scenario.labs, **lab}
    entry = scenario.calendar.month(LAB_ENTRY)
    other = run(scenario.model_copy(update={"labs": labs}), WORLDS, entry + 6)
    row = other.race.labs.names.index("Newcomer")
    assert differences(without_lab(other, row), enacted, entry) == []
    assert differences(without_lab(other, row), enacted, entry + 6) != []
    assert np.all(other.months[entry - 1]["Labs.cash"][row] == 0)


# State with an axis of labs and clouds: `[market, maker, world]`, `[supplier, buyer, world]`.
MAKERS = dict.fromkeys(
    ("ModelMarket.share", "ModelMarket.habit", "ModelMarket.banned", "ChipMarket.trade"), 1
)


def _by_lab(name: str) -> bool:
    return name.startswith("Labs.") or name in MAKERS


def without_lab(history: History, row: int) -> History:
    """A history as everybody else lives it."""
    months = [
        {
            name: np.delete(block, row, axis=MAKERS.get(name, 0)) if _by_lab(name) else block
            for name, block in month.items()
        }
        for month in history.months
    ]
    names = history.race.row_names()
    recorded = {}
    for one in series(history.race):
        block = history.recorded[one.name]
        for axis, rows in enumerate(one.axes, start=1):
            others = [row for row, name in enumerate(names[rows]) if name != "Newcomer"]
            block = block.take(others, axis)
        recorded[one.name] = block
    return History(history.race, months, recorded)


def test_a_breakthrough_changes_nothing_before_its_date(as_enacted, enacted):
    """Nobody foresees a gain of efficiency."""
    scenario = as_enacted.scenario
    found = scenario.breakthroughs["reasoning"]
    month = scenario.calendar.month_of(found.date)
    other = run(changed(scenario, "breakthroughs", "reasoning", active=False), WORLDS, month + 3)
    assert differences(other, enacted, month) == []
    assert differences(other, enacted, month + 3) != []


def added(scenario: Scenario, table: str, name: str, **fields) -> Scenario:
    """The scenario with an entry of the eventful one, some of its fields replaced."""
    entry = getattr(EVENTFUL, table)[name].model_copy(update=fields)
    return scenario.model_copy(update={table: {**getattr(scenario, table), f"{name}_added": entry}})


@pytest.mark.parametrize(("table", "name"), [*HAPPENINGS, *RULES])
def test_what_is_switched_off_changes_nothing(as_enacted, enacted, table, name):
    """An incident or a reaction rule that is not active: as if it were not there."""
    other = run(added(as_enacted.scenario, table, name, active=False), WORLDS, 60)
    assert differences(other, enacted, 60) == []


@pytest.mark.parametrize("name", EVENTFUL.incidents)
def test_an_incident_changes_nothing_before_its_date(as_enacted, enacted, name):
    """All kinds of incidents in June 2026: until then nobody notices, then somebody does."""
    dates = {"date": date(2026, 6, 10)}
    if name == "winter":
        dates["ends"] = date(2027, 6, 1)
    month = as_enacted.scenario.calendar.month_of(dates["date"])
    other = run(added(as_enacted.scenario, "incidents", name, **dates), WORLDS, month + 3)
    assert differences(other, enacted, month) == []
    assert differences(other, enacted, month + 3) != []


def test_a_later_incident_leaves_what_an_earlier_one_did(as_enacted):
    """A second quake of 2024 changes nothing of the first of 2022 before it comes."""
    once = added(as_enacted.scenario, "incidents", "quake")
    again = once.incidents["quake_added"].model_copy(update={"date": date(2024, 1, 1)})
    twice = once.model_copy(update={"incidents": {**once.incidents, "again": again}})
    month = once.calendar.month_of(again.date)
    first, both = run(once, WORLDS, month + 1), run(twice, WORLDS, month + 1)
    assert differences(both, first, month) == []
    assert differences(both, first, month + 1) != []
