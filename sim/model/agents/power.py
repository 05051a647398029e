"""Power suppliers: grids and their equipment makers build power for data centres, slowly (M14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import power

if TYPE_CHECKING:
    from sim.model.forcing import Forcing


class PowerSupplier(Member):
    """The grid of a bloc with its equipment makers."""


class PowerSuppliers(Population):
    """Who builds power for the data centres of AI."""

    agent = PowerSupplier

    capacity = State("GW", "power that AI data centres can draw")
    building = State("GW", "power that is being built")
    begun = State("GW", "power begun this month")
    drawn = State("GW", "power that all installed chips would draw")
    running = State("share", "part of the chips that has power")

    def begin(self) -> None:
        """Capacity of the first month."""
        self.capacity = self.number("capacity")
        self.building = self.begun = self.drawn = np.zeros((self.rows, 1))
        self.running = np.ones((self.rows, 1))

    def build(self, forcing: Forcing, draw: Block) -> None:
        """Begin what is wanted, finish what is due, and say how many chips can run.

        Args:
            draw: GW that the chips of each bloc would draw, `[bloc, world]`.
        """
        p = self.numbers
        self.drawn = self.blocs.spread(draw)
        program = 1 + self.blocs.spread(forcing.policy.power_program)
        years = forcing.month / MONTHS
        most = self.number("build") * program * self.number("build_growth") ** years
        wanted = p.power.headroom * self.drawn
        self.begun = power.begun(wanted, self.capacity, self.building, most)
        done = power.arrives(self.building, self.number("lead_time"))
        self.building = self.building + self.begun - done
        self.capacity = self.capacity + done
        short = power.running(self.capacity, self.drawn)
        self.running = np.where(p.channels.power > 0, short, 1.0)

    def by_bloc(self) -> Block:
        """Part of the chips of each bloc that has power: `[bloc, world]`."""
        return self.blocs.largest(self.running)

    def price(self, forcing: Forcing) -> Block:
        """USD/MWh that data centres of each bloc pay: `[bloc, world]`."""
        paid = self.number("price") * (1 - self.blocs.spread(forcing.policy.power_subsidy))
        return self.blocs.largest(paid)
