"""Shapley values: what each player adds, averaged over the orders in which players can join.

A game gives every coalition of players a value in each world. Players are numbered from 0; a
coalition is a number whose bit `p` is set if player `p` is a member (0: nobody). In each world the
parts of the players add up to the value of all players less the value of nobody.

Reference: Shapley (1953); sampling of orders with their reverses: Mitchell et al. (2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from sim.core.chance import Chance
from sim.core.worlds import Block, total

Orders = NDArray[np.int64]  # [order, place, world]: the player that joins at that place
Coalitions = NDArray[np.int64]


def exact(values: Block) -> Block:
    """Parts from the values of all coalitions: `[2 ** players, world]` to `[player, world]`.

    A player's gain over a coalition of `s` others is weighted with the share of orders in which
    exactly these join before it, `1 / (players * C(players - 1, s))`.
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


def draw_orders(chance: Chance, players: list[str], orders: int, shared: int = 1) -> Orders:
    """Random orders, each followed by its reverse: `[2 * orders, place, world]`.

    The orders of a world do not depend on how many other worlds or orders are drawn.

    Args:
        shared: so many worlds in a row take the orders of the first of them.
    """
    luck = chance.uniforms("order of channels", players, orders)
    luck = luck[..., np.arange(luck.shape[-1]) // shared * shared]
    drawn = np.argsort(luck, axis=1)
    both = np.stack([drawn, drawn[:, ::-1]], axis=1)
    return both.reshape(2 * orders, *drawn.shape[1:])


def chains(orders: Orders) -> Coalitions:
    """The coalition after each place, from nobody to all: `[order, places + 1, world]`."""
    joined = np.cumsum(np.left_shift(1, orders), axis=1)
    return np.concatenate([np.zeros_like(joined[:, :1]), joined], axis=1)


def sampled(orders: Orders, values: Block) -> tuple[Block, Block]:
    """Parts from the values along chains, with their standard errors from sampling.

    Args:
        orders: `[order, place, world]`; every second one is the reverse of the one before.
        values: of the coalitions of `chains(orders)`, `[order, places + 1, world]`.

    Returns:
        parts and their standard errors in each world, `[player, world]` both.
    """
    gains = np.empty(orders.shape)
    np.put_along_axis(gains, orders, np.diff(values, axis=1), axis=1)
    pairs = (gains[::2] + gains[1::2]) / 2
    parts = total(pairs) / len(pairs)
    squares = total((pairs - parts) ** 2) / (len(pairs) - 1)
    return parts, np.sqrt(squares / len(pairs))


@dataclass(frozen=True)
class Design:
    """Which coalitions need a value in which worlds, each once, and how parts follow from them.

    Attributes:
        worlds: index of the world of each value, `[value]`.
        coalitions: coalition of each value, `[value]`.
        places: index of a value by `[coalition, world]` or `[order, places + 1, world]`.
        orders: the sampled orders; None if every coalition has a value.
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
        placed = values[self.places]
        if self.orders is None:
            parts = exact(placed)
            return parts, np.zeros(parts.shape)
        return sampled(self.orders, placed)

    def ends(self, values: Block) -> tuple[Block, Block]:
        """The value of nobody and the value of all players, `[world]` both."""
        placed = values[self.places if self.orders is None else self.places[0]]
        return placed[0], placed[-1]


def design(chance: Chance, players: list[str], orders: int, shared: int = 1) -> Design:
    """All coalitions, or so many sampled orders with their reverses if these cost less.

    Args:
        shared: how many worlds in a row have the same orders.
    """
    count, worlds = len(players), chance.worlds.count
    drawn = None
    if 2**count <= 2 + 2 * orders * (count - 1):
        coalitions = np.tile(np.arange(2**count)[:, None], worlds)
    else:
        drawn = draw_orders(chance, players, orders, shared)
        coalitions = chains(drawn)
    pairs = np.stack(np.broadcast_arrays(np.arange(worlds), coalitions)).reshape(2, -1)
    once, places = np.unique(pairs, axis=1, return_inverse=True)
    return Design(once[0], once[1], places.reshape(coalitions.shape), drawn)
