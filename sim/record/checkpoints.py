"""Moments of a run from which another run can go on, where the two have one past.

Rules replace what they remember and never edit it (law 4), so a moment costs references, not
copies. A run whose scenario parts from another's only by what happens later need not repeat the
months before: it goes on from a moment of the other, to the same numbers bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.core.calendar import Calendar
from sim.scenario.actors import Investors
from sim.scenario.load import ResolvedScenario
from sim.scenario.quantity import Path
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.model.race import Race

DATED = ("events", "incidents", "breakthroughs")  # tables whose entries say when they begin
WORDS = ("title", "why", "months")  # what moves nothing that is past
PATHS = "investors"  # whose paths of growth count month by month

Memory = dict[str, dict[str, Any]]


class Checkpoint(NamedTuple):
    """What a race remembers at the start of a month.

    Attributes:
        month: that comes next.
        memory: by owner (a population, a room, the race itself) what it has replaced since it
            was made, by attribute.
    """

    month: int
    memory: Memory


class CheckpointKeeper:
    """Keeps moments of a race while it runs.

    Args:
        race: just made.
        every: months between two moments.
    """

    def __init__(self, race: Race, every: int = 12) -> None:
        self.every = every
        self._race = race
        self._made = _remembered(race)
        self._kept: list[Checkpoint] = []

    def take(self) -> None:
        """Keep this moment, if it is one of those to be kept."""
        if self._race.month % self.every == 0:
            self._kept.append(Checkpoint(self._race.month, self._replaced()))

    def _replaced(self) -> Memory:
        now = _remembered(self._race)
        return {
            owner: {name: v for name, v in held.items() if v is not self._made[owner].get(name)}
            for owner, held in now.items()
        }

    def last(self, month: int) -> Checkpoint | None:
        """The last moment that was kept up to the start of a month."""
        return next((one for one in reversed(self._kept) if one.month <= month), None)


def resume(race: Race, moment: Checkpoint) -> None:
    """Let a race that was just made go on from a moment of another one, in the same worlds."""
    for owner, held in moment.memory.items():
        vars(_owners(race)[owner]).update(held)
    race.month = moment.month
    race.running = race.month < race.horizon


def first_difference(one: ResolvedScenario, other: ResolvedScenario) -> int:
    """The first month in which the two can differ; beyond the last where they never do.

    They part with the announcement of the first act, or the day of the first incident or
    breakthrough, that is not the same in both, or the month from which investors' paths lead
    elsewhere; at once where anything else differs.
    """
    ours, theirs = one.scenario, other.scenario
    differ = type(ours).model_fields.keys() - one.alike(other)
    if not differ <= {*DATED, *WORDS, PATHS}:
        return 0
    days = [
        day
        for table in differ.intersection(DATED)
        for our_entry, their_entry in _pairs(getattr(ours, table), getattr(theirs, table))
        if our_entry != their_entry
        for day in (*_days(our_entry), *_days(their_entry))
    ]
    acted = min((ours.calendar.month_of(day) for day in days), default=ours.months)
    return min(acted, _straying(ours, theirs)) if PATHS in differ else acted


def _straying(ours: Scenario, theirs: Scenario) -> int:
    """The first month in which the paths of some investor differ; 0 where anything else does."""
    if ours.investors.keys() != theirs.investors.keys():
        return 0
    months = [
        _first_apart(one, theirs.investors[name], ours.calendar)
        for name, one in ours.investors.items()
    ]
    return min(months, default=ours.months)


def _first_apart(one: Investors, other: Investors, calendar: Calendar) -> int:
    first = calendar.months
    for field in type(one).model_fields:
        ours, theirs = getattr(one, field), getattr(other, field)
        if ours == theirs:
            continue
        if not isinstance(ours, Path):
            return 0
        ways = zip(calendar.along(ours.knots), calendar.along(theirs.knots), strict=True)
        differ = np.logical_or.reduce([our_way != their_way for our_way, their_way in ways])
        if differ.any():
            first = min(first, int(differ.argmax()))
    return first


def _pairs(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(ours.get(name), theirs.get(name)) for name in {**ours, **theirs}]


def _days(entry: Any) -> list[Any]:
    """Days from which an entry of a dated table can count."""
    found = [getattr(entry, field, None) for field in ("announced", "effective", "date")]
    return [day for day in found if day is not None]


def _owners(race: Race) -> dict[str, Any]:
    """Everything that remembers, by name."""
    return {type(one).__name__: one for one in (race, *race.populations, *race.rooms)}


def _remembered(race: Race) -> Memory:
    held = {name: dict(vars(owner)) for name, owner in _owners(race).items()}
    return held | {type(race).__name__: {"public_state": race.public_state, "steps": race.steps}}
