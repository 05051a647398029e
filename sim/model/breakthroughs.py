"""The breakthroughs of a scenario, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.core.caching import widened
from sim.core.calendar import MONTHS_PER_YEAR, Calendar
from sim.core.worlds import Block
from sim.model.forcing import Breakthroughs
from sim.scenario.instruments import Breakthrough


class BreakthroughSchedule:
    """What research finds in which month, besides its steady gains.

    Args:
        breakthroughs: the drawn breakthroughs of the scenario, by name.
        half_life: of the faster pace that a new paradigm brings, years.
        labs: names of the labs.
        worlds: how many worlds.
    """

    def __init__(
        self,
        breakthroughs: Mapping[str, Breakthrough[Block]],
        calendar: Calendar,
        half_life: Block,
        labs: Sequence[str],
        worlds: int,
    ) -> None:
        self.half_life, self.labs = half_life, labs
        self.shape = (len(labs), worlds)
        self.calendar = calendar
        self.found = [found for found in breakthroughs.values() if found.active]
        no_gain = widened(np.zeros((len(labs), 1)), self.shape)
        self.none = Breakthroughs(no_gain, no_gain, no_gain > 0, np.ones(1), np.zeros(1))

    def at(self, month: int) -> Breakthroughs:
        """Gains found in a month, and the pace that paradigms have set so far."""
        training, inference, opened, pace, carried = self.none
        for found in self.found:
            later = month - self.calendar.month_of(found.date)
            if later < 0:
                continue
            left = self.calendar.left(found.date)
            pace = pace + self._quicker(found.pace, later, left)
            if found.carried is not None:
                carried = carried + (left if later == 0 else 1.0) * found.carried
            # A gain comes over a month from its day on: what is left of it then, and the rest.
            share = (left, 1 - left)[later] if later < 2 else 0.0
            if share > 0:
                finders = np.array([[found.lab in (lab, "all")] for lab in self.labs])
                training = training + share * finders * np.log(found.training_gain)
                inference = inference + share * finders * np.log(found.inference_gain)
                opened = opened | (finders & found.open & (found.lab != "all"))
        return Breakthroughs(training, inference, opened, widened(pace, self.shape), carried)

    def _quicker(self, pace: Block, later: int, left: float) -> Block:
        """What a paradigm adds to the pace of research so many months after that of its day.

        Args:
            left: share of the month of its day from that day on.
        """
        if later == 0:
            return left * (pace - 1)
        months = later - 1 + left
        return (pace - 1) * 0.5 ** (months / MONTHS_PER_YEAR / self.half_life)
