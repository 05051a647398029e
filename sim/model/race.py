"""The race: a Mesa model whose step is the month, and whose order is the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import mesa
import numpy as np

from sim.core.worlds import Block, CacheLast, Worlds, total
from sim.model.agents.buyers import Buyers
from sim.model.agents.foundries import Foundries, HbmMakers, ToolMakers
from sim.model.agents.investors import Investors
from sim.model.agents.labs import Labs
from sim.model.agents.markets import Markets
from sim.model.agents.power import PowerSuppliers
from sim.model.agents.regulators import Regulators
from sim.model.agents.sectors import Sectors
from sim.model.agents.serving import Clouds
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.agents.talent import TalentPools
from sim.model.forcing import Forcing
from sim.model.governments import Governments
from sim.model.markets.capital_market import CapitalMarket
from sim.model.markets.chip_market import ChipMarket
from sim.model.markets.die_market import ChipMaking
from sim.model.markets.model_market import ModelMarket
from sim.model.markets.products import Catalogue
from sim.model.mechanisms import talent
from sim.model.mechanisms.chips import Product
from sim.model.mechanisms.clearing import Flows, Offer
from sim.model.public_state import opening, publish
from sim.model.schedule import Schedule
from sim.policy.agenda import Agenda
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.schema import Scenario
from sim.uncertainty.draw import SharedDraws, draw_worlds


class Race(mesa.Model):
    """US-China AI competition in a block of worlds, month by month.

    As a Mesa model it has agents, `step()` and, in one world, a `datacollector`; `mesa.batch_run`
    runs it. Beside that, all worlds of the block move at once.

    Args:
        scenario: name or path, or a scenario already loaded (which may bring worlds that fit
            history; by name, numbers are drawn from their priors).
        worlds: how many worlds (the first so many of the ensemble), or which.
        rng: seed of the ensemble's luck, an integer (None: 0).
        months: run only so many months of the scenario, all of which it must have.
        sets: overrides, `"labs.DeepSeek.openness=0"`.
        columns: numbers set per world, by dotted path, `[world]` each.
        shared: draws of these worlds from another race with this seed and posterior.
    """

    def __init__(
        self,
        scenario: str | ResolvedScenario | Scenario = "as_enacted",
        worlds: int | Iterable[int] = 1,
        rng: int | None = None,
        months: int | None = None,
        overrides: Iterable[str] = (),
        columns: Mapping[str, Block] | None = None,
        shared: SharedDraws | None = None,
    ) -> None:
        seed = 0 if rng is None else int(rng)
        super().__init__(rng=seed)
        if isinstance(scenario, str):
            scenario = load(scenario, overrides)
        self.inputs = scenario.scenario if isinstance(scenario, ResolvedScenario) else scenario
        self.horizon = self.inputs.horizon(months)
        self.worlds = Worlds(range(worlds) if isinstance(worlds, int) else worlds)
        self.calendar = self.inputs.calendar
        self.blocs = list(self.inputs.blocs)
        posterior = scenario.posterior if isinstance(scenario, ResolvedScenario) else None
        drawn = draw_worlds(self.inputs, posterior, seed, self.worlds, columns, shared)
        self.chance, self.numbers = drawn
        self.month = 0
        self._populate()
        self._open()
        if self.worlds.count == 1:
            self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def _populate(self) -> None:
        p = self.numbers
        self.labs = Labs(self, p.labs)
        self.clouds = Clouds(self, p.clouds)
        self.suppliers = ChipSuppliers(self, p.suppliers)
        self.foundries = Foundries(self, p.foundries)
        self.tool_makers = ToolMakers(self, p.tool_makers)
        self.hbm_makers = HbmMakers(self, p.hbm_makers)
        self.investors = Investors(self, p.investors)
        self.sectors = Sectors(self, p.sectors)
        self.markets = Markets(self, p.markets)
        self.power_suppliers = PowerSuppliers(self, p.power_suppliers)
        self.talent_pools = TalentPools(self, p.talent_pools)
        agenda = Agenda(self.inputs, p)
        names = (self.labs.names, self.suppliers.names, self.markets.names)
        self.regulators = Regulators(self, p.regulators, agenda, *names)
        for population in self.populations:
            population.begin()

    @property
    def populations(self) -> list[Any]:
        """Every population of the model."""
        return [
            self.labs,
            self.clouds,
            self.suppliers,
            self.foundries,
            self.tool_makers,
            self.hbm_makers,
            self.investors,
            self.sectors,
            self.markets,
            self.power_suppliers,
            self.talent_pools,
            self.regulators,
        ]

    @property
    def rooms(self) -> list[Any]:
        """Where actors meet: what they remember is part of the model's memory."""
        return [
            self.governments,
            self.catalogue,
            self.chip_making,
            self.chip_market,
            self.model_market,
            self.capital_market,
        ]

    def _open(self) -> None:
        """The rooms in which actors meet, and the board of the first month."""
        self.governments = Governments(self)
        self.schedule = Schedule(self)
        self.catalogue = Catalogue(self)
        self.chip_making = ChipMaking(self)
        self.chip_market = ChipMarket(self)
        self.model_market = ModelMarket(self)
        self.capital_market = CapitalMarket(self)
        self.visas = CacheLast(self._visas)
        self.public_state = opening(self)

    @property
    def flows(self) -> Flows:
        """The chips that moved in the last month."""
        return self.chip_market.flows

    @property
    def offer(self) -> Offer:
        """The terms of the last month."""
        return self.chip_market.offer

    @property
    def buyers(self) -> tuple[Buyers, Buyers]:
        """Everybody who buys accelerators."""
        return self.labs, self.clouds

    def step(self) -> None:
        """One month. The order is the model."""
        forcing = self.schedule.forcing(self.month)
        self.enter(forcing)
        product = self.catalogue.products(self.month)
        self.make_chips(forcing, product)
        self.suppliers.set_price(forcing, product.price)
        offer = self.catalogue.offer(forcing, product)
        self.fund(forcing)
        self.labs.plan(forcing)
        self.move_people(forcing)
        self.clear_chip_market(forcing, offer)
        self.power_up(forcing)
        self.labs.research(forcing)
        self.labs.train(forcing, self.public_state)
        self.labs.release(forcing)
        self.labs.learn(forcing, self.public_state)
        self.clear_model_market(forcing)
        self.clear_capital_market(forcing)
        self.publish(forcing)
        self.governments.watch(forcing, self.public_state.bloc_frontier)
        self.month += 1
        self.running = self.month < self.horizon
        if hasattr(self, "datacollector"):
            self.datacollector.collect(self)

    def enter(self, forcing: Forcing) -> None:
        """Who enters or leaves this month: masks, never creation."""
        if not self.schedule.moves(self.month):
            return
        present, entering = self.schedule.present(self.month)
        self.labs.enter(forcing, present, entering)
        self.labs.join(forcing, self.public_state, entering)
        everybody = np.ones((self.clouds.rows, 1), dtype=bool)
        self.clouds.enter(forcing, everybody, everybody & (self.month == 0))

    def make_chips(self, forcing: Forcing, product: Product) -> None:
        """Dies and memory become chips, as far as both go (M5)."""
        self.chip_making.make(forcing, product)

    def fund(self, forcing: Forcing) -> None:
        """Investors grant growth, buyers receive a month's money (M6)."""
        paths = self.schedule.paths[self.month]
        self.investors.fund(forcing, paths, self.public_state, self.labs, self.clouds)
        for buyers in self.buyers:
            buyers.fund(forcing)

    def move_people(self, forcing: Forcing) -> None:
        """Researchers are trained and choose where to work; labs hire (M15)."""
        pools = self.talent_pools
        spending = total([who.blocs.total(who.called()) for who in self.buyers])
        pools.move(forcing, pools.blocs.spread(spending), self.visas(forcing.policy.visa_denial))
        self.labs.hire(forcing, pools.by_bloc())

    def _visas(self, denial: Block) -> Block:
        """What visa rules add to the utility of going from one pool to another."""
        at = self.talent_pools.blocs.index
        return talent.barrier(1 - denial[at][:, at])

    def clear_chip_market(self, forcing: Forcing, offer: Offer) -> None:
        """Buyers order, suppliers ship what rules and supply allow, smugglers divert (M2-M5)."""
        self.chip_market.clear(forcing, offer)

    def power_up(self, forcing: Forcing) -> None:
        """Chips run as far as the power of their bloc goes (M14)."""
        draw = total([who.blocs.total(who.draw) for who in self.buyers])
        self.power_suppliers.build(forcing, draw)
        for buyers in self.buyers:
            buyers.run_on(self.power_suppliers.by_bloc())

    def clear_model_market(self, forcing: Forcing) -> None:
        """Labs and hosts price and serve, users choose and apply (M12, M13)."""
        self.model_market.clear(forcing, self.public_state)

    def clear_capital_market(self, forcing: Forcing) -> None:
        """Investors hear what was released and claimed; sectors are repriced (M11)."""
        self.capital_market.settle(forcing, self.public_state)

    def publish(self, forcing: Forcing) -> None:
        """What everybody can see at the end of the month."""
        self.public_state = publish(self, forcing)
        self.labs.price_rebuild(forcing, self.public_state)

    def read(self, block: Block, row: int) -> Any:
        """One row of a block: a number in a model of one world, else `[world]`."""
        return float(block[row, 0]) if self.worlds.count == 1 else block[row]


def _lead(race: Race) -> float:
    us, china = (race.blocs.index(name) for name in ("US", "China"))
    frontier = race.public_state.bloc_frontier
    return float(frontier[us, 0] - frontier[china, 0])


REPORTERS = {
    "month": lambda race: race.calendar.label(race.month - 1),
    "frontier": lambda race: float(race.public_state.frontier[0]),
    "open_frontier": lambda race: float(race.public_state.open_frontier[0]),
    "lead_points": _lead,
}
