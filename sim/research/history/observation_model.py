"""Which outcome of the model each observed series is compared with, and how far both may err."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sim.outcomes.catalogue import OUTCOMES
from sim.outcomes.record import Record
from sim.research.history.observations import (
    LAST,
    ErrorScale,
    Observation,
    observed,
    read_table,
)

TABLE = Path(__file__).with_name("series.csv")
NUMBERS = ("least_unit", "discrepancy", "persistence")  # columns of the table
OUTCOME = {outcome.name: outcome.of for outcome in OUTCOMES}
# The recorded series from which every observation can be simulated that a fit may use.
RECORDED = (
    "capability",
    "chips",
    "cloud_chips",
    "die_flow",
    "flagship_flop",
    "flagship_points",
    "flow_compute",
    "flow_smuggled",
    "flow_smuggled_compute",
    "flow_smuggled_value",
    "flow_units",
    "flow_value",
    "investor_invested",
    "largest_run",
    "open_capability",
    "quality_price",
    "revenue",
    "supplier_delivered",
    "supplier_revenue",
)

History = Mapping[str, list[Observation]]  # observations by series, in order of time


@dataclass(frozen=True)
class ObservationModel:
    """How the observations of a series are compared with the model.

    Attributes:
        outcome: what is computed from a run: the name of an outcome, or `growth:NAME:FROM` (x/yr
            since a month), `pace:NAME:FROM` (1/yr), `mean:NAME:FROM`, `chips:LAB`, `revenue:LAB`,
            `dies:TIE` (dies that a foundry sent to a supplier in two years), `units:SUPPLIER`
            (shipped in a year), `sold:SUPPLIER` (revenue of a quarter).
        scale: `log` or `natural`: the scale in which errors are normal.
        least_unit: added inside the logarithm, for a number that can be zero (0: none).
        use: `fit`, or `check` where the series is held out of the fit.
        discrepancy: standard deviation, in that scale, of what the model leaves out by design.
        persistence: correlation of errors a year apart.
        reason: why discrepancy and persistence are as they are.
    """

    series: str
    outcome: str
    scale: str
    least_unit: float
    use: str
    discrepancy: float
    persistence: float
    reason: str

    @property
    def errors(self) -> ErrorScale:
        """The scale of the errors."""
        return ErrorScale(self.scale == "log", self.least_unit)

    def scaled(self, values: np.ndarray | float) -> np.ndarray:
        """Values on the scale of the errors."""
        return self.errors.of(values)

    def error(self, fact: Observation) -> float:
        """Standard deviation of observed less simulated: error of observation and discrepancy."""
        return float(np.hypot(fact.error(self.errors), self.discrepancy))


@cache
def observation_models() -> dict[str, ObservationModel]:
    """The observation models of all series by name, in the order of the table."""
    return {
        row["series"]: ObservationModel(**row | {name: float(row[name]) for name in NUMBERS})
        for row in read_table(TABLE)
    }


def history(use: str | None = None, until: str = LAST) -> dict[str, list[Observation]]:
    """Observations with which the model is compared by series, in order of time.

    Args:
        use: `fit` or `check` (None: both).
        until: origin: only what was public then.
    """
    chosen = [one.series for one in observation_models().values() if use in (None, one.use)]
    by_series = {name: observed(name, until) for name in chosen}
    return {name: facts for name, facts in by_series.items() if facts}


def simulated(record: Record, fact: Observation) -> np.ndarray:
    """The value of an observation in each world of a run, `[world]`."""
    kind, _, rest = observation_models()[fact.series].outcome.partition(":")
    month = record.calendar.month(fact.month)
    if not rest:
        return OUTCOME[kind](record)[month]
    if kind in ROWS:
        series, axes, value = ROWS[kind]
        path = record.arrays[series][: month + 1]
        for axis, name in zip(axes, rest.split(" > "), strict=True):
            path = path[:, record.names[axis].index(name)]
        return value(path.astype(float))
    name, _, first = rest.partition(":")
    start = record.calendar.month(first)
    return SINCE[kind](OUTCOME[name](record)[start : month + 1], (month - start) / 12)


# Recorded series, its axes, and the value of a row (or pair of rows, `A > B`) up to a month.
ROWS: dict[str, tuple[str, tuple[str, ...], Callable[[np.ndarray], np.ndarray]]] = {
    "chips": ("chips", ("lab",), lambda path: path[-1]),
    "revenue": ("revenue", ("lab",), lambda path: 12 * path[-1]),  # annualised
    "dies": ("die_flow", ("foundry", "supplier"), lambda path: path[-24:].sum(axis=0)),  # two years
    "sold": ("supplier_revenue", ("supplier",), lambda path: path[-3:].sum(axis=0)),  # a quarter
    "units": ("supplier_delivered", ("supplier",), lambda path: path[-12:].sum(axis=0)),  # a year
}
# Value of the path of an outcome over so many years.
SINCE: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "growth": lambda path, years: (path[-1] / path[0]) ** (1 / years),
    "pace": lambda path, years: (path[-1] - path[0]) / years,
    "mean": lambda path, years: path.mean(axis=0),
}
