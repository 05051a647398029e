"""Tables by month, of which months that are equal are kept once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.caching import widened
from sim.core.worlds import Block


class ByMonth:
    """A large table by month, of which equal months are kept once.

    Args:
        kept: the different months.
        at: for each month which of them it is.
    """

    def __init__(self, kept: list[Block], at: NDArray[np.int64]) -> None:
        self.kept = kept
        self.at = at

    def __getitem__(self, month: int) -> Block:
        return self.kept[self.at[month]]

    def __mul__(self, factor: Block) -> ByMonth:
        return ByMonth([block * factor for block in self.kept], self.at)


def strictest(listing: ByMonth) -> ByMonth:
    """The strictest over suppliers: `[month, supplier, lab, world]` to `[month, lab, world]`."""
    return ByMonth([block.max(axis=0) for block in listing.kept], listing.at)


def by_month(table: Block | ByMonth, worlds: int) -> list[Block]:
    """A table `[month, ..., world or 1]` of which months that follow unchanged are one block."""
    if isinstance(table, ByMonth):
        kept, at = table.kept, table.at
    else:
        new = (table[1:] != table[:-1]).any(axis=tuple(range(1, table.ndim)))
        at = np.concatenate([[0], np.cumsum(new)])
        kept = [table[0], *table[1:][new]]
    whole = [widened(block, (*block.shape[:-1], worlds)) for block in kept]
    return [whole[which] for which in at.tolist()]


def at_month(by_month: Sequence, month: int) -> Any:
    """One month of a table by month."""
    return by_month[month]


def at_months(tables: dict[str, list[Block]], month: int) -> dict[str, Block]:
    """One month of several tables by month."""
    return {name: table[month] for name, table in tables.items()}
