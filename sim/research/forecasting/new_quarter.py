"""Observations of a new quarter: checked, and added to the table of the history.

The file has the form of those that `moat score` reads, with the columns of the history beside:
when each thing was public, of when the table is from which it is read, source and note.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from sim.core.calendar import parse_month
from sim.research.forecasting.cells import CellError, month_in, number_in
from sim.research.forecasting.observation_table import read_lines
from sim.research.forecasting.targets import BY_KEY, current_name
from sim.research.history.observations import read_table
from sim.scenario.errors import Problem, ScenarioError, cut, nearest

MORE = ("low", "high", "public", "table", "source", "note")
NUMBERS = ("value", "low", "high")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class NewRow:
    """A row for the table of the history.

    Attributes:
        key: series, actor and month, as forecasts name them.
        cells: by column of the table.
    """

    key: Key
    cells: dict[str, str]


@dataclass(frozen=True)
class NewQuarter:
    """What a file adds to the history.

    Attributes:
        until: last month of the quarter.
        rows: of the file that the table does not hold yet.
        known: how many it holds already.
    """

    until: str
    rows: list[NewRow]
    known: int


def read(path: Path, table: Path) -> NewQuarter:
    """Check a file against the table of the history.

    Raises:
        ScenarioError: with every line that cannot be used: a series that is not forecast, another
            unit, no date or source, or another value than the table has for that month.
    """
    rows = read_lines(path, _row, lambda row: row.key, MORE)
    until = max(row.key[2] for row in rows)
    if parse_month(until)[1] % 3:
        wrong = f"the last period ends in {until}, which is no end of a quarter"
        raise ScenarioError(Problem(str(path), "period_end", wrong, "add a whole quarter"))
    held = {(line["series"], line["month"]): line for line in read_table(table)}
    new, problems = [], []
    for row in rows:
        before = held.get((row.cells["series"], row.cells["month"]))
        if before is None:
            new.append(row)
        elif any(float(before[name]) != float(row.cells[name]) for name in NUMBERS):
            wrong = f"{' of '.join(row.key[:2])} for {row.key[2]} is {before['value']} in the table"
            hint = f"leave it out, or correct {table.name} by hand"
            problems.append(Problem(str(path), "value", wrong, hint))
    if problems:
        raise ScenarioError(problems)
    return NewQuarter(until, new, len(rows) - len(new))


def _row(cells: dict[str, str]) -> NewRow:
    """The row of a line; CellError where it cannot be used."""
    key = current_name(cells["series"]), cells["actor"]
    if key not in BY_KEY:
        actors = [actor for series, actor in BY_KEY if series == key[0]]
        column, word = ("actor", key[1]) if actors else ("series", key[0])
        hint = nearest(word, actors or [series for series, _ in BY_KEY])
        raise CellError(column, f"no {column} '{cut(word)}' is forecast", hint)
    target, month = BY_KEY[key], month_in(cells["period_end"])
    if not target.history:
        raise CellError("series", f"{key[0]} of {key[1]} has no place in the history")
    if cells["unit"] != target.unit:
        raise CellError("unit", f"'{cut(cells['unit'])}' is not '{target.unit}'", "convert it")
    value, low, high = (number_in(cells, name) for name in NUMBERS)
    if not low <= value <= high:
        raise CellError("value", f"{value} does not lie between low {low} and high {high}")
    public = month_in(cells["public"])
    if public < month:
        raise CellError("public", f"{public} lies before the end of the period, {month}")
    if not cells["source"]:
        raise CellError("source", "is empty", "say who published the value, and where")
    texts = {name: cells[name] for name in (*NUMBERS, "unit", "table", "source", "note")}
    return NewRow(
        (*key, month), {"series": target.history, "month": month, "public": public} | texts
    )


def added(table: Path, rows: list[NewRow]) -> str:
    """The text of the table with these rows, each after the others of its series."""
    lines = read_table(table)
    names = list(lines[0])
    for row in sorted(rows, key=lambda row: row.key[2]):
        at = [place for place, line in enumerate(lines) if line["series"] == row.cells["series"]]
        number = lines[at[0]]["row"] if at else ""
        lines.insert(at[-1] + 1 if at else len(lines), {"row": number} | row.cells)
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
