"""Which acts are feared before they bind, and which the other side answers."""

from __future__ import annotations

import numpy as np
from levers.pairs import scenario

from sim.core.chance import Chance
from sim.core.worlds import Worlds
from sim.policy.agenda import Agenda
from sim.uncertainty.draw import draw

RULE = """
[events.{name}]
instrument = "chip_rule"
by = "US government"
announced = {announced}
effective = {effective}
{more}
destination = "China"
tpp = {{ value = 2400, unit = "TPP" }}
licence_rate = {{ value = {rate}, unit = "share" }}
source = "assumption of the test"
"""
LISTING = """
[events.listing]
instrument = "entity_listing"
by = "US government"
announced = 2024-01-01
effective = 2024-01-01
targets = ["Zhipu"]
strength = { value = 0.8, unit = "share" }
source = "assumption of the test"
"""


def agenda(*events: str) -> Agenda:
    """The agenda of the baseline and further events."""
    declared = scenario("baseline", "".join(events)).scenario
    return Agenda(declared, draw(declared, Chance(0, Worlds(range(1)))))


def rule(name: str, announced: str, effective: str, rate: float = 0, more: str = "") -> str:
    """A chip rule of the test."""
    return RULE.format(name=name, announced=announced, effective=effective, rate=rate, more=more)


def test_what_is_overtaken_before_it_binds_is_no_longer_feared():
    """Announced in January for June, overtaken in March: the time for buying ahead is over."""
    known = agenda(
        rule("old", "2024-01-01", "2024-06-01"),
        rule("new", "2024-02-01", "2024-03-01", more='supersedes = ["old"]'),
    )
    china = known.blocs.index("China")
    feared = np.flatnonzero(known.pending("chip_rule").by_month()[:, china, 0])
    months = [known.scenario.calendar.label(month) for month in feared]
    assert months == ["2024-01", "2024-02"]


def test_hostile_acts_are_counted_and_easings_are_not():
    """A rule, a listing of a firm: two acts. The licences that follow are none."""
    hostile = (rule("rule", "2023-01-01", "2023-01-01"), LISTING)
    eased = rule("licences", "2025-01-01", "2025-01-01", 0.5, 'supersedes = ["rule"]')
    for events in (hostile, (*hostile, eased)):
        acts = agenda(*events).against("Chinese government")
        assert (acts[0], acts[-1]) == (0, 2)


def test_what_was_known_at_the_start_is_not_answered_again():
    """The acts of before 2020 stand at the first month, and count for nothing later."""
    acts = agenda(rule("before", "2020-01-01", "2020-01-01")).against("Chinese government")
    assert np.all(acts == 0)
