"""Tables of observations, line by line: as people save them, checked cell by cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from sim.research.forecasting import published
from sim.research.forecasting.cells import CellError, OutsideError
from sim.research.forecasting.files import FORMAT
from sim.scenario.errors import Problem, ScenarioError

COLUMNS = ("series", "actor", "period_end", "value", "unit")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")


def read_lines[T](
    path: str | Path,
    read: Callable[[dict[str, str]], T],
    key: Callable[[T], tuple[str, str, str]],
    more: tuple[str, ...] = (),
    notes: list[str] | None = None,
) -> list[T]:
    """What each line of a table of observations says.

    Args:
        read: of the cells of a line by column; CellError where they cannot be used.
        key: series, actor and month, of which there is one line.
        more: columns that the table must have beside the usual ones.
        notes: takes a sentence on each line that is left out, because it lies outside of what is
            asked for (None: such a line is refused).

    Raises:
        ScenarioError: with every line that cannot be used.
    """
    left_out: list[Problem] = []
    observations: list[T] = []
    problems: list[Problem] = []
    first_lines: dict[tuple[str, str, str], int] = {}
    for line, cells in _lines(Path(path), more):
        try:
            observation = read(cells)
            _refuse_second(first_lines, key(observation), line)
            observations.append(observation)
        except CellError as error:
            is_kept = isinstance(error, OutsideError) and notes is not None
            place = left_out if is_kept else problems
            place.append(Problem(f"{path}:{line}", error.column, *error.args))
    if notes is not None:
        notes += [f"left out: {problem}" for problem in left_out]
    if not observations:
        nothing = Problem(str(path), "", "holds no observation", FORMAT)
        problems = problems or left_out or [nothing]
    if problems:
        raise ScenarioError(problems)
    return observations


def _refuse_second(
    first_lines: dict[tuple[str, str, str], int], key: tuple[str, str, str], line: int
) -> None:
    """Refuse a line about what an earlier line gave already."""
    if (first := first_lines.setdefault(key, line)) != line:
        series, actor, end = key
        wrong = f"{series} of {actor} for {end} stands in line {first} too"
        raise CellError("series", wrong, "one observation a row")


def _lines(path: Path, more: tuple[str, ...] = ()) -> list[tuple[int, dict[str, str]]]:
    """Cells by column, with the number of their line; lines without a value are left out."""
    names, rows = raw_rows(path)
    if published.is_known(names):
        return published.converted(path, names, rows)
    if missing := [name for name in (*COLUMNS, *more) if name not in names]:
        wrong = f"lacks the columns {', '.join(missing)}"
        hint = f"moat observations --template prints a file to fill in; {FORMAT}"
        raise ScenarioError(Problem(str(path), "", wrong, hint))
    wanted = (*COLUMNS, *more, "low", "high")
    found = [
        (line, {name: (cells.get(name) or "").strip() for name in wanted}) for line, cells in rows
    ]
    return [(line, cells) for line, cells in found if cells["value"] or cells["period_end"]]


def raw_rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Columns of a table, and its rows with the number of their line.

    Columns are separated by commas, semicolons, tabs or bars. Where they are not separated by
    commas, a comma in a number is its decimal sign.

    Raises:
        ScenarioError: there is no such file, or it is no table.
    """
    if not path.is_file():
        wrong = "there is no such file"
        raise ScenarioError(Problem(str(path), "", wrong, "a CSV of observations"))
    try:
        text = path.read_text("utf-8-sig")
        head = text.partition("\n")[0]
        sign = max(",;\t|", key=head.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=sign)
        names = list(reader.fieldnames or [])
        rows = [(reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        wrong, hint = f"is no CSV: {error}", "save it as CSV in UTF-8"
        raise ScenarioError(Problem(str(path), "", wrong, hint)) from error
    except csv.Error as error:
        raise ScenarioError(Problem(str(path), "", f"is no CSV: {error}", FORMAT)) from error
    for _, cells in rows if sign != "," else ():
        for name, cell in cells.items():
            if isinstance(cell, str) and DECIMAL_COMMA.fullmatch(cell.strip()):
                cells[name] = cell.strip().replace(",", ".")
    return names, rows
