"""The set-up of a race: scenario and luck become actors, markets and policy, wired together."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import mesa

from sim.core.worlds import Block, Worlds
from sim.model.agents.clouds import Clouds
from sim.model.agents.foundries import Foundries, HbmMakers, ToolMakers
from sim.model.agents.investors import Investors
from sim.model.agents.labs import Labs
from sim.model.agents.markets import Markets
from sim.model.agents.population import Population
from sim.model.agents.power import PowerSuppliers
from sim.model.agents.purchasing import Purchasing
from sim.model.agents.regulators import Regulators
from sim.model.agents.sectors import Sectors
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.agents.talent import TalentPools
from sim.model.breakthroughs import BreakthroughSchedule
from sim.model.changes import Changes
from sim.model.forcing import NO_RELIEF, Relief
from sim.model.governments import Governments
from sim.model.incidents import IncidentSchedule
from sim.model.markets.capital_market import CapitalMarket
from sim.model.markets.chip_market import ChipMarket
from sim.model.markets.die_market import DieMarket
from sim.model.markets.model_market import ModelMarket
from sim.model.markets.products import Products
from sim.model.mechanisms.clearing import Flows, Offer
from sim.model.publishing import opening
from sim.model.schedule import ForcingSchedule
from sim.policy.agenda import Agenda
from sim.scenario.layers import Overrides
from sim.scenario.load import ResolvedScenario, Source, load
from sim.scenario.schema import Scenario
from sim.scenario.structures import needs_one
from sim.uncertainty.draw import SharedDraws, draw_worlds

KINDS = {  # kind of actor, and its population in the race (its table in the scenario)
    "lab": "labs",
    "cloud": "clouds",
    "supplier": "suppliers",
    "foundry": "foundries",
    "tool_maker": "tool_makers",
    "hbm_maker": "hbm_makers",
    "investor": "investors",
    "sector": "sectors",
    "market": "markets",
    "power_supplier": "power_suppliers",
    "talent_pool": "talent_pools",
    "regulator": "regulators",
}
MARKETS = ("governments", "die_market", "chip_market", "model_market")


def _refuse_several_structures(scenario: ResolvedScenario | Scenario) -> None:
    """A race has one structure; worlds of several are run part by part (`sim.experiments`)."""
    if isinstance(scenario, ResolvedScenario) and scenario.parts:
        raise needs_one()


class Setup(mesa.Model):
    """All actors, markets and policy of a race, in a block of worlds; see `Race`."""

    def __init__(
        self,
        scenario: Source | Scenario = "as_enacted",
        worlds: int | Iterable[int] = 1,
        rng: int | None = 0,
        months: int | None = None,
        overrides: Overrides = (),
        columns: Mapping[str, Block] | None = None,
        shared: SharedDraws | None = None,
        relief: Relief = NO_RELIEF,
    ) -> None:
        seed = secrets.randbelow(2**31) if rng is None else int(rng)
        super().__init__(rng=seed)
        self.seed = seed
        if not isinstance(scenario, Scenario):
            scenario = load(scenario, overrides)
        _refuse_several_structures(scenario)
        self.inputs = scenario.scenario if isinstance(scenario, ResolvedScenario) else scenario
        self.horizon = self.inputs.horizon(months)
        self.worlds = Worlds(range(worlds) if isinstance(worlds, int) else worlds)
        self.calendar = self.inputs.calendar
        self.blocs = list(self.inputs.blocs)
        posterior = scenario.posterior if isinstance(scenario, ResolvedScenario) else None
        self.chance, self.parameters = draw_worlds(
            self.inputs, posterior, seed, self.worlds, columns, shared
        )
        self.month = 0
        self._create_actors()
        self._create_markets()
        self._create_policy(relief)
        self.public_state = opening(self.parameters, self.chip_market, len(self.blocs))

    def _create_actors(self) -> None:
        """Every population; each gets its own numbers and those that all share."""
        p = self.parameters
        shared = (p, self.blocs, self.worlds.count)
        self.labs = Labs(self, p.labs, *shared)
        self.clouds = Clouds(self, p.clouds, *shared)
        self.suppliers = ChipSuppliers(self, p.suppliers, *shared)
        self.foundries = Foundries(self, p.foundries, *shared)
        self.tool_makers = ToolMakers(self, p.tool_makers, *shared)
        self.hbm_makers = HbmMakers(self, p.hbm_makers, *shared)
        self.investors = Investors(self, p.investors, *shared)
        self.sectors = Sectors(self, p.sectors, *shared)
        self.markets = Markets(self, p.markets, *shared)
        self.power_suppliers = PowerSuppliers(self, p.power_suppliers, *shared)
        self.talent_pools = TalentPools(self, p.talent_pools, *shared)
        self.regulators = Regulators(
            self,
            p.regulators,
            *shared,
            Agenda(self.inputs, p),
            self.labs.names,
            self.suppliers.names,
            self.markets.names,
        )

    def _create_markets(self) -> None:
        """Every market; each gets the actors that meet in it."""
        p, calendar = self.parameters, self.calendar
        self.products = Products(
            self.suppliers, self.regulators, p, self.blocs, calendar, self.horizon
        )
        self.die_market = DieMarket(
            self.suppliers, self.foundries, self.tool_makers, self.hbm_makers, p.ties, calendar
        )
        self.chip_market = ChipMarket(
            self.labs, self.clouds, self.suppliers, self.products, p.ties, p
        )
        self.model_market = ModelMarket(
            self.labs, self.clouds, self.markets, self.power_suppliers, p.trust, p
        )
        self.capital_market = CapitalMarket(
            self.investors,
            self.sectors,
            self.labs,
            self.clouds,
            self.suppliers,
            self.foundries,
            self.tool_makers,
            p,
        )

    def _create_policy(self, relief: Relief) -> None:
        """Governments that react, and the schedule of everything that acts from outside."""
        p, calendar = self.parameters, self.calendar
        self.governments = Governments(
            self.regulators, self.suppliers, self.chip_market, p, self.blocs, calendar
        )
        incidents = IncidentSchedule(
            p.incidents,
            calendar,
            self.blocs,
            self.labs,
            self.foundries,
            self.tool_makers,
            self.hbm_makers,
        )
        breakthroughs = BreakthroughSchedule(
            p.breakthroughs,
            calendar,
            p.research.paradigm_half_life,
            self.labs.names,
            self.worlds.count,
        )
        populations = {table: getattr(self, table) for table in KINDS.values()}
        others = (self.chip_market, self.model_market)
        self.changes = Changes(p, calendar, populations, others)
        self.schedule = ForcingSchedule(
            p, calendar, self.horizon, self.chance, incidents, breakthroughs, self.changes, relief
        )

    @property
    def populations(self) -> dict[str, Population]:
        """Every population by the kind of its actors."""
        return {kind: getattr(self, table) for kind, table in KINDS.items()}

    @property
    def owners(self) -> dict[str, Any]:
        """Everything that holds state, by its place in the race: `labs`, `labs.purchasing`, ..."""
        owners: dict[str, Any] = {}
        for table, population in zip(KINDS.values(), self.populations.values(), strict=True):
            owners[table] = population
            for name, component in population.components().items():
                owners[f"{table}.{name}"] = component
        return owners | {name: getattr(self, name) for name in MARKETS}

    @property
    def buyers(self) -> tuple[Purchasing, Purchasing]:
        """Purchases of everybody who buys accelerators."""
        return self.labs.purchasing, self.clouds.purchasing

    @property
    def flows(self) -> Flows:
        """The chips that moved in the last month."""
        return self.chip_market.flows

    @property
    def offer(self) -> Offer:
        """The terms of the last month."""
        return self.chip_market.offer

    def row_names(self) -> dict[str, list[str]]:
        """Labels along every axis of the recorded series."""
        return row_names(self.inputs)


def row_names(scenario: Scenario) -> dict[str, list[str]]:
    """Labels along every axis of the series that are recorded of a scenario."""
    makers = [*scenario.labs, *scenario.clouds]
    names = {kind: list(getattr(scenario, table)) for kind, table in KINDS.items()}
    return names | {
        "bloc": list(scenario.blocs),
        "buyer": makers,
        "maker": makers,
        "quality": ["anchor"],
    }
