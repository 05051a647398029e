"""The race: a Mesa model whose step is the month, and whose order is the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import mesa
import numpy as np

from sim.actors.buyers import Buyers, Clouds
from sim.actors.capital import Investors
from sim.actors.foundries import Foundries, HbmMakers, ToolMakers
from sim.actors.labs import Labs
from sim.actors.regulators import Regulators
from sim.actors.suppliers import ChipSuppliers
from sim.board import Board, Turn
from sim.catalogue import Catalogue, pulls, tie_weights
from sim.chance import Chance
from sim.mechanisms import leakage, market, spillover, supply
from sim.mechanisms.clearing import Conditions, Flows, Offer, Orders, clear, place, receive
from sim.scenario.draw import draw
from sim.scenario.events import Agenda
from sim.scenario.load import Loaded, load
from sim.scenario.schema import Scenario
from sim.turns import Turns
from sim.units import USD_PER_BN
from sim.worlds import Block, Worlds, largest, total

MILLION = 1e6  # USD times thousand chips in USD bn


class Race(mesa.Model):
    """US-China AI competition in a block of worlds, month by month.

    As a Mesa model it has agents, `step()` and, in one world, a `datacollector`; `mesa.batch_run`
    runs it. Beside that, all worlds of the block move at once.

    Args:
        scenario: name or path, or a scenario already loaded.
        worlds: how many worlds (the first so many of the ensemble), or which.
        rng: seed of the ensemble's luck, an integer (None: 0).
        months: run only so many months of the scenario.
        sets: overrides, `"labs.DeepSeek.openness=0"`.
        columns: numbers set per world, by dotted path, `[world]` each.
    """

    def __init__(
        self,
        scenario: str | Loaded | Scenario = "as_enacted",
        worlds: int | Iterable[int] = 1,
        rng: int | None = None,
        months: int | None = None,
        sets: Iterable[str] = (),
        columns: Mapping[str, Block] | None = None,
    ) -> None:
        seed = 0 if rng is None else int(rng)
        super().__init__(rng=seed)
        if isinstance(scenario, str):
            scenario = load(scenario, sets)
        self.story = scenario.scenario if isinstance(scenario, Loaded) else scenario
        self.horizon = min(months or self.story.months, self.story.months)
        self.worlds = Worlds(range(worlds) if isinstance(worlds, int) else worlds)
        self.calendar = self.story.calendar
        self.blocs = list(self.story.blocs)
        self.chance = Chance(seed, self.worlds)
        self.numbers = draw(self.story, self.chance, columns)
        self.month = 0
        self._populate()
        self.turns = Turns(self)
        self.catalogue = Catalogue(self)
        self._tie()
        self.board = self._opening_board()
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
        agenda = Agenda(self.story, p)
        self.regulators = Regulators(
            self, p.regulators, agenda, self.labs.names, self.suppliers.names
        )
        for population in self.populations[:-1]:
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
            self.regulators,
        ]

    def _tie(self) -> None:
        """Who supplies whom: fixed by the scenario."""
        foundries, suppliers = self.foundries, self.suppliers
        self.die_ties = tie_weights(self, foundries.names, suppliers.names, 0.0)
        abroad = foundries.blocs.index[:, None] != suppliers.blocs.index[None]
        self.die_abroad = abroad[..., None]
        for buyers in self.buyers:
            at = [self.blocs[row] for row in buyers.blocs.index]
            buyers.pull, buyers.at_home = pulls(self, buyers.names, at)
        starts = self.story.hbm_makers.values()
        first = np.array([[self.calendar.month(maker.first_volume)] for maker in starts])
        self.hbm_first = first + 12 * self.hbm_makers.number("lag")
        self.capital_paths = self._capital_paths()

    def _capital_paths(self) -> list[dict[str, Block]]:
        """Log growth by month along the investors' paths, and years since the paths ended."""
        investors = self.story.investors.values()
        labs = [self.calendar.along(one.lab_growth.knots) for one in investors]
        clouds = [self.calendar.along(one.cloud_growth.knots) for one in investors]
        tables = {
            "labs": np.log(np.stack([growth for growth, _ in labs])),
            "clouds": np.log(np.stack([growth for growth, _ in clouds])),
            "years": np.stack([years for _, years in labs]),
        }
        return [
            {name: table[:, month, None] for name, table in tables.items()}
            for month in range(self.horizon)
        ]

    @property
    def buyers(self) -> tuple[Buyers, Buyers]:
        """Everybody who buys accelerators."""
        return self.labs, self.clouds

    def step(self) -> None:
        """One month. The order is the model."""
        turn = self.turns.turn(self.month)
        self.enter(turn)
        product = self.catalogue.products(self.month)
        self.make_chips(turn, product)
        self.suppliers.set_price(turn, product.price)
        offer = self.catalogue.offer(turn, product)
        self.investors.fund(turn, self.capital_paths[self.month], self.labs, self.clouds)
        for buyers in self.buyers:
            buyers.fund(turn)
        self.labs.plan(turn)
        self.clear_chip_market(turn, offer)
        self.labs.research(turn)
        self.labs.train(turn)
        self.labs.release(turn)
        self.labs.learn(turn, self.board)
        self.publish(turn)
        self.month += 1
        self.running = self.month < self.horizon
        if hasattr(self, "datacollector"):
            self.datacollector.collect(self)

    def enter(self, turn: Turn) -> None:
        """Who enters or leaves this month: masks, never creation."""
        present, entering = self.turns.present(self.month)
        self.labs.enter(present, entering)
        self.labs.join(turn, entering)
        everybody = np.ones((self.clouds.rows, 1), dtype=bool)
        self.clouds.enter(everybody, everybody & (self.month == 0))

    def make_chips(self, turn: Turn, product: Any) -> None:
        """Tools and memory feed foundries, foundries make dies, suppliers make chips."""
        self.tool_makers.progress(turn)
        self.hbm_makers.progress(turn, self.month - self.hbm_first)
        self.foundries.expand(turn, self.tool_makers.by_bloc())
        self.foundries.learn(turn)
        self.suppliers.improve(turn)
        wish = self.suppliers.wish(turn)
        open_share = 1 - self.die_abroad * turn.policy.foundry_denial
        pull = self.die_ties * open_share
        ordered = self.suppliers.dies_wanted(turn, wish, product.silicon)
        good = supply.split_dies(ordered, pull) * open_share
        gross = good / self.foundries.dies_yield[:, None]
        filled = self.foundries.serve(total(gross, axis=1))
        self.die_flow = good * filled[:, None]
        dies = total(self.die_flow)
        share = good / np.maximum(total(good), 1e-12)
        self.suppliers.foundry_cost = np.where(
            total(good) > 0,
            total(share * self.foundries.cost(turn)[:, None]),
            self.suppliers.foundry_cost,
        )
        need = self.suppliers.blocs.total(wish * product.hbm_stacks)
        part = wish * product.hbm_stacks / np.maximum(self.suppliers.blocs.spread(need), 1e-12)
        home = self.suppliers.blocs.spread(self.hbm_makers.by_bloc()) * part
        self.suppliers.stock_memory(turn, wish, product.hbm_stacks, home)
        self.suppliers.make(turn, wish, dies, product)

    def clear_chip_market(self, turn: Turn, offer: Offer) -> None:
        """Buyers order, suppliers ship what rules and supply allow, smugglers divert (M2-M5)."""
        rent = self.rent(turn, offer)
        overhead = turn.numbers.capital.overhead
        orders: list[Orders] = []
        conditions: list[Conditions] = []
        for buyers, paid in zip(self.buyers, rent, strict=True):
            by = self._conditions(turn, buyers)
            money = np.maximum(buyers.cash - paid[0], 0.0) / overhead
            orders.append(place(money, offer, by, buyers.blocs.index))
            conditions.append(by)
        flows = self._clear(turn, offer, orders)
        for buyers, ordered, by, (money, chips) in zip(
            self.buyers, orders, conditions, rent, strict=True
        ):
            bought = receive(ordered, flows, offer, by, overhead, buyers.blocs.index)
            buyers.settle(turn, bought, money, chips)
            buyers.feel_scarcity()
            buyers.bought = bought
        self._invoice(offer, flows)
        self.flows, self.offer = flows, offer

    def rent(self, turn: Turn, offer: Offer) -> list[tuple[Block, Block]]:
        """Rental abroad by labs: money and H100e; clouds rent nothing."""
        p = turn.numbers
        labs, clouds = self.labs, self.clouds
        wanted = p.channels.leakage * leakage.rental_wanted(
            labs.budget,
            p.leakage.rental_share,
            labs.scarcity_training,
            1 - labs.blocs.spread(turn.policy.remote_denial),
        )
        wanted = np.minimum(wanted, labs.cash)
        cheapest = np.min(offer.free_price[:, 0] / offer.free_training[:, 0], axis=0)
        usd = leakage.rental_price(
            cheapest, p.capital.overhead, p.leakage.rental_premium, p.chip.lifetime
        )
        chips = wanted * USD_PER_BN / usd
        undenied = 1 - clouds.blocs.spread(turn.policy.chips_controlled)
        room = p.leakage.rental_capacity * total(clouds.training * undenied)
        part = market.fill(total(chips), room)
        nothing = np.zeros((clouds.rows, 1))
        return [(wanted * part, chips * part), (nothing, nothing)]

    def _conditions(self, turn: Turn, buyers: Buyers) -> Conditions:
        p, policy, spread = turn.numbers, turn.policy, buyers.blocs.spread
        pull, home = buyers.pull, buyers.at_home
        listed = policy.listing if buyers is self.labs else np.zeros((buyers.rows, 1))
        appetite = p.leakage.appetite * p.channels.leakage * spread(policy.chips_controlled)
        exposure = spread(policy.chips_exposure)
        shift = p.supply.security * p.channels.infant_industry * exposure
        return Conditions(
            pull=pull * np.where(home, 1.0, np.exp(-shift)),
            allowed=1 - np.where(home, 0.0, listed[None]),
            guidance=spread(policy.guidance),
            mandate=spread(policy.mandate),
            appetite=appetite * (1 - spread(policy.enforcement)),
            markup=p.leakage.markup,
            patience=p.supply.patience * (1 - exposure),
            home=home,
            elasticity=p.supply.substitution,
        )

    def _clear(self, turn: Turn, offer: Offer, orders: list[Orders]) -> Flows:
        labs, clouds = self.labs.blocs, self.clouds.blocs

        def by_destination(name: str) -> Block:
            of_labs, of_clouds = (getattr(order, name) for order in orders)
            both = labs.total(of_labs.swapaxes(0, 1)) + clouds.total(of_clouds.swapaxes(0, 1))
            return both.swapaxes(0, 1)

        return clear(
            by_destination("legal"),
            by_destination("smuggled"),
            offer,
            self.catalogue.home,
            turn.numbers.leakage.diverted_share,
        )

    def _invoice(self, offer: Offer, flows: Flows) -> None:
        """Suppliers book what went out: legal sales at their terms, diverted ones at list."""
        revenue = total(
            flows.shipped * offer.revenue + flows.smuggled * offer.free_price, axis=1
        )
        compute = total(
            flows.shipped * offer.compute + flows.smuggled * offer.free_compute, axis=1
        )
        self.suppliers.book(
            total(flows.ordered * offer.licence, axis=1),
            total(flows.shipped + flows.smuggled, axis=1),
            revenue / MILLION,
            compute * 1e3,
        )

    def _opening_board(self) -> Board:
        nobody = np.zeros(self.worlds.count)
        unknown = nobody - 50.0
        by_bloc = np.zeros((len(self.blocs), self.worlds.count))
        return Board(nobody, by_bloc, nobody, nobody, unknown, unknown, unknown, unknown)

    def publish(self, turn: Turn) -> None:
        """What everybody can see at the end of the month."""
        labs = self.labs
        opened = largest(labs.open_capability)
        lag = turn.numbers.spillover.adoption_lag
        self.board = Board(
            frontier=largest(labs.capability),
            bloc_frontier=labs.blocs.largest(labs.capability),
            open_frontier=opened,
            open_followed=spillover.trail(self.board.open_followed, opened, lag),
            shown=largest(labs.shown),
            published=largest(labs.published),
            shown_inference=largest(labs.shown_inference),
            published_inference=largest(labs.published_inference),
        )

    def read(self, block: Block, row: int) -> Any:
        """One row of a block: a number in a model of one world, else `[world]`."""
        return float(block[row, 0]) if self.worlds.count == 1 else block[row]


def _lead(race: Race) -> float:
    us, china = (race.blocs.index(name) for name in ("US", "China"))
    frontier = race.board.bloc_frontier
    return float(frontier[us, 0] - frontier[china, 0])


REPORTERS = {
    "month": lambda race: race.calendar.label(race.month - 1),
    "frontier": lambda race: float(race.board.frontier[0]),
    "open_frontier": lambda race: float(race.board.open_frontier[0]),
    "lead_points": _lead,
}
