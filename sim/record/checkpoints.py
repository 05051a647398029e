"""Checkpoints of a run from which another run can go on, where the two have one past.

Rules replace state and never edit it (law 4), so a checkpoint costs references, not copies. A run
whose scenario differs from another's only in what happens later need not repeat the months before:
it goes on from a checkpoint of the other, to the same numbers bit for bit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.calendar import Calendar
from sim.core.state import states
from sim.core.worlds import Block
from sim.model.public_state import PublicState
from sim.model.race import Race
from sim.scenario.actors import Investors
from sim.scenario.load import ResolvedScenario
from sim.scenario.quantity import Path
from sim.scenario.schema import Scenario

DATED = ("events", "incidents", "breakthroughs")  # tables whose entries say when they begin
WITHOUT_EFFECT = ("title", "why", "months")  # what changes nothing that is past
PATHS = "investors"  # whose paths of growth count month by month


class Checkpoint(NamedTuple):
    """The state of a race at the start of a month.

    Attributes:
        month: that comes next.
        steps: that Mesa has counted.
        public_state: of the month before.
        blocks: by owner, as `Race.owners` names it, and state.
    """

    month: int
    steps: int
    public_state: PublicState
    blocks: dict[str, dict[str, Block]]


class CheckpointKeeper:
    """Keeps checkpoints of a race while it runs.

    Args:
        race: just made.
        every: months between two checkpoints.
    """

    def __init__(self, race: Race, every: int = 12) -> None:
        self.every = every
        self._race = race
        self._kept: list[Checkpoint] = []

    def take(self) -> None:
        """Keep a checkpoint, if one is due this month."""
        if self._race.month % self.every == 0:
            self._kept.append(checkpoint(self._race))

    def last(self, month: int) -> Checkpoint | None:
        """The last checkpoint that was kept up to the start of a month."""
        return next((one for one in reversed(self._kept) if one.month <= month), None)


def checkpoint(race: Race) -> Checkpoint:
    """The present state of a race; state that was never written is left out."""
    blocks = {
        place: {name: vars(owner)[name] for name in states(type(owner)) if name in vars(owner)}
        for place, owner in race.owners.items()
    }
    return Checkpoint(race.month, race.steps, race.public_state, blocks)


def resume(race: Race, past: Checkpoint) -> None:
    """Let a race that was just made go on from a checkpoint of another one, in the same worlds."""
    owners = race.owners
    for place, blocks in past.blocks.items():
        vars(owners[place]).update(blocks)
    race.public_state, race.steps = past.public_state, past.steps
    race.month = past.month
    race.running = race.month < race.horizon


def first_difference(one: ResolvedScenario, other: ResolvedScenario) -> int:
    """The first month in which two scenarios can differ; beyond the last where they never do.

    They can differ from the announcement of the first act, or the day of the first incident or
    breakthrough, that is not the same in both, or from the month in which the growth paths of
    investors first differ; from the start where anything else differs.
    """
    ours, theirs = one.scenario, other.scenario
    differ = type(ours).model_fields.keys() - one.alike(other)
    if not differ <= {*DATED, *WITHOUT_EFFECT, PATHS}:
        return 0
    days = [
        day
        for table in differ.intersection(DATED)
        for our_entry, their_entry in _pairs(getattr(ours, table), getattr(theirs, table))
        if our_entry != their_entry
        for day in (*_days(our_entry), *_days(their_entry))
    ]
    acted = min((ours.calendar.month_of(day) for day in days), default=ours.months)
    return min(acted, _first_other_path(ours, theirs)) if PATHS in differ else acted


def _first_other_path(ours: Scenario, theirs: Scenario) -> int:
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
