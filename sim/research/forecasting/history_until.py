"""What was observed up to an origin, by target: the project's history, as forecasts are judged by
it.

Beside the table of observations that calibration uses stands `history/beyond.csv`: what only
forecasts and their references read (capital spending, flows by quarter). Nothing in it is later
than 2024.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sim.research.history
from sim.research.history.observations import observations

BEYOND = Path(sim.research.history.__file__).with_name("beyond.csv")


@dataclass(frozen=True)
class Known:
    """One observation: in a month, with its 5-95 % range."""

    month: str
    value: float
    low: float
    high: float
    unit: str


def known(name: str, until: str = "9999-12") -> list[Known]:
    """What was observed of a series of the history, in order of time, up to a month."""
    return [one for one in _all().get(name, []) if one.month <= until]


@cache
def _all() -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for fact in observations():
        one = Known(fact.month, fact.value, fact.low, fact.high, fact.unit)
        found.setdefault(fact.series, []).append(one)
    with BEYOND.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            value, low, high = (float(line[name]) for name in ("value", "low", "high"))
            one = Known(line["month"], value, low, high, line["unit"])
            found.setdefault(line["series"], []).append(one)
    return {name: sorted(facts, key=lambda one: one.month) for name, facts in found.items()}
