"""M5: the chip market: orders, rationing when supply is short, and prices.

Shapes: `[supplier, destination, world]` for orders and deliveries, `[supplier, world]` for supply,
`[supplier, buyer, world]` for the orders of one buyer.
"""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block, Mask, total
from sim.model.mechanisms.adjustment import adjusted

TINY = 1e-12  # avoids division by 0 where nothing is ordered
TIGHTEST = 1e100  # orders over supply: only keeps its powers finite


def appeal(pull: Block | float, worth_per_usd: Block, best: Block, elasticity: Block) -> Block:
    """Weight of a supplier in buyers' choice: pull x (worth per dollar / best)^elasticity.

    `best` only keeps the powers near 1; weights that are compared need the same `best`.
    """
    return pull * (worth_per_usd / best) ** elasticity


def shares(weight: Block, unbound: Block, patience: Block) -> Block:
    """How buyers split their money over suppliers: constant-elasticity choice, or waiting.

    share_j = W_j / (sum W + patience x (what the sum would be without the rule - sum W)):
    buyers cut off from the chips they want keep part of their money and wait for a variant.

    Args:
        weight: appeal under the rules, `[supplier, buyer, world]`.
        unbound: appeal had there been no rule.
    """
    now = total(weight)
    missed = np.maximum(total(unbound) - now, 0.0)
    return weight / np.maximum(now + patience * missed, TINY)


def split(weight: Block) -> Block:
    """Weights as shares that sum to one, or to 0 where all weights are 0."""
    return weight / np.maximum(total(weight), TINY)


def fill(orders: Block, supply: Block) -> Block:
    """Share of orders that supply can serve, pro rata; 1 where nothing is ordered."""
    return np.minimum(1.0, (supply + TINY) / (orders + TINY))


def ration(orders: Block, supply: Block, cap: Block, home: Mask) -> Block:
    """Deliveries under a cap relative to the home market, and scarce supply.

    Args:
        orders: units wanted by each destination, as far as licences permit.
        supply: units each supplier can ship, `[supplier, world]`.
        cap: limit as a share of what the supplier sells at home.
        home: which destinations are the supplier's own bloc, `[supplier, destination, 1]`.

    Returns:
        units delivered; their sum never exceeds supply, nothing exceeds orders or cap.
    """
    sold_at_home = total(np.where(home, orders, 0.0), axis=1)
    sold_at_home = sold_at_home * fill(total(orders, axis=1), supply)
    allowed = np.minimum(orders, cap * sold_at_home[:, None])
    return allowed * fill(total(allowed, axis=1), supply)[:, None]


def divert(deliveries: Block, wanted: Block, third: Mask, share: Block) -> tuple[Block, Block]:
    """M4, smuggling: part of third countries' deliveries goes on to denied destinations.

    Args:
        deliveries: units shipped legally.
        wanted: units that denied destinations would buy at smugglers' prices.
        third: destinations a supplier may serve freely without being its home.
        share: of third countries' units that can be diverted, `[world or 1]`.

    Returns:
        units that stay with each destination, and units smuggled to it; their sum is unchanged.
    """
    from_third = np.where(third, deliveries, 0.0)
    sold_to_third = total(from_third, axis=1)
    sought = total(wanted, axis=1)
    diverted = np.minimum(sold_to_third * share, sought)
    staying = deliveries - from_third * (diverted / np.maximum(sold_to_third, TINY))[:, None]
    return staying, wanted * (diverted / np.maximum(sought, TINY))[:, None]


def price(listed: Block, orders: Block, supply: Block, psi: Block, bound: Block) -> Block:
    """Price = list x (orders/supply)^psi, within `bound` times list and its inverse."""
    tight = np.minimum(np.maximum(orders, TINY) / np.maximum(supply, TINY), TIGHTEST)
    return listed * (tight**psi).clip(1 / bound, bound)


def smoothed_cost(before: Block, paid: Block, bought: Block, months: float) -> Block:
    """USD an H100e: paid (USD bn) over bought, smoothed; unchanged where nothing was bought."""
    now = 1e9 * paid / np.maximum(bought, TINY)
    follows = np.where(before > 0, adjusted(before, now, months), now)
    return np.where(bought > TINY, follows, before)
