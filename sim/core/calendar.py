"""The calendar of the model: months counted from the start of a scenario."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np

MONTHS_PER_YEAR = 12
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


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
        """The month in which a day lies, counted from the start; negative before it."""
        return self.month(f"{day.year:04d}-{day.month:02d}")

    def left(self, day: date) -> float:
        """Share of its month that is left on the morning of a day: 1 on the 1st.

        What begins on the 9th of April holds for `left` = 22/30 of that April.
        """
        days = monthrange(day.year, day.month)[1]
        return (days - day.day + 1) / days

    def morning(self, day: date) -> float:
        """Months from the start to the morning of a day: a whole number on the 1st."""
        return self.month_of(day) + 1 - self.left(day)

    def share(self, month: int, since: date, until: date | None = None) -> float:
        """Share of a month's days from one day on, until the morning of another."""

        def past(day: date) -> float:
            first = self.month_of(day)
            return self.left(day) if month == first else float(month > first)

        return past(since) - (past(until) if until else 0.0)

    def periods(self, days: Iterable[date]) -> Periods:
        """The months, cut on the morning of each of some days."""
        cuts = {(self.month_of(day), day.day): self.left(day) for day in days}
        cuts |= {(month, 1): 1.0 for month in range(self.months)}
        places = sorted(cut for cut in cuts if 0 <= cut[0] < self.months)
        return Periods(self, places, np.array([cuts[place] for place in places]))

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


class Rows(Protocol):
    """Anything with an array in each row."""

    def __getitem__(self, row: int, /) -> Any:
        """The array of a row."""


class Periods:
    """Months cut into periods in which no date falls: what holds in one holds on all its days.

    Args:
        calendar: the months.
        places: month and day on which each period begins, in order; every month has one on its 1st.
        left: share of its month that is left when each period begins, `[period]`.
    """

    def __init__(
        self, calendar: Calendar, places: Sequence[tuple[int, int]], left: np.ndarray
    ) -> None:
        self.calendar, self.left = calendar, left
        self.month = np.array([month for month, _ in places])
        self._day = np.array([day for _, day in places])
        self.first = np.flatnonzero(self._day == 1)  # first period of each month
        self.last = np.append(self.first[1:], len(places)) - 1  # last period of each month

    def __len__(self) -> int:
        return len(self.left)

    def since(self, day: date) -> np.ndarray:
        """Whether each period begins on that day or later, `[period, 1]`."""
        month = self.calendar.month_of(day)
        later = (self.month > month) | ((self.month == month) & (self._day >= day.day))
        return later[:, None]

    def of(self, month: int) -> range:
        """The periods of a month."""
        return range(self.first[month], self.last[month] + 1)

    def mean(self, values: Rows, month: int) -> np.ndarray:
        """Mean over the days of a month of values by period.

        Written as the first value and the change on each date, so that a date on which nothing
        changes leaves the mean as it is, bit for bit.
        """
        first, *later = self.of(month)
        mean = values[first]
        for at in later:
            mean = mean + (values[at] - values[at - 1]) * self.left[at]
        return mean

    def monthly(self, values: np.ndarray) -> np.ndarray:
        """Means over the days of each month: `[period, ...]` to `[month, ...]`."""
        numbers = values.astype(float)
        return np.stack([self.mean(numbers, month) for month in range(len(self.first))])
