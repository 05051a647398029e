"""Moments of a run from which another run can go on, where the two have one past.

Rules replace what they remember and never edit it (law 4), so a moment costs references, not
copies. A run whose scenario parts from another's only by what happens later need not repeat the
months before: it goes on from a moment of the other, to the same numbers bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.race import Race

DATED = ("events", "incidents", "breakthroughs")  # tables whose entries say when they begin
WORDS = ("title", "why", "months")  # what moves nothing that is past

Memory = dict[str, dict[str, Any]]


class Moment(NamedTuple):
    """What a race remembers at the start of a month.

    Attributes:
        month: that comes next.
        memory: by owner (a population, a room, the race itself) what it has replaced since it
            was made, by attribute.
    """

    month: int
    memory: Memory


class Moments:
    """Keeps moments of a race while it runs.

    Args:
        race: just made.
        every: months between two moments.
    """

    def __init__(self, race: Race, every: int = 6) -> None:
        self.every = every
        self._race = race
        self._made = _remembered(race)
        self._kept: list[Moment] = []

    def take(self) -> None:
        """Keep this moment, if it is one of those to be kept."""
        if self._race.month % self.every == 0:
            self._kept.append(Moment(self._race.month, self._replaced()))

    def _replaced(self) -> Memory:
        now = _remembered(self._race)
        return {
            owner: {name: v for name, v in held.items() if v is not self._made[owner].get(name)}
            for owner, held in now.items()
        }

    def last(self, month: int) -> Moment | None:
        """The last moment that was kept up to the start of a month."""
        return next((one for one in reversed(self._kept) if one.month <= month), None)


def resume(race: Race, moment: Moment) -> None:
    """Let a race that was just made go on from a moment of another one, in the same worlds."""
    for owner, held in moment.memory.items():
        vars(_owners(race)[owner]).update(held)
    race.month = moment.month
    race.running = race.month < race.horizon


def parting(ours: Scenario, theirs: Scenario) -> int:
    """The first month in which the two can differ; beyond the last where they never do.

    They part with the announcement of the first act, or the day of the first incident or
    breakthrough, that is not the same in both; at once where anything else differs.
    """
    fields = [name for name in type(ours).model_fields if name not in (*DATED, *WORDS)]
    if any(getattr(ours, name) != getattr(theirs, name) for name in fields):
        return 0
    days = [
        day
        for table in DATED
        for name, one, other in _pairs(getattr(ours, table), getattr(theirs, table))
        if one != other
        for day in (*_days(one), *_days(other))
    ]
    return min((ours.calendar.month_of(day) for day in days), default=ours.months)


def _pairs(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(name, ours.get(name), theirs.get(name)) for name in {**ours, **theirs}]


def _days(entry: Any) -> list[Any]:
    """Days from which an entry of a dated table can count."""
    found = [getattr(entry, field, None) for field in ("announced", "effective", "date")]
    return [day for day in found if day is not None]


def _owners(race: Race) -> dict[str, Any]:
    """Everything that remembers, by name."""
    return {type(one).__name__: one for one in (race, *race.populations, *race.rooms)}


def _remembered(race: Race) -> Memory:
    held = {name: dict(vars(owner)) for name, owner in _owners(race).items()}
    return held | {type(race).__name__: {"board": race.board, "steps": race.steps}}
