"""M2: what a variant of a chip costs, what it sells for, and whether it is worth selling.

A supplier answers an export rule in two ways: it switches off parts of the product (same die,
soon, same cost: A800, H800, H20), or it makes a smaller die (later, cheaper: the B30A and
RTX 6000D kind).

Shapes: `[supplier, world]` throughout; specifications and parameters broadcast.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.worlds import Block, Mask
from sim.model.mechanisms.chips import Merits, Product, Spec
from sim.model.mechanisms.rules import Terms

DIES = (1.0, 0.5)  # of the product's: with parts switched off, and the smaller one


class Draft(NamedTuple):
    """A variant that could be sold to a destination."""

    merits: Merits
    terms: Terms
    designed: Mask  # it exists, and differs from the product
    die: float  # its die over the product's
    memory: Block  # its memory over the product's
    power: Block  # its power over the product's


class Costs(NamedTuple):
    """Costs of making chips, USD."""

    die: Block  # a packaged reticle of good dies
    memory: Block  # a stack
    board: Block  # a chip: substrate, test, assembly


class Market(NamedTuple):
    """What a seller knows when it prices a variant."""

    price: Block  # of the product, USD
    cost: Block  # of the product, USD
    hosting: Block  # what a buyer spends beside the product to run it, USD a chip
    scarcity: Block  # share of the product's margin that its silicon would earn elsewhere
    elasticity: Block  # of substitution between suppliers
    markup: Block  # of smugglers on the product


def smaller(spec: Spec, die: float) -> Spec:
    """The product with a part of its die: performance and memory in proportion."""
    return spec._replace(tflops=spec.tflops * die, bandwidth=spec.bandwidth * die)


def power_share(tflops: Block, die: float, idle: Block) -> Block:
    """Power of a variant over the product's.

    A die draws `idle` of its power whatever is switched off on it, and the rest in proportion to
    its performance.

    Args:
        tflops: performance over the product's.
    """
    return die * idle + (1 - idle) * tflops


def unit_cost(product: Product, costs: Costs, premium: Block, die: float, memory: Block) -> Block:
    """USD that a chip costs to make.

    Args:
        premium: cost of the supplier's foundries over the cheapest maker's.
        die, memory: shares of the product's silicon and memory.
    """
    silicon = product.silicon * die * costs.die * premium
    return silicon + product.hbm_stacks * memory * costs.memory + costs.board


def sale(
    draft: Draft, worth: Block, best_use: Block, market: Market, cost: Block
) -> tuple[Block, Block]:
    """Price of a variant, USD, and the gain from offering it, over the margin of the product.

    What the same silicon would earn elsewhere while supply is short is a cost of the variant. The
    seller gives no use a better deal than the product does, all-in with what buyers spend to run
    the chip, and asks no less than the price that maximises its profit at a constant elasticity,
    p = c + (c + h) / sigma. It cannot ask more than smugglers, who sell the product at a markup,
    for the same value. Where that does not cover the cost, the gain is negative: nobody would buy
    the variant at a price at which it pays.

    Args:
        worth: value of the variant to buyers over the product's.
        best_use: its worth over the product's in the use, training or inference, in which it is
            best.
        cost: of making it, USD.
    """
    margin = np.maximum(market.price - market.cost, 0.0)
    cost = cost + market.scarcity * margin * draft.die
    hosting = market.hosting * draft.power
    all_in = market.price + market.hosting
    as_good = all_in * best_use - hosting
    best = cost + (cost + hosting) / market.elasticity
    ceiling = (all_in + market.markup * market.price) * worth - hosting
    price = np.minimum(np.maximum(as_good, best), ceiling)
    paid = (price + hosting) / all_in
    sold = (worth / paid) ** market.elasticity / paid
    return price, (price - cost) * sold / np.maximum(margin, 1.0)
