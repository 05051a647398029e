"""How the simulated bands compare with history: which observations lie inside, which do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.outcomes.measures import Record
from sim.research.history.compared import simulated
from sim.research.history.observations import Observation, observations


@dataclass(frozen=True)
class Coverage:
    """One observation beside the simulated band."""

    fact: Observation
    low: float
    median: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the observed value lies in the 5-95 % band."""
        return self.low <= self.fact.value <= self.high


def coverage(record: Record) -> list[Coverage]:
    """Every observation beside the worlds of a run."""
    found = []
    for fact in observations():
        low, median, high = np.percentile(simulated(record, fact), [5, 50, 95])
        found.append(Coverage(fact, float(low), float(median), float(high)))
    return found


def rows_inside(found: list[Coverage]) -> dict[int, bool]:
    """By row of the history: whether all its observations lie inside."""
    rows = sorted({one.fact.row for one in found})
    return {row: all(one.inside for one in found if one.fact.row == row) for row in rows}


def table(found: list[Coverage]) -> str:
    """Coverage as a Markdown table, with the count of rows first."""
    inside = rows_inside(found)
    lines = [
        f"{sum(inside.values())} of {len(inside)} rows lie inside with all their observations "
        f"({', '.join(str(row) for row, ok in inside.items() if not ok) or 'none'} outside); "
        f"{sum(one.inside for one in found)} of {len(found)} observations do.",
        "",
        "| row | series | month | observed | simulated median [5 %, 95 %] | inside |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        fact = one.fact
        flag = "yes" if one.inside else "no"
        lines.append(
            f"| {fact.row} | {fact.series} | {fact.month} | {fact.value:.3g} {fact.unit} "
            f"| {one.median:.3g} [{one.low:.3g}, {one.high:.3g}] | {flag} |"
        )
    return "\n".join(lines) + "\n"
