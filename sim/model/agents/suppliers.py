"""Chip suppliers: they design, answer rules with variants, and make what dies and memory allow."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.state import State
from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import chips, market, supply
from sim.model.mechanisms.adjustment import adjusted
from sim.scenario import actors

QUARTER = 3.0  # months over which orders and service are smoothed: the rhythm of reports
PER_MILLION = 1e-3  # thousand chips x stacks to million stacks


class ChipSupplier(Member):
    """A designer of accelerators."""


class ChipSuppliers(Population):
    """The designers of accelerators."""

    agent = ChipSupplier
    own: actors.Supplier[Block]

    demand = State(
        "1e3 chips/month",
        "orders, smoothed over a quarter",
        start=lambda suppliers: suppliers.own.demand_at_start,
    )
    ordered = State(
        "1e3 chips/month",
        "orders of this month, as far as permitted",
        start=lambda suppliers: suppliers.own.demand_at_start,
    )
    supply = State(
        "1e3 chips",
        "chips that can ship this month",
        start=lambda suppliers: suppliers.own.demand_at_start,
        recorded=True,
    )
    produced = State("1e3 chips", "chips made this month")
    wished = State(
        "1e3 chips", "chips that it plans to make for its orders this month", recorded=True
    )
    by_dies = State("1e3 chips", "chips for which there are dies this month", recorded=True)
    by_memory = State("1e3 chips", "chips for which there is memory this month", recorded=True)
    memory_abroad = State(
        "1e3 chips", "chips for which memory is bought abroad this month", recorded=True
    )
    by_packaging = State("1e3 chips", "chips that can be packaged this month", recorded=True)
    inventory = State("1e3 chips", "chips made and not sold")
    delivered = State("1e3 chips", "chips shipped this month", recorded=True)
    installed = State(
        "H100e",
        "chips in the field by peak performance, ever shipped",
        start=lambda suppliers: suppliers.own.chips_in_field,
        recorded=True,
    )
    maturity = State(
        "share",
        "part of the worth for training that its software achieves",
        start=lambda suppliers: suppliers.own.maturity,
        recorded=True,
    )
    price = State("USD", "price of the full product at home", recorded=True)
    revenue = State("USD bn", "revenue of this month", recorded=True)
    service = State(
        "share", "part of the orders that was served, smoothed over a quarter", start=1.0
    )
    hbm_stock = State(
        "m stacks",
        "memory stacks in stock",
        start=lambda suppliers: suppliers.own.hbm_stock,
        recorded=True,
    )
    die_stock = State("1e3 reticles", "good dies in stock", recorded=True)
    dies_usual = State("1e3 reticles/month", "good dies received, smoothed over a year")
    foundry_cost = State("1", "cost of its foundries over the cheapest maker's", start=1.0)
    packaging = State(
        "1e3 reticles/month",
        "silicon that can be packaged into chips",
        start=lambda suppliers: suppliers.own.packaging,
    )

    def improve(self) -> None:
        """Software matures with the installed base (infant industry)."""
        on = self.parameters.channels.infant_industry
        grown = chips.matured(self.own.maturity, self.installed, self.own.maturity_scale)
        self.maturity = np.where(on > 0, grown, self.own.maturity)

    def set_price(self, listed: Block, minerals: Block) -> None:
        """List price moved by last month's orders over supply, by foundry cost and by minerals.

        Args:
            listed: list price of the product mix, `[supplier, world]`.
            minerals: share of minerals withheld, `[bloc, world or 1]`.
        """
        p = self.parameters.supply
        cost = listed * self.foundry_cost * (1 + p.minerals_cost * self.blocs.spread(minerals))
        self.price = market.price(cost, self.ordered, self.supply, p.tightness, p.price_bound)

    def wish(self) -> Block:
        """Chips to make this month: orders with headroom, less what lies in stock."""
        wanted = self.demand * self.parameters.supply.headroom - self.inventory
        return np.maximum(wanted, 0.0)

    def able(
        self, wish: Block, dies: Block, silicon: Block, more_packaging: Block | float = 1.0
    ) -> Block:
        """Chips that dies in stock and new ones (1e3 reticles) allow, and their packaging."""
        packaging = self.packaging * more_packaging
        return np.minimum(wish, np.minimum(self.die_stock + dies, packaging) / silicon)

    def equip(self, wish: Block, silicon: Block) -> None:
        """Packaging follows what is wanted, within the fastest growth of its own."""
        lag, fastest = self.parameters.supply.lag, self.own.packaging_growth
        self.packaging = supply.follow(self.packaging, wish * silicon, lag, fastest)

    def dies_wanted(self, wish: Block, silicon: Block, fear: Block) -> Block:
        """Good dies to order (1e3 reticles): for this month, and ahead when foundries may close.

        Args:
            fear: how far a closing of foundries is feared, 0..1, `[supplier, world]`.
        """
        p = self.parameters.stockpiling
        need = wish * silicon
        ahead = supply.need_ahead(p.input_pull, p.growth_foreseen)
        target = MONTHS * need * ahead * fear * self.parameters.channels.stockpiling
        gap = np.maximum(target + need - self.die_stock, 0.0)
        return np.minimum(gap, need + target / p.build_months)

    def stock_memory(
        self,
        able: Block,
        wish: Block,
        product: chips.Product,
        home: Block,
        denial: Block,
        fear: Block,
    ) -> None:
        """Memory bought: abroad as far as allowed, from home, and ahead while it can be had (M3).

        Args:
            able: chips that the dies at hand allow.
            wish: chips that would be made with dies enough.
            home: million stacks from home makers this month.
            denial: share of foreign memory that is denied, `[bloc, world or 1]`.
            fear: how far such a denial is feared, 0..1, `[bloc, world]`.
        """
        p = self.parameters.stockpiling
        on = self.parameters.channels.stockpiling
        stacks = product.hbm_stacks * PER_MILLION
        need = able * stacks
        # A year ahead counts on the dies in stock and on as many as came lately.
        coming = (self.die_stock + MONTHS * self.dies_usual) / product.silicon
        allowed = 1 - self.blocs.spread(denial)
        ahead = np.minimum(MONTHS * wish, coming) * stacks * p.input_pull
        target = ahead * self.blocs.spread(fear) * on
        gap = np.maximum(target * allowed + need - self.hbm_stock, 0.0)
        bought = np.minimum(gap, need + target / p.build_months) * allowed
        self.memory_abroad = bought / np.maximum(stacks, 1e-12)
        self.hbm_stock = self.hbm_stock + bought + np.minimum(home, gap - bought)

    def make(
        self,
        wish: Block,
        dies: Block,
        product: chips.Product,
        more_packaging: Block | float,
        more_memory: Block | float,
    ) -> None:
        """Make the chips that are wished, as far as dies (1e3 reticles), memory, packaging go.

        Args:
            more_packaging: factor of an experiment on what can be packaged.
            more_memory: factor of an experiment on the chips that a stack of memory suffices for.
        """
        by_dies = self.able(wish, dies, product.silicon, more_packaging)
        stacks = product.hbm_stacks / more_memory
        by_memory = self.hbm_stock / PER_MILLION / np.maximum(stacks, 1e-9)
        self.wished, self.by_dies = wish, (self.die_stock + dies) / product.silicon
        self.by_packaging, self.by_memory = self.packaging / product.silicon, by_memory
        self.produced = np.minimum(by_dies, by_memory)
        self.die_stock = self.die_stock + dies
        self.dies_usual = adjusted(self.dies_usual, dies, MONTHS)
        self.die_stock = np.maximum(self.die_stock - self.produced * product.silicon, 0.0)
        used = self.produced * stacks * PER_MILLION
        self.hbm_stock = np.maximum(self.hbm_stock - used, 0.0)
        self.supply = self.inventory + self.produced

    def book(
        self, ordered: Block, used: Block, shipped: Block, revenue: Block, compute: Block
    ) -> None:
        """Ship, invoice, and remember what was wanted.

        Args:
            ordered, used: products, of which a chip with half the die is half a one.
            shipped: chips.
        """
        self.ordered = ordered
        self.demand = adjusted(self.demand, ordered, QUARTER)
        self.delivered = shipped
        self.inventory = np.maximum(self.supply - used, 0.0)
        self.revenue = revenue
        self.installed = self.installed + compute
        self.service = adjusted(self.service, market.fill(ordered, self.supply), QUARTER)
