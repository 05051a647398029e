"""The market for models: makers price and serve, users choose, money flows back (M12, M13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.actors.markets import Use
from sim.board import Board, Turn
from sim.mechanisms import demand, power
from sim.worlds import Block, largest, total

if TYPE_CHECKING:
    from sim.race import Race

TOKENS = 1e3  # USD bn over USD/1e6 tokens in 1e12 tokens
CHEAPEST = 1e-9  # USD/1e6 tokens: only keeps logarithms finite


class Menu(NamedTuple):
    """What makers offer this month, `[maker, world]`; makers are labs, then clouds as hosts."""

    points: Block  # capability, ECI points
    compute: Block  # H100e-months of inference for 1e12 tokens
    cost: Block  # USD/1e6 tokens
    price: Block
    there: Block  # 1 where there is something to offer
    open: Block  # 1 where it is open weights


class ModelMarket:
    """Where the users of the world choose among labs, and clouds that host open weights.

    Attributes:
        share: shares of use by market and maker, `[market, maker, world]`.
        yardstick: lowest price at which the anchor's quality is served, USD/1e6 tokens, `[world]`.

    Args:
        race: with its labs, clouds, markets and trust.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        labs, clouds, markets = race.labs, race.clouds, race.markets
        self.home = np.concatenate([labs.blocs.index, clouds.blocs.index])
        self.hosts = np.array([[0.0]] * labs.rows + [[1.0]] * clouds.rows)
        # A cloud hosts for the markets of its own bloc; a lab serves everywhere.
        near = markets.blocs.index[:, None] == self.home[None]
        self.serves = np.where(near | (self.hosts[:, 0] == 0)[None], 1.0, 0.0)[..., None]
        self.trust = self._trust()
        shape = (markets.rows, len(self.home), race.worlds.count)
        self.share = self.habit = np.zeros(shape)
        self.banned = np.zeros((*shape[:2], 1))
        self.yardstick = np.full(race.worlds.count, np.inf)
        reach = np.broadcast_to(labs.number("reach"), (labs.rows, race.worlds.count))
        self.reach = np.concatenate([reach, np.ones((clouds.rows, race.worlds.count))])

    def _trust(self) -> Block:
        """Utility by market and maker, `[market, maker, world or 1]`."""
        race = self.race
        cells = {
            (tie.market, tie.of): race.numbers.trust[name].utility
            for name, tie in race.story.trust.items()
        }
        rows = [
            [cells.get((market, race.blocs[bloc]), np.zeros(1)) for bloc in self.home]
            for market in race.markets.names
        ]
        flat = np.broadcast_arrays(*(cell for row in rows for cell in row))
        return np.stack(flat).reshape(len(rows), len(self.home), -1)

    def clear(self, turn: Turn, board: Board) -> None:
        """A month: price, choose, serve, pay."""
        p = turn.numbers.demand
        menu = self._menu(turn, board)
        wanted = self._choose(turn, menu)
        bans = self._bans(turn)
        if bans.any():
            wanted = demand.barred(wanted, bans, self.home)
            self.habit = demand.cut(self.habit, self.banned, bans)
        self.banned = bans
        self.habit = demand.settled(self.habit, wanted, p.switching_months)
        self.share = demand.used(self.habit, wanted, wanted, p.multihoming)
        log_price = np.log(menu.price)
        quality = total(self.share * menu.points[None], axis=1)
        worth = p.quality / np.maximum(p.price, 1e-3)
        anchor = turn.numbers.training.anchor_points
        adjusted = total(self.share * log_price[None], axis=1) - worth * (quality - anchor) / 10
        anybody = total(menu.there) > 0
        budget = self.race.markets.budget(turn, adjusted) * anybody
        self._serve(turn, menu, budget, quality)

    def _menu(self, turn: Turn, board: Board) -> Menu:
        """Capability, cost and price of what every maker offers."""
        p, labs, clouds = turn.numbers, self.race.labs, self.race.clouds
        hosted = board.open_followed * np.ones((clouds.rows, 1))
        can_host = (board.published > -40) * np.ones((clouds.rows, 1))
        points = np.concatenate([labs.capability * labs.active, hosted])
        there = np.concatenate([labs.active * (labs.capability > 0), can_host * (hosted > 0)])
        method = np.concatenate(
            [labs.log_training_efficiency, board.published * np.ones((clouds.rows, 1))]
        )
        serving = np.concatenate(
            [labs.log_inference_efficiency, board.published_inference * np.ones((clouds.rows, 1))]
        )
        anchor, per_decade = p.training.anchor_points, p.training.points_per_decade
        size = demand.size(points, method, anchor, per_decade, p.demand.smallest)
        serving = np.where(there > 0, serving, 0.0)
        compute = demand.unit_compute(np.where(there > 0, size, 1.0), serving, p.demand.throughput)
        rate = self._usd_a_month(turn, board)
        cost = np.maximum(compute * rate / 1e6, CHEAPEST)
        price = cost * (1 + self._markup(turn, points)) * self._strain(turn)
        for makers, at in ((labs, slice(None, labs.rows)), (clouds, slice(labs.rows, None))):
            makers.list_price(cost[at], price[at])
        reached = there * (points >= p.training.anchor_points)
        self.yardstick = self._yardstick(turn, there, reached, method, size, price)
        opened = np.concatenate([labs.open_flagship, np.ones(hosted.shape)])
        return Menu(points, compute, cost, price, there, opened)

    def _usd_a_month(self, turn: Turn, board: Board) -> Block:
        """What a month of an H100e of inference costs each maker: write-off and power, USD."""
        energy = self.race.power_suppliers.price(turn)
        rows = [
            makers.blocs.spread(board.inference_usd)
            + power.energy_cost(makers.draw, makers.inference, makers.blocs.spread(energy))
            for makers in (self.race.labs, self.race.clouds)
        ]
        return np.concatenate(rows)

    def _markup(self, turn: Turn, points: Block) -> Block:
        """Price over cost, less one: of labs by their lead, of hosts little."""
        p = turn.numbers.demand
        ahead = points - demand.best_other(points)
        return np.where(
            self.hosts > 0, p.hosting_markup, demand.markup(p.markup, p.markup_lead, ahead)
        )

    def _strain(self, turn: Turn) -> Block:
        """Price moved by what was wanted last month over what could be served."""
        strain = np.concatenate([self.race.labs.strain, self.race.clouds.strain])
        bounded = np.clip(strain, 0.5, 10.0)
        return bounded**turn.numbers.demand.tightness

    def _yardstick(
        self,
        turn: Turn,
        there: Block,
        reached: Block,
        method: Block,
        size: Block,
        price: Block,
    ) -> Block:
        """Lowest price of the anchor's quality among those who reach it (before: among all)."""
        p = turn.numbers.training
        anchor, least = p.anchor_points, turn.numbers.demand.smallest
        reference = demand.size(anchor, method, anchor, p.points_per_decade, least)
        able = np.where(total(reached) > 0, reached, there)
        asked = np.where(able > 0, price * reference / size, np.inf)
        return -largest(-asked)

    def _choose(self, turn: Turn, menu: Menu) -> Block:
        """Where users would go now, `[market, maker, world]`."""
        p = turn.numbers.demand
        liking = demand.utility(menu.points, np.log(menu.price), p.quality, p.price)
        liking = liking + p.openness * menu.open + p.hosting * self.hosts
        weight = self.reach * menu.there
        return demand.choice(liking[None] + self.trust, self.serves * weight[None])

    def _bans(self, turn: Turn) -> Block:
        """Share of use that is stopped; open weights can be hosted, whosever they are."""
        bans = turn.policy.service_ban
        free = np.zeros((bans.shape[0], self.race.clouds.rows, bans.shape[2]))
        return np.concatenate([bans, free], axis=1)

    def _serve(self, turn: Turn, menu: Menu, budget: Block, quality: Block) -> None:
        """Tokens and money, as far as compute goes; what is not served is not paid."""
        p, labs, clouds = turn.numbers.demand, self.race.labs, self.race.clouds
        money = total(self.share * budget[:, None])
        tokens = money * TOKENS / menu.price
        need = tokens * menu.compute
        able = np.concatenate([labs.servable(p.serving_cap), clouds.servable(p.hosting_share)])
        filled = np.minimum(1.0, (able + 1e-9) / (need + 1e-9)) * menu.there
        revenue, served = money * filled, tokens * filled
        for makers, most, at in (
            (labs, p.serving_cap, slice(None, labs.rows)),
            (clouds, p.hosting_share, slice(labs.rows, None)),
        ):
            makers.serve(turn, need[at], most, revenue[at], served[at])
        self._use(turn, menu, budget, filled, quality)

    def _use(self, turn: Turn, menu: Menu, budget: Block, filled: Block, quality: Block) -> None:
        """What each market used of it."""
        china = np.flatnonzero(self.home == self.race.blocs.index("China"))
        got = self.share * filled[None]
        part = total(got, axis=1)
        tokens = got / menu.price[None]
        used = total(tokens, axis=1)
        any_used = np.maximum(used, 1e-300)
        self.race.markets.use(
            turn,
            Use(
                quality=quality,
                served=part,
                spent=budget * part,
                tokens=budget * TOKENS * used,
                chinese=total(tokens[:, china], axis=1) / any_used,
                hosted=total(tokens * menu.open[None], axis=1) / any_used,
            ),
        )
