"""Foundries and what feeds them: makers of equipment and of high-bandwidth memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import market, supply

if TYPE_CHECKING:
    from sim.model.forcing import Forcing


class Foundry(Member):
    """A maker of leading-edge dies."""


class Foundries(Population):
    """The makers of leading-edge dies."""

    agent = Foundry

    capacity = State("1e3 reticles/month", "die capacity for accelerators before yield")
    dies_yield = State("share", "share of good dies")
    use = State("share", "part of the capacity in use")
    wanted = State("1e3 reticles/month", "dies ordered before yield")
    output = State("1e3 reticles", "dies made so far, before yield")
    tool_stock = State("years", "stock of the equipment that can be had, in years of its need")
    tool_reserve = State("years", "stock of equipment since denied, in years of full need")
    tools_denied = State("share", "part of foreign equipment that is denied")
    tool_access = State("share", "part of the needed equipment that can be had")
    hoarded = State("years", "equipment bought ahead this month, in years of need")
    expansion = State("1e3 reticles/month", "capacity added or renewed this month")
    damage = State("share", "part of the capacity that stands still after a disruption")

    def begin(self) -> None:
        """Capacity and yield of the first month."""
        self.capacity = self.wanted = self.number("capacity")
        self.output = self.number("capacity") * MONTHS
        self.dies_yield = self.number("yield_at_start")
        self.use = self.tool_access = np.ones((self.rows, 1))
        self.tool_stock = self.tool_reserve = self.tools_denied = np.zeros((self.rows, 1))
        self.expansion = self.damage = self.hoarded = np.zeros((self.rows, 1))
        p = self.numbers
        self.before = np.maximum(self.number("capacity") * MONTHS, 1e-9)
        self.learning = p.supply.learning * p.channels.infant_industry

    def expand(self, forcing: Forcing, home_tools: Block, withheld: Block) -> None:
        """Capacity follows orders, as fast as equipment from home, abroad and stock allows.

        Args:
            home_tools: share of the steps that the bloc's own tool makers equip, `[bloc, world]`.
            withheld: minerals withheld from the supply chain it serves, 0..1.
        """
        p = self.numbers
        policy = forcing.policy
        home = self.blocs.spread(home_tools)
        denied = self.blocs.spread(policy.tool_denial)
        self._hoard(forcing, home, denied)
        flow = supply.access(home, 1 - denied)
        drawn = np.minimum(self.tool_reserve, (1 - flow) / MONTHS)
        self.tool_reserve = self.tool_reserve - drawn
        self.tool_access = np.minimum(flow + drawn * MONTHS, 1.0)
        minerals = 1 - p.supply.minerals_capacity * withheld
        public = self.blocs.spread(policy.fab_subsidy) + self.blocs.spread(policy.chip_fund)
        pace = self.log_number("growth_ceiling") * (1 + public)
        standing = 1 - self.damage  # who is rebuilding does not build anew
        ceiling = np.exp(pace * self.tool_access * minerals * standing)
        grown = supply.follow(self.capacity, self.wanted, p.supply.lag, ceiling)
        renewed = p.supply.renewal * self.capacity / MONTHS
        self.expansion = np.maximum(grown - self.capacity, 0.0) + renewed
        self.capacity = grown
        healed = self.damage * forcing.incidents.unhealed
        self.damage = np.maximum(healed, forcing.incidents.lost)

    def _hoard(self, forcing: Forcing, home: Block, denied: Block) -> None:
        """Equipment bought ahead (M3); what is denied from now on is lived on, not bought."""
        p = self.numbers.stockpiling
        fear = self.blocs.spread(forcing.fear.tools)
        newly = np.maximum(denied - self.tools_denied, 0.0) * (1 - home)
        self.tool_reserve = self.tool_reserve + newly * self.tool_stock
        self.tools_denied = denied
        aim = p.input_pull * fear * self.numbers.channels.stockpiling
        self.hoarded = np.maximum(aim - self.tool_stock, 0.0) / p.build_months
        self.tool_stock = self.tool_stock + self.hoarded

    def learn(self, forcing: Forcing) -> None:
        """Yield learns by doing (by the calendar where the channel is off)."""
        on = self.numbers.channels.infant_industry
        use = np.where(on > 0, self.use, 1.0)
        self.dies_yield = supply.next_yield(
            self.dies_yield, self.number("yield_ceiling"), self.number("yield_learning"), use
        )

    def cost(self, forcing: Forcing) -> Block:
        """Cost of a wafer over the cheapest maker's: the excess falls with cumulative output."""
        gained = np.maximum(self.output / self.before, 1.0)
        return supply.experience(self.number("cost_premium"), gained, self.learning)

    def serve(self, orders: Block) -> Block:
        """Fill orders for dies (before yield) pro rata; returns the share that is filled."""
        able = self.capacity * (1 - self.damage)
        filled = market.fill(orders, able)
        self.wanted = orders
        self.use = np.minimum(orders / np.maximum(able, 1e-9), 1.0)
        self.output = self.output + orders * filled
        return filled


class ToolMaker(Member):
    """Makers of chip-making equipment of a bloc."""


class ToolMakers(Population):
    """The makers of chip-making equipment."""

    agent = ToolMaker

    coverage = State("share", "share of a leading-edge line's steps that they can equip")

    def begin(self) -> None:
        """Coverage of the first month."""
        self.coverage = self.number("coverage")

    def progress(self, forcing: Forcing) -> None:
        """Coverage spreads; faster where imports are denied (shelter) and where the state pays."""
        p = self.numbers
        shelter = p.supply.shelter * p.channels.infant_industry
        denied = self.blocs.spread(forcing.policy.tool_denial)
        public = self.blocs.spread(forcing.policy.chip_fund)
        rate = self.number("progress") * (1 + shelter * denied + public)
        self.coverage = np.maximum(supply.logistic(self.coverage, rate), forcing.incidents.coverage)

    def by_bloc(self) -> Block:
        """What a bloc can equip from home: `[bloc, world]`."""
        return self.blocs.largest(self.coverage)


class HbmMaker(Member):
    """Makers of high-bandwidth memory of a bloc."""


class HbmMakers(Population):
    """The makers of high-bandwidth memory."""

    agent = HbmMaker

    capacity = State("m stacks/yr", "capacity")

    def begin(self) -> None:
        """No volume before its date."""
        self.capacity = np.zeros((self.rows, 1))

    def progress(self, forcing: Forcing, months_of_volume: Block) -> None:
        """Volume begins after the lag and grows; faster under shelter and public money."""
        p = self.numbers
        shelter = p.supply.shelter * p.channels.infant_industry
        denied = self.blocs.spread(forcing.policy.hbm_denial)
        public = self.blocs.spread(forcing.policy.chip_fund)
        rate = self.log_number("growth") * (1 + shelter * denied + public)
        grown = np.maximum(self.capacity * np.exp(rate / MONTHS), self.number("capacity"))
        usual = np.where(months_of_volume >= 0, grown, 0.0)
        self.capacity = np.maximum(usual, forcing.incidents.memory)

    def by_bloc(self) -> Block:
        """Million stacks a month made in each bloc: `[bloc, world]`."""
        return self.blocs.total(self.capacity) / MONTHS
