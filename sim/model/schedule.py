"""The schedule of forcing: policy, luck, events and dates, prepared once for all months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from sim.core.caching import CacheLast
from sim.core.calendar import MONTHS_PER_YEAR, Calendar
from sim.core.chance import Chance
from sim.core.worlds import Block, Mask
from sim.model.breakthroughs import BreakthroughSchedule
from sim.model.changes import Changes
from sim.model.forcing import NO_RELIEF, Fear, Forcing, Luck, Paths, Policy, Relief
from sim.model.incidents import IncidentSchedule
from sim.model.mechanisms import capital
from sim.model.mechanisms.adjustment import decay
from sim.scenario import actors
from sim.scenario.schema import Parameters

GROWTH_PATHS = ("lab_growth", "cloud_growth", "venture_growth")
FEARED = {  # what announces that something is denied, and what says that controls exist
    "chips": ("chips_pending", "chips_controlled"),
    "tools": ("tools_pending", "tools_controlled"),
    "memory": ("hbm_pending", "chips_controlled"),
    "foundries": ("foundry_pending", "foundry_controlled"),
}
KNOWN_STAFF = "2024-12"  # month of the last known head counts


class ForcingSchedule:
    """Makes the forcing of each month.

    Args:
        parameters: of the worlds.
        calendar, horizon: the months of the scenario, and how many are run.
        chance: luck of the worlds.
        incidents, breakthroughs: events by month.
        changes: dated changes, of the growth of money too.
        relief: a limit that an experiment raises.
    """

    def __init__(
        self,
        parameters: Parameters,
        calendar: Calendar,
        horizon: int,
        chance: Chance,
        incidents: IncidentSchedule,
        breakthroughs: BreakthroughSchedule,
        changes: Changes,
        relief: Relief = NO_RELIEF,
    ) -> None:
        self.calendar, self.horizon, self.relief = calendar, horizon, relief
        self.incidents, self.breakthroughs = incidents, breakthroughs
        self.dated_changes = changes
        labs, clouds = list(parameters.labs), list(parameters.clouds)
        self.luck = {
            name: chance.normals(name, labs, horizon)
            for name in ("research", "research_inference", "quality", "cadence", "lab_capital")
        }
        self.luck["cloud_capital"] = chance.normals("cloud_capital", clouds, horizon)
        self.luck["open"] = chance.uniforms("open", labs, horizon)
        self.start = chance.uniforms("start", labs, 1)[0]
        self.paths = self._growth_paths(parameters)
        entries = self._lab_months(parameters.labs, "entry", 0)
        exits = self._lab_months(parameters.labs, "exit", calendar.months + horizon)
        self._entries, self._exits = np.maximum(entries, 0), exits
        self._known = calendar.month(KNOWN_STAFF)
        self._anchor = calendar.month(parameters.training.anchor_month)
        since = np.arange(horizon)[:, None, None] - entries
        self._staff = (since / np.maximum(self._known - entries, 1)).clip(0.0, 1.0)
        self._first_service = calendar.month(parameters.application.first_service)
        p = parameters.stockpiling
        step = capital.expected(p.hazard_months, p.foresight_months)
        self._feared = {name: CacheLast(partial(capital.feared, chance=step)) for name in FEARED}

    def _growth_paths(self, parameters: Parameters) -> list[Paths]:
        """Growth by month along the investors' paths, and where it goes after them."""
        p = parameters.capital
        long_run = np.log(p.long_run_growth)
        along = [self._along(list(parameters.investors.values()), kind) for kind in GROWTH_PATHS]
        grown = []
        for growth, years in along:
            path = np.log(growth) * p.growth_error
            grown.append(capital.boom(path, years, p.boom_half_life, long_run))
        usual = grown[0]
        grown = [
            self.dated_changes.on_growth(*one) for one in zip(GROWTH_PATHS, grown, strict=True)
        ]
        fade = decay(along[0][1], p.boom_half_life)
        changed = grown[0] - usual
        return [Paths(*tables) for tables in zip(*grown, changed, fade, strict=True)]

    def _along(
        self, investors: Sequence[actors.Investors[Block]], kind: str
    ) -> tuple[Block, Block]:
        """Growth on the investors' paths, and years since these ended: `[month, investor, 1]`."""
        along = [self.calendar.along(getattr(one, kind).knots) for one in investors]
        growth, years = (np.stack(rows, axis=1) for rows in zip(*along, strict=True))
        return growth[: self.horizon, :, None], years[: self.horizon, :, None]

    def _lab_months(
        self, labs: Mapping[str, actors.Lab[Block]], field: str, otherwise: int
    ) -> np.ndarray:
        """A month of every lab, `[lab, 1]`; `otherwise` where the scenario gives none."""
        months = [getattr(lab, field) for lab in labs.values()]
        return np.array([[self.calendar.month(m) if m else otherwise] for m in months])

    def present(self, month: int) -> tuple[Mask, Mask]:
        """Which labs exist in a month, and which enter in it, `[lab, 1]`.

        A lab that existed before the start enters in the first month.
        """
        present = (self._entries <= month) & (month < self._exits)
        return present, self._entries == month

    def changes(self, month: int) -> bool:
        """Whether any lab enters or leaves in a month; in the first everybody enters."""
        return month == 0 or bool((self._entries == month).any() or (self._exits == month).any())

    def forcing(self, month: int, policy: Policy) -> Forcing:
        """Everything that acts on the model in a month.

        Args:
            policy: the instruments in force.
        """
        return Forcing(
            month=month,
            policy=policy,
            fear=self._fear(policy),
            paths=self.paths[month],
            luck=Luck(start=self.start, **{name: rows[month] for name, rows in self.luck.items()}),
            breakthroughs=self.breakthroughs.at(month),
            incidents=self.incidents.at(month),
            relief=self.relief.at(month),
            services_exist=month >= self._first_service,
            known_progress=min(month / max(self._known, 1), 1.0),
            years_from_anchor=(month - self._anchor) / MONTHS_PER_YEAR,
            staff_progress=self._staff[month],
        )

    def _fear(self, policy: Policy) -> Fear:
        """What buyers, foundries and suppliers expect to be denied."""
        return Fear(
            **{
                name: self._feared[name](getattr(policy, pending), getattr(policy, controlled))
                for name, (pending, controlled) in FEARED.items()
            }
        )
