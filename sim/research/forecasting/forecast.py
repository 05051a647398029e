"""A forecast: what many worlds say of each target in each period, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.research.forecasting.targets import MONTHS, Target

LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 20))  # quantiles in files: 0.05 ... 0.95
QUARTERS = 7  # quarters ahead: 2025Q1 to 2026Q3 from the end of 2024


@dataclass(frozen=True)
class Row:
    """One number that is forecast.

    Attributes:
        start, end: first and last month of its period (the same for a moment).
        given: the scenario under which it is forecast.
    """

    series: str
    actor: str
    start: str
    end: str
    unit: str
    scale: str
    given: str
    meaning: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it among the rows of a forecast."""
        return self.series, self.actor, self.end


@dataclass(frozen=True)
class Forecast:
    """Rows with what the worlds say of them.

    Attributes:
        worlds: `[row, world]`, each in the unit of its row.
        quantiles: `[row, level]`, levels as in `LEVELS`.
        about: provenance.
        references: simple forecasts of the same rows by name, quantiles `[row, level]`, NaN where
            there is none.
    """

    rows: list[Row]
    worlds: Block
    quantiles: Block
    about: dict[str, Any]
    references: dict[str, Block]

    @property
    def origin(self) -> str:
        """The month up to which observations were known."""
        return self.about["origin"]


def ends_of(origin: str, quarters: int = QUARTERS) -> list[str]:
    """Last months of the quarters after an origin: `2025-03`, `2025-06`, ..."""
    calendar = Calendar(origin, 3 * quarters + 1)
    return [calendar.label(3 * (quarter + 1)) for quarter in range(quarters)]


def row_of(one: Target, end: str, given: str) -> Row:
    """The row of a target for the period that ends in a month."""
    start = Calendar(end, 1).label(1 - MONTHS[one.span])
    return Row(one.series, one.actor, start, end, one.unit, one.scale, given, one.meaning)


def summed_up(worlds: Block) -> Block:
    """Quantiles over worlds, `[row, world]` to `[row, level]`."""
    return np.quantile(worlds, LEVELS, axis=1).T
