"""Observations up to the end of 2024 with ranges and sources, and the scale of their errors."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sim.uncertainty.draw import P95_SCORE

TABLE = Path(__file__).with_name("observations.csv")  # calibration compares the model with these
FORECAST_TABLE = Path(__file__).with_name("beyond.csv")  # only forecasts and their references do
LAST = "2024-12"  # no observation is later
WITHIN_90 = 2 * P95_SCORE  # standard deviations between the 5th and the 95th percentile
FLOOR = 1e-12  # smallest value of which a logarithm is taken

Scale = Literal["natural", "log"]  # errors add, or multiply


def to_scale(values: np.ndarray | float, scale: str) -> np.ndarray:
    """Values in the scale in which their errors are normal; the log of what is not positive is
    that of `FLOOR`."""
    return np.log(np.maximum(values, FLOOR)) if scale == "log" else np.asarray(values)


@dataclass(frozen=True)
class Observation:
    """The observed value of a series in a month, with its 5-95 % range and source.

    `row` is the number of the fact in the list that a calibrated ensemble must cover; 0 for
    observations that only forecasts use.
    """

    row: int
    series: str
    month: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    note: str

    def error(self, scale: str) -> float:
        """Standard deviation on a scale, from the range."""
        return float(to_scale(self.high, scale) - to_scale(self.low, scale)) / WITHIN_90


@cache
def observations() -> tuple[Observation, ...]:
    """Every observation that calibration compares the model with, in the order of the table."""
    return _observations(TABLE)


def observed(series: str, until: str = LAST) -> list[Observation]:
    """The observations of a series up to a month, those of forecasts included, in order of time."""
    both = (*observations(), *_observations(FORECAST_TABLE))
    chosen = [fact for fact in both if fact.series == series and fact.month <= until]
    return sorted(chosen, key=lambda fact: fact.month)


@cache
def _observations(table: Path) -> tuple[Observation, ...]:
    return tuple(_observation(row) for row in read_table(table))


def read_table(file: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file as text by column."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _observation(row: dict[str, Any]) -> Observation:
    numbers = {name: float(row[name] or row["value"]) for name in ("value", "low", "high")}
    return Observation(**row | numbers | {"row": int(row.get("row", 0))})
