"""Power suppliers: grids and their equipment makers build power for data centres, slowly (M14)."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.forcing import Relief
from sim.model.mechanisms import power
from sim.scenario import actors


class PowerSupplier(Member):
    """The grid of a bloc with its equipment makers."""


class PowerSuppliers(Population):
    """The builders of power for the data centres of AI."""

    agent = PowerSupplier
    own: actors.PowerSupplier[Block]

    capacity = State(
        "GW",
        "power that AI data centres can draw",
        start=lambda suppliers: suppliers.own.capacity,
        recorded=True,
    )
    building = State("GW", "power that is being built", recorded=True)
    starts = State("GW", "power on which construction starts this month")
    drawn = State("GW", "power that all installed chips would draw", recorded=True)
    running = State("share", "part of the chips that has power", start=1.0, recorded=True)

    def build(self, month: int, draw: Block, program: Block, relief: Relief) -> None:
        """Start and finish the construction of power, and compute how many chips can run.

        Args:
            draw: GW that the chips of each bloc would draw, `[bloc, world]`.
            program: public building of power over the usual, share, `[bloc, world or 1]`.
            relief: limits that an experiment raises.
        """
        p = self.parameters
        self.drawn = self.blocs.spread(draw)
        pace = 1 + self.blocs.spread(program)
        years = month / MONTHS
        most = self.own.build * pace * self.own.build_growth**years
        wanted = p.power.headroom * self.drawn
        self.starts = power.construction_starts(wanted, self.capacity, self.building, most)
        done = power.arrives(self.building, self.own.lead_time)
        self.building = self.building + self.starts - done
        self.capacity = self.capacity + done
        able = self.capacity * relief.of("power", self.blocs)
        short = power.running(able, self.drawn)
        self.running = np.where(p.channels.power > 0, short, 1.0)

    def by_bloc(self) -> Block:
        """Part of the chips of each bloc that has power: `[bloc, world]`."""
        return self.blocs.largest(self.running)

    def price(self, subsidy: Block) -> Block:
        """USD/MWh that data centres of each bloc pay: `[bloc, world]`.

        Args:
            subsidy: share of the price that the state pays, `[bloc, world or 1]`.
        """
        paid = self.own.price * (1 - self.blocs.spread(subsidy))
        return self.blocs.largest(paid)
