"""Dates as factors: their levels by months, and the other dates of an act that move along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from sim.scenario.schema import Scenario
from sim.sweeps.keys import override

ANNOUNCED, EFFECTIVE, ENDS, TO = "announced", "effective", "ends", "to"


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def every_month(first: date, last: date, step: int) -> Iterator[date]:
    """Days from the first to the last, each `step` months after the one before."""
    count = 0
    while (day := months_later(first, count)) <= last:
        yield day
        count += step


def date_overrides(scenario: Scenario, parts: tuple[str, ...], day: date) -> list[str]:
    """Overrides that set a date and move the other dates of its act by as many days.

    An act that takes effect at another time keeps its notice and its duration. An act that is
    announced at another time takes effect as long after. The end of an act, or
    of a dated change, moves alone.
    """
    *above, field = parts
    act = getattr(scenario, parts[0])[parts[1]] if len(parts) == 3 else None
    before = getattr(act, field, None)
    days = {field: day}
    if before is not None and field not in (ENDS, TO):
        others = {name: getattr(act, name, None) for name in (ANNOUNCED, EFFECTIVE, ENDS, TO)}
        days |= {
            name: other + (day - before)
            for name, other in others.items()
            if isinstance(other, date) and name != field
        }
    return [override((*above, name), moved) for name, moved in days.items()]
