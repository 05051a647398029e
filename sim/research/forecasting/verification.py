"""Observations against which a forecast is scored: the project's history, or a CSV of anybody's."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from sim.core.calendar import parse_month
from sim.research.forecasting.files import FORMAT
from sim.research.forecasting.forecast import Forecast, Row
from sim.research.forecasting.targets import BY_KEY, current_name
from sim.research.history.observations import observed
from sim.scenario.errors import Problem, ScenarioError, cut, nearest

COLUMNS = ("series", "actor", "period_end", "value", "unit")
DAY = re.compile(r"(\d{4}-\d{2})(-\d{2})?")


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
        for target in [BY_KEY.get((current_name(row.series), row.actor))]
        if target
        for fact in observed(target.history)
        if fact.month == row.end
    ]


def from_file(path: str | Path, forecast: Forecast) -> list[RowObservation]:
    """Read a table of observations of a forecast's rows.

    Raises:
        ScenarioError: with every line that cannot be used: unknown series or actor, a date that the
            forecast does not hold, another unit, no number.
    """
    observations: list[RowObservation] = []
    problems: list[Problem] = []
    first_lines: dict[tuple[str, str, str], int] = {}
    for line, cells in _lines(Path(path)):
        try:
            observation = _observation(cells, forecast)
            first = first_lines.setdefault(observation.row.key, line)
            if first != line:
                series, actor, end = observation.row.key
                wrong = f"{series} of {actor} for {end} stands in line {first} too"
                raise _CellError("series", wrong, "one observation a row")
            observations.append(observation)
        except _CellError as error:
            problems.append(Problem(f"{path}:{line}", error.column, *error.args))
    if not observations and not problems:
        problems.append(Problem(str(path), "", "holds no observation", FORMAT))
    if problems:
        raise ScenarioError(problems)
    return observations


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Cells by column, with the number of their line."""
    if not path.is_file():
        wrong = "there is no such file"
        raise ScenarioError(Problem(str(path), "", wrong, "a CSV of observations"))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                wrong = f"lacks the columns {', '.join(missing)}"
                raise ScenarioError(Problem(str(path), "", wrong, FORMAT))
            names = (*COLUMNS, "low", "high")
            return [
                (reader.line_num, {name: (cells.get(name) or "").strip() for name in names})
                for cells in reader
            ]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ScenarioError(Problem(str(path), "", f"is no CSV: {error}", FORMAT)) from error


class _CellError(ValueError):
    """What is wrong with a cell, and what to do."""

    def __init__(self, column: str, wrong: str, hint: str = "") -> None:
        super().__init__(wrong, hint)
        self.column = column


def _observation(cells: dict[str, str], forecast: Forecast) -> RowObservation:
    """The observation of a line.

    Raises:
        _CellError: it cannot be used.
    """
    row = _row(cells, forecast)
    if cells["unit"] != row.unit:
        raise _CellError("unit", f"'{cells['unit']}' is not the forecast's '{row.unit}'")
    value = _number(cells, "value")
    low, high = (_number(cells, name) if cells[name] else value for name in ("low", "high"))
    if not low <= value <= high:
        raise _CellError("value", f"{value} does not lie between low {low} and high {high}")
    if row.scale == "log" and low <= 0:
        raise _CellError("value", f"{row.series} is positive, {low} is not")
    return RowObservation(row, value, low, high)


def _row(cells: dict[str, str], forecast: Forecast) -> Row:
    """The row of the forecast that a line is about."""
    series, actor = cells["series"], cells["actor"]
    names = [row.series for row in forecast.rows]
    of_series = [row for row in forecast.rows if current_name(row.series) == current_name(series)]
    if not of_series:
        raise _CellError("series", f"no series '{cut(series)}'", nearest(series, names))
    actors = [row.actor for row in of_series]
    if actor not in actors:
        wrong = f"no actor '{cut(actor)}' in {series}"
        raise _CellError("actor", wrong, nearest(actor, actors))
    month = _month(cells["period_end"])
    rows = {row.end: row for row in of_series if row.actor == actor}
    if month not in rows:
        wrong = f"the forecast says nothing of {month}"
        origin = forecast.origin
        early = f"it was made at the end of {origin}; " if month <= origin else ""
        raise _CellError("period_end", wrong, f"{early}periods end in {', '.join(sorted(rows))}")
    return rows[month]


def _month(text: str) -> str:
    """The month of `2025-03`, or of a day in it."""
    match = DAY.fullmatch(text)
    month = match[1] if match else text
    try:
        parse_month(month)
    except ValueError:
        wrong = f"'{cut(text)}' is no date"
        raise _CellError("period_end", wrong, "write 2025-03 or 2025-03-31") from None
    return month


def _number(cells: dict[str, str], column: str) -> float:
    try:
        value = float(cells[column])
    except ValueError:
        wrong = f"'{cut(cells[column])}' is no number"
        raise _CellError(column, wrong, "write 0.25 or 2.5e24, no commas or signs") from None
    if not math.isfinite(value):
        raise _CellError(column, f"{value} is not finite")
    return value
