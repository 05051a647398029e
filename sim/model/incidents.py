"""The incidents of a scenario, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.worlds import Block, widened
from sim.model.forcing import Incidents

if TYPE_CHECKING:
    from sim.model.race import Race
    from sim.scenario.incidents import Incident, Lasting

MILLIONS = 1e3  # USD m in USD bn


class IncidentSchedule:
    """What befalls whom in which month.

    Args:
        race: with its story, numbers and actors.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        self.calendar = race.calendar
        self.quiet = self._quiet()
        self.known = list(self._known())

    def _quiet(self) -> Incidents:
        """A month in which nothing happens."""
        race = self.race

        def nothing(rows: int, value: float = 0.0) -> Block:
            return widened(np.full((rows, 1), value), (rows, race.worlds.count))

        labs = race.labs.rows
        recovery = nothing(race.foundries.rows, 1.0)
        return Incidents(
            funding=nothing(len(race.blocs)),
            openness=race.labs.number("openness"),
            lost=nothing(race.foundries.rows),
            recovery=recovery,
            unhealed=_unhealed(recovery),
            coverage=nothing(race.tool_makers.rows),
            memory=nothing(race.hbm_makers.rows),
            claimed=nothing(labs) > 0,
            claim_cost=nothing(labs, 1.0),
            claim_hidden=nothing(labs, 1.0),
            claim_belief=nothing(labs),
        )

    def at(self, month: int) -> Incidents:
        """What happens this month."""
        begun = [known for known in self.known if month >= known[-1]]
        if not begun:
            return self.quiet
        tables = self.quiet._asdict()
        for incident, drawn, first in begun:
            getattr(self, f"_{incident.kind}")(tables, incident, drawn, month, first)
        tables["unhealed"] = _unhealed(tables["recovery"])
        return Incidents(**tables)

    def _known(self) -> Iterator[tuple[Incident, Incident[Block], int]]:
        """The incidents that the scenario has, with their numbers and first months."""
        for name, incident in self.race.inputs.incidents.items():
            if incident.active:
                first = self.calendar.month_of(incident.date)
                yield incident, self.race.numbers.incidents[name], first

    def _funding(self, tables, incident, drawn, month, first) -> None:
        """Capital comes or goes from the first month until the day it ends."""
        if self._lasts(incident, month):
            here = _row(self.race.blocs, incident.bloc)
            tables["funding"] = tables["funding"] + here * drawn.growth

    def _openness(self, tables, incident, drawn, month, first) -> None:
        """Labs open or close their weights; of two incidents the one named last counts."""
        if self._lasts(incident, month):
            labs = self.race.labs
            here = labs.blocs.spread(_row(self.race.blocs, incident.bloc)) > 0
            tables["openness"] = np.where(here, drawn.openness, tables["openness"])

    def _lasts(self, incident: Lasting, month: int) -> bool:
        return incident.ends is None or month < self.calendar.month_of(incident.ends)

    def _disruption(self, tables, incident, drawn, month, first) -> None:
        """Capacity is lost in the first month, and comes back from then on."""
        here = _row(self.race.foundries.names, incident.foundry)
        if month == first:
            tables["lost"] = np.maximum(tables["lost"], here * drawn.lost)
        tables["recovery"] = np.where(here > 0, drawn.recovery, tables["recovery"])

    def _claim(self, tables, incident, drawn, month, first) -> None:
        """A lab is said to have reached the frontier."""
        if month == first:
            here = _row(self.race.labs.names, incident.lab)
            tables["claimed"] = tables["claimed"] | (here > 0)
            for name, value in (
                ("claim_cost", drawn.cost / MILLIONS),
                ("claim_hidden", drawn.hidden),
                ("claim_belief", drawn.believed),
            ):
                tables[name] = np.where(here > 0, value, tables[name])

    def _leap(self, tables, incident, drawn, month, first) -> None:
        """A maker can do from the first month on what it could not before."""
        for name, makers, value in (
            ("coverage", self.race.tool_makers, drawn.coverage),
            ("memory", self.race.hbm_makers, drawn.capacity),
        ):
            if value is not None and incident.maker in makers.names:
                here = _row(makers.names, incident.maker)
                tables[name] = np.maximum(tables[name], here * value)


def _unhealed(recovery: Block) -> Block:
    """Share of a loss that is left after a month, when it heals in so many years."""
    return np.exp(-1 / (MONTHS_PER_YEAR * recovery))


def _row(names: list[str], name: str) -> Block:
    """1 in the row of a name, else 0: `[row, 1]`."""
    return np.array([[1.0 if one == name else 0.0] for one in names])
