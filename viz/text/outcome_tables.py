"""Outcomes by date in tables: the main ones with human names, all of them, or one in full."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.core import statistics
from sim.core.worlds import Block
from sim.experiments.verdict import Verdict, sizes, verdict
from sim.outcomes.catalogue import meaning_of
from sim.outcomes.presentation import PERCENT, POINTS, label_of, title_of
from sim.record.results import Results
from viz.text.format import (
    DIGITS,
    SHORT,
    UNDEFINED,
    interval,
    number,
    percent,
    ranged,
    signed,
    unit,
    when,
)
from viz.text.tables import Table

NAME_WIDTH, DATE_WIDTH = 22, 19  # letters of a name, and of a date with median and range
EFFECT_NAME_WIDTH, EFFECT_DATE_WIDTH = 36, 21  # the same of effects, which have signs
MEDIAN, RANGE = "median", "[5 %, 95 %]"  # of worlds


@dataclass(frozen=True)
class Shown:
    """How the level of an outcome is shown in the short table.

    Attributes:
        name: of the outcome.
        title: with its unit.
        scale: by which its numbers are multiplied.
    """

    name: str
    title: str
    scale: float = 1.0


ROUNDED_TO_0 = 0.005  # smaller numbers are 0 with two decimals
MAIN = (  # of a run
    Shown("lead_months", "US lead, months"),
    Shown("lead_points", "US lead, points"),
    Shown("china_leads", "China ahead, %", 100),
    Shown("efficiency_ratio", "China/US efficiency, %", 100),
    Shown("compute_ratio", "China/US compute, %", 100),
    Shown("domestic_share", "Home-made chips, %", 100),
    Shown("us_spending", "US spending, USD bn"),
    Shown("china_spending", "China spending, USD bn"),
    Shown("us_service_revenue", "US AI sales, USD bn"),
)


def year_ends(results: Results, most: int) -> list[str]:
    """So many dates of a short table: the first and last year ends that count, and one between."""
    wanted = (results.months[-1], "2022-12", "2026-12", "2024-12", "2028-12")
    found = [month for month in dict.fromkeys(wanted) if month in results.months]
    return sorted(found[:most])


def dates_that_fit(width: int, of_effects: bool = False) -> int:
    """How many dates a table of so many letters has room for."""
    name, date = (EFFECT_NAME_WIDTH, EFFECT_DATE_WIDTH) if of_effects else (NAME_WIDTH, DATE_WIDTH)
    return max(1, (width - name) // date)


def levels(results: Results, months: Sequence[str]) -> Table:
    """The main outcomes of a run by date."""
    rows = [
        [row.title, *_level_cells(results, row.name, months, row.scale)]
        for row in MAIN
        if row.name in results.names
    ]
    return _by_date(rows, months)


def effects(results: Results, names: Sequence[str], months: Sequence[str]) -> Table:
    """Effects by date, sized as their verdict sizes them."""
    rows = []
    for name in names:
        found = [verdict(results, name, month) for month in months]
        unit = found[-1].unit  # where the reference is 0 there is no percentage
        cells = [text for one in found for text in _effect_cells(one, one.unit == unit)]
        rows.append([f"{title_of(name)}{_unit(unit)}", *cells])
    return _by_date(rows, months, "change in")


def dates_of_all(width: int) -> int:
    """How many dates the table of all outcomes has room for."""
    return max(1, (width - 38) // 24)


def every(results: Results, months: Sequence[str]) -> Table:
    """All outcomes by date, with the names that programs use."""
    rows = []
    for name in results.names:
        shown = _in_full(results, name)[1]
        rows.append([f"{name}{_unit(shown)}", *_level_cells(results, name, months, 1.0, DIGITS)])
    return _by_date(rows, months, "change in" if results.is_comparison else "")


def one_in_full(results: Results, name: str) -> Table:
    """One outcome at each year's end: median, half and nine tenths of worlds, mean."""
    quantiles, shown = _in_full(results, name)
    at = [row for row, month in enumerate(results.months) if month.endswith("-12")]
    at = at if at and at[-1] == len(results.months) - 1 else [*at, len(results.months) - 1]
    rows = []
    for row in at:
        numbers = {key: float(values[row]) for key, values in quantiles.items()}
        cells = [
            number(numbers["p50"]),
            interval(numbers["p25"], numbers["p75"]),
            interval(numbers["p5"], numbers["p95"]),
            number(numbers["mean"]),
            percent(numbers["share_defined"]),
        ]
        rows.append([when(results.months[row]), *cells])
    what = f"change in {label_of(name)}" if results.is_comparison else meaning_of(name)
    title = f"{title_of(name)} ({name}): {what}{_unit(shown)}"
    head = ["month", "median", "half of worlds", "90 % of worlds", "mean", "defined in"]
    return Table(title, head, rows, ("month",), is_tight=True)


def _in_full(results: Results, name: str) -> tuple[dict[str, Block], str]:
    """Percentiles and mean by month, and their unit; effects are sized as their verdict is."""
    found, shown = results.quantiles(name), str(results.outcomes[name].attrs["unit"])
    size = sizes(results, name) if results.is_comparison else None
    if size is None or np.isinf(size.values).any():  # of nothing: only the difference is a number
        return found, shown
    return found | statistics.summary(size.values), size.unit


def _unit(name: str) -> str:
    shown = {PERCENT: "%", POINTS: "%-points"}.get(name, unit(name))
    return f", {shown}" if shown else ""


def _by_date(rows: list[list[str]], months: Sequence[str], name: str = "") -> Table:
    head = [
        name,
        *(text for month in months for text in (f"\n{MEDIAN}", f"{when(month)}\n{RANGE}")),
    ]
    return Table("", head, rows, (name,), is_tight=True)


def _level_cells(
    results: Results, name: str, months: Sequence[str], scale: float, digits: int = SHORT
) -> list[str]:
    """Median and range by date; of what is the case or not, the share of worlds alone."""
    quantiles, shown = _in_full(results, name)
    is_odds = shown == "probability"
    write = _short if digits == SHORT else partial(number, digits=digits)
    middle = above_zero if digits == SHORT else write
    cells: list[str] = []
    for month in months:
        at = results.months.index(month)
        numbers = {key: float(values[at]) * scale for key, values in quantiles.items()}
        if not quantiles["share_defined"][at]:
            cells += [UNDEFINED, ""]
        elif is_odds:
            cells += [write(numbers["mean"]), ""]
        else:
            low, high = numbers["p5"], numbers["p95"]
            cells += [middle(numbers["p50"]), f"[{write(low)}, {write(high)}]"]
    return cells


def above_zero(value: float) -> str:
    """A median as short as the rest of its table; what is above 0 is not written as 0.

    >>> above_zero(0.003), above_zero(0.0), above_zero(5.23)
    ('<0.01', '0', '5.2')
    """
    return "<0.01" if 0 < value < ROUNDED_TO_0 else _short(value)


def _short(value: float, sign: str = "") -> str:
    """Two significant digits, and no more than two decimals."""
    if not math.isfinite(value):
        return UNDEFINED
    if abs(value) < ROUNDED_TO_0:
        return "0"
    if abs(value) < 0.1:
        return f"{value:{sign}.2f}"
    if 1e5 <= abs(value) < 1e6:
        return f"{value / 1e6:{sign}.2f}m"
    return signed(value, SHORT) if sign else number(value, SHORT)


def _effect_cells(found: Verdict, has_unit_of_row: bool) -> tuple[str, str]:
    if not (found.is_defined and has_unit_of_row):
        return UNDEFINED, ""
    return _short(found.median, "+"), f"[{_short(found.low)}, {_short(found.high)}]"


def as_markdown(table: Table) -> str:
    """A table as Markdown."""
    head = [" ".join(text.split("\n")).strip() for text in table.head]
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_ranges(results: Results, months: Sequence[str]) -> Table:
    """All outcomes with median and range in one cell, for Markdown and reports."""
    rows = []
    for name in results.names:
        quantiles, shown = results.quantiles(name), results.outcomes[name].attrs["unit"]
        cells = []
        for month in months:
            at = results.months.index(month)
            numbers = {key: float(values[at]) for key, values in quantiles.items()}
            cells.append(_one_cell(numbers, shown))
        rows.append([name, shown, *cells])
    return Table("", ["outcome", "unit", *months], rows, ("outcome", "unit"))


def _one_cell(numbers: dict[str, float], shown: str) -> str:
    """Median and range; where it is not defined in all worlds, with the share of those."""
    if not numbers["share_defined"]:
        return UNDEFINED
    some = numbers["share_defined"] < 1
    worlds = f" in {percent(numbers['share_defined'])} of worlds" if some else ""
    if shown == "probability":
        return percent(numbers["mean"]) + worlds
    return ranged(numbers["p50"], numbers["p5"], numbers["p95"]) + worlds
