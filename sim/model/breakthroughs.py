"""The breakthroughs of a scenario, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.worlds import Block, widened
from sim.model.forcing import Breakthroughs

if TYPE_CHECKING:
    from sim.model.race import Race


class BreakthroughSchedule:
    """What research finds in which month, besides its steady gains.

    Args:
        race: with its story, numbers and labs.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        self.shape = (race.labs.rows, race.worlds.count)
        self.known = [
            (race.calendar.month_of(found.date), found, race.numbers.breakthroughs[name])
            for name, found in race.inputs.breakthroughs.items()
            if found.active
        ]
        no_gain = widened(np.zeros((race.labs.rows, 1)), self.shape)
        self.nothing = Breakthroughs(no_gain, no_gain, no_gain > 0, np.ones(1))

    def at(self, month: int) -> Breakthroughs:
        """Gains found this month, and the pace set by paradigms so far."""
        training, inference, opened, pace = self.nothing
        labs = self.race.labs.names
        for first, found, drawn in self.known:
            if month < first:
                continue
            pace = pace + self._quicker(drawn.pace, month - first)
            if month == first:
                finders = np.array([[found.lab in (lab, "all")] for lab in labs])
                training = training + finders * np.log(drawn.training_gain)
                inference = inference + finders * np.log(drawn.inference_gain)
                opened = opened | (finders & found.open & (found.lab != "all"))
        return Breakthroughs(training, inference, opened, widened(pace, self.shape))

    def _quicker(self, pace: Block, months: int) -> Block:
        """What a paradigm still adds to the pace of research after so many months."""
        half_life = self.race.numbers.research.paradigm_half_life
        return (pace - 1) * 0.5 ** (months / MONTHS_PER_YEAR / half_life)
