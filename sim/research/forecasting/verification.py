"""Observations against which a forecast is scored: the project's history, or a CSV of anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.research.forecasting.cells import CellError, OutsideError, month_in, range_in
from sim.research.forecasting.claim import RECOVERY
from sim.research.forecasting.forecast import Forecast, Row
from sim.research.forecasting.observation_table import read_lines
from sim.research.forecasting.scales import least_unit
from sim.research.forecasting.targets import current_name, history_of
from sim.research.history.observations import Observation, observed
from sim.scenario.errors import cut, nearest


@dataclass(frozen=True)
class RowObservation:
    """The observed value of a row, with its 5-95 % range (the value itself where none is given)."""

    row: Row
    value: float
    low: float
    high: float


def from_history(forecast: Forecast) -> list[RowObservation]:
    """The observations of a forecast's rows in the project's own history."""
    return [
        RowObservation(row, fact.value, fact.low, fact.high)
        for row in forecast.rows
        for fact in observed(history_of(row.series, row.actor))
        if _is_of(fact, row)
    ]


def _is_of(fact: Observation, row: Row) -> bool:
    """Whether an observation is of the period of a row: a recovery is known once it is over."""
    return row.start <= fact.month <= row.end if row.series == RECOVERY else fact.month == row.end


def from_file(
    path: str | Path, forecast: Forecast, notes: list[str] | None = None
) -> list[RowObservation]:
    """Read a table of observations of a forecast's rows.

    Args:
        notes: takes a sentence on each line that is left out, because the forecast says nothing of
            its period (None: such a line is refused).

    Raises:
        ScenarioError: with every line that cannot be used: unknown series or actor, another unit,
            no number; or no line is of a period of the forecast.
    """

    def key(observation: RowObservation) -> tuple[str, str, str]:
        return observation.row.key

    return read_lines(path, lambda cells: _observation(cells, forecast), key, notes=notes)


def _observation(cells: dict[str, str], forecast: Forecast) -> RowObservation:
    """The observation of a line.

    Raises:
        CellError: it cannot be used.
    """
    row = _row(cells, forecast)
    if cells["unit"] != row.unit:
        raise CellError("unit", f"'{cells['unit']}' is not the forecast's '{row.unit}'")
    value, low, high = range_in(cells)
    if row.scale == "log" and (low < 0 or (low == 0 and not least_unit(row))):
        wrong = "not negative" if least_unit(row) else "positive"
        raise CellError("value", f"{row.series} is {wrong}, {low} is not")
    return RowObservation(row, value, low, high)


def _row(cells: dict[str, str], forecast: Forecast) -> Row:
    """The row of the forecast that a line is about."""
    series, actor = cells["series"], cells["actor"]
    names = [row.series for row in forecast.rows]
    of_series = [row for row in forecast.rows if current_name(row.series) == current_name(series)]
    if not of_series:
        raise CellError("series", f"no series '{cut(series)}'", nearest(series, names))
    actors = [row.actor for row in of_series]
    if actor not in actors:
        wrong = f"no actor '{cut(actor)}' in {series}"
        raise CellError("actor", wrong, nearest(actor, actors))
    month = month_in(cells["period_end"])
    rows = {row.end: row for row in of_series if row.actor == actor}
    if month not in rows:
        wrong = f"the forecast says nothing of {month}"
        origin = forecast.origin
        early = f"it was made at the end of {origin}; " if month <= origin else ""
        raise OutsideError("period_end", wrong, f"{early}periods end in {', '.join(sorted(rows))}")
    return rows[month]
