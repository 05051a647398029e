"""The market for models: makers price and serve, users choose, money flows back (M12, M13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.core.worlds import Block, CacheLast, Broadcast, flag, total, widened
from sim.model.agents.markets import Use
from sim.model.forcing import PublicState, Forcing
from sim.model.mechanisms import demand, power

if TYPE_CHECKING:
    from sim.model.agents.serving import Makers
    from sim.model.race import Race

TOKENS = 1e3  # USD bn over USD/1e6 tokens in 1e12 tokens
CHEAPEST = 1e-9  # USD/1e6 tokens: only keeps logarithms finite


class Menu(NamedTuple):
    """What makers offer this month, `[maker, world]`; makers are labs, then clouds as hosts."""

    points: Block  # capability, ECI points
    compute: Block  # H100e-months of inference for 1e12 tokens
    cost: Block  # USD/1e6 tokens
    price: Block
    log_price: Block
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
        self.china = np.flatnonzero(self.home == race.blocs.index("China"))
        is_host = np.array([False] * labs.rows + [True] * clouds.rows)
        # A cloud hosts for the markets of its own bloc; a lab serves everywhere.
        near = markets.blocs.index[:, None] == self.home[None]
        self.near = (near | ~is_host)[..., None]
        makers = (len(self.home), race.worlds.count)
        self.shape = (markets.rows, *makers)
        self.share = self.habit = np.zeros(self.shape)
        self.banned = np.zeros((*self.shape[:2], 1))
        self.yardstick = np.full(race.worlds.count, np.inf)
        self.reach = np.ones(makers)
        self.reach[: labs.rows] = labs.number("reach")
        self.of_makers = Broadcast(race.numbers, makers)
        self.of_markets = Broadcast(race.numbers, (markets.rows, race.worlds.count))
        self.of_choices = Broadcast(race.numbers, self.shape)
        trust = np.where(self.near, self._trust(), -np.inf)
        self.trust = widened(trust, self.shape)
        self.hosting = self.of_makers.demand.hosting * is_host[:, None]
        self.bans = CacheLast(self._bans)
        self.worth = self.of_markets.demand.quality / np.maximum(self.of_markets.demand.price, 1e-3)

    def _trust(self) -> Block:
        """Utility by market and maker, `[market, maker, world or 1]`."""
        race = self.race
        cells = {
            (tie.market, tie.of): race.numbers.trust[name].utility
            for name, tie in race.inputs.trust.items()
        }
        rows = [
            [cells.get((market, race.blocs[bloc]), np.zeros(1)) for bloc in self.home]
            for market in race.markets.names
        ]
        flat = np.broadcast_arrays(*(cell for row in rows for cell in row))
        return np.stack(flat).reshape(len(rows), len(self.home), -1)

    def clear(self, forcing: Forcing, public_state: PublicState) -> None:
        """A month: price, choose, serve, pay."""
        p = self.of_choices.demand
        menu = self._menu(forcing, public_state)
        wanted = self._choose(menu)
        bans, stopping = self.bans(forcing.policy.service_ban)
        if stopping:
            wanted = demand.barred(wanted, stopping)
            if bans is not self.banned:
                self.habit = demand.cut(self.habit, self.banned, bans)
        self.banned = bans
        self.habit = demand.settled(self.habit, wanted, forcing.numbers.demand.switching_months)
        self.share = demand.used(self.habit, wanted, wanted, p.multihoming)
        quality = total(self.share * menu.points, axis=1)
        above = quality - self.of_markets.training.anchor_points
        log_price = total(self.share * menu.log_price, axis=1)
        anybody = total(menu.there) > 0
        budget = self.race.markets.budget(forcing, log_price - self.worth * above / 10) * anybody
        self._serve(forcing, menu, budget, quality)

    def _menu(self, forcing: Forcing, public_state: PublicState) -> Menu:
        """Capability, cost and price of what every maker offers."""
        p, labs = self.of_makers, self.race.labs
        hosted, hosts = public_state.open_followed, public_state.published > -40
        points = self._of_all(labs.capability * labs.active, hosted)
        there = self._of_all(labs.active * (labs.capability > 0), hosts * flag(hosted > 0))
        method = self._of_all(labs.log_training_efficiency, public_state.published)
        serving = self._of_all(labs.log_inference_efficiency, public_state.published_inference)
        anchor, per_decade = p.training.anchor_points, p.training.points_per_decade
        size = demand.size(points, method, anchor, per_decade, p.demand.smallest)
        offered = there > 0
        serving = np.where(offered, serving, 0.0)
        offered_size = np.where(offered, size, 1.0)
        compute = self._compute(offered_size, serving)
        rate = self._usd_a_month(forcing, public_state)
        cost = np.maximum(compute * rate / 1e6, CHEAPEST)
        price = cost * (1 + self._markup(points)) * self._strain()
        for makers, at in self._sides():
            makers.list_price(cost[at], price[at])
        reached = there * (points >= anchor)
        able = np.where(total(reached) > 0, reached, there)
        self.yardstick = self._yardstick(able, method, serving, price / compute)
        opened = self._of_all(labs.open_flagship, 1.0)
        return Menu(points, compute, cost, price, np.log(price), there, opened)

    def _sides(self) -> tuple[tuple[Makers, slice], tuple[Makers, slice]]:
        """Labs and clouds with their rows among all makers."""
        labs, clouds = self.race.labs, self.race.clouds
        return (labs, slice(None, labs.rows)), (clouds, slice(labs.rows, None))

    def _of_all(self, of_labs: Block, of_hosts: Block | float) -> Block:
        """What labs have, and what is alike for all hosts: `[maker, world]`."""
        block = np.empty(self.shape[1:])
        block[: len(of_labs)] = of_labs
        block[len(of_labs) :] = of_hosts
        return block

    def _both(self, name: str) -> Block:
        """A state of labs and clouds: `[maker, world]`."""
        return np.concatenate([getattr(self.race.labs, name), getattr(self.race.clouds, name)])

    def _usd_a_month(self, forcing: Forcing, public_state: PublicState) -> Block:
        """What a month of an H100e of inference costs each maker: write-off and power, USD."""
        energy = self.race.power_suppliers.price(forcing).take(self.home, 0)
        power_cost = power.energy_cost(self._both("draw"), self._both("inference"), energy)
        return public_state.inference_usd.take(self.home, 0) + power_cost

    def _markup(self, points: Block) -> Block:
        """Price over cost, less one: of labs by their lead, of hosts little."""
        p, labs = self.race.labs.numbers.demand, self.race.labs.rows
        ahead = (points - demand.best_other(points))[:labs]
        return self._of_all(
            demand.markup(p.markup, p.markup_lead, ahead), self.race.numbers.demand.hosting_markup
        )

    def _strain(self) -> Block:
        """Price moved by what was wanted last month over what could be served."""
        bounded = self._both("strain").clip(0.5, 10.0)
        return bounded**self.of_makers.demand.tightness

    def _compute(self, size: Block, serving: Block) -> Block:
        """What serving models of a size takes, with methods of serving."""
        p = self.of_makers.demand
        return demand.unit_compute(size, serving, p.throughput, p.least_compute)

    def _yardstick(self, able: Block, method: Block, serving: Block, usd: Block) -> Block:
        """Lowest price of the anchor's quality among those who are able (before: among all).

        Args:
            usd: price of an H100e-month that serves, a millionth of it.
        """
        p = self.of_makers.training
        anchor, least = p.anchor_points, self.of_makers.demand.smallest
        reference = demand.size(anchor, method, anchor, p.points_per_decade, least)
        price = usd * self._compute(reference, serving)
        return np.minimum.reduce(np.where(able > 0, price, np.inf), 0)

    def _choose(self, menu: Menu) -> Block:
        """Where users would go now, `[market, maker, world]`."""
        p = self.of_makers.demand
        liking = demand.utility(menu.points, menu.log_price, p.quality, p.price)
        liking = liking + p.openness * menu.open + self.hosting
        return demand.choice(liking + self.trust, self.reach * menu.there)

    def _bans(self, on_labs: Block) -> tuple[Block, list[demand.Stop]]:
        """Share of use that is stopped; open weights can be hosted, whosever they are."""
        free = np.zeros((on_labs.shape[0], self.race.clouds.rows, on_labs.shape[2]))
        bans = np.concatenate([on_labs, free], axis=1)
        return bans, demand.stops(bans, self.home)

    def _serve(self, forcing: Forcing, menu: Menu, budget: Block, quality: Block) -> None:
        """Tokens and money, as far as compute goes; what is not served is not paid."""
        labs, clouds = self.race.labs, self.race.clouds
        most = labs.numbers.demand.serving_cap, clouds.numbers.demand.hosting_share
        able = labs.servable(most[0]), clouds.servable(most[1])
        money = total(self.share * budget[:, None])
        tokens = money * TOKENS / menu.price
        need = tokens * menu.compute
        filled = np.minimum(1.0, (np.concatenate(able) + 1e-9) / (need + 1e-9)) * menu.there
        revenue, served = money * filled, tokens * filled
        for (makers, at), one, part in zip(self._sides(), able, most, strict=True):
            makers.serve(need[at], one, part, revenue[at], served[at])
        self._use(forcing, menu, budget, filled, quality)

    def _use(
        self, forcing: Forcing, menu: Menu, budget: Block, filled: Block, quality: Block
    ) -> None:
        """What each market used of it."""
        tokens = self.share * filled
        part = total(tokens, axis=1)
        tokens /= menu.price
        used = total(tokens, axis=1)
        any_used = np.maximum(used, 1e-300)
        self.race.markets.use(
            forcing,
            Use(
                quality=quality,
                served=part,
                spent=budget * part,
                tokens=budget * TOKENS * used,
                chinese=total(tokens.take(self.china, 1), axis=1) / any_used,
                hosted=total(tokens * menu.open, axis=1) / any_used,
            ),
        )
