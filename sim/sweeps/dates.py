"""Dates as factors: their levels by months, and the dates that move with them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from sim.core.calendar import MONTHS_PER_YEAR
from sim.scenario.schema import Scenario
from sim.sweeps.keys import flag


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    count = day.year * MONTHS_PER_YEAR + day.month - 1 + months
    year, month = count // MONTHS_PER_YEAR, count % MONTHS_PER_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def every_month(first: date, last: date, step: int) -> Iterator[date]:
    """From the first to the last date, every so many months."""
    at = 0
    while (day := months_on(first, at)) <= last:
        yield day
        at += step


def moved(scenario: Scenario, parts: tuple[str, ...], to: date) -> list[str]:
    """Overrides that set a date and move what hangs on it by as many months of the model.

    An act that takes effect at another time is announced as long before as in the scenario, and
    lasts as long; an act announced at another time takes effect as long after. The end of an act
    moves alone.
    """
    *above, field = parts
    row = getattr(scenario, parts[0])[parts[1]] if len(parts) == 3 else None
    days = {parts: to}
    was = getattr(row, field, None)
    if was is not None and field != "ends":
        by = scenario.calendar.month_of(to) - scenario.calendar.month_of(was)
        for other in ("announced", "effective", "ends"):
            day = getattr(row, other, None)
            if isinstance(day, date) and other != field:
                days[(*above, other)] = months_on(day, by)
        _in_order(days, tuple(above), field)
    return [flag(at, day) for at, day in days.items()]


def _in_order(days: dict[tuple[str, ...], date], above: tuple[str, ...], field: str) -> None:
    """Within a month days may have changed their order: the day that was asked for stands."""
    said, effect = (*above, "announced"), (*above, "effective")
    if said in days and effect in days and days[effect] < days[said]:
        moves = said if field == "effective" else effect
        days[moves] = days[effect] if field == "effective" else days[said]
