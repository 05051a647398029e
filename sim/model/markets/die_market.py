"""The die market: tools feed foundries, foundries serve suppliers, dies become chips (M5)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.core.caching import CacheLast
from sim.core.calendar import Calendar
from sim.core.state import State, initialise
from sim.core.worlds import Block, largest, total
from sim.model.agents.foundries import Foundries, HbmMakers, ToolMakers
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.forcing import Forcing, Relief
from sim.model.markets.products import tie_weights
from sim.model.mechanisms import supply
from sim.model.mechanisms.chips import Product
from sim.scenario import actors


class DieMarket:
    """The chain from equipment to chips.

    Args:
        suppliers, foundries, tool_makers, hbm_makers: who make chips, dies, equipment and memory.
        ties: who makes dies for whom.
        calendar: of the scenario, for the first months of memory makers.
    """

    flow = State(
        "1e3 reticles",
        "good dies from foundry to supplier this month",
        start=None,
        axes=("foundry", "supplier"),
        recorded="die_flow",
    )

    def __init__(
        self,
        suppliers: ChipSuppliers,
        foundries: Foundries,
        tool_makers: ToolMakers,
        hbm_makers: HbmMakers,
        ties: Mapping[str, actors.Tie[Block]],
        calendar: Calendar,
    ) -> None:
        self.suppliers, self.foundries = suppliers, foundries
        self.tool_makers, self.hbm_makers = tool_makers, hbm_makers
        self.ties = tie_weights(ties, foundries.names, suppliers.names, 0.0)
        abroad = foundries.blocs.index[:, None] != suppliers.blocs.index[None]
        self.abroad = abroad[..., None]
        # A foundry feels minerals withheld from the blocs whose suppliers it serves.
        blocs = range(len(suppliers.blocs.names))
        tied = np.max(self.ties, axis=2) > 0
        served = [suppliers.blocs.index == bloc for bloc in blocs]
        self.serves = np.stack([(tied & bloc).any(axis=1) for bloc in served], axis=1)[..., None]
        self.access = CacheLast(self._access)
        self.withheld = CacheLast(self._withheld)
        months = [[calendar.month(row.first_volume)] for row in hbm_makers.table.values()]
        self.first_memory = np.array(months) + 12 * hbm_makers.own.lag
        sizes = {"foundry": foundries.rows, "supplier": suppliers.rows}
        initialise(self, sizes, suppliers.shape[-1])

    def _access(self, denial: Block) -> tuple[Block, Block]:
        """What foundries may make for whom, and how suppliers spread their orders.

        Args:
            denial: share of a supplier's orders abroad that rules stop, `[supplier, world or 1]`.
        """
        open_share = 1 - self.abroad * denial
        return open_share, supply.parts(self.ties * open_share)

    def _withheld(self, minerals: Block) -> Block:
        """Minerals withheld from the blocs that a foundry serves, `[foundry, world]`."""
        return largest(self.serves * minerals, axis=1)

    def make(self, forcing: Forcing, product: Product) -> None:
        """Dies and memory become chips, as far as both go."""
        suppliers, memory, policy = self.suppliers, self.hbm_makers, forcing.policy
        suppliers.improve()
        wish = suppliers.wish()
        dies = self._make_dies(forcing, wish, product.silicon)
        suppliers.equip(wish, product.silicon)
        relief = forcing.relief
        more_packaging = relief.of("packaging", suppliers.blocs)
        more_memory = relief.of("memory", suppliers.blocs)
        able = suppliers.able(wish, dies, product.silicon, more_packaging)
        months = forcing.month - self.first_memory
        memory.progress(months, policy.hbm_denial, policy.chip_fund, forcing.incidents.memory)
        need = able * product.hbm_stacks
        part = need / np.maximum(suppliers.blocs.spread(suppliers.blocs.total(need)), 1e-12)
        home = suppliers.blocs.spread(memory.by_bloc()) * part
        fear = forcing.fear.memory
        suppliers.stock_memory(able, wish, product, home, policy.hbm_denial, fear)
        suppliers.make(wish, dies, product, more_packaging, more_memory)

    def _raised(self, relief: Relief, limit: str) -> Block | float:
        """Factor of an experiment on a limit of the foundries that serve a bloc, `[foundry, 1]`."""
        if limit != relief.limit:
            return 1.0
        more = relief.by_bloc(self.suppliers.blocs.names)
        return np.asarray(np.where(self.serves, more, 1.0).max(axis=1))

    def _make_dies(self, forcing: Forcing, wish: Block, silicon: Block) -> Block:
        """Tools feed foundries, foundries serve orders: good dies by supplier, 1e3 reticles."""
        foundries, suppliers, policy = self.foundries, self.suppliers, forcing.policy
        tools = self.tool_makers
        tools.progress(policy.tool_denial, policy.chip_fund, forcing.incidents.coverage)
        relief = forcing.relief
        more_tools = self._raised(relief, "tools")
        foundries.expand(forcing, tools.by_bloc(), self.withheld(policy.minerals), more_tools)
        foundries.learn()
        open_share, parts = self.access(policy.foundry_denial)
        ordered = suppliers.dies_wanted(wish, silicon, forcing.fear.foundries)
        # Denied foundries get smaller orders, and of these only the open share is made.
        good = ordered * parts * open_share
        yields = np.minimum(foundries.dies_yield * self._raised(relief, "yield"), 1.0)
        reticles = total(good / yields[:, None], axis=1)
        filled = foundries.serve(reticles, self._raised(relief, "dies"))
        made = total(good)
        share = good / np.maximum(made, 1e-12)
        cost = total(share * foundries.cost()[:, None])
        suppliers.foundry_cost = np.where(made > 0, cost, suppliers.foundry_cost)
        self.flow = good * filled[:, None]
        return total(self.flow)
