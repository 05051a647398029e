"""Named shock channels: luck belongs to the world, not to the order of calls.

A shock is a pure function of (seed, world, month, channel by name). Each channel is a stream of a
counter-based generator keyed by the seed and the *tile* of 64 worlds, so that adding an actor, a
policy or a branch leaves the luck of all others unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.worlds import DTYPE, Block, Worlds, frozen

Where = slice | NDArray[np.int64]
TILE = 64  # worlds drawn together: drawing world by world costs three times as much


def stream(seed: int, tile: int, channel: str) -> np.random.Generator:
    """The generator of one channel for one tile of worlds."""
    return np.random.Generator(_at_start(np.random.Philox(key=0), seed, tile, _digest(channel)))


def _digest(channel: str) -> int:
    """Number of the stream of a channel."""
    return int.from_bytes(hashlib.blake2b(channel.encode(), digest_size=8).digest(), "little")


def _at_start(bits: np.random.Philox, seed: int, tile: int, digest: int) -> np.random.Philox:
    """Set a bit generator to the beginning of a stream: a tenth of the cost of a new one."""
    # Unsigned explicitly: numpy makes floats of list entries above 2**63.
    key = np.array([seed, tile], dtype=np.uint64)
    counter = np.array([0, 0, 0, digest], dtype=np.uint64)
    bits.state = {
        "bit_generator": "Philox",
        "state": {"counter": counter, "key": key},
        "buffer": np.zeros(4, dtype=np.uint64),
        "buffer_pos": 4,  # nothing left in the buffer
        "has_uint32": 0,
        "uinteger": 0,
    }
    return bits


class Past(NamedTuple):
    """Luck of some actors up to a month, taken from worlds of an ensemble that fit history.

    Attributes:
        seed: seed of that ensemble.
        worlds: which of its worlds each world of the block takes, `[world]` by actor; other actors
            draw their own luck.
        of: number of worlds in that ensemble.
        months: number of months from the start that are taken.
    """

    seed: int
    worlds: Mapping[str, NDArray[np.int64]]
    of: int
    months: int


class Chance:
    """All luck of a block of worlds.

    Args:
        seed: of the ensemble, a non-negative integer below 2**64.
        worlds: the block.
        past: luck of actors taken from elsewhere (None: all is drawn).
    """

    def __init__(self, seed: int, worlds: Worlds, past: Past | None = None) -> None:
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must lie in 0..2**64-1, not {seed}")
        self.seed = seed
        self.worlds = worlds
        self.past = past
        self._tiles = _tiles(worlds)
        self._bits = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._bits)
        self._stored: dict[tuple[str, tuple[str, ...], int, str], Block] = {}

    def normal(self, channel: str, months: int = 1) -> Block:
        """Standard normal shocks of a channel: `[month, world]`.

        The first months do not depend on the number of months drawn.
        """
        return self._drawn([channel], months, "standard_normal")[:, 0]

    def uniform(self, channel: str, months: int = 1) -> Block:
        """Shocks of a channel between 0 and 1: `[month, world]`."""
        return self._drawn([channel], months, "random")[:, 0]

    def normals(self, channel: str, actors: list[str], months: int) -> Block:
        """One normal channel for each named actor: `[month, actor, world]`."""
        return self._of_actors(channel, actors, months, "standard_normal")

    def uniforms(self, channel: str, actors: list[str], months: int) -> Block:
        """One uniform channel for each named actor: `[month, actor, world]`."""
        return self._of_actors(channel, actors, months, "random")

    def _of_actors(self, channel: str, actors: list[str], months: int, method: str) -> Block:
        """Draws of actors side by side, with the past inserted where there is one.

        Drawn once and stored, because races in the same worlds share their chance.
        """
        key = (channel, tuple(actors), months, method)
        if key not in self._stored:
            self._stored[key] = frozen(self._draw_actors(channel, actors, months, method))
        return self._stored[key]

    def _draw_actors(self, channel: str, actors: list[str], months: int, method: str) -> Block:
        out = self._drawn([f"{channel}:{actor}" for actor in actors], months, method)
        if self.past:
            _insert_past(self.past, out, channel, actors, method)
        return out

    def _drawn(self, channels: list[str], months: int, method: str) -> Block:
        """Channels side by side, `[month, channel, world]`, each tile drawn into its place."""
        out = np.empty((months, len(channels), self.worlds.count), dtype=DTYPE)
        draw = getattr(self._generator, method)
        for row, channel in enumerate(channels):
            digest = _digest(channel)
            for tile, columns, within in self._tiles:
                _at_start(self._bits, self.seed, tile, digest)
                out[:, row, columns] = draw((months, TILE))[:, within]
        return out


def _insert_past(past: Past, out: Block, channel: str, actors: list[str], method: str) -> None:
    """Replace draws of the first months by those of the past."""
    seed, worlds, of, months = past
    rows = [row for row, actor in enumerate(actors) if actor in worlds]
    named = tuple(f"{channel}:{actors[row]}" for row in rows)
    draws = _ensemble_draws(seed, of, months, named, method)[: len(out)]
    for number, row in enumerate(rows):
        out[: len(draws), row] = draws[:, number].take(worlds[actors[row]], 1)


@lru_cache(maxsize=64)
def _ensemble_draws(
    seed: int, of: int, months: int, channels: tuple[str, ...], method: str
) -> Block:
    """Draws of a whole small ensemble, stored because blocks of worlds pick from it at random."""
    return Chance(seed, Worlds(range(of)))._drawn(list(channels), months, method)


def _tiles(worlds: Worlds) -> list[tuple[int, Where, Where]]:
    """Each tile with the columns of the block that it fills, and its own columns that fill them."""
    of = worlds.numbers // TILE
    return [
        (int(tile), _as_slice(np.flatnonzero(of == tile)), _as_slice(_within(worlds, tile)))
        for tile in np.unique(of)
    ]


def _within(worlds: Worlds, tile: int) -> NDArray[np.int64]:
    return worlds.numbers[worlds.numbers // TILE == tile] % TILE


def _as_slice(columns: NDArray[np.int64]) -> Where:
    """Consecutive columns as a slice, which copies much faster."""
    first, last = int(columns[0]), int(columns[-1])
    consecutive = np.array_equal(columns, np.arange(first, last + 1))
    return slice(first, last + 1) if consecutive else columns
