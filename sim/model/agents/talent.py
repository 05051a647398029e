"""Talent pools: the researchers at work in a bloc; they are trained, stay, move or leave (M15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State, total
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import talent

if TYPE_CHECKING:
    from sim.model.forcing import Forcing


class TalentPool(Member):
    """The researchers of a bloc."""


class TalentPools(Population):
    """Where AI researchers are trained and work."""

    agent = TalentPool

    people = State("1e3 people", "researchers at work")
    stayed = State("share", "part of those trained here who stay")
    abundance = State("1", "researchers at work over what is known of the bloc")

    def begin(self) -> None:
        """People of the first month."""
        self.people = self.number("people")
        self.stayed = self.abundance = np.ones((self.rows, 1))

    def move(self, forcing: Forcing, spending: Block, closed: Block) -> None:
        """Those newly trained choose where to work; some leave the field.

        Args:
            spending: USD bn a year that is spent on compute in the bloc of each pool.
            closed: what visa rules add to the utility of going from one pool to another,
                `[from, to, world or 1]`.
        """
        p = self.numbers
        years = forcing.month / MONTHS
        trained = self.number("trained") * self.number("training_growth") ** years / MONTHS
        home = p.talent.home + self.blocs.spread(forcing.policy.talent_program)
        opportunity = spending / np.maximum(self.people, 1e-9)
        shares = talent.destinations(opportunity, p.talent.opportunity, home, closed)
        moved = talent.moves(trained, shares)
        self.people = self.people * (1 - p.talent.leaving / MONTHS) + total(moved)
        self.stayed = talent.staying(shares)
        first, last = self.number("people"), self.number("people_2024")
        known = first + (last - first) * forcing.known_progress
        self.abundance = np.where(p.channels.talent > 0, self.people / known, 1.0)

    def by_bloc(self) -> Block:
        """Researchers of each bloc over what is known of it: `[bloc, world]`."""
        return self.blocs.largest(self.abundance)
