"""Observations against which a forecast is scored: a table of anybody's, checked to the last
cell."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from sim.core.calendar import parse_month
from sim.research.forecasting.forecast import Forecast, Row
from sim.research.forecasting.history_until import known
from sim.research.forecasting.targets import TARGETS
from sim.scenario.errors import Problem, ScenarioError, cut, nearest

NEEDED = ("series", "actor", "period_end", "value", "unit")
DAY = re.compile(r"(\d{4}-\d{2})(-\d{2})?")
FORMAT = "the format: docs/backtest.md"


@dataclass(frozen=True)
class Observed:
    """What was observed of one row, with its 5-95 % range (the value itself where none is
    given)."""

    row: Row
    value: float
    low: float
    high: float


def from_history(forecast: Forecast) -> list[Observed]:
    """What the project's own history says of a forecast's rows."""
    names = {one.key: one.history for one in TARGETS}
    return [
        Observed(row, fact.value, fact.low, fact.high)
        for row in forecast.rows
        for fact in known(names.get((row.series, row.actor), ""))
        if fact.month == row.end
    ]


def from_file(path: str | Path, forecast: Forecast) -> list[Observed]:
    """Read a table of observations of a forecast's rows.

    Raises:
        ScenarioError: with every line that cannot be used: unknown series or actor, a date that the
            forecast does not know, another unit, no number.
    """
    table = _Table(str(path), forecast)
    found = [one for line, cells in _lines(path) if (one := table.observed(line, cells))]
    if not found and not table.problems:
        table.problems.append(Problem(str(path), "", "holds no observation", FORMAT))
    if table.problems:
        raise ScenarioError(table.problems)
    return found


def _lines(path: str | Path) -> list[tuple[int, dict[str, str]]]:
    """Cells by column, with the number of their line."""
    if not Path(path).is_file():
        raise ScenarioError(
            Problem(str(path), "", "there is no such file", "a CSV of observations")
        )
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            lacking = [name for name in NEEDED if name not in (reader.fieldnames or [])]
            if lacking:
                wrong = f"lacks the columns {', '.join(lacking)}"
                raise ScenarioError(Problem(str(path), "", wrong, FORMAT))
            return [(reader.line_num, cells) for cells in reader]
    except (csv.Error, UnicodeDecodeError) as wrong:
        raise ScenarioError(Problem(str(path), "", f"is no CSV: {wrong}", FORMAT)) from wrong


class _Table:
    """Matches lines with the rows of a forecast and keeps what is wrong."""

    def __init__(self, path: str, forecast: Forecast) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.origin = forecast.origin
        self.rows = {row.key: row for row in forecast.rows}
        self.seen: dict[tuple[str, str, str], int] = {}
        self.actors: dict[str, list[str]] = {}
        for row in forecast.rows:
            self.actors.setdefault(row.series, []).append(row.actor)

    def observed(self, line: int, cells: dict[str, str]) -> Observed | None:
        """The observation of a line; None, with a problem noted, where it cannot be used."""
        given = {name: (cells.get(name) or "").strip() for name in (*NEEDED, "low", "high")}
        try:
            row = self._row(given)
            self._once(line, row)
            if given["unit"] != row.unit:
                raise _CellError("unit", f"'{given['unit']}' is not the forecast's '{row.unit}'")
            value = _number(given, "value")
            low, high = (_number(given, name) if given[name] else value for name in ("low", "high"))
            if not low <= value <= high:
                raise _CellError("value", f"{value} does not lie between low {low} and high {high}")
            if row.scale == "log" and low <= 0:
                raise _CellError("value", f"{row.series} is positive, {low} is not")
        except _CellError as wrong:
            self.problems.append(Problem(f"{self.path}:{line}", wrong.column, *wrong.args))
            return None
        return Observed(row, value, low, high)

    def _row(self, given: dict[str, str]) -> Row:
        series, actor = given["series"], given["actor"]
        if series not in self.actors:
            raise _CellError("series", f"no series '{cut(series)}'", nearest(series, self.actors))
        if actor not in self.actors[series]:
            hint = nearest(actor, self.actors[series])
            raise _CellError("actor", f"no actor '{cut(actor)}' in {series}", hint)
        month = _month(given["period_end"])
        if (series, actor, month) not in self.rows:
            ends = sorted(end for one, who, end in self.rows if (one, who) == (series, actor))
            wrong = f"the forecast says nothing of {month}"
            early = f"it was made at the end of {self.origin}; " if month <= self.origin else ""
            raise _CellError("period_end", wrong, f"{early}periods end in {', '.join(ends)}")
        return self.rows[series, actor, month]

    def _once(self, line: int, row: Row) -> None:
        before = self.seen.setdefault(row.key, line)
        if before != line:
            wrong = f"{row.series} of {row.actor} for {row.end} stands in line {before} too"
            raise _CellError("series", wrong, "one observation a row")


class _CellError(ValueError):
    """What is wrong with a cell: column, what, what to do."""

    def __init__(self, column: str, wrong: str, hint: str = "") -> None:
        super().__init__(wrong, hint)
        self.column = column


def _month(text: str) -> str:
    """`2025-03` or a day in it."""
    match = DAY.fullmatch(text)
    try:
        parse_month(match[1] if match else text)
    except ValueError:
        wrong = f"'{cut(text)}' is no date"
        raise _CellError("period_end", wrong, "write 2025-03 or 2025-03-31") from None
    return match[1] if match else text


def _number(given: dict[str, str], column: str) -> float:
    try:
        value = float(given[column])
    except ValueError:
        wrong = f"'{cut(given[column])}' is no number"
        raise _CellError(column, wrong, "write 0.25 or 2.5e24, no commas or signs") from None
    if not math.isfinite(value):
        raise _CellError(column, f"{value} is not finite")
    return value
