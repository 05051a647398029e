"""Chip suppliers: they design, answer rules with variants, and make what dies and memory allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import chips, market, supply

if TYPE_CHECKING:
    from sim.model.forcing import Forcing

QUARTER = 3.0  # months over which orders and service are smoothed: the rhythm of reports
PER_MILLION = 1e-3  # thousand chips x stacks to million stacks


class ChipSupplier(Member):
    """A designer of accelerators."""


class ChipSuppliers(Population):
    """The designers of accelerators."""

    agent = ChipSupplier

    demand = State("1e3 chips/month", "orders, smoothed over a quarter")
    ordered = State("1e3 chips/month", "orders of this month, as far as permitted")
    supply = State("1e3 chips", "chips that can ship this month")
    produced = State("1e3 chips", "chips made this month")
    inventory = State("1e3 chips", "chips made and not sold")
    delivered = State("1e3 chips", "chips shipped this month")
    installed = State("H100e", "chips in the field by peak performance, ever shipped")
    maturity = State("share", "worth for training that the software yields")
    price = State("USD", "price of the full product at home")
    revenue = State("USD bn", "revenue of this month")
    service = State("share", "part of the orders that was served, smoothed over a quarter")
    hbm_stock = State("m stacks", "memory stacks in stock")
    die_stock = State("1e3 reticles", "good dies in stock")
    dies_usual = State("1e3 reticles/month", "good dies received, smoothed over a year")
    foundry_cost = State("1", "cost of its foundries over the cheapest maker's")
    packaging = State("1e3 reticles/month", "silicon that can be packaged into chips")

    def begin(self) -> None:
        """The first month's orders, chips in the field and stocks."""
        self.demand = self.ordered = self.number("demand_at_start")
        self.supply = self.demand
        self.installed = self.number("chips_in_field")
        self.maturity = self.number("maturity")
        self.hbm_stock = self.number("hbm_stock")
        self.packaging = self.number("packaging")
        self.service = self.foundry_cost = np.ones((self.rows, 1))
        for name in (
            "produced",
            "inventory",
            "delivered",
            "price",
            "revenue",
            "die_stock",
            "dies_usual",
        ):
            setattr(self, name, np.zeros((self.rows, 1)))

    def improve(self, forcing: Forcing) -> None:
        """Software matures with the installed base (infant industry)."""
        on = self.numbers.channels.infant_industry
        grown = chips.matured(
            self.number("maturity"), self.installed, self.number("maturity_scale")
        )
        self.maturity = np.where(on > 0, grown, self.number("maturity"))

    def set_price(self, forcing: Forcing, listed: Block) -> None:
        """List price moved by last month's orders over supply, by foundry cost and by minerals."""
        p = self.numbers.supply
        minerals = self.blocs.spread(forcing.policy.minerals)
        cost = listed * self.foundry_cost * (1 + p.minerals_cost * minerals)
        self.price = market.price(cost, self.ordered, self.supply, p.tightness, p.price_bound)

    def wish(self, forcing: Forcing) -> Block:
        """Chips to make this month: orders with headroom, less what lies in stock."""
        wanted = self.demand * self.numbers.supply.headroom - self.inventory
        return np.maximum(wanted, 0.0)

    def able(self, wish: Block, dies: Block, silicon: Block) -> Block:
        """Chips that dies in stock and new ones (1e3 reticles) allow, and their packaging."""
        return np.minimum(wish, np.minimum(self.die_stock + dies, self.packaging) / silicon)

    def equip(self, wish: Block, silicon: Block) -> None:
        """Packaging follows what is wanted, within the fastest growth of its own."""
        lag, fastest = self.numbers.supply.lag, self.number("packaging_growth")
        self.packaging = supply.follow(self.packaging, wish * silicon, lag, fastest)

    def dies_wanted(self, forcing: Forcing, wish: Block, silicon: Block) -> Block:
        """Good dies to order (1e3 reticles): for this month, and ahead when foundries may close."""
        p = self.numbers.stockpiling
        need = wish * silicon
        aim = (
            MONTHS
            * need
            * p.input_pull
            * forcing.fear.foundries
            * self.numbers.channels.stockpiling
        )
        gap = np.maximum(aim + need - self.die_stock, 0.0)
        return np.minimum(gap, need + aim / p.build_months)

    def stock_memory(
        self, forcing: Forcing, able: Block, wish: Block, product: chips.Product, home: Block
    ) -> None:
        """Memory bought: abroad as far as allowed, from home, and ahead while it can be had (M3).

        Args:
            able: chips that can be made now for want of dies.
            wish: chips that would be made with dies enough.
            home: million stacks from home makers this month.
        """
        p = self.numbers.stockpiling
        on = self.numbers.channels.stockpiling
        stacks = product.hbm_stacks * PER_MILLION
        need = able * stacks
        # A year ahead counts on the dies in stock and on as many as came lately.
        coming = (self.die_stock + MONTHS * self.dies_usual) / product.silicon
        allowed = 1 - self.blocs.spread(forcing.policy.hbm_denial)
        fear = self.blocs.spread(forcing.fear.memory)
        aim = np.minimum(MONTHS * wish, coming) * stacks * p.input_pull * fear * on
        gap = np.maximum(aim * allowed + need - self.hbm_stock, 0.0)
        bought = np.minimum(gap, need + aim / p.build_months) * allowed
        self.hbm_stock = self.hbm_stock + bought + np.minimum(home, gap - bought)

    def make(self, forcing: Forcing, wish: Block, dies: Block, product: chips.Product) -> None:
        """Chips made: what is wished, as far as dies (1e3 reticles), memory and packaging go."""
        by_dies = self.able(wish, dies, product.silicon)
        by_memory = self.hbm_stock / PER_MILLION / np.maximum(product.hbm_stacks, 1e-9)
        self.produced = np.minimum(by_dies, by_memory)
        self.die_stock = self.die_stock + dies
        self.dies_usual = self.dies_usual + (dies - self.dies_usual) / MONTHS
        self.die_stock = np.maximum(self.die_stock - self.produced * product.silicon, 0.0)
        used = self.produced * product.hbm_stacks * PER_MILLION
        self.hbm_stock = np.maximum(self.hbm_stock - used, 0.0)
        self.supply = self.inventory + self.produced

    def book(self, ordered: Block, shipped: Block, revenue: Block, compute: Block) -> None:
        """Ship, invoice, remember what was wanted."""
        self.ordered = ordered
        self.demand = self.demand + (ordered - self.demand) / QUARTER
        self.delivered = shipped
        self.inventory = np.maximum(self.supply - shipped, 0.0)
        self.revenue = revenue
        self.installed = self.installed + compute
        self.service = self.service + (market.fill(ordered, self.supply) - self.service) / QUARTER
