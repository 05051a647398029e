"""The calendar of the model: months counted from the start of a scenario."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

MONTHS_PER_YEAR = 12
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
SECOND_HALF = 16  # from this day of a month on, an event counts from the next month


def parse_month(label: str) -> tuple[int, int]:
    """`"2022-10"` to `(2022, 10)`; ValueError when it is not a month."""
    if not _MONTH.fullmatch(label):
        raise ValueError(f"'{label}' is not a month written as YYYY-MM")
    return int(label[:4]), int(label[5:])


@dataclass(frozen=True)
class Calendar:
    """Months from `start` (`"2020-01"`), `months` of them."""

    start: str
    months: int

    def label(self, month: int) -> str:
        """The month's label: `Calendar("2020-01", 132).label(33)` is `"2022-10"`."""
        year, first = parse_month(self.start)
        number = year * MONTHS_PER_YEAR + first - 1 + month
        return f"{number // MONTHS_PER_YEAR:04d}-{number % MONTHS_PER_YEAR + 1:02d}"

    def labels(self) -> list[str]:
        """Every month of the calendar, in order."""
        return [self.label(month) for month in range(self.months)]

    def month(self, label: str) -> int:
        """Months from the start to `label`; negative before the start."""
        year, first = parse_month(self.start)
        other_year, other = parse_month(label)
        return (other_year - year) * MONTHS_PER_YEAR + other - first

    def month_of(self, day: date) -> int:
        """The first month in which an event of that day counts: its own month up to the 15th."""
        return self.month(f"{day.year:04d}-{day.month:02d}") + (1 if day.day >= SECOND_HALF else 0)

    def along(self, knots: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """A path through knots (`"2022-01"` -> value), straight in the log, flat outside.

        Returns:
            the value of each month, and the years since the last knot (0 before).
        """
        knot_months = np.array([self.month(label) for label in knots], dtype=float)
        order = np.argsort(knot_months)
        months = np.arange(self.months)
        values = np.exp(np.interp(months, knot_months[order], np.log(list(knots.values()))[order]))
        return values, np.maximum(months - knot_months.max(), 0) / MONTHS_PER_YEAR
