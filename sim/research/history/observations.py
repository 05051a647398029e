"""Observations up to the end of 2025 with ranges and sources, and the scale of their errors.

Each has two dates beside its own: when the thing itself was public, which decides what a fit to an
origin may use, and when the table or report came out from which the value is read.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR
from sim.uncertainty.draw import P95_SCORE

TABLE = Path(__file__).with_name("observations.csv")
WITHIN_90 = 2 * P95_SCORE  # standard deviations between the 5th and the 95th percentile
FLOOR = 1e-12  # smallest value of which a logarithm is taken

Scale = Literal["natural", "log"]  # errors add, or multiply


@dataclass(frozen=True)
class ErrorScale:
    """The scale on which errors of a number are normal: natural, or of logarithms.

    Attributes:
        is_log: errors multiply.
        least_unit: added to a value inside the logarithm, in the number's unit, where the number
            can be zero; at 0 a value that is not positive counts as `FLOOR`.
    """

    is_log: bool
    least_unit: float = 0.0

    def of(self, values: np.ndarray | float) -> np.ndarray:
        """Values on the scale."""
        if not self.is_log:
            return np.asarray(values, dtype=float)
        if not self.least_unit:
            return np.log(np.maximum(values, FLOOR))
        return np.log(np.maximum(values, 0.0) + self.least_unit)

    def back(self, scaled: np.ndarray) -> np.ndarray:
        """Values in the number's unit; none that is counted in logarithms is negative."""
        if not self.is_log:
            return scaled
        return np.maximum(np.exp(scaled) - self.least_unit, 0.0)


@dataclass(frozen=True)
class Observation:
    """The observed value of a series in a month, with its 5-95 % range and source.

    Attributes:
        row: number of the fact in the list that a calibrated ensemble must cover; 0 where only
            forecasts use it.
        month: last month of its period.
        low, high: 5-95 % range.
        public: month in which the thing itself was public: a model when it was released, chips when
            they were shipped, a deal when it was made, a company's figures when they were filed;
            what others estimate later (units, run-rates, prices) when it happened.
        table: month, or year, of the table or report; empty where it is not known.
    """

    row: int
    series: str
    month: str
    value: float
    low: float
    high: float
    unit: str
    public: str
    table: str
    source: str
    note: str

    def known(self, origin: str) -> bool:
        """Whether it had happened and was public at the end of a month."""
        return max(self.month, self.public) <= origin

    def error(self, scale: ErrorScale) -> float:
        """Standard deviation on a scale, from the range."""
        return float(scale.of(self.high) - scale.of(self.low)) / WITHIN_90


@cache
def observations() -> tuple[Observation, ...]:
    """Every observation, in the order of the table."""
    return tuple(_observation(row) for row in read_table(TABLE))


def observed(series: str, origin: str = "") -> list[Observation]:
    """The observations of a series in order of time: all, or those known at an origin."""
    facts = [fact for fact in observations() if fact.series == series]
    chosen = [fact for fact in facts if not origin or fact.known(origin)]
    return sorted(chosen, key=lambda fact: fact.month)


def years_of(month: str) -> float:
    """The end of a month `2025-03` as years: 2025.25."""
    return int(month[:4]) + int(month[5:7]) / MONTHS_PER_YEAR


def read_table(file: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file as text by column."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _observation(row: dict[str, Any]) -> Observation:
    numbers = {name: float(row[name] or row["value"]) for name in ("value", "low", "high")}
    return Observation(**row | numbers | {"row": int(row["row"] or 0)})


LAST = max(fact.month for fact in observations())  # no observation is later
