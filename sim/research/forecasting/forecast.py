"""A forecast: the values of each target and period in many worlds, with their provenance."""

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
        start, end: first and last month of its period (the same for a stock).
        scenario: under which it is forecast.
    """

    series: str
    actor: str
    start: str
    end: str
    unit: str
    scale: str
    scenario: str
    meaning: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies it among the rows of a forecast."""
        return self.series, self.actor, self.end


@dataclass(frozen=True)
class Forecast:
    """Rows with their values.

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
        """The last month to which the worlds were fitted."""
        return self.about["origin"]


def quarter_ends(origin: str, quarters: int = QUARTERS) -> list[str]:
    """Last months of the quarters after an origin: `2025-03`, `2025-06`, ..."""
    calendar = Calendar(origin, 3 * quarters + 1)
    return [calendar.label(3 * (quarter + 1)) for quarter in range(quarters)]


def target_row(target: Target, end: str, scenario: str) -> Row:
    """The row of a target for the period that ends in a month."""
    start = Calendar(end, 1).label(1 - MONTHS[target.span])
    names = target.series, target.actor
    return Row(*names, start, end, target.unit, target.scale, scenario, target.meaning)


def quantiles_of(worlds: Block) -> Block:
    """Quantiles over worlds, `[row, world]` to `[row, level]`."""
    return np.quantile(worlds, LEVELS, axis=1).T
