"""Shapley values: what each player adds, averaged over the orders in which players can come in.

A game gives every coalition of players a value, in every world on its own. Players are numbered
from 0 and a coalition is a number whose bit `p` is set where player `p` is in it (0: nobody). The
parts of the players add up to the value of all less the value of nobody, in every world.

Reference: Shapley (1953); sampling of orders with their reverses: Mitchell et al. (2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from sim.core.chance import Chance
from sim.core.worlds import Block, total

Orders = NDArray[np.int64]  # [order, place, world]: who comes in at that place
Coalitions = NDArray[np.int64]


def exact(values: Block) -> Block:
    """Parts from the values of all coalitions: `[2 ** players, world]` to `[player, world]`.

    A player's gain over a coalition of `s` others counts with the share of orders in which just
    these come before it, `1 / (players * C(players - 1, s))`.
    """
    players = len(values).bit_length() - 1
    coalitions = np.arange(len(values))
    parts = []
    for player in range(players):
        others = coalitions[coalitions >> player & 1 == 0]
        weights = [1 / (players * comb(players - 1, int(c).bit_count())) for c in others]
        gains = values[others | 1 << player] - values[others]
        parts.append(total(np.array(weights)[:, None] * gains))
    return np.array(parts).reshape(players, *values.shape[1:])


def draw_orders(chance: Chance, players: list[str], orders: int) -> Orders:
    """Random orders, each followed by its reverse: `[2 * orders, place, world]`.

    They belong to the world, as all luck does: no other world, player or order changes them.
    """
    luck = chance.uniforms("order of channels", players, orders)
    drawn = np.argsort(luck, axis=1)
    both = np.stack([drawn, drawn[:, ::-1]], axis=1)
    return both.reshape(2 * orders, *drawn.shape[1:])


def chains(orders: Orders) -> Coalitions:
    """Who is in after each place, from nobody to all: `[order, places + 1, world]`."""
    came = np.cumsum(np.left_shift(1, orders), axis=1)
    return np.concatenate([np.zeros_like(came[:, :1]), came], axis=1)


def sampled(orders: Orders, values: Block) -> tuple[Block, Block]:
    """Parts from the values along chains, and how far the sampling leaves them open.

    Args:
        orders: `[order, place, world]`, every second one the reverse of the one before.
        values: of the coalitions of `chains(orders)`, `[order, places + 1, world]`.

    Returns:
        the parts, and their standard errors in each world, `[player, world]` both.
    """
    gains = np.empty(orders.shape)
    np.put_along_axis(gains, orders, np.diff(values, axis=1), axis=1)
    pairs = (gains[::2] + gains[1::2]) / 2
    parts = total(pairs) / len(pairs)
    squares = total((pairs - parts) ** 2) / (len(pairs) - 1)
    return parts, np.sqrt(squares / len(pairs))


@dataclass(frozen=True)
class Design:
    """Which coalitions are valued in which worlds, each of them once, and how parts come of it.

    Attributes:
        worlds: place of the world of each value that is needed, `[value]`.
        coalitions: its coalition, `[value]`.
        places: which value stands where, `[coalition, world]` or `[order, places + 1, world]`.
        orders: the sampled orders; None where every coalition is valued.
    """

    worlds: NDArray[np.int64]
    coalitions: Coalitions
    places: NDArray[np.int64]
    orders: Orders | None

    @property
    def count(self) -> int:
        """How many values are needed."""
        return len(self.worlds)

    def split(self, values: Block) -> tuple[Block, Block]:
        """Parts and their standard errors, `[player, world]` both, from the values `[value]`."""
        there = values[self.places]
        if self.orders is None:
            parts = exact(there)
            return parts, np.zeros(parts.shape)
        return sampled(self.orders, there)

    def ends(self, values: Block) -> tuple[Block, Block]:
        """The values of nobody and of all, `[world]` both."""
        there = values[self.places if self.orders is None else self.places[0]]
        return there[0], there[-1]


def design(chance: Chance, players: list[str], orders: int) -> Design:
    """All coalitions where that costs no more than so many sampled orders with their reverses."""
    count, worlds = len(players), chance.worlds.count
    drawn = None
    if 2**count <= 2 + 2 * orders * (count - 1):
        wanted = np.tile(np.arange(2**count)[:, None], worlds)
    else:
        drawn = draw_orders(chance, players, orders)
        wanted = chains(drawn)
    keys = np.arange(worlds) << count | wanted
    needed, places = np.unique(keys, return_inverse=True)
    return Design(needed >> count, needed & (1 << count) - 1, places.reshape(wanted.shape), drawn)
