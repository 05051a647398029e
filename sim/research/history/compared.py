"""Which outcome of the model each observed series is compared with, and how far both may err."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.outcomes.catalogue import OUTCOMES
from sim.outcomes.measures import Record
from sim.research.history.observations import Observation, observations

TABLE = Path(__file__).with_name("series.csv")
WITHIN_90 = 3.2897072539029444  # standard deviations between the 5th and the 95th percentile
OF = {one.name: one.of for one in OUTCOMES}

# What is read of a run to say all of them: the series that a recorder must keep.

NEEDED = (
    "capability",
    "chips",
    "die_flow",
    "flagship_flop",
    "flagship_points",
    "flow_compute",
    "flow_smuggled",
    "flow_smuggled_compute",
    "flow_units",
    "investor_invested",
    "largest_run",
    "open_capability",
    "quality_price",
    "revenue",
    "supplier_delivered",
)


@dataclass(frozen=True)
class Compared:
    """How a series of observations meets the model.

    Attributes:
        outcome: what of a run: the name of an outcome, or `growth:NAME:FROM` (x/yr since a month),
            `pace:NAME:FROM` (1/yr), `mean:NAME:FROM`, `chips:LAB`, `revenue:LAB`, `dies:TIE` (what
            went from a foundry to a supplier in two years), `units:SUPPLIER` (shipped in a year).
        scale: `log` or `natural`: in which errors are normal.
        use: `fit`, or `check` where it is held out of the fit.
        discrepancy: standard deviation, in that scale, of what the model leaves out by design.
        persistence: correlation of errors between successive observations.
        reason: for these.
    """

    series: str
    outcome: str
    scale: str
    use: str
    discrepancy: float
    persistence: float
    reason: str

    def scaled(self, values: np.ndarray | float) -> np.ndarray:
        """Values in the scale of the errors; what is not positive has a very small log."""
        return np.log(np.maximum(values, 1e-12)) if self.scale == "log" else np.asarray(values)

    def error(self, fact: Observation) -> float:
        """Standard deviation of an observation: low to high is taken as 5 to 95 %."""
        low, high = self.scaled(fact.low), self.scaled(fact.high)
        return float(np.hypot((high - low) / WITHIN_90, self.discrepancy))


@cache
def compared() -> dict[str, Compared]:
    """All series by name, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines: list[dict[str, Any]] = list(csv.DictReader(file))
    for line in lines:
        line |= {name: float(line[name]) for name in ("discrepancy", "persistence")}
    return {line["series"]: Compared(**line) for line in lines}


def facts(use: str | None = None, until: str = "2024-12") -> dict[str, list[Observation]]:
    """Observations up to a month by series, in order of time, of one use or all."""
    found: dict[str, list[Observation]] = {}
    for name, one in compared().items():
        if use in (None, one.use):
            rows = [f for f in observations() if f.series == name and f.month <= until]
            if rows:
                found[name] = sorted(rows, key=lambda fact: fact.month)
    return found


def simulated(record: Record, fact: Observation) -> np.ndarray:
    """What the worlds of a run say about an observation, `[world]`."""
    kind, _, rest = compared()[fact.series].outcome.partition(":")
    month = record.calendar.month(fact.month)
    if not rest:
        return OF[kind](record)[month]
    if kind in ROWS:
        series, rows, read = ROWS[kind]
        row = record.names[rows].index(rest)
        return read(record.arrays[series][: month + 1, row].astype(float))
    name, _, first = rest.partition(":")
    begin = record.calendar.month(first)
    return SINCE[kind](OF[name](record)[begin : month + 1], (month - begin) / 12)


# Recorded series, kind of its rows, what is read of the row up to the month of an observation.
ROWS: dict[str, tuple[str, str, Callable[[np.ndarray], np.ndarray]]] = {
    "chips": ("chips", "lab", lambda path: path[-1]),
    "revenue": ("revenue", "lab", lambda path: 12 * path[-1]),  # an annualised run-rate
    "dies": ("die_flow", "die", lambda path: path[-24:].sum(axis=0)),  # of two years
    "units": ("supplier_delivered", "supplier", lambda path: path[-12:].sum(axis=0)),  # of a year
}
SINCE: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "growth": lambda path, years: (path[-1] / path[0]) ** (1 / years),
    "pace": lambda path, years: (path[-1] - path[0]) / years,
    "mean": lambda path, years: path.mean(axis=0),
}
