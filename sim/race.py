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
from sim.catalogue import Catalogue, tie_weights
from sim.chance import Chance
from sim.chip_market import ChipMarket
from sim.mechanisms import spillover, supply
from sim.mechanisms.chips import Product
from sim.mechanisms.clearing import Flows, Offer
from sim.scenario.draw import draw
from sim.scenario.events import Agenda
from sim.scenario.load import Loaded, load
from sim.scenario.schema import Scenario
from sim.turns import Turns
from sim.worlds import Block, Worlds, largest, total


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
        whole = self.story.months
        self.horizon = whole if months is None else min(months, whole)
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
        # A foundry feels what is withheld from the blocs whose suppliers it serves.
        served = [suppliers.blocs.index == bloc for bloc in range(len(self.blocs))]
        tied = np.max(self.die_ties, axis=2) > 0
        self.die_blocs = np.stack([(tied & bloc).any(axis=1) for bloc in served], axis=1)[..., None]
        self.chip_market = ChipMarket(self)
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
            "years_clouds": np.stack([years for _, years in clouds]),
        }
        return [
            {name: table[:, month, None] for name, table in tables.items()}
            for month in range(self.horizon)
        ]

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
        if not self.turns.moves(self.month):
            return
        present, entering = self.turns.present(self.month)
        self.labs.enter(present, entering)
        self.labs.join(turn, entering)
        everybody = np.ones((self.clouds.rows, 1), dtype=bool)
        self.clouds.enter(everybody, everybody & (self.month == 0))

    def make_chips(self, turn: Turn, product: Product) -> None:
        """Dies and memory become chips, as far as both go (M5)."""
        suppliers = self.suppliers
        suppliers.improve(turn)
        wish = suppliers.wish(turn)
        dies = self.make_dies(turn, wish, product.silicon)
        able = np.minimum(wish, (suppliers.die_stock + dies) / product.silicon)
        self.hbm_makers.progress(turn, self.month - self.hbm_first)
        need = able * product.hbm_stacks
        part = need / np.maximum(suppliers.blocs.spread(suppliers.blocs.total(need)), 1e-12)
        home = suppliers.blocs.spread(self.hbm_makers.by_bloc()) * part
        suppliers.stock_memory(turn, able, wish, product, home)
        suppliers.make(turn, wish, dies, product)

    def make_dies(self, turn: Turn, wish: Block, silicon: Block) -> Block:
        """Tools feed foundries, foundries serve orders: good dies by supplier, 1e3 reticles."""
        foundries, suppliers = self.foundries, self.suppliers
        self.tool_makers.progress(turn)
        withheld = np.max(self.die_blocs * turn.policy.minerals, axis=1)
        foundries.expand(turn, self.tool_makers.by_bloc(), withheld)
        foundries.learn(turn)
        open_share = 1 - self.die_abroad * turn.policy.foundry_denial
        ordered = suppliers.dies_wanted(turn, wish, silicon)
        # Denied foundries get smaller orders, and of these only the open share is made.
        good = supply.split_dies(ordered, self.die_ties * open_share) * open_share
        filled = foundries.serve(total(good / foundries.dies_yield[:, None], axis=1))
        made = total(good)
        share = good / np.maximum(made, 1e-12)
        cost = total(share * foundries.cost(turn)[:, None])
        suppliers.foundry_cost = np.where(made > 0, cost, suppliers.foundry_cost)
        self.die_flow = good * filled[:, None]
        return total(self.die_flow)

    def clear_chip_market(self, turn: Turn, offer: Offer) -> None:
        """Buyers order, suppliers ship what rules and supply allow, smugglers divert (M2-M5)."""
        self.chip_market.clear(turn, offer)

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
