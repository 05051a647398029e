"""The months of a run: policy, luck, breakthroughs and dates, prepared once for all months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.board import Breakthroughs, Luck, Turn
from sim.calendar import MONTHS_PER_YEAR
from sim.happenings import Happenings
from sim.worlds import Block

if TYPE_CHECKING:
    from sim.race import Race

PATHS = {"labs": "years", "clouds": "years_clouds", "venture": "years_venture"}
PATH_OF = {"labs": "lab_growth", "clouds": "cloud_growth", "venture": "venture_growth"}
KNOWN_STAFF = "2024-12"  # month of the last known head counts


class Turns:
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
        self.incidents = Happenings(race)
        self.paths = self._paths()
        self._entries = self._lab_months("entry", 0)
        self._exits = self._lab_months("exit", race.story.months + months)

    def _paths(self) -> list[dict[str, Block]]:
        """Log growth by month along the investors' paths, and years since the paths ended."""
        investors = self.race.story.investors.values()
        tables = {}
        for kind, years in PATHS.items():
            found = [self.calendar.along(getattr(one, PATH_OF[kind]).knots) for one in investors]
            tables[kind] = np.log(np.stack([growth for growth, _ in found]))
            tables[years] = np.stack([after for _, after in found])
        return [
            {name: table[:, month, None] for name, table in tables.items()}
            for month in range(self.race.horizon)
        ]

    def _lab_months(self, field: str, otherwise: int) -> np.ndarray:
        found = [getattr(lab, field) for lab in self.race.story.labs.values()]
        return np.array([[self.calendar.month(m) if m else otherwise] for m in found])

    def present(self, month: int) -> tuple[np.ndarray, np.ndarray]:
        """Which labs are there, and which enter in this month, `[lab, 1]`.

        Who was there before the start enters in the first month.
        """
        entries = np.maximum(self._entries, 0)
        return (entries <= month) & (month < self._exits), entries == month

    def moves(self, month: int) -> bool:
        """Whether anybody enters or leaves in this month."""
        return month == 0 or bool(np.any((self._entries == month) | (self._exits == month)))

    def turn(self, month: int) -> Turn:
        """Everything that the rules of a month need besides state."""
        known = self.calendar.month(KNOWN_STAFF)
        since = (month - self._entries) / np.maximum(known - self._entries, 1)
        return Turn(
            month=month,
            numbers=self.race.numbers,
            policy=self.race.governments.policy(month),
            luck=Luck(start=self.start, **{name: rows[month] for name, rows in self.luck.items()}),
            breakthroughs=self._breakthroughs(month),
            incidents=self.incidents.at(month),
            services_exist=month >= self.calendar.month(self.race.story.application.first_service),
            known_progress=min(month / max(known, 1), 1.0),
            years_from_anchor=self.calendar.years_since(
                self.race.story.training.anchor_month, month
            ),
            staff_progress=np.clip(since, 0.0, 1.0),
        )

    def _breakthroughs(self, month: int) -> Breakthroughs:
        """Gains found this month, and the pace set by paradigms so far."""
        labs = self.race.labs.names
        training = np.zeros((len(labs), 1))
        inference = np.zeros((len(labs), 1))
        opened = np.zeros((len(labs), 1), dtype=bool)
        pace: Block = np.ones(1)
        half_life = self.race.numbers.research.paradigm_half_life
        for name, found in self.race.story.breakthroughs.items():
            years = (month - self.calendar.month_of(found.date)) / MONTHS_PER_YEAR
            if not found.active or years < 0:
                continue
            drawn = self.race.numbers.breakthroughs[name]
            pace = pace + (drawn.pace - 1) * 0.5 ** (years / half_life)
            if years == 0:
                finders = np.array([[found.lab in (lab, "all")] for lab in labs])
                training = training + finders * np.log(drawn.training_gain)
                inference = inference + finders * np.log(drawn.inference_gain)
                opened = opened | (finders & found.open & (found.lab != "all"))
        return Breakthroughs(training, inference, opened, pace)
