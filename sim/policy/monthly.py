"""Tables by month, or by period of the agenda, in which equal rows share one block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.caching import widened
from sim.core.calendar import Periods
from sim.core.worlds import Block


class MonthlyTable:
    """A table by month that stores equal months once: dates of acts are few, worlds are many.

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

    def by_month(self) -> Block:
        """The whole table, `[month, ...]`."""
        return np.stack(np.broadcast_arrays(*self.blocks))[self.index]


def combined(function: Callable[..., Block], *tables: MonthlyTable) -> MonthlyTable:
    """A function of the same month of several tables."""
    rows = list(zip(*(table.index.tolist() for table in tables), strict=True))
    number = {row: at for at, row in enumerate(dict.fromkeys(rows))}
    blocks = [
        function(*(table.blocks[at] for table, at in zip(tables, row, strict=True)))
        for row in number
    ]
    return MonthlyTable(blocks, np.array([number[row] for row in rows]))


def averaged(table: MonthlyTable, periods: Periods) -> MonthlyTable:
    """A table by period as means over the days of each month.

    A block that has ended does not return (`Agenda`): a month is of one block if its ends are.
    """
    blocks, index = list(table.blocks), table.index[periods.first]
    for month in np.flatnonzero(index != table.index[periods.last]).tolist():
        index[month] = len(blocks)
        blocks.append(periods.mean(table, month))
    return MonthlyTable(blocks, index)


def blocks_by_month(table: MonthlyTable, worlds: int) -> list[Block]:
    """The block of each month.

    Args:
        table: `[month, ..., world or 1]`.
        worlds: how many there are.
    """
    wide = [widened(block, (*block.shape[:-1], worlds)) for block in table.blocks]
    return [wide[at] for at in table.index.tolist()]


def at_month(by_month: Sequence, month: int) -> Any:
    """One month of a table by month."""
    return by_month[month]


def at_months(tables: dict[str, list[Block]], month: int) -> dict[str, Block]:
    """One month of several tables by month."""
    return {name: table[month] for name, table in tables.items()}
