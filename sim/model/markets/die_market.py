"""How chips are made in the race: tools feed foundries, dies and memory become chips (M5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.worlds import Block, CacheLast, largest, total
from sim.model.forcing import Forcing
from sim.model.markets.products import tie_weights
from sim.model.mechanisms import supply
from sim.model.mechanisms.chips import Product

if TYPE_CHECKING:
    from sim.model.race import Race


class ChipMaking:
    """The chain from equipment to chips.

    Attributes:
        flow: good dies of the last month, 1e3 reticles, `[foundry, supplier, world]`.

    Args:
        race: with its suppliers, foundries, tool and memory makers.
    """

    flow: Block

    def __init__(self, race: Race) -> None:
        self.race = race
        foundries, suppliers = race.foundries, race.suppliers
        self.ties = tie_weights(race, foundries.names, suppliers.names, 0.0)
        abroad = foundries.blocs.index[:, None] != suppliers.blocs.index[None]
        self.abroad = abroad[..., None]
        # A foundry feels what is withheld from the blocs whose suppliers it serves.
        served = [suppliers.blocs.index == bloc for bloc in range(len(race.blocs))]
        tied = np.max(self.ties, axis=2) > 0
        self.serves = np.stack([(tied & bloc).any(axis=1) for bloc in served], axis=1)[..., None]
        starts = race.inputs.hbm_makers.values()
        first = np.array([[race.calendar.month(maker.first_volume)] for maker in starts])
        self.open = CacheLast(self._open)
        self.withheld = CacheLast(self._withheld)
        self.first_memory = first + 12 * race.hbm_makers.number("lag")

    def _open(self, denial: Block) -> tuple[Block, Block]:
        """What foundries may make for whom, and how suppliers spread their orders."""
        open_share = 1 - self.abroad * denial
        return open_share, supply.parts(self.ties * open_share)

    def _withheld(self, minerals: Block) -> Block:
        """Minerals withheld from the blocs that a foundry serves, `[foundry, world]`."""
        return largest(self.serves * minerals, axis=1)

    def make(self, forcing: Forcing, product: Product) -> None:
        """Dies and memory become chips, as far as both go."""
        suppliers, memory = self.race.suppliers, self.race.hbm_makers
        suppliers.improve(forcing)
        wish = suppliers.wish(forcing)
        dies = self._make_dies(forcing, wish, product.silicon)
        suppliers.equip(wish, product.silicon)
        able = suppliers.able(wish, dies, product.silicon)
        memory.progress(forcing, forcing.month - self.first_memory)
        need = able * product.hbm_stacks
        part = need / np.maximum(suppliers.blocs.spread(suppliers.blocs.total(need)), 1e-12)
        home = suppliers.blocs.spread(memory.by_bloc()) * part
        suppliers.stock_memory(forcing, able, wish, product, home)
        suppliers.make(forcing, wish, dies, product)

    def _make_dies(self, forcing: Forcing, wish: Block, silicon: Block) -> Block:
        """Tools feed foundries, foundries serve orders: good dies by supplier, 1e3 reticles."""
        foundries, suppliers = self.race.foundries, self.race.suppliers
        tools = self.race.tool_makers
        tools.progress(forcing)
        foundries.expand(forcing, tools.by_bloc(), self.withheld(forcing.policy.minerals))
        foundries.learn(forcing)
        open_share, parts = self.open(forcing.policy.foundry_denial)
        ordered = suppliers.dies_wanted(forcing, wish, silicon)
        # Denied foundries get smaller orders, and of these only the open share is made.
        good = ordered * parts * open_share
        filled = foundries.serve(total(good / foundries.dies_yield[:, None], axis=1))
        made = total(good)
        share = good / np.maximum(made, 1e-12)
        cost = total(share * foundries.cost(forcing)[:, None])
        suppliers.foundry_cost = np.where(made > 0, cost, suppliers.foundry_cost)
        self.flow = good * filled[:, None]
        return total(self.flow)
