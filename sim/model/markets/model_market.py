"""The market for models: makers price and serve, users choose, money flows back (M12, M13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.core.caching import CacheLast, broadcast, widened
from sim.core.state import Derived, State, initialise
from sim.core.worlds import Block, flag, total
from sim.model.agents.clouds import Clouds
from sim.model.agents.labs import Labs
from sim.model.agents.markets import Markets, Use
from sim.model.agents.power import PowerSuppliers
from sim.model.agents.serving import Serving
from sim.model.forcing import Forcing
from sim.model.markets.products import pair_table
from sim.model.mechanisms import demand, power
from sim.model.public_state import PublicState
from sim.scenario import actors
from sim.scenario.schema import Parameters

TOKENS = 1e3  # USD bn over USD/1e6 tokens in 1e12 tokens
CHEAPEST = 1e-9  # USD/1e6 tokens: only keeps logarithms finite
DEAREST = 1e12  # USD/1e6 tokens: nobody serves
NOTHING_PUBLISHED = -40.0  # log efficiency below which no method has been published


class Menu(NamedTuple):
    """What makers offer this month, `[maker, world]`; makers are labs, then clouds as hosts."""

    points: Block  # capability, ECI points
    compute: Block  # H100e-months of inference for 1e12 tokens
    cost: Block  # USD/1e6 tokens
    price: Block
    log_price: Block
    offered: Block  # 1 where there is something to offer
    open: Block  # 1 where it is open weights


class ModelMarket:
    """The market in which users choose among labs, and clouds that host open weights.

    Args:
        labs, clouds: the makers.
        markets: the users.
        power_suppliers: whose price makers pay.
        trust: utility of users for makers of a bloc, from the scenario.
        parameters: of the worlds.
    """

    share = State(
        "share",
        "share of a market's use that goes to a lab, or to a cloud that hosts open weights",
        axes=("market", "maker"),
        recorded="use_share",
    )
    habit = State("share", "share of use that habit alone would give", axes=("market", "maker"))
    banned = State(
        "share",
        "share of use that is stopped",
        start=lambda market: np.zeros((*market.pairs[:2], 1)),
        axes=None,
    )
    yardstick = State(
        "USD/1e6 tokens",
        "lowest price at which the anchor's quality is served",
        start=np.inf,
        axes=(),
    )

    def __init__(
        self,
        labs: Labs,
        clouds: Clouds,
        markets: Markets,
        power_suppliers: PowerSuppliers,
        trust: Mapping[str, actors.Trust[Block]],
        parameters: Parameters,
    ) -> None:
        self.labs, self.clouds, self.markets = labs, clouds, markets
        self.power_suppliers = power_suppliers
        self.home = np.concatenate([labs.blocs.index, clouds.blocs.index])
        blocs = labs.blocs.names
        self.china = np.flatnonzero(self.home == blocs.index("China"))
        is_host = np.array([False] * labs.rows + [True] * clouds.rows)
        # A cloud hosts for the markets of its own bloc; a lab serves everywhere.
        near = markets.blocs.index[:, None] == self.home[None]
        self.near = (near | ~is_host)[..., None]
        worlds = labs.shape[-1]
        self.makers = (len(self.home), worlds)
        self.pairs = (markets.rows, *self.makers)
        self.renew()
        self.parameters = parameters
        self.of_makers = broadcast(parameters, self.makers)
        self.of_markets = broadcast(parameters, (markets.rows, worlds))
        self.of_choices = broadcast(parameters, self.pairs)
        cells = {(tie.market, tie.of): tie.utility for tie in trust.values()}
        utility = pair_table(cells, markets.names, [blocs[bloc] for bloc in self.home], 0.0)
        self.trust = widened(np.where(self.near, utility, -np.inf), self.pairs)
        self.hosting = self.of_makers.demand.hosting * is_host[:, None]
        self.bans = CacheLast(self._bans)
        self.accessible = CacheLast(self._accessible)
        self.worth = self.of_markets.demand.quality / np.maximum(self.of_markets.demand.price, 1e-3)
        initialise(self, {"market": markets.rows, "maker": len(self.home)}, worlds)

    def renew(self) -> None:
        """How makers pull on users beyond quality and price; those who host do so alike."""
        self.reach = np.ones(self.makers)
        self.reach[: self.labs.rows] = self.labs.own.reach

    @Derived(
        "USD/1e6 tokens",
        "lowest price at which the anchor's quality is served",
        ("quality",),
        "quality_price",
    )
    def quality_price(self) -> Block:
        """The yardstick, bounded where nobody serves."""
        return np.minimum(self.yardstick, DEAREST)[None]

    def clear(self, forcing: Forcing, public_state: PublicState) -> None:
        """A month: price, choose, serve, pay."""
        p = self.of_choices.demand
        menu = self._menu(forcing.policy.power_subsidy, public_state)
        wanted = self._choose(menu)
        bans, stopping = self.bans(forcing.policy.service_ban)
        if stopping:
            wanted = demand.barred(wanted, stopping)
            if bans is not self.banned:
                self.habit = demand.cut(self.habit, self.banned, bans)
        self.banned = bans
        months = self.parameters.demand.switching_months
        self.habit = demand.settled(self.habit, wanted, months)
        self.share = demand.used(self.habit, wanted, wanted, p.multihoming)
        quality = total(self.share * menu.points, axis=1)
        above = quality - self.of_markets.training.anchor_points
        log_price = total(self.share * menu.log_price, axis=1)
        anybody = total(menu.offered) > 0
        adjusted = log_price - self.worth * above / 10
        budget = self.markets.budget(adjusted, quality) * anybody
        self._serve(forcing, menu, budget, quality)

    def _menu(self, power_subsidy: Block, public_state: PublicState) -> Menu:
        """Capability, cost and price of what every maker offers."""
        p, labs, models = self.of_makers, self.labs, self.labs.releasing
        hosted = public_state.open_followed
        hosts = public_state.published > NOTHING_PUBLISHED
        active = labs.purchasing.active
        points = self._of_all(models.capability * active, hosted)
        has_model = self._of_all(active * (models.capability > 0), hosts * flag(hosted > 0))
        method = self._of_all(labs.log_training_efficiency, public_state.published)
        serving = self._of_all(labs.log_inference_efficiency, public_state.published_inference)
        anchor, per_decade = p.training.anchor_points, p.training.points_per_decade
        size = demand.size(points, method, anchor, per_decade, p.demand.smallest)
        offered = has_model > 0
        serving = np.where(offered, serving, 0.0)
        offered_size = np.where(offered, size, 1.0)
        compute = self._compute(offered_size, serving)
        rate = self._usd_a_month(power_subsidy, public_state.inference_usd)
        cost = np.maximum(compute * rate / 1e6, CHEAPEST)
        price = cost * (1 + self._markup(points)) * self._strain()
        for makers, at in self._sides():
            makers.list_price(cost[at], price[at])
        reached = has_model * (points >= anchor)
        able = np.where(total(reached) > 0, reached, has_model)
        self.yardstick = self._yardstick(able, method, serving, price / compute)
        opened = self._of_all(models.open_flagship, 1.0)
        return Menu(points, compute, cost, price, np.log(price), has_model, opened)

    def _sides(self) -> tuple[tuple[Serving, slice], tuple[Serving, slice]]:
        """Services of labs and clouds with their rows among all makers."""
        labs, clouds = self.labs, self.clouds
        return (labs.serving, slice(None, labs.rows)), (clouds.serving, slice(labs.rows, None))

    def _of_all(self, of_labs: Block, of_hosts: Block | float) -> Block:
        """What labs have, and what is alike for all hosts: `[maker, world]`."""
        block = np.empty(self.makers)
        block[: len(of_labs)] = of_labs
        block[len(of_labs) :] = of_hosts
        return block

    def _usd_a_month(self, power_subsidy: Block, inference_usd: Block) -> Block:
        """What a month of an H100e of inference costs each maker: write-off and power, USD."""
        energy = self.power_suppliers.price(power_subsidy).take(self.home, 0)
        labs, clouds = self.labs.purchasing, self.clouds.purchasing
        draw = np.concatenate([labs.draw, clouds.draw])
        inference = np.concatenate([labs.inference, clouds.inference])
        return inference_usd.take(self.home, 0) + power.energy_cost(draw, inference, energy)

    def _markup(self, points: Block) -> Block:
        """Price over cost, less one: of labs by their lead, of hosts little."""
        p, labs = self.labs.parameters.demand, self.labs.rows
        ahead = (points - demand.best_other(points))[:labs]
        return self._of_all(
            demand.markup(p.markup, p.markup_lead, ahead), self.parameters.demand.hosting_markup
        )

    def _strain(self) -> Block:
        """Price moved by what was wanted last month over what could be served."""
        strain = np.concatenate([makers.strain for makers, _ in self._sides()])
        return strain.clip(0.5, 10.0) ** self.of_makers.demand.tightness

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
        if self.parameters.structure.openness == "answers_controls":
            return demand.choice(
                liking + self.trust + self._audience(menu.open), self.reach * menu.offered
            )
        return demand.choice(liking + self.trust, self.reach * menu.offered)

    def _audience(self, opened: Block) -> Block:
        """Utility abroad of open weights of labs short of compute, `[market, maker, world]`."""
        scarcity = self._of_all(self.labs.purchasing.scarcity_training, 0.0)
        abroad = flag(self.markets.blocs.index[:, None] != self.home[None])[..., None]
        return abroad * (self.parameters.structure.open_audience * scarcity * opened)

    def access(self, on_labs: Block) -> Block | None:
        """How far labs can use the services of each lab (M9), `[lab, lab, world or 1]`;
        None where nobody learns by distillation.

        Args:
            on_labs: share of use that is stopped, `[market, lab, world or 1]`.
        """
        if self.parameters.structure.imitation != "distillation":
            return None
        return self.accessible(on_labs)

    def _accessible(self, on_labs: Block) -> Block:
        """A ban stops what does not pass it; one market of the bloc without a ban is enough."""
        passes = self.parameters.structure.distilled_despite_ban
        allowed = 1 - on_labs * (1 - passes)
        everybody = np.ones_like(allowed[0])
        index = self.markets.blocs.index
        by_bloc = [
            np.maximum.reduce(allowed[index == bloc], 0) if (index == bloc).any() else everybody
            for bloc in range(len(self.markets.blocs.names))
        ]
        return self.labs.blocs.spread(np.stack(by_bloc))

    def _bans(self, on_labs: Block) -> tuple[Block, list[demand.Stop]]:
        """Share of use that is stopped; open weights can be hosted, whosever they are."""
        free = np.zeros((on_labs.shape[0], self.clouds.rows, on_labs.shape[2]))
        bans = np.concatenate([on_labs, free], axis=1)
        return bans, demand.stops(bans, self.home)

    def _serve(self, forcing: Forcing, menu: Menu, budget: Block, quality: Block) -> None:
        """Tokens and money, as far as compute goes; users pay only for what is served."""
        labs, clouds = self.labs, self.clouds
        most = labs.parameters.demand.serving_cap, clouds.parameters.demand.hosting_share
        able = labs.serving.servable(most[0]), clouds.serving.servable(most[1])
        money = total(self.share * budget[:, None])
        tokens = money * TOKENS / menu.price
        need = tokens * menu.compute
        filled = np.minimum(1.0, (np.concatenate(able) + 1e-9) / (need + 1e-9)) * menu.offered
        revenue, served = money * filled, tokens * filled
        for (makers, at), one, part in zip(self._sides(), able, most, strict=True):
            makers.serve(need[at], one, part, revenue[at], served[at])
        use = self._use(menu, budget, filled, quality)
        self.markets.use(use, forcing.policy.adoption_program, forcing.services_exist)

    def _use(self, menu: Menu, budget: Block, filled: Block, quality: Block) -> Use:
        """What each market used of what makers offer.

        Args:
            filled: part of what was wanted of a maker that it served.
        """
        tokens = self.share * filled
        part = total(tokens, axis=1)
        tokens /= menu.price
        used = total(tokens, axis=1)
        any_used = np.maximum(used, 1e-300)
        return Use(
            quality=quality,
            served=part,
            spent=budget * part,
            tokens=budget * TOKENS * used,
            chinese=total(tokens.take(self.china, 1), axis=1) / any_used,
            hosted=total(tokens * menu.open, axis=1) / any_used,
        )
