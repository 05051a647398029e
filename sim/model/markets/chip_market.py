"""The chip market of the race: gathers buyers and suppliers, clears, and lets both settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.units import USD_PER_BN
from sim.core.worlds import Block, CacheLast, frozen, total
from sim.model.forcing import Forcing
from sim.model.markets.products import pulls
from sim.model.mechanisms import leakage, market
from sim.model.mechanisms.clearing import (
    Conditions,
    Flows,
    Offer,
    Orders,
    by_destination,
    clear,
    place,
    receive,
)

if TYPE_CHECKING:
    from sim.model.race import Race

MILLION = 1e6  # USD times thousand chips in USD bn
SMOOTHING = 12.0  # months over which costs of compute are smoothed: chips serve for years


class ChipMarket:
    """Where labs and clouds buy accelerators.

    Attributes:
        flows: what moved in the last month.
        offer: on what terms.
        training_cost, inference_cost: all-in USD that an H100e of that worth costs in a bloc,
            smoothed over a year, `[bloc, world]`.
        denied: USD bn a year that rules deny the suppliers of a bloc, `[bloc, bloc, world]`.

    Args:
        race: with its buyers, suppliers and ties.
    """

    flows: Flows
    offer: Offer

    def __init__(self, race: Race) -> None:
        self.race = race
        self.at = np.concatenate([buyers.blocs.index for buyers in race.buyers])
        self.of_bloc = [np.flatnonzero(self.at == bloc) for bloc in range(len(race.blocs))]
        names = [name for buyers in race.buyers for name in buyers.names]
        pull, home = pulls(race, names, [race.blocs[row] for row in self.at])
        shape = (*pull.shape[:2], race.worlds.count)
        self.ties = np.ascontiguousarray(np.broadcast_to(pull, shape)), home
        ends = np.cumsum([buyers.rows for buyers in race.buyers])
        self.rows = [
            slice(end - buyers.rows, end) for end, buyers in zip(ends, race.buyers, strict=True)
        ]
        listed = race.inputs.suppliers.values()
        self.on_sale = np.array([[1.0 if one.open_market else 0.0] for one in listed])
        self.allowed = CacheLast(self._allowed)
        nothing = frozen(np.zeros(race.clouds.shape))
        self.no_rent = nothing, nothing
        self.training_cost, self.inference_cost = self._first_costs()

    def clear(self, forcing: Forcing, offer: Offer) -> None:
        """A month: rent, order, ship, divert, pay, install, invoice."""
        buyers = self.race.buyers
        rented = [self._rent(forcing, offer), self.no_rent]
        overhead = forcing.numbers.capital.overhead
        money = [
            np.maximum(who.cash - rent, 0.0) / overhead * who.active
            for who, (rent, _) in zip(buyers, rented, strict=True)
        ]
        money_free = [who.cash_free / overhead * who.active for who in buyers]
        by = self._conditions(forcing)
        orders = place(np.concatenate(money), np.concatenate(money_free), offer, by, self.at)
        flows = self._ship(forcing, offer, orders)
        bought = receive(orders, flows, offer, by, overhead, self.at)
        for who, rows, (rent, chips) in zip(buyers, self.rows, rented, strict=True):
            who.bought = bought.of(rows)
            who.settle(forcing, who.bought, rent, chips)
            who.feel_scarcity()
        self._invoice(offer, flows)
        self._keep_costs()
        self._orders = orders
        # What a bloc gives up on its own government's word is not denied by others.
        self._guided = (1 - forcing.policy.guidance) * (1 - forcing.policy.mandate)
        self._ruled = forcing.policy.chips_controlled
        self.flows, self.offer = flows, offer

    def _first_costs(self) -> tuple[Block, Block]:
        """What compute costs before anything is bought: what is on sale, at list, in every bloc."""
        race = self.race
        product = race.catalogue.products(0)
        worth = race.catalogue.worths(race.catalogue.variants.products(0))
        weight = market.split(race.suppliers.installed * self.on_sale)
        everywhere = np.ones((len(race.blocs), 1)) * race.numbers.capital.overhead
        training = total(weight * product.price / worth.training)
        return everywhere * training, everywhere * total(weight * product.price / worth.inference)

    def _keep_costs(self) -> None:
        """What compute costs in each bloc, by what was paid there."""
        paid, training, inference = (
            total([who.blocs.total(getattr(who.bought, name)) for who in self.race.buyers])
            for name in ("cost", "training", "inference")
        )
        self.training_cost = market.smoothed_cost(self.training_cost, paid, training, SMOOTHING)
        self.inference_cost = market.smoothed_cost(self.inference_cost, paid, inference, SMOOTHING)

    @property
    def denied(self) -> Block:
        """What rules kept the suppliers of each bloc from selling in the last month.

        Of what supply would have served as it serves the orders there are: no rule, no loss.
        """
        wanted = by_destination(self._orders.free, self.of_bloc)
        wanted = wanted * self.flows.open_fill[:, None] * self._guided
        sold = self.flows.shipped * self.offer.revenue
        lost = np.maximum(wanted * self.offer.free_price - sold, 0.0) / MILLION * self._ruled
        blocs = self.race.suppliers.blocs
        return np.stack([blocs.total(lost[:, at]) for at in range(lost.shape[1])], axis=1) * 12

    def _rent(self, forcing: Forcing, offer: Offer) -> tuple[Block, Block]:
        """Rental abroad by labs: money, and H100e."""
        p = forcing.numbers
        labs, clouds = self.race.labs, self.race.clouds
        wanted = p.channels.leakage * leakage.rental_wanted(
            labs.budget,
            p.leakage.rental_share,
            labs.scarcity_training,
            1 - labs.blocs.spread(forcing.policy.remote_denial),
        )
        wanted = np.minimum(wanted, labs.cash) * labs.active
        usd = leakage.rental_price(
            self._usd_per_h100e(offer),
            p.capital.overhead,
            p.leakage.rental_premium,
            p.chip.lifetime,
        )
        chips = wanted * USD_PER_BN / usd
        undenied = 1 - clouds.blocs.spread(forcing.policy.chips_controlled)
        room = p.leakage.rental_capacity * total(clouds.training * undenied)
        part = market.fill(total(chips), room)
        return wanted * part, chips * part

    def _usd_per_h100e(self, offer: Offer) -> Block:
        """Price of compute on the open market: by makes, weighted by what is in the field."""
        weight = market.split(self.race.suppliers.installed * self.on_sale)
        return total(weight * (offer.free_price / offer.free_training)[:, 0])

    def _conditions(self, forcing: Forcing) -> Conditions:
        """What bends the choice of buyers: alike in a bloc, but for ties and listings."""
        p, policy = forcing.numbers, forcing.policy
        pull, home = self.ties
        own = self.race.catalogue.home
        controlled = p.leakage.appetite * p.channels.leakage * policy.chips_controlled
        exposure = policy.chips_exposure
        foreign = np.exp(-p.supply.security * p.channels.infant_industry * exposure)
        drawn = np.where(own, 1.0, foreign).take(self.at, 1)
        drawn *= pull
        return Conditions(
            pull=drawn,
            allowed=self.allowed(policy.listing),
            guidance=policy.guidance,
            mandate=policy.mandate,
            appetite=controlled * (1 - policy.enforcement),
            markup=p.leakage.markup,
            patience=p.supply.patience * (1 - exposure),
            home=home,
            elasticity=p.supply.substitution,
        )

    def _allowed(self, listing: Block) -> Block:
        """Only labs are listed: `[supplier, buyer, world or 1]`."""
        allowed = np.ones((listing.shape[0], len(self.at), listing.shape[2]))
        allowed[:, self.rows[0]] -= listing
        return allowed

    def _ship(self, forcing: Forcing, offer: Offer, orders: Orders) -> Flows:
        return clear(
            by_destination(orders.legal, self.of_bloc),
            by_destination(orders.smuggled, self.of_bloc),
            offer,
            self.race.catalogue.home,
            forcing.numbers.leakage.diverted_share,
        )

    def _invoice(self, offer: Offer, flows: Flows) -> None:
        """Suppliers book what went out: legal sales at their terms, diverted ones at list."""
        revenue = total(flows.shipped * offer.revenue + flows.smuggled * offer.free_price, axis=1)
        compute = total(flows.shipped * offer.compute + flows.smuggled * offer.free_compute, axis=1)
        self.race.suppliers.book(
            total(flows.ordered, axis=1),
            total(flows.shipped + flows.smuggled, axis=1),
            revenue / MILLION,
            compute * 1e3,
        )
