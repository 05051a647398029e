"""The incidents of a scenario, month by month: events that no government causes.

What begins or ends on a day has its share of that month's effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.core.caching import widened
from sim.core.calendar import MONTHS_PER_YEAR, Calendar
from sim.core.worlds import Block
from sim.model.agents.foundries import Foundries, HbmMakers, ToolMakers
from sim.model.agents.labs import Labs
from sim.model.forcing import Incidents, Leaps

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
            coverage=_no_leap(constant(self.tool_makers.rows)),
            memory=_no_leap(constant(self.hbm_makers.rows)),
            claimed=constant(labs) > 0,
            claim_cost=constant(labs, 1.0),
            claim_hidden=constant(labs, 1.0),
            claim_belief=constant(labs),
        )

    def at(self, month: int) -> Incidents:
        """What happens in a month."""
        begun = [(incident, first) for incident, first in self.dated if month >= first]
        if not begun:
            return self.none._replace(openness=self.labs.own.openness)
        tables = self.none._asdict() | {"openness": self.labs.own.openness}
        for incident, first in begun:
            apply = getattr(self, f"_{incident.kind}")
            apply(tables, incident, month - first)
        tables["unhealed"] = _unhealed(tables["recovery"])
        return Incidents(**tables)

    def _holds(self, incident: Any, later: int) -> float:
        """Share of a month in which an incident holds; one without an end goes on."""
        month = self.calendar.month_of(incident.date) + later
        return self.calendar.share(month, incident.date, incident.ends)

    def _funding(self, tables: dict, incident: Any, later: int) -> None:
        """Capital comes or goes from the day of the incident until the day it ends."""
        row = _row(self.blocs, incident.bloc)
        growth = self._holds(incident, later) * incident.growth
        tables["funding"] = tables["funding"] + row * growth

    def _openness(self, tables: dict, incident: Any, later: int) -> None:
        """Labs open or close their weights; of two incidents the one named last counts."""
        share = self._holds(incident, later)
        rows = self.labs.blocs.spread(_row(self.blocs, incident.bloc)) > 0
        mean = (1 - share) * tables["openness"] + share * incident.openness
        tables["openness"] = np.where(rows, mean, tables["openness"])

    def _disruption(self, tables: dict, incident: Any, later: int) -> None:
        """Capacity is lost on a day, and comes back from then on.

        The loss of the first month is its mean over the days; that of the next has healed since
        the day of the incident.
        """
        row = _row(self.foundries.names, incident.foundry)
        left = self.calendar.left(incident.date)
        if later == 0:
            lost = left * incident.lost
        elif later == 1:
            lost = incident.lost * _unhealed(incident.recovery) ** left
        else:
            lost = 0.0
        tables["lost"] = np.maximum(tables["lost"], row * lost)
        tables["recovery"] = np.where(row > 0, incident.recovery, tables["recovery"])

    def _claim(self, tables: dict, incident: Any, later: int) -> None:
        """A lab is said to have reached the frontier: it is heard for a month from that day on."""
        left = self.calendar.left(incident.date)
        share = (left, 1 - left)[later] if later < 2 else 0.0
        if share > 0:
            row = _row(self.labs.names, incident.lab) > 0
            tables["claimed"] = tables["claimed"] | row
            for name, value in (
                ("claim_cost", incident.cost / MILLIONS),
                ("claim_hidden", incident.hidden),
                ("claim_belief", share * incident.believed),
            ):
                tables[name] = np.where(row, value, tables[name])

    def _leap(self, tables: dict, incident: Any, later: int) -> None:
        """A maker can do from that day on what it could not do before."""
        for name, makers, value in (
            ("coverage", self.tool_makers.names, incident.coverage),
            ("memory", self.hbm_makers.names, incident.capacity),
        ):
            if value is not None and incident.maker in makers:
                row, leaps = _row(makers, incident.maker), tables[name]
                left = self.calendar.left(incident.date)
                if later == 0 and left < 1:
                    newly = np.maximum(leaps.newly, row * value)
                    share = np.maximum(leaps.share, row * left)
                    tables[name] = leaps._replace(newly=newly, share=share)
                else:
                    tables[name] = leaps._replace(least=np.maximum(leaps.least, row * value))


def _no_leap(nothing: Block) -> Leaps:
    return Leaps(nothing, nothing, np.zeros((len(nothing), 1)))


def _unhealed(recovery: Block) -> Block:
    """Share of a loss that is left after a month, when it heals in so many years."""
    return np.exp(-1 / (MONTHS_PER_YEAR * recovery))


def _row(names: Sequence[str], name: str) -> Block:
    """1 in the row of a name, else 0: `[row, 1]`."""
    return np.array([[1.0 if other == name else 0.0] for other in names])
