"""The chip market of a month: what each buyer orders, what arrives, at what cost (M2, M4, M5).

Shapes: `[supplier, buyer, world]` for orders, `[supplier, destination, world]` for flows; `at`
gives the destination (bloc) of each buyer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.mechanisms import market
from sim.worlds import Block, Mask, largest, total

MILLION = 1e6  # USD bn over thousand chips
THOUSAND = 1e3
WATTS = 1e9  # in a GW


@dataclass(frozen=True)
class Offer:
    """What suppliers offer this month, `[supplier, destination, world]` unless said otherwise."""

    price: Block  # USD a chip to the buyer, levy and vouchers included
    revenue: Block  # USD a chip to the supplier
    licence: Block  # share of orders that may ship
    cap: Block  # limit relative to home sales
    compute: Block  # H100e a chip by peak performance
    training: Block  # H100e a chip for training
    inference: Block
    value: Block  # worth a chip as buyers see it
    free_price: Block  # the same had there been no rule, [supplier, 1, world]
    free_compute: Block
    free_training: Block
    free_inference: Block
    free_value: Block
    supply: Block  # 1e3 chips that can ship, [supplier, world]
    service: Block  # share of last month's orders that were served, [supplier, world]
    power: Block  # W a chip, [supplier, world]


@dataclass(frozen=True)
class Purchases:
    """What arrived with each buyer this month, `[buyer, world]`."""

    cost: Block  # USD bn, all-in
    chips: Block  # H100e by peak performance
    training: Block
    inference: Block
    power: Block  # GW that the chips draw
    training_free: Block  # what the same money would have brought without the rule
    inference_free: Block
    cost_free: Block  # USD bn, what that would have cost
    home: Block  # 1e3 chips from home suppliers
    units: Block  # 1e3 chips
    smuggled: Block  # H100e by peak performance that were smuggled
    by_supplier: Block  # 1e3 chips bought legally, [supplier, buyer, world]


class Conditions(NamedTuple):
    """What bends a buyer's choice, besides price and worth."""

    pull: Block  # ties and preference, [supplier, buyer, 1]
    allowed: Block  # 1 - entity listing, [supplier, buyer or 1, world or 1]
    guidance: Block  # share of foreign purchases given up, [buyer, world or 1]
    mandate: Block  # least share of home suppliers, [buyer, world or 1]
    appetite: Block  # for smuggled chips, enforcement included, [buyer, world or 1]
    markup: Block  # of smugglers
    patience: Block  # for a variant, [buyer, world or 1]
    home: Mask  # supplier and buyer share a bloc, [supplier, buyer, 1]
    elasticity: Block


class Orders(NamedTuple):
    """Thousand chips that buyers order, `[supplier, buyer, world]`."""

    legal: Block
    smuggled: Block
    free: Block  # what the same money would order had there been no rule


def place(
    money: Block, money_free: Block, offer: Offer, by: Conditions, at: NDArray[np.int64]
) -> Orders:
    """Split each buyer's money over suppliers, legal and smuggled.

    What is licensed, allowed to a listed buyer, and not given up on guidance, bounds an order as a
    share of what the buyer would have ordered without the rule: money that is turned away does not
    come back as a larger order next month.

    Args:
        money: for accelerators this month, USD bn, `[buyer, world]`.
        money_free: the same had there been no rule so far.
    """
    licence, value, price = offer.licence[:, at], offer.value[:, at], offer.price[:, at]
    service = offer.service[:, None]
    best = np.maximum(largest(offer.free_value / offer.free_price), market.TINY)
    unbound = market.appeal(
        by.pull * service, offer.free_value / offer.free_price, best, by.elasticity
    )
    free_share = market.split(unbound)
    permitted = licence * by.allowed * np.where(by.home, 1.0, 1 - by.guidance)
    weight = market.appeal(by.pull * service * permitted, value / price, best, by.elasticity)
    share = _mandated(market.shares(weight, unbound, by.patience), by)
    # Smugglers are sought for what variants lack most: worth for training.
    bought = np.where(permitted < 1, np.minimum(share, permitted * free_share), share)
    per_usd = offer.training[:, at] / price
    free_per_usd = offer.free_training / offer.free_price
    denied = 1 - total(bought * per_usd) / np.maximum(total(free_share * free_per_usd), market.TINY)
    lost = np.clip(1 - by.allowed * licence * offer.training[:, at] / offer.free_training, 0.0, 1.0)
    sought = market.split(free_share * lost)
    diverted = money * by.appetite * np.clip(denied, 0.0, 1.0) * total(sought)
    legal = (money - diverted) * MILLION / price * share
    bound = permitted * free_share * money_free * MILLION / price
    return Orders(
        legal=np.where(permitted < 1, np.minimum(legal, bound), legal),
        smuggled=diverted * MILLION / (offer.free_price * (1 + by.markup)) * sought,
        free=money_free * MILLION / offer.free_price * free_share,
    )


def _mandated(share: Block, by: Conditions) -> Block:
    """Raise the share of home suppliers to the mandate, the others give way in proportion."""
    at_home = total(np.where(by.home, share, 0.0))
    floor = np.where(at_home > 0, np.maximum(at_home, by.mandate), at_home)
    up = floor / np.maximum(at_home, market.TINY)
    down = np.maximum(1 - floor, 0.0) / np.maximum(1 - at_home, market.TINY)
    return share * np.where(by.home, up, np.minimum(down, 1.0))


class Flows(NamedTuple):
    """Thousand chips that move this month, `[supplier, destination, world]`."""

    ordered: Block  # as far as permitted
    shipped: Block  # legally, and staying there
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
    shipped = market.ration(ordered, offer.supply, offer.cap, home)
    untouched = (offer.licence >= 1) & (offer.value >= offer.free_value)
    stays, arrives = market.divert(shipped, sought, untouched & ~home, divertible)
    return Flows(
        ordered,
        stays,
        arrives,
        stays / np.maximum(ordered, market.TINY),
        arrives / np.maximum(sought, market.TINY),
        market.fill(total(ordered, axis=1), offer.supply),
    )


def receive(
    orders: Orders, flows: Flows, offer: Offer, by: Conditions, overhead: Block, at: NDArray
) -> Purchases:
    """What each buyer gets and pays, and what it would have got without the rule."""
    legal = orders.legal * flows.shipped_share[:, at]
    smuggled = orders.smuggled * flows.smuggled_share[:, at]
    free = orders.free * flows.open_fill[:, None]
    cost = legal * offer.price[:, at] + smuggled * (offer.free_price * (1 + by.markup))

    def worth(legal_worth: Block, free_worth: Block) -> Block:
        return total(legal * legal_worth[:, at] + smuggled * free_worth) * THOUSAND

    return Purchases(
        cost=total(cost) / MILLION * overhead,
        chips=worth(offer.compute, offer.free_compute),
        training=worth(offer.training, offer.free_training),
        inference=worth(offer.inference, offer.free_inference),
        power=total((legal + smuggled) * offer.power[:, None]) * THOUSAND / WATTS,
        training_free=total(free * offer.free_training) * THOUSAND,
        inference_free=total(free * offer.free_inference) * THOUSAND,
        cost_free=total(free * offer.free_price) / MILLION * overhead,
        home=total(np.where(by.home, legal, 0.0)),
        units=total(legal + smuggled),
        smuggled=total(smuggled * offer.free_compute) * THOUSAND,
        by_supplier=legal,
    )
