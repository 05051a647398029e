"""The chip market of a month: what each buyer orders, what arrives, at what cost (M2, M4, M5).

Shapes: `[supplier, buyer, world]` for orders, `[supplier, destination, world]` for flows;
`destination` gives the row of each buyer's bloc.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, Mask, largest, total
from sim.model.mechanisms import market

MILLION = 1e6  # USD times thousand chips in USD bn
THOUSAND = 1e3
WATTS = 1e9  # in a GW


class Offer(NamedTuple):
    """What suppliers offer this month, `[supplier, destination, world]` unless said otherwise."""

    price: Block  # USD a chip to the buyer, levy and vouchers included
    revenue: Block  # USD a chip to the supplier
    licence: Block  # share of orders that may ship
    cap: Block  # limit relative to home sales
    compute: Block  # H100e a chip by peak performance
    training: Block  # H100e a chip for training
    inference: Block
    value: Block  # worth a chip as buyers see it
    power: Block  # W a chip
    silicon: Block  # a chip's share of the product's silicon and memory
    free_price: Block  # the same had there been no rule, [supplier, 1, world]
    free_compute: Block
    free_training: Block
    free_inference: Block
    free_value: Block
    free_power: Block
    supply: Block  # 1e3 products that can ship, [supplier, world]
    service: Block  # share of last month's orders that were served, [supplier, world]


class Purchases(NamedTuple):
    """Deliveries to each buyer this month, `[buyer, world]`."""

    cost: Block  # USD bn, all-in
    chips: Block  # H100e by peak performance
    training: Block
    inference: Block
    power: Block  # GW that the chips draw
    training_free: Block  # what the same money would have brought without the rule
    inference_free: Block
    cost_free: Block  # USD bn, what that would have cost
    units: Block  # 1e3 chips
    smuggled: Block  # H100e by peak performance that were smuggled
    by_supplier: Block  # 1e3 chips bought legally, [supplier, buyer, world]

    def of(self, rows: slice) -> Purchases:
        """The same for some of the buyers."""
        *by_buyer, by_supplier = self
        return Purchases._make([*(block[rows] for block in by_buyer), by_supplier[:, rows]])

    def times(self, more: Block) -> Purchases:
        """So many times the chips at the same cost, which an experiment gives, `[buyer, 1]`."""
        return self._replace(
            chips=self.chips * more,
            training=self.training * more,
            inference=self.inference * more,
            power=self.power * more,
        )


class Conditions(NamedTuple):
    """What a buyer's choice depends on besides price and worth."""

    pull: Block  # ties and preference, [supplier, buyer, world or 1]
    allowed: Block  # 1 - entity listing, [supplier, buyer or 1, world or 1]
    guidance: Block  # share of foreign purchases given up, [destination, world or 1]
    mandate: Block  # least share of home suppliers, [destination, world or 1]
    appetite: Block  # for smuggled chips, enforcement included, [destination, world or 1]
    markup: Block  # of smugglers
    patience: Block  # for a variant, [destination, world or 1]
    home: Mask  # supplier and buyer share a bloc, [supplier, buyer, 1]
    elasticity: Block

    def of(self, rows: NDArray[np.int64], destination: NDArray[np.int64]) -> Conditions:
        """The same for some of the buyers, all `[buyer, ...]`."""
        allowed = self.allowed if self.allowed.shape[1] == 1 else self.allowed.take(rows, 1)
        return self._replace(
            allowed=allowed,
            guidance=self.guidance.take(destination, 0),
            mandate=self.mandate.take(destination, 0),
            appetite=self.appetite.take(destination, 0),
            patience=self.patience.take(destination, 0),
            home=self.home.take(rows, 1),
        )


class Wishes(NamedTuple):
    """What buyers would order had there been no rule, `[supplier, buyer, world]`."""

    liking: Block  # pull times service, of buyers that meet rules
    appeal: Block  # of buyers that meet rules
    share: Block  # of the money


class Orders(NamedTuple):
    """Chips ordered, thousands, `[supplier, buyer, world]`."""

    legal: Block
    smuggled: Block
    free: Block  # what the same money would order had there been no rule


def place(
    money: Block,
    money_free: Block,
    offer: Offer,
    conditions: Conditions,
    destination: NDArray[np.int64],
) -> Orders:
    """Split each buyer's money over suppliers, legal and smuggled.

    Rules change nothing for a buyer that meets none in any world, so they are computed only for
    the other buyers.

    Args:
        money: for accelerators this month, USD bn, `[buyer, world]`.
        money_free: the same had there been no rule so far.
    """
    best = np.maximum(largest(offer.free_value / offer.free_price), market.TINY)
    bound = bound_by_rules(offer, conditions, destination)
    wishes = _wishes(offer, conditions, best, bound)
    free, legal = (spent * MILLION / offer.free_price for spent in (money_free, money))
    free *= wishes.share
    legal *= wishes.share
    smuggled = np.zeros(legal.shape)
    if bound.size:
        wished = wishes._replace(share=wishes.share.take(bound, 1))
        legal[:, bound], smuggled[:, bound] = _under_rules(
            money[bound],
            money_free[bound],
            wished,
            offer,
            conditions.of(bound, destination[bound]),
            best,
            destination[bound],
        )
    return Orders(legal, smuggled, free)


def _wishes(offer: Offer, conditions: Conditions, best: Block, bound: NDArray[np.int64]) -> Wishes:
    weight = conditions.pull * offer.service[:, None]
    liking = weight.take(bound, 1)
    weight *= market.appeal(1.0, offer.free_value / offer.free_price, best, conditions.elasticity)
    appeal = weight.take(bound, 1)
    weight /= np.maximum(total(weight), market.TINY)
    return Wishes(liking, appeal, weight)


def bound_by_rules(
    offer: Offer, conditions: Conditions, destination: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Rows of the buyers that meet a rule, levy or voucher in some world."""
    ruled = offer.licence < 1
    for sold, full in (
        (offer.value, offer.free_value),
        (offer.price, offer.free_price),
        (offer.training, offer.free_training),
    ):
        ruled |= sold != full
    guided = ((conditions.guidance > 0) | (conditions.mandate > 0)).any(axis=1)
    hit = ruled.any(axis=(0, 2)) | guided
    return np.flatnonzero(hit[destination] | (conditions.allowed < 1).any(axis=(0, 2)))


def _under_rules(
    money: Block,
    money_free: Block,
    wishes: Wishes,
    offer: Offer,
    conditions: Conditions,
    best: Block,
    destination: NDArray[np.int64],
) -> tuple[Block, Block]:
    """Legal and smuggled orders of the buyers that meet rules.

    Licences, listings and guidance limit an order to a share of what the buyer would have ordered
    without the rule, so that money refused in a month does not return as a larger order in the
    next; smugglers are offered a share of the same.
    """
    price = offer.price.take(destination, 1)
    granted = offer.licence.take(destination, 1)
    granted *= conditions.allowed
    permitted = granted * np.where(conditions.home, 1.0, 1 - conditions.guidance)
    limited, limit = permitted < 1, permitted * wishes.share
    # All buyers of a destination get the same offer: the power is computed once a destination.
    draw = market.appeal(1.0, offer.value / offer.price, best, conditions.elasticity)
    weight = wishes.liking * permitted
    weight *= draw.take(destination, 1)
    share = _mandated(market.shares(weight, wishes.appeal, conditions.patience), conditions)
    # Buyers smuggle for what variants lack most: worth for training.
    bought = np.where(limited, np.minimum(share, limit), share)
    bought *= (offer.training / offer.price).take(destination, 1)
    obtained = total(bought)
    missed = total(wishes.share * (offer.free_training / offer.free_price))
    denied = (1 - obtained / np.maximum(missed, market.TINY)).clip(0.0, 1.0)
    sought = market.split(wishes.share * _lost(granted, offer, destination))
    once = np.minimum(money, money_free)
    diverted = once * conditions.appetite * denied * total(sought)
    legal = (money - diverted) * MILLION / price * share
    limit *= money_free
    limit = limit * MILLION / price
    smuggled = diverted * MILLION / (offer.free_price * (1 + conditions.markup)) * sought
    return np.where(limited, np.minimum(legal, limit), legal), smuggled


def _lost(granted: Block, offer: Offer, destination: NDArray[np.int64]) -> Block:
    """Share of a supplier's worth for training that rules keep from a buyer."""
    offered = granted * offer.training.take(destination, 1) / offer.free_training
    return (1 - offered).clip(0.0, 1.0)


def _mandated(share: Block, conditions: Conditions) -> Block:
    """Raise the share of home suppliers to the mandate; the other shares fall in proportion."""
    if not conditions.mandate.any():
        return share
    at_home = total(np.where(conditions.home, share, 0.0))
    raised = (at_home > 0) & (at_home < conditions.mandate)
    up = conditions.mandate / np.maximum(at_home, market.TINY)
    down = np.maximum(1 - conditions.mandate, 0.0) / np.maximum(1 - at_home, market.TINY)
    at_home, abroad = (np.where(raised, x, 1.0) for x in (up, np.minimum(down, 1.0)))
    return share * np.where(conditions.home, at_home, abroad)


def by_destination(orders: Block, buyers: Sequence[NDArray[np.int64]]) -> Block:
    """Sum orders by destination, buyer by buyer: `[supplier, destination, world]`.

    Args:
        buyers: rows of the buyers of each destination.
    """
    summed = np.empty((orders.shape[0], len(buyers), orders.shape[2]))
    for destination, rows in enumerate(buyers):
        summed[:, destination] = total(orders.take(rows, 1), axis=1) if rows.size else 0.0
    return summed


class Flows(NamedTuple):
    """Chips that move this month, thousands, `[supplier, destination, world]`."""

    ordered: Block  # as far as permitted
    shipped: Block  # legally, and not diverted
    smuggled: Block  # arriving by diversion
    shipped_share: Block  # shipped over ordered
    smuggled_share: Block  # smuggled over sought
    open_fill: Block  # share of unrestricted orders that supply serves, [supplier, world]


def clear(ordered: Block, sought: Block, offer: Offer, home: Mask, divertible: Block) -> Flows:
    """Ship what caps and supply allow; divert part of third countries' chips.

    Args:
        ordered, sought: legal and smuggled orders by destination.
        home: supplier's own bloc, `[supplier, destination, 1]`.
        divertible: largest share of third countries' chips that can be diverted.
    """
    shipped = market.ration(ordered * offer.silicon, offer.supply, offer.cap, home) / offer.silicon
    untouched = (offer.licence >= 1) & (offer.value >= offer.free_value)
    stays, arrives = market.divert(shipped, sought, untouched & ~home, divertible)
    return Flows(
        ordered,
        stays,
        arrives,
        stays / np.maximum(ordered, market.TINY),
        arrives / np.maximum(sought, market.TINY),
        market.fill(total(ordered * offer.silicon, axis=1), offer.supply),
    )


def receive(
    orders: Orders,
    flows: Flows,
    offer: Offer,
    conditions: Conditions,
    overhead: Block,
    destination: NDArray,
) -> Purchases:
    """What each buyer receives and pays, and would have received without the rule."""
    legal = orders.legal * flows.shipped_share.take(destination, 1)
    smuggled = orders.smuggled * flows.smuggled_share.take(destination, 1)
    free = orders.free * flows.open_fill[:, None]
    diverting = bool(smuggled.any())

    def arrived(of_legal: Block, of_smuggled: Block) -> Block:
        each = legal * of_legal
        if diverting:
            each += smuggled * of_smuggled
        return total(each)

    def worth(of_legal: Block, of_smuggled: Block) -> Block:
        return arrived(of_legal.take(destination, 1), of_smuggled) * THOUSAND

    diverted = total(smuggled * offer.free_compute) * THOUSAND
    paid = arrived(offer.price.take(destination, 1), offer.free_price * (1 + conditions.markup))
    return Purchases(
        cost=paid / MILLION * overhead,
        chips=worth(offer.compute, offer.free_compute),
        training=worth(offer.training, offer.free_training),
        inference=worth(offer.inference, offer.free_inference),
        power=worth(offer.power, offer.free_power) / WATTS,
        training_free=total(free * offer.free_training) * THOUSAND,
        inference_free=total(free * offer.free_inference) * THOUSAND,
        cost_free=total(free * offer.free_price) / MILLION * overhead,
        units=total(legal + smuggled),
        smuggled=diverted,
        by_supplier=legal,
    )
