"""The project's own table of observations up to the end of 2024."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("observations.csv")


@dataclass(frozen=True)
class Observation:
    """One fact: what was observed of a series in a month, with its range and source."""

    row: int
    series: str
    month: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    note: str


@cache
def observations() -> tuple[Observation, ...]:
    """Every observation, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_read(line) for line in csv.DictReader(file))


def observed(series: str) -> list[Observation]:
    """The observations of one series, in order of time."""
    return sorted((o for o in observations() if o.series == series), key=lambda o: o.month)


def _read(line: dict[str, str]) -> Observation:
    value = float(line["value"])
    return Observation(
        int(line["row"]),
        line["series"],
        line["month"],
        value,
        float(line["low"] or value),
        float(line["high"] or value),
        line["unit"],
        line["source"],
        line["note"],
    )
