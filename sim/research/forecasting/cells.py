"""Cells of a table of observations: dates and numbers as people write them, and what is wrong."""

from __future__ import annotations

import math
import re
from datetime import date

from sim.core.calendar import parse_month
from sim.scenario.errors import cut

YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?")
YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
QUARTER = re.compile(r"(?:(\d{4})[- ]?Q([1-4])|Q([1-4])[- ]?(\d{4}))", re.IGNORECASE)


class CellError(ValueError):
    """What is wrong with a cell, and what to do."""

    def __init__(self, column: str, wrong: str, hint: str = "") -> None:
        super().__init__(wrong, hint)
        self.column = column


class OutsideError(CellError):
    """The line is well formed, and outside of what is asked for."""


def month_in(text: str) -> str:
    """The month of `2025-03`, of a day in it, or the last of a quarter; CellError without one.

    >>> month_in("2025-03"), month_in("31.03.2025"), month_in("Q1 2025"), month_in("2025/3/31")
    ('2025-03', '2025-03', '2025-03', '2025-03')
    """
    try:
        month = _month(text.strip())
        parse_month(month)
        return month
    except CellError:
        raise
    except ValueError:
        wrong = f"'{cut(text)}' is no date"
        hint = "write 2025-03, 2025-03-31 or 2025-Q1"
        raise CellError("period_end", wrong, hint) from None


def _month(text: str) -> str:
    """A month in one of the usual forms; ValueError where the day does not exist."""
    if quarter := QUARTER.fullmatch(text):
        year, number = quarter[1] or quarter[4], int(quarter[2] or quarter[3])
        return f"{year}-{3 * number:02d}"
    if first := YEAR_FIRST.fullmatch(text):
        return _of_day(int(first[1]), int(first[2]), int(first[3] or 1))
    if last := YEAR_LAST.fullmatch(text):
        day, month, year = int(last[1]), int(last[3]), int(last[4])
        if last[2] != "." and day != month and max(day, month) <= 12:
            wrong = f"'{text}' is a day of month {day} or of month {month}"
            hint = f"write {year}-{month:02d}-{day:02d} or {year}-{day:02d}-{month:02d}"
            raise CellError("period_end", wrong, hint)
        is_american = last[2] != "." and month > 12
        return _of_day(year, *((day, month) if is_american else (month, day)))
    return text


def _of_day(year: int, month: int, day: int) -> str:
    return date(year, month, day).strftime("%Y-%m")


def range_in(cells: dict[str, str]) -> tuple[float, float, float]:
    """Value, low and high of a line; without a range all are the value."""
    value = number_in(cells, "value")
    low, high = (number_in(cells, name) if cells[name] else value for name in ("low", "high"))
    if not low <= value <= high:
        raise CellError("value", f"{value} does not lie between low {low} and high {high}")
    return value, low, high


def number_in(cells: dict[str, str], column: str) -> float:
    """The finite number in a cell; CellError where there is none."""
    try:
        value = float(cells[column])
    except ValueError:
        wrong = f"'{cut(cells[column])}' is no number"
        raise CellError(
            column, wrong, "write 0.25 or 2.5e24, no thousands separators or signs"
        ) from None
    if not math.isfinite(value):
        raise CellError(column, f"{value} is not finite")
    return value
