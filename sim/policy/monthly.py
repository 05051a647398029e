"""Tables by month, in which equal months share one block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.caching import widened
from sim.core.calendar import Periods
from sim.core.worlds import Block


class MonthlyTable:
    """A large table by month that stores equal months once.

    Args:
        blocks: the different months.
        index: which of them each month is.
    """

    def __init__(self, blocks: list[Block], index: NDArray[np.int64]) -> None:
        self.blocks = blocks
        self.index = index

    def __getitem__(self, month: int) -> Block:
        return self.blocks[self.index[month]]

    def __mul__(self, factor: Block) -> MonthlyTable:
        return MonthlyTable([block * factor for block in self.blocks], self.index)


def averaged(table: MonthlyTable, periods: Periods) -> MonthlyTable:
    """A table by period as means over the days of each month."""
    blocks, index = list(table.blocks), []
    for month in range(len(periods.first)):
        same = set(table.index[periods.of(month)].tolist())
        if len(same) > 1:
            blocks.append(periods.mean(table, month))
        index.append(len(blocks) - 1 if len(same) > 1 else same.pop())
    return MonthlyTable(blocks, np.array(index))


def blocks_by_month(table: Block | MonthlyTable, worlds: int) -> list[Block]:
    """The block of each month; months that do not differ from the one before share its block.

    Args:
        table: `[month, ..., world or 1]`.
        worlds: how many there are.
    """
    if isinstance(table, MonthlyTable):
        blocks, index = table.blocks, table.index
    else:
        is_new = (table[1:] != table[:-1]).any(axis=tuple(range(1, table.ndim)))
        index = np.concatenate([[0], np.cumsum(is_new)])
        blocks = [table[0], *table[1:][is_new]]
    wide = [widened(block, (*block.shape[:-1], worlds)) for block in blocks]
    return [wide[at] for at in index.tolist()]


def at_month(by_month: Sequence, month: int) -> Any:
    """One month of a table by month."""
    return by_month[month]


def at_months(tables: dict[str, list[Block]], month: int) -> dict[str, Block]:
    """One month of several tables by month."""
    return {name: table[month] for name, table in tables.items()}
