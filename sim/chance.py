"""Named shock channels: luck belongs to the world, not to the order of calls.

A shock is a pure function of (seed, world, month, channel by name). Each channel is a stream of a
counter-based generator keyed by the seed and the *tile* of 64 worlds, so that adding an actor, a
policy or a branch changes nobody else's luck.
"""

from __future__ import annotations

import hashlib

import numpy as np

from sim.worlds import DTYPE, Block, Worlds

TILE = 64  # worlds drawn together: drawing world by world costs three times as much


def stream(seed: int, tile: int, channel: str) -> np.random.Generator:
    """The generator of one channel for one tile of worlds."""
    digest = hashlib.blake2b(channel.encode(), digest_size=8).digest()
    # Said to be unsigned: from a list, numpy would make floats of what exceeds 2**63.
    key = np.array([seed, tile], dtype=np.uint64)
    counter = np.array([0, 0, 0, int.from_bytes(digest, "little")], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


class Chance:
    """All luck of a block of worlds.

    Args:
        seed: of the ensemble, a non-negative integer below 2**64.
        worlds: the block.
    """

    def __init__(self, seed: int, worlds: Worlds) -> None:
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must lie in 0..2**64-1, not {seed}")
        self.seed = seed
        self.worlds = worlds
        tiles = worlds.numbers // TILE
        self._tiles = [
            (int(tile), tiles == tile, worlds.numbers[tiles == tile] % TILE)
            for tile in np.unique(tiles)
        ]

    def normal(self, channel: str, months: int = 1) -> Block:
        """Standard normal shocks of a channel: `[month, world]`.

        The first months do not depend on how many months are asked for.
        """
        return self._draw(channel, months, "standard_normal")

    def uniform(self, channel: str, months: int = 1) -> Block:
        """Shocks of a channel between 0 and 1: `[month, world]`."""
        return self._draw(channel, months, "random")

    def normals(self, channel: str, actors: list[str], months: int) -> Block:
        """One normal channel for each named actor: `[month, actor, world]`."""
        return np.stack([self.normal(f"{channel}:{actor}", months) for actor in actors], axis=1)

    def uniforms(self, channel: str, actors: list[str], months: int) -> Block:
        """One uniform channel for each named actor: `[month, actor, world]`."""
        return np.stack([self.uniform(f"{channel}:{actor}", months) for actor in actors], axis=1)

    def _draw(self, channel: str, months: int, method: str) -> Block:
        out = np.empty((months, self.worlds.count), dtype=DTYPE)
        for tile, columns, within in self._tiles:
            drawn = getattr(stream(self.seed, tile, channel), method)((months, TILE))
            out[:, columns] = drawn[:, within]
        return out
