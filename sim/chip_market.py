"""The chip market of the race: gathers buyers and suppliers, clears, and lets both settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.board import Turn
from sim.catalogue import pulls
from sim.mechanisms import leakage, market
from sim.mechanisms.clearing import Conditions, Flows, Offer, Orders, clear, place, receive
from sim.units import USD_PER_BN
from sim.worlds import Block, total

if TYPE_CHECKING:
    from sim.race import Race

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
        self.ties = []
        for buyers in race.buyers:
            at = [race.blocs[row] for row in buyers.blocs.index]
            self.ties.append(pulls(race, buyers.names, at))
        listed = race.story.suppliers.values()
        self.on_sale = np.array([[1.0 if one.open_market else 0.0] for one in listed])
        unknown = np.zeros((len(race.blocs), race.worlds.count))
        self.training_cost = self.inference_cost = unknown

    def clear(self, turn: Turn, offer: Offer) -> None:
        """A month: rent, order, ship, divert, pay, install, invoice."""
        buyers = self.race.buyers
        rented = [self._rent(turn, offer), self._no_rent()]
        overhead = turn.numbers.capital.overhead
        conditions = [self._conditions(turn, at) for at in range(len(buyers))]
        orders = [
            place(
                np.maximum(who.cash - rent, 0.0) / overhead * who.active,
                who.cash_free / overhead * who.active,
                offer,
                by,
                who.blocs.index,
            )
            for who, (rent, _), by in zip(buyers, rented, conditions, strict=True)
        ]
        flows = self._ship(turn, offer, orders)
        for who, order, by, (rent, chips) in zip(buyers, orders, conditions, rented, strict=True):
            who.bought = receive(order, flows, offer, by, overhead, who.blocs.index)
            who.settle(turn, who.bought, rent, chips)
            who.feel_scarcity()
        self._invoice(offer, flows)
        self._keep_costs()
        self._orders = orders
        self.flows, self.offer = flows, offer

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
        """What rules kept the suppliers of each bloc from selling in the last month."""
        wanted = self._by_destination(self._orders, "free")
        lost = np.maximum(wanted - self.flows.shipped, 0.0) * self.offer.free_price / MILLION
        blocs = self.race.suppliers.blocs
        return np.stack([blocs.total(lost[:, at]) for at in range(lost.shape[1])], axis=1) * 12

    def _rent(self, turn: Turn, offer: Offer) -> tuple[Block, Block]:
        """Rental abroad by labs: money, and H100e."""
        p = turn.numbers
        labs, clouds = self.race.labs, self.race.clouds
        wanted = p.channels.leakage * leakage.rental_wanted(
            labs.budget,
            p.leakage.rental_share,
            labs.scarcity_training,
            1 - labs.blocs.spread(turn.policy.remote_denial),
        )
        wanted = np.minimum(wanted, labs.cash) * labs.active
        usd = leakage.rental_price(
            self._usd_per_h100e(offer),
            p.capital.overhead,
            p.leakage.rental_premium,
            p.chip.lifetime,
        )
        chips = wanted * USD_PER_BN / usd
        undenied = 1 - clouds.blocs.spread(turn.policy.chips_controlled)
        room = p.leakage.rental_capacity * total(clouds.training * undenied)
        part = market.fill(total(chips), room)
        return wanted * part, chips * part

    def _usd_per_h100e(self, offer: Offer) -> Block:
        """Price of compute on the open market: by makes, weighted by what is in the field."""
        weight = market.split(self.race.suppliers.installed * self.on_sale)
        return total(weight * (offer.free_price / offer.free_training)[:, 0])

    def _no_rent(self) -> tuple[Block, Block]:
        nothing = np.zeros((self.race.clouds.rows, 1))
        return nothing, nothing

    def _conditions(self, turn: Turn, at: int) -> Conditions:
        """What bends the choice of one kind of buyers."""
        p, policy = turn.numbers, turn.policy
        buyers = self.race.buyers[at]
        spread = buyers.blocs.spread
        pull, home = self.ties[at]
        listing = policy.listing if buyers is self.race.labs else np.zeros((1, 1, 1))
        appetite = p.leakage.appetite * p.channels.leakage * spread(policy.chips_controlled)
        exposure = spread(policy.chips_exposure)
        shift = p.supply.security * p.channels.infant_industry * exposure
        return Conditions(
            pull=pull * np.where(home, 1.0, np.exp(-shift)),
            allowed=1 - listing,
            guidance=spread(policy.guidance),
            mandate=spread(policy.mandate),
            appetite=appetite * (1 - spread(policy.enforcement)),
            markup=p.leakage.markup,
            patience=p.supply.patience * (1 - exposure),
            home=home,
            elasticity=p.supply.substitution,
        )

    def _ship(self, turn: Turn, offer: Offer, orders: list[Orders]) -> Flows:
        return clear(
            self._by_destination(orders, "legal"),
            self._by_destination(orders, "smuggled"),
            offer,
            self.race.catalogue.home,
            turn.numbers.leakage.diverted_share,
        )

    def _by_destination(self, orders: list[Orders], name: str) -> Block:
        """Orders of all buyers, summed by destination: `[supplier, destination, world]`."""
        parts = [
            buyers.blocs.total(getattr(order, name).swapaxes(0, 1))
            for buyers, order in zip(self.race.buyers, orders, strict=True)
        ]
        return total(parts).swapaxes(0, 1)

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
