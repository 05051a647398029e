"""The incidents of a scenario, month by month: events that no government causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.core.caching import widened
from sim.core.calendar import MONTHS_PER_YEAR, Calendar
from sim.core.worlds import Block
from sim.model.agents.foundries import Foundries, HbmMakers, ToolMakers
from sim.model.agents.labs import Labs
from sim.model.forcing import Incidents

MILLIONS = 1e3  # USD m in USD bn


class IncidentSchedule:
    """Which incidents happen to whom in which month.

    Args:
        incidents: the drawn incidents of the scenario, by name.
        blocs: names of the blocs.
        labs, foundries, tool_makers, hbm_makers: actors to which incidents can happen.
    """

    def __init__(
        self,
        incidents: Mapping[str, Any],
        calendar: Calendar,
        blocs: Sequence[str],
        labs: Labs,
        foundries: Foundries,
        tool_makers: ToolMakers,
        hbm_makers: HbmMakers,
    ) -> None:
        self.calendar, self.blocs, self.labs = calendar, blocs, labs
        self.foundries, self.tool_makers, self.hbm_makers = foundries, tool_makers, hbm_makers
        self.dated = [
            (incident, calendar.month_of(incident.date))
            for incident in incidents.values()
            if incident.active
        ]
        self.none = self._no_incident()

    def _no_incident(self) -> Incidents:
        """A month in which nothing happens."""
        worlds = self.labs.shape[-1]

        def constant(rows: int, value: float = 0.0) -> Block:
            return widened(np.full((rows, 1), value), (rows, worlds))

        labs = self.labs.rows
        recovery = constant(self.foundries.rows, 1.0)
        return Incidents(
            funding=constant(len(self.blocs)),
            openness=self.labs.own.openness,
            lost=constant(self.foundries.rows),
            recovery=recovery,
            unhealed=_unhealed(recovery),
            coverage=constant(self.tool_makers.rows),
            memory=constant(self.hbm_makers.rows),
            claimed=constant(labs) > 0,
            claim_cost=constant(labs, 1.0),
            claim_hidden=constant(labs, 1.0),
            claim_belief=constant(labs),
        )

    def at(self, month: int) -> Incidents:
        """What happens in a month."""
        begun = [(incident, first) for incident, first in self.dated if month >= first]
        if not begun:
            return self.none
        tables = self.none._asdict()
        for incident, first in begun:
            apply = getattr(self, f"_{incident.kind}")
            apply(tables, incident, month == first, self._lasts(incident, month))
        tables["unhealed"] = _unhealed(tables["recovery"])
        return Incidents(**tables)

    def _lasts(self, incident: Any, month: int) -> bool:
        """Whether an incident still lasts; one without an end does."""
        ends = getattr(incident, "ends", None)
        return ends is None or month < self.calendar.month_of(ends)

    def _funding(self, tables: dict, incident: Any, first: bool, lasts: bool) -> None:
        """Capital comes or goes from the first month until the day it ends."""
        if lasts:
            row = _row(self.blocs, incident.bloc)
            tables["funding"] = tables["funding"] + row * incident.growth

    def _openness(self, tables: dict, incident: Any, first: bool, lasts: bool) -> None:
        """Labs open or close their weights; of two incidents the one named last counts."""
        if lasts:
            rows = self.labs.blocs.spread(_row(self.blocs, incident.bloc)) > 0
            tables["openness"] = np.where(rows, incident.openness, tables["openness"])

    def _disruption(self, tables: dict, incident: Any, first: bool, lasts: bool) -> None:
        """Capacity is lost in the first month, and comes back from then on."""
        row = _row(self.foundries.names, incident.foundry)
        if first:
            tables["lost"] = np.maximum(tables["lost"], row * incident.lost)
        tables["recovery"] = np.where(row > 0, incident.recovery, tables["recovery"])

    def _claim(self, tables: dict, incident: Any, first: bool, lasts: bool) -> None:
        """A lab is said to have reached the frontier."""
        if first:
            row = _row(self.labs.names, incident.lab) > 0
            tables["claimed"] = tables["claimed"] | row
            for name, value in (
                ("claim_cost", incident.cost / MILLIONS),
                ("claim_hidden", incident.hidden),
                ("claim_belief", incident.believed),
            ):
                tables[name] = np.where(row, value, tables[name])

    def _leap(self, tables: dict, incident: Any, first: bool, lasts: bool) -> None:
        """A maker can do from the first month on what it could not do before."""
        for name, makers, value in (
            ("coverage", self.tool_makers.names, incident.coverage),
            ("memory", self.hbm_makers.names, incident.capacity),
        ):
            if value is not None and incident.maker in makers:
                row = _row(makers, incident.maker)
                tables[name] = np.maximum(tables[name], row * value)


def _unhealed(recovery: Block) -> Block:
    """Share of a loss that is left after a month, when it heals in so many years."""
    return np.exp(-1 / (MONTHS_PER_YEAR * recovery))


def _row(names: Sequence[str], name: str) -> Block:
    """1 in the row of a name, else 0: `[row, 1]`."""
    return np.array([[1.0 if other == name else 0.0] for other in names])
