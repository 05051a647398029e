"""Talent pools: the researchers at work in a bloc; they are trained, stay, move or leave (M15)."""

from __future__ import annotations

import numpy as np

from sim.core.caching import CacheLast
from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block, total
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import talent
from sim.scenario import actors


class TalentPool(Member):
    """The researchers of a bloc."""


class TalentPools(Population):
    """The places where AI researchers are trained and work."""

    agent = TalentPool
    own: actors.TalentPool[Block]

    people = State(
        "1e3 people",
        "researchers at work",
        start=lambda pools: pools.own.people,
        recorded=True,
    )
    stayed = State("share", "part of those trained here who stay", start=1.0, recorded=True)
    abundance = State("1", "researchers at work relative to the observed head count", start=1.0)

    def start(self) -> None:
        """Take the start values; visa rules change seldom."""
        super().start()
        self._barrier = CacheLast(self._visa_barrier)

    def move(
        self,
        month: int,
        spending: Block,
        visa_denial: Block,
        talent_program: Block,
        known_progress: float,
    ) -> None:
        """Those newly trained choose where to work; some leave the field.

        Args:
            spending: USD bn a year that is spent on compute, `[bloc, world]`.
            visa_denial: share of researchers kept out, `[from bloc, to bloc, world or 1]`.
            talent_program: what policy adds to the utility of staying, `[bloc, world or 1]`.
            known_progress: 0 at the start, 1 at the end of 2024 and later.
        """
        p = self.parameters
        years = month / MONTHS
        trained = self.own.trained * self.own.training_growth**years / MONTHS
        home = p.talent.home + self.blocs.spread(talent_program)
        opportunity = self.blocs.spread(spending) / np.maximum(self.people, 1e-9)
        barrier = self._barrier(visa_denial)
        shares = talent.destinations(opportunity, p.talent.opportunity, home, barrier)
        moved = talent.moves(trained, shares)
        self.people = self.people * (1 - p.talent.leaving / MONTHS) + total(moved)
        self.stayed = talent.staying(shares)
        first, last = self.own.people, self.own.people_2024
        known = first + (last - first) * known_progress
        self.abundance = np.where(p.channels.talent > 0, self.people / known, 1.0)

    def _visa_barrier(self, denial: Block) -> Block:
        """What visa rules add to the utility of going from one pool to another."""
        return talent.barrier(1 - talent.between_pools(denial, self.blocs.index))

    def by_bloc(self) -> Block:
        """Researchers of each bloc relative to the observed head count: `[bloc, world]`.

        Of several pools in a bloc the largest ratio counts; the baseline has one pool a bloc.
        """
        return self.blocs.largest(self.abundance)
