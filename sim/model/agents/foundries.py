"""Foundries and what feeds them: makers of equipment and of high-bandwidth memory."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.forcing import Forcing, Leaps
from sim.model.mechanisms import market, supply
from sim.scenario import actors


class Foundry(Member):
    """A maker of leading-edge dies."""


class Foundries(Population):
    """The makers of leading-edge dies."""

    agent = Foundry
    own: actors.Foundry[Block]
    own_log: actors.Foundry[Block]

    capacity = State(
        "1e3 reticles/month",
        "die capacity for accelerators before yield",
        start=lambda foundries: foundries.own.capacity,
        recorded=True,
    )
    dies_yield = State(
        "share",
        "share of good dies",
        start=lambda foundries: foundries.own.yield_at_start,
        recorded=True,
    )
    use = State("share", "part of the capacity in use", start=1.0, recorded=True)
    wanted = State(
        "1e3 reticles/month",
        "dies ordered before yield",
        start=lambda foundries: foundries.own.capacity,
    )
    output = State(
        "1e3 reticles",
        "dies made so far, before yield",
        start=lambda foundries: foundries.own.capacity * MONTHS,
    )
    tool_stock = State("years", "stock of available equipment, in years of need", recorded=True)
    tool_reserve = State(
        "years", "stock of equipment that was denied later, in years of full need", recorded=True
    )
    tool_bridge = State("share", "part of foreign equipment that the reserve can replace")
    tools_denied = State("share", "part of foreign equipment that is denied")
    tool_access = State(
        "share", "part of the needed equipment that is available", start=1.0, recorded=True
    )
    hoarded = State("years", "equipment bought ahead this month, in years of need")
    expansion = State("1e3 reticles/month", "capacity added or renewed this month", recorded=True)
    damage = State(
        "share", "part of the capacity that is out of use after a disruption", recorded=True
    )

    def start(self) -> None:
        """Take the start values, and what follows from parameters alone."""
        super().start()
        p = self.parameters
        self.before = np.maximum(self.own.capacity * MONTHS, 1e-9)
        self.learning = p.supply.learning * p.channels.infant_industry

    def expand(
        self,
        forcing: Forcing,
        home_tools: Block,
        withheld: Block,
        more_tools: Block | float = 1.0,
    ) -> None:
        """Capacity follows orders, as fast as equipment from home, abroad and stock allows.

        Args:
            home_tools: share of the steps that the bloc's own tool makers equip, `[bloc, world]`.
            withheld: minerals withheld from the supply chain it serves, 0..1.
            more_tools: factor of an experiment on the equipment that can be had.
        """
        p = self.parameters
        policy = forcing.policy
        home = self.blocs.spread(home_tools)
        denied = self.blocs.spread(policy.tool_denial)
        self._hoard(self.blocs.spread(forcing.fear.tools), home, denied)
        flow = supply.access(home, 1 - denied)
        drawn = self._drawn(1 - flow, 1 - home)
        self.tool_access = np.minimum((flow + drawn * MONTHS) * more_tools, 1.0)
        minerals = 1 - p.supply.minerals_capacity * withheld
        public = self.blocs.spread(policy.fab_subsidy) + self.blocs.spread(policy.chip_fund)
        pace = self.own_log.growth_ceiling * (1 + public)
        standing = 1 - self.damage  # a foundry that is being rebuilt does not build anew
        ceiling = np.exp(pace * self.tool_access * minerals * standing)
        grown = supply.follow(self.capacity, self.wanted, p.supply.lag, ceiling)
        renewed = p.supply.renewal * self.capacity / MONTHS
        self.expansion = np.maximum(grown - self.capacity, 0.0) + renewed
        # The tools in reserve are a number of machines: a larger foundry needs more of them a year.
        larger = np.maximum(grown / np.maximum(self.capacity, 1e-12), 1.0)
        self.tool_reserve = self.tool_reserve / larger
        self.capacity = grown
        healed = self.damage * forcing.incidents.unhealed
        self.damage = np.maximum(healed, forcing.incidents.lost)

    def _hoard(self, fear: Block, home: Block, denied: Block) -> None:
        """Equipment bought ahead (M3); equipment denied from now on is used up, not bought."""
        p = self.parameters.stockpiling
        newly = np.maximum(denied - self.tools_denied, 0.0)
        self.tool_reserve = self.tool_reserve + newly * (1 - home) * self.tool_stock
        self.tool_bridge = self.tool_bridge + newly * (self.tool_stock > 0)
        self.tools_denied = denied
        target = p.input_pull * fear * self.parameters.channels.stockpiling
        self.hoarded = np.maximum(target - self.tool_stock, 0.0) / p.build_months
        self.tool_stock = self.tool_stock + self.hoarded

    def _drawn(self, missing: Block, foreign: Block) -> Block:
        """Equipment taken from the reserve this month, in years of full need.

        It stands in for the kinds that were denied since they were bought, not for others.

        Args:
            missing: share of the needed equipment that cannot be had now.
            foreign: share that home makers do not make.
        """
        kinds = np.minimum(self.tool_bridge * foreign, missing)
        drawn = np.minimum(self.tool_reserve, kinds / MONTHS)
        self.tool_reserve = self.tool_reserve - drawn
        self.tool_bridge = np.where(self.tool_reserve > 0, self.tool_bridge, 0.0)
        return drawn

    def learn(self) -> None:
        """Yield learns by doing (by the calendar where the channel is off)."""
        on = self.parameters.channels.infant_industry
        use = np.where(on > 0, self.use, 1.0)
        self.dies_yield = supply.next_yield(
            self.dies_yield, self.own.yield_ceiling, self.own.yield_learning, use
        )

    def cost(self) -> Block:
        """Cost of a wafer over the cheapest maker's: the excess falls with cumulative output."""
        gained = np.maximum(self.output / self.before, 1.0)
        return supply.experience(self.own.cost_premium, gained, self.learning)

    def serve(self, orders: Block, more_dies: Block | float = 1.0) -> Block:
        """Fill orders for dies (before yield) pro rata; returns the share that is filled.

        Args:
            more_dies: factor of an experiment on the capacity.
        """
        able = self.capacity * (1 - self.damage) * more_dies
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
    own: actors.ToolMaker[Block]

    coverage = State(
        "share",
        "share of a leading-edge line's steps that they can equip",
        start=lambda makers: makers.own.coverage,
        recorded=True,
    )

    def progress(self, tool_denial: Block, chip_fund: Block, leaps: Leaps) -> None:
        """Coverage spreads; faster where imports are denied (shelter) and where the state pays.

        Args:
            tool_denial, chip_fund: by bloc, `[bloc, world or 1]`.
            leaps: coverage mastered at once.
        """
        p = self.parameters
        shelter = p.supply.shelter * p.channels.infant_industry
        denied = self.blocs.spread(tool_denial)
        public = self.blocs.spread(chip_fund)
        rate = self.own.progress * (1 + shelter * denied + public)
        self.coverage = leaps.raised(supply.logistic(self.coverage, rate))

    def by_bloc(self) -> Block:
        """What a bloc can equip from home: `[bloc, world]`."""
        return self.blocs.largest(self.coverage)


class HbmMaker(Member):
    """Makers of high-bandwidth memory of a bloc."""


class HbmMakers(Population):
    """The makers of high-bandwidth memory."""

    agent = HbmMaker
    own: actors.HbmMaker[Block]
    own_log: actors.HbmMaker[Block]

    capacity = State("m stacks/yr", "capacity", recorded=True)

    def progress(
        self, months_of_volume: Block, hbm_denial: Block, chip_fund: Block, leaps: Leaps
    ) -> None:
        """Volume begins after the lag and grows; faster under shelter and public money.

        Args:
            months_of_volume: months since a maker's first volume, negative before it.
            hbm_denial, chip_fund: by bloc, `[bloc, world or 1]`.
            leaps: capacity mastered at once.
        """
        p = self.parameters
        shelter = p.supply.shelter * p.channels.infant_industry
        denied = self.blocs.spread(hbm_denial)
        public = self.blocs.spread(chip_fund)
        rate = self.own_log.growth * (1 + shelter * denied + public)
        grown = np.maximum(self.capacity * np.exp(rate / MONTHS), self.own.capacity)
        usual = np.where(months_of_volume >= 0, grown, 0.0)
        self.capacity = leaps.raised(usual)

    def by_bloc(self) -> Block:
        """Million stacks a month made in each bloc: `[bloc, world]`."""
        return self.blocs.total(self.capacity) / MONTHS
