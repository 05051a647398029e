"""Checkpoints of a run from which a run with the same past can be continued.

Rules replace state and never edit it (law 4), so a checkpoint costs references, not copies. A run
whose scenario differs from another one only from some month on need not repeat the months before:
it continues from a checkpoint of the other run and gives the same numbers bit for bit.
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

DATED = ("events", "incidents", "breakthroughs", "changes")  # tables whose entries have dates
WITHOUT_EFFECT = ("title", "why", "question", "months")  # fields that change no past month
PATHS = "investors"  # table with paths of growth, compared month by month


class Checkpoint(NamedTuple):
    """The state of a race at the start of a month.

    Attributes:
        month: the next month.
        public_state: public state after the month before.
        blocks: state by owner (named as in `Race.owners`) and name.
    """

    month: int
    public_state: PublicState
    blocks: dict[str, dict[str, Block]]


class CheckpointKeeper:
    """Keeps checkpoints of a race while it runs, and not the race itself, which is large.

    Args:
        every: months between two checkpoints.
    """

    def __init__(self, every: int = 12) -> None:
        self.every = every
        self._checkpoints: list[Checkpoint] = []

    def take(self, race: Race) -> None:
        """Keep a checkpoint, if one is due this month."""
        if race.month % self.every == 0:
            self._checkpoints.append(checkpoint(race))

    def last(self, month: int) -> Checkpoint | None:
        """The last checkpoint up to the start of a month."""
        return next((kept for kept in reversed(self._checkpoints) if kept.month <= month), None)


def checkpoint(race: Race) -> Checkpoint:
    """The present state of a race, without state that was never written."""
    blocks = {
        place: {name: vars(owner)[name] for name in states(type(owner)) if name in vars(owner)}
        for place, owner in race.owners.items()
    }
    return Checkpoint(race.month, race.public_state, blocks)


def resume(race: Race, past: Checkpoint) -> None:
    """Set a new race to a checkpoint of another race of the same worlds."""
    owners = race.owners
    for place, blocks in past.blocks.items():
        vars(owners[place]).update(blocks)
    race.public_state, race.month = past.public_state, past.month
    race.running = race.month < race.horizon


def first_difference(first: ResolvedScenario, second: ResolvedScenario) -> int:
    """The first month in which two scenarios can differ; the number of months if they never do.

    They can differ from the announcement of the first act, or the day of the first incident,
    breakthrough or change, that is not the same in both, or from the month in which growth paths of
    investors first differ. They differ from the start where anything else differs.
    """
    ours, theirs = first.scenario, second.scenario
    differing = type(ours).model_fields.keys() - first.alike(second)
    if not differing <= {*DATED, *WITHOUT_EFFECT, PATHS}:
        return 0
    days = [
        day
        for table in differing.intersection(DATED)
        for our_entry, their_entry in _pairs(getattr(ours, table), getattr(theirs, table))
        if our_entry != their_entry
        for day in (*_days(our_entry), *_days(their_entry))
    ]
    acted = min((ours.calendar.month_of(day) for day in days), default=ours.months)
    return min(acted, _first_other_growth(ours, theirs)) if PATHS in differing else acted


def _first_other_growth(ours: Scenario, theirs: Scenario) -> int:
    """The first month in which the paths of some investor differ; 0 where anything else does."""
    if ours.investors.keys() != theirs.investors.keys():
        return 0
    months = [
        _first_other_month(investors, theirs.investors[name], ours.calendar)
        for name, investors in ours.investors.items()
    ]
    return min(months, default=ours.months)


def _first_other_month(
    our_investors: Investors, their_investors: Investors, calendar: Calendar
) -> int:
    first = calendar.months
    for field in type(our_investors).model_fields:
        ours, theirs = getattr(our_investors, field), getattr(their_investors, field)
        if ours == theirs:
            continue
        if not isinstance(ours, Path):
            return 0
        paths = zip(calendar.along(ours.knots), calendar.along(theirs.knots), strict=True)
        differ = np.logical_or.reduce(
            [our_values != their_values for our_values, their_values in paths]
        )
        if differ.any():
            first = min(first, int(differ.argmax()))
    return first


def _pairs(ours: dict[str, Any], theirs: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(ours.get(name), theirs.get(name)) for name in {**ours, **theirs}]


def _days(entry: Any) -> list[Any]:
    """Days from which an entry of a dated table can count."""
    dates = [getattr(entry, field, None) for field in ("announced", "effective", "date", "from")]
    return [day for day in dates if day is not None]
