"""How simulated bands compare with history: which observations lie inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.outcomes.record import Record
from sim.research.history.observation_model import history, simulated
from sim.research.history.observations import Observation

Band = tuple[float, float, float]  # 5th percentile, median and 95th percentile over worlds


def band(values: np.ndarray) -> Band:
    """5th percentile, median and 95th percentile of a number over worlds, `[world]`."""
    low, median, high = np.percentile(values, [5, 50, 95])
    return float(low), float(median), float(high)


@dataclass(frozen=True)
class Coverage:
    """An observation and the simulated band."""

    fact: Observation
    low: float
    median: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the observed value lies in the 5-95 % band."""
        return self.low <= self.fact.value <= self.high


def coverage(record: Record) -> list[Coverage]:
    """Every observation known at the end of a run, with its band over the worlds."""
    facts = history(until=record.last).values()
    return [Coverage(fact, *band(simulated(record, fact))) for series in facts for fact in series]


def rows_inside(found: Sequence[Coverage]) -> dict[int, bool]:
    """By row of the list of facts: whether all its observations lie inside."""
    rows = sorted({one.fact.row for one in found} - {0})
    return {row: all(one.inside for one in found if one.fact.row == row) for row in rows}
