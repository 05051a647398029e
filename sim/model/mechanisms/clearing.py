"""The chip market of a month: what each buyer orders, what arrives, at what cost (M2, M4, M5).

Shapes: `[supplier, buyer, world]` for orders, `[supplier, destination, world]` for flows; `at`
gives the destination (bloc) of each buyer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import Block, Mask, largest, total
from sim.model.mechanisms import market

MILLION = 1e6  # USD bn over thousand chips
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
    free_price: Block  # the same had there been no rule, [supplier, 1, world]
    free_compute: Block
    free_training: Block
    free_inference: Block
    free_value: Block
    supply: Block  # 1e3 chips that can ship, [supplier, world]
    service: Block  # share of last month's orders that were served, [supplier, world]
    power: Block  # W a chip, [supplier, world]


class Purchases(NamedTuple):
    """What arrived with each buyer this month, `[buyer, world]`."""

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


class Conditions(NamedTuple):
    """What bends a buyer's choice, besides price and worth."""

    pull: Block  # ties and preference, [supplier, buyer, world or 1]
    allowed: Block  # 1 - entity listing, [supplier, buyer or 1, world or 1]
    guidance: Block  # share of foreign purchases given up, [destination, world or 1]
    mandate: Block  # least share of home suppliers, [destination, world or 1]
    appetite: Block  # for smuggled chips, enforcement included, [destination, world or 1]
    markup: Block  # of smugglers
    patience: Block  # for a variant, [destination, world or 1]
    home: Mask  # supplier and buyer share a bloc, [supplier, buyer, 1]
    elasticity: Block

    def of(self, rows: NDArray[np.int64], at: NDArray[np.int64]) -> Conditions:
        """The same for some of the buyers, all `[buyer, ...]`; `at` is where these are."""
        allowed = self.allowed if self.allowed.shape[1] == 1 else self.allowed.take(rows, 1)
        return self._replace(
            allowed=allowed,
            guidance=self.guidance.take(at, 0),
            mandate=self.mandate.take(at, 0),
            appetite=self.appetite.take(at, 0),
            patience=self.patience.take(at, 0),
            home=self.home.take(rows, 1),
        )


class Wishes(NamedTuple):
    """What buyers would order had there been no rule, `[supplier, buyer, world]`."""

    liking: Block  # pull times service, of those who meet rules
    appeal: Block  # of those who meet rules
    share: Block  # of the money


class Orders(NamedTuple):
    """Thousand chips that buyers order, `[supplier, buyer, world]`."""

    legal: Block
    smuggled: Block
    free: Block  # what the same money would order had there been no rule


def place(
    money: Block, money_free: Block, offer: Offer, by: Conditions, at: NDArray[np.int64]
) -> Orders:
    """Split each buyer's money over suppliers, legal and smuggled.

    Who meets no rule in any world splits it as had there been none: only the others are looked at
    closer.

    Args:
        money: for accelerators this month, USD bn, `[buyer, world]`.
        money_free: the same had there been no rule so far.
    """
    best = np.maximum(largest(offer.free_value / offer.free_price), market.TINY)
    bound = bound_by_rules(offer, by, at)
    wishes = _wishes(offer, by, best, bound)
    free, legal = (spent * MILLION / offer.free_price for spent in (money_free, money))
    free *= wishes.share
    legal *= wishes.share
    smuggled = np.zeros(legal.shape)
    if bound.size:
        wished = wishes._replace(share=wishes.share.take(bound, 1))
        legal[:, bound], smuggled[:, bound] = _under_rules(
            money[bound], money_free[bound], wished, offer, by.of(bound, at[bound]), best, at[bound]
        )
    return Orders(legal, smuggled, free)


def _wishes(offer: Offer, by: Conditions, best: Block, bound: NDArray[np.int64]) -> Wishes:
    weight = by.pull * offer.service[:, None]
    liking = weight.take(bound, 1)
    weight *= market.appeal(1.0, offer.free_value / offer.free_price, best, by.elasticity)
    appeal = weight.take(bound, 1)
    weight /= np.maximum(total(weight), market.TINY)
    return Wishes(liking, appeal, weight)


def bound_by_rules(offer: Offer, by: Conditions, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of the buyers who meet a rule, levy or voucher in some world."""
    ruled = offer.licence < 1
    for sold, full in (
        (offer.value, offer.free_value),
        (offer.price, offer.free_price),
        (offer.training, offer.free_training),
    ):
        ruled |= sold != full
    told = ((by.guidance > 0) | (by.mandate > 0)).any(axis=1)
    hit = ruled.any(axis=(0, 2)) | told
    return np.flatnonzero(hit[at] | (by.allowed < 1).any(axis=(0, 2)))


def _under_rules(
    money: Block,
    money_free: Block,
    wishes: Wishes,
    offer: Offer,
    by: Conditions,
    best: Block,
    at: NDArray[np.int64],
) -> tuple[Block, Block]:
    """Legal and smuggled orders of those who meet rules.

    What is licensed, allowed to a listed buyer, and not given up on guidance, bounds an order as a
    share of what the buyer would have ordered without the rule: money that is turned away does not
    come back as a larger order next month.
    """
    price = offer.price.take(at, 1)
    granted = offer.licence.take(at, 1)
    granted *= by.allowed
    permitted = granted * np.where(by.home, 1.0, 1 - by.guidance)
    limited, limit = permitted < 1, permitted * wishes.share
    # What a destination is offered is alike for all its buyers: the power is taken once for each.
    draw = market.appeal(1.0, offer.value / offer.price, best, by.elasticity)
    weight = wishes.liking * permitted
    weight *= draw.take(at, 1)
    share = _mandated(market.shares(weight, wishes.appeal, by.patience), by)
    # Smugglers are sought for what variants lack most: worth for training.
    bought = np.where(limited, np.minimum(share, limit), share)
    bought *= (offer.training / offer.price).take(at, 1)
    obtained = total(bought)
    missed = total(wishes.share * (offer.free_training / offer.free_price))
    denied = (1 - obtained / np.maximum(missed, market.TINY)).clip(0.0, 1.0)
    sought = market.split(wishes.share * _lost(granted, offer, at))
    diverted = money * by.appetite * denied * total(sought)
    legal = (money - diverted) * MILLION / price * share
    limit *= money_free
    limit = limit * MILLION / price
    smuggled = diverted * MILLION / (offer.free_price * (1 + by.markup)) * sought
    return np.where(limited, np.minimum(legal, limit), legal), smuggled


def _lost(granted: Block, offer: Offer, at: NDArray[np.int64]) -> Block:
    """Share of a supplier's worth for training that rules keep from a buyer."""
    kept = granted * offer.training.take(at, 1) / offer.free_training
    return (1 - kept).clip(0.0, 1.0)


def _mandated(share: Block, by: Conditions) -> Block:
    """Raise the share of home suppliers to the mandate, the others give way in proportion."""
    if not by.mandate.any():
        return share
    at_home = total(np.where(by.home, share, 0.0))
    raised = (at_home > 0) & (at_home < by.mandate)
    up = by.mandate / np.maximum(at_home, market.TINY)
    down = np.maximum(1 - by.mandate, 0.0) / np.maximum(1 - at_home, market.TINY)
    at_home, abroad = (np.where(raised, x, 1.0) for x in (up, np.minimum(down, 1.0)))
    return share * np.where(by.home, at_home, abroad)


def by_destination(orders: Block, buyers: Sequence[NDArray[np.int64]]) -> Block:
    """Sum orders by destination, buyer by buyer: `[supplier, destination, world]`.

    Args:
        buyers: rows of those of each destination.
    """
    summed = np.empty((orders.shape[0], len(buyers), orders.shape[2]))
    for place, rows in enumerate(buyers):
        summed[:, place] = total(orders.take(rows, 1), axis=1) if rows.size else 0.0
    return summed


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
    legal = orders.legal * flows.shipped_share.take(at, 1)
    smuggled = orders.smuggled * flows.smuggled_share.take(at, 1)
    free = orders.free * flows.open_fill[:, None]
    diverting = bool(smuggled.any())

    def arrived(of_legal: Block, of_smuggled: Block) -> Block:
        each = legal * of_legal
        if diverting:
            each += smuggled * of_smuggled
        return total(each)

    def worth(of_legal: Block, of_smuggled: Block) -> Block:
        return arrived(of_legal.take(at, 1), of_smuggled) * THOUSAND

    diverted = total(smuggled * offer.free_compute) * THOUSAND
    paid = arrived(offer.price.take(at, 1), offer.free_price * (1 + by.markup))
    return Purchases(
        cost=paid / MILLION * overhead,
        chips=worth(offer.compute, offer.free_compute),
        training=worth(offer.training, offer.free_training),
        inference=worth(offer.inference, offer.free_inference),
        power=arrived(offer.power[:, None], offer.power[:, None]) * THOUSAND / WATTS,
        training_free=total(free * offer.free_training) * THOUSAND,
        inference_free=total(free * offer.free_inference) * THOUSAND,
        cost_free=total(free * offer.free_price) / MILLION * overhead,
        units=total(legal + smuggled),
        smuggled=diverted,
        by_supplier=legal,
    )
