"""A month with a rule for k of its n days takes k/n of its orders under the new terms.

Most tests read the tables by month of the agenda; one asks what Nvidia sold in April 2025.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from levers.pairs import moved_before, record, scenario, series

from sim.core.calendar import Calendar
from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.model.breakthroughs import BreakthroughSchedule
from sim.model.race import Race
from sim.policy.agenda import Agenda
from sim.scenario.load import load
from sim.uncertainty.draw import draw

TOOLS = """
[events.{name}]
instrument = "tool_control"
by = "US government"
announced = {announced}
effective = {effective}
{more}
destination = "China"
strength = {{ value = {strength}, unit = "share", source = "a test" }}
source = "a test"
"""
BASE = load("baseline").scenario
CALENDAR = BASE.calendar
ONLY = Worlds(range(1))


def tools(name: str, announced: str, effective: str, strength: float, more: str = "") -> str:
    """A tool control of the test."""
    fields: dict[str, Any] = {"name": name, "announced": announced, "effective": effective}
    return TOOLS.format(**fields, strength=strength, more=more)


def denied(*events: str) -> np.ndarray:
    """Strength of tool controls against China by month."""
    known = agenda(*events)
    return known.strength("tool_control", "destination").by_month()[
        :, known.blocs.index("China"), 0
    ]


def agenda(*events: str) -> Agenda:
    """The agenda of the baseline, which has no act, and further events."""
    declared = scenario("baseline", "".join(events)).scenario
    return Agenda(declared, draw(declared, Chance(0, ONLY)))


def month(label: str) -> int:
    return CALENDAR.month(label)


def test_what_is_left_of_a_month():
    """The 9th of April leaves 22 of 30 days; the 1st all of a month; the 29th of February one."""
    assert CALENDAR.left(date(2025, 4, 9)) == 22 / 30
    assert CALENDAR.left(date(2025, 4, 1)) == 1
    assert CALENDAR.left(date(2024, 2, 29)) == 1 / 29
    assert CALENDAR.morning(date(2020, 3, 1)) == 2
    shares = [CALENDAR.share(m, date(2020, 1, 11), date(2020, 3, 11)) for m in range(4)]
    assert shares == pytest.approx([21 / 31, 1, 10 / 31, 0])


def test_a_rule_of_the_first_counts_for_whole_months():
    """In force from June 2024 to August 2024: exactly its strength, and exactly nothing else."""
    found = denied(tools("a", "2024-05-01", "2024-06-01", 0.7, "ends = 2024-09-01"))
    expected = np.zeros(len(found))
    expected[month("2024-06") : month("2024-09")] = 0.7
    assert np.array_equal(found, expected)


def test_a_rule_that_ends_in_mid_month():
    """It ends on 11 June, which is the first day without it: 10 days of 30."""
    found = denied(tools("a", "2024-01-01", "2024-01-01", 0.6, "ends = 2024-06-11"))
    assert found[month("2024-05") : month("2024-08")] == pytest.approx([0.6, 0.6 * 10 / 30, 0])


@pytest.mark.parametrize("newer", [0.8, 0.2])
def test_superseding_in_mid_month(newer):
    """0.4 until 15 June, another strength from the 16th on: each has half of June."""
    found = denied(
        tools("old", "2024-01-01", "2024-01-01", 0.4),
        tools("new", "2024-06-01", "2024-06-16", newer, 'supersedes = ["old"]'),
    )
    expected = [0.4, (0.4 + newer) / 2, newer]
    assert found[month("2024-05") : month("2024-08")] == pytest.approx(expected)


def test_of_several_rules_the_strictest_of_each_day_counts():
    """0.4 all month; 0.9 for the first ten days, 0.7 for the last ten."""
    found = denied(
        tools("a", "2024-01-01", "2024-01-01", 0.4),
        tools("b", "2024-06-01", "2024-06-01", 0.9, "ends = 2024-06-11"),
        tools("c", "2024-06-01", "2024-06-21", 0.7, "ends = 2024-07-01"),
    )
    assert found[month("2024-06")] == pytest.approx((0.9 + 0.4 + 0.7) / 3)
    assert found[month("2024-07")] == 0.4


def test_an_announcement_is_feared_from_its_day_on():
    """Announced on 11 May, in force on 16 July: 21 days of May, June, 15 days of July."""
    known = agenda(tools("a", "2024-05-11", "2024-07-16", 0.5))
    feared = known.pending("tool_control").by_month()[:, known.blocs.index("China"), 0]
    expected = [0, 21 / 31, 1, 15 / 31, 0]
    assert feared[month("2024-04") : month("2024-09")] == pytest.approx(expected)


@pytest.mark.parametrize("name", ["as_enacted", "leaky", "ai_diffusion_rule"])
def test_the_parts_of_a_month_sum_to_it(name):
    """Clauses on chips by month: parts sum to 1, and equal months are the same object."""
    declared = load(name).scenario
    known = Agenda(declared, draw(declared, Chance(0, ONLY)))
    clauses = known.clauses(list(declared.suppliers), np.ones(1))
    parts = [at for by_bloc in clauses for at in by_bloc]
    assert all(sum(part.share for part in one) == pytest.approx(1, abs=1e-12) for one in parts)
    assert any(len(one) > 1 for one in parts)
    china = known.blocs.index("China")
    ordinary = [by_bloc[china] for by_bloc in clauses[-12:]]
    assert len(ordinary[0]) == 1 and all(one is ordinary[0] for one in ordinary)


def test_the_act_of_april_2025_leaves_eight_days():
    """H20 needed a licence from 9 April 2025 on: some sold that month, where any usually did."""
    sold = series(record("as_enacted", until="2025-12"), "flow_units", "Nvidia > China")
    march, april, may = (sold[month(label)] for label in ("2025-03", "2025-04", "2025-05"))
    usual = march > 0
    assert usual.mean() > 0.7
    assert (april > 0)[usual].mean() > 0.9
    assert (april < march)[usual].mean() > 0.8
    assert np.median(may) < np.median(april)


def test_a_rule_without_strength_is_as_if_it_were_switched_off():
    """Bit for bit, though its days cut the months in which other acts begin."""
    event = tools("idle", "2022-10-03", "2022-10-20", 0)
    idle = record("as_enacted", event, until="2023-12")
    off = record("as_enacted", event + "active = false", until="2023-12")
    assert moved_before(idle, off, len(idle.arrays["capability"])) == []
    some = tools("idle", "2022-10-03", "2022-10-20", 0.9)
    months = CALENDAR.month("2022-10")
    this = record("as_enacted", some, until="2023-12")
    assert moved_before(this, off, months) == []
    assert moved_before(this, off, months + 1) != []


def test_money_that_ends_in_mid_month():
    """Capital grows by 0.3 a year until 11 June: 10 days of 30 of that month."""
    text = """
[incidents.drought]
kind = "funding"
bloc = "China"
date = 2024-05-22
ends = 2024-06-11
growth = { value = 0.3, unit = "log/yr", source = "a test" }
source = "a test"
"""
    race = Race(scenario("baseline", text), 1, months=1)
    china = race.blocs.index("China")
    found = [
        race.schedule.incidents.at(month(label)).funding[china, 0]
        for label in ("2024-04", "2024-05", "2024-06", "2024-07")
    ]
    assert found == pytest.approx([0, 0.3 * 10 / 31, 0.3 * 10 / 30, 0])


@pytest.mark.parametrize("day", [1, 12])
def test_a_breakthrough_brings_all_of_its_gain(day):
    """Its first month has its share, the next one the rest; a faster pace fades from its day on."""
    found = SimpleNamespace(
        date=date(2020, 4, day),
        active=True,
        lab="A",
        open=True,
        training_gain=np.array([2.0]),
        inference_gain=np.array([1.5]),
        pace=np.array([1.4]),
        carried=np.array([0.3]),
    )
    events: dict[str, Any] = {"found": found}
    schedule = BreakthroughSchedule(events, Calendar("2020-01", 12), np.ones(1), ["A", "B"], 1)
    months = [schedule.at(at) for at in range(12)]
    gains = np.array([one.training[:, 0] for one in months])
    left = (31 - day) / 30
    assert gains[:, 1].tolist() == [0] * 12
    assert gains[3:5, 0] == pytest.approx(np.log(2) * np.array([left, 1 - left]))
    assert gains.sum() == pytest.approx(np.log(2))
    pace = [one.pace[0] for one in months]
    assert pace[2:5] == pytest.approx([1, 1 + 0.4 * left, 1 + 0.4 * 0.5 ** (left / 12)])


def test_a_claim_is_heard_for_a_month():
    """DeepSeek's of 20 January 2025: 12 days of 31 in January, the rest in February."""
    race = Race(load("deepseek_believed"), 1, months=1)
    lab = race.labs.names.index("DeepSeek")
    heard = [
        race.schedule.incidents.at(month(label)).claim_belief[lab, 0]
        for label in ("2024-12", "2025-01", "2025-02", "2025-03")
    ]
    assert heard[1] / sum(heard) == pytest.approx(12 / 31)
    assert heard[0] == heard[3] == 0
