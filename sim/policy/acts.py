"""Acts of governments: events with their drawn numbers and the days on which they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np

from sim.core.calendar import Periods
from sim.core.worlds import Mask
from sim.policy.clauses import NO_CAP
from sim.scenario.instruments import Event
from sim.scenario.schema import Parameters, Scenario


@dataclass(frozen=True)
class Act:
    """An event with its drawn numbers and its days, by period of the agenda."""

    name: str
    event: Any  # one of the kinds of instruments; its fields are those of its kind
    numbers: Any  # the same event, drawn
    announced: Mask  # [period, 1]: everybody knows of it
    in_force: Mask  # [period, 1]
    ended: Mask  # [period, 1]: expired, or superseded by a newer act, even before its effect
    eases: bool = False  # it is looser than an act that it supersedes

    @property
    def bites(self) -> Mask:
        """Where it restricts or gives anything, `[world or 1]`; elsewhere nobody minds it.

        An act of strength 0 does not, nor a rule on chips that permits all sales.
        """
        if self.event.instrument == "chip_rule":
            rule = self.numbers
            return (rule.licence_rate < 1) | (rule.levy > 0) | (rule.cap < NO_CAP)
        return np.asarray(self.numbers.strength) > 0

    @property
    def started(self) -> Mask:
        """In force now or before, `[period, 1]`."""
        return np.logical_or.accumulate(self.in_force, axis=0)

    @property
    def pending(self) -> Mask:
        """Announced and not yet in force: the time for buying ahead, `[period, 1]`."""
        return self.announced & ~self.started & ~self.ended & (not self.eases)


def enacted(scenario: Scenario) -> dict[str, Event]:
    """The events that happen: switched on, and not withheld by their government.

    The others do nothing, and do not end the acts that they supersede either.
    """
    return {
        name: event
        for name, event in scenario.events.items()
        if event.active and event.instrument not in scenario.regulators[event.by].withholds
    }


def dates(event: Event) -> list[date]:
    """The days on which an event changes something."""
    return [day for day in (event.announced, event.effective, event.ends) if day]


def make_acts(events: Mapping[str, Event], numbers: Parameters, periods: Periods) -> list[Act]:
    """Events with their days; an act ends on the day on which one that supersedes it begins."""
    starts = {name: periods.since(event.effective) for name, event in events.items()}
    acts = []
    for name, event in events.items():
        expired = periods.since(event.ends) if event.ends else np.zeros((len(periods), 1), bool)
        newer = [starts[other] for other, e in events.items() if name in e.supersedes]
        ended = reduce(np.logical_or, newer, expired)
        announced = periods.since(event.announced)
        in_force = starts[name] & ~ended
        eases = any(_is_looser(event, events[old]) for old in event.supersedes if old in events)
        drawn = numbers.events[name]
        acts.append(Act(name, event, drawn, announced, in_force, ended, eases))
    return acts


def _is_looser(new: Any, old: Any) -> bool:
    """Whether an act permits more than the one that it supersedes, and nothing less."""
    if new.instrument != "chip_rule":
        return new.strength.central < old.strength.central
    steps = [
        new.licence_rate.central - old.licence_rate.central,
        new.cap.central - old.cap.central,
        old.levy.central - new.levy.central,
    ]
    for limit in ("tpp", "interconnect", "bandwidth"):
        ours, theirs = getattr(new, limit), getattr(old, limit)
        # Every chip reaches an absent limit: it is the strictest.
        steps.append((ours.central if ours else 0.0) - (theirs.central if theirs else 0.0))
    return max(steps) > 0 and (steps[0] > 0 or min(steps) >= 0)
