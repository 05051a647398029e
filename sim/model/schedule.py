"""The months of a run: policy, luck, breakthroughs and dates, prepared once for all months."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.worlds import Block, CacheLast
from sim.model.breakthroughs import BreakthroughSchedule
from sim.model.forcing import Fear, Luck, Paths, Policy, Forcing
from sim.model.incidents import IncidentSchedule
from sim.model.mechanisms import capital

if TYPE_CHECKING:
    from sim.model.race import Race

PATH_OF = ("lab_growth", "cloud_growth", "venture_growth")  # of labs, clouds, private investment
FEARED = {  # what announces that something is denied, and what says that controls exist
    "chips": ("chips_pending", "chips_controlled"),
    "tools": ("tools_pending", "tools_controlled"),
    "memory": ("hbm_pending", "chips_controlled"),
    "foundries": ("foundry_pending", "foundry_controlled"),
}
KNOWN_STAFF = "2024-12"  # month of the last known head counts


class Schedule:
    """Makes the turn of each month.

    Args:
        race: with its story, numbers, chance and regulators.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        self.calendar = race.calendar
        labs = race.labs.names
        months = race.horizon
        chance = race.chance
        self.luck = {
            name: chance.normals(name, labs, months)
            for name in ("research", "research_inference", "quality", "cadence", "lab_capital")
        }
        self.luck["cloud_capital"] = chance.normals("cloud_capital", race.clouds.names, months)
        self.luck["open"] = chance.uniforms("open", labs, months)
        self.start = chance.uniforms("start", labs, 1)[0]
        self.incidents = IncidentSchedule(race)
        self.breakthroughs = BreakthroughSchedule(race)
        self.paths = self._paths()
        self._entries = self._lab_months("entry", 0)
        self._exits = self._lab_months("exit", race.inputs.months + months)
        self._moving = {0, *self._entries.ravel().tolist(), *self._exits.ravel().tolist()}
        self._known = race.calendar.month(KNOWN_STAFF)
        self._anchor = race.calendar.month(race.inputs.training.anchor_month)
        since = np.arange(months)[:, None, None] - self._entries
        self._staff = (since / np.maximum(self._known - self._entries, 1)).clip(0.0, 1.0)
        self._first_service = race.calendar.month(race.inputs.application.first_service)
        p = race.numbers.stockpiling
        step = capital.expected(p.hazard_months, p.foresight_months)
        self._feared = {name: CacheLast(partial(capital.feared, chance=step)) for name in FEARED}

    def _paths(self) -> list[Paths]:
        """Growth by month along the investors' paths, and where it goes after them."""
        p = self.race.numbers.capital
        long_run = np.log(p.long_run_growth)
        along = [self._along(kind) for kind in PATH_OF]
        grown = []
        for growth, years in along:
            path = np.log(growth) * p.growth_error
            grown.append(capital.boom(path, years, p.boom_half_life, long_run))
        fade = capital.fading(along[0][1], p.boom_half_life)
        return [Paths(*tables) for tables in zip(*grown, fade, strict=True)]

    def _along(self, kind: str) -> tuple[Block, Block]:
        """Growth on the investors' paths, and years since these ended: `[month, investor, 1]`."""
        investors = self.race.inputs.investors.values()
        found = [self.calendar.along(getattr(one, kind).knots) for one in investors]
        growth, years = (np.stack(rows, axis=1) for rows in zip(*found, strict=True))
        return growth[: self.race.horizon, :, None], years[: self.race.horizon, :, None]

    def _lab_months(self, field: str, otherwise: int) -> np.ndarray:
        found = [getattr(lab, field) for lab in self.race.inputs.labs.values()]
        return np.array([[self.calendar.month(m) if m else otherwise] for m in found])

    def present(self, month: int) -> tuple[np.ndarray, np.ndarray]:
        """Which labs are there, and which enter in this month, `[lab, 1]`.

        Who was there before the start enters in the first month.
        """
        entries = np.maximum(self._entries, 0)
        return (entries <= month) & (month < self._exits), entries == month

    def moves(self, month: int) -> bool:
        """Whether anybody enters or leaves in this month."""
        return month in self._moving

    def forcing(self, month: int) -> Forcing:
        """Everything that the rules of a month need besides state."""
        policy = self.race.governments.policy(month)
        return Forcing(
            month=month,
            numbers=self.race.numbers,
            policy=policy,
            fear=self._fear(policy),
            luck=Luck(start=self.start, **{name: rows[month] for name, rows in self.luck.items()}),
            breakthroughs=self.breakthroughs.at(month),
            incidents=self.incidents.at(month),
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
