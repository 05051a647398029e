"""Tables and JSON: one plain table for terminal and report, one printer of each on stdout."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes:
        title: what it shows.
        head: a heading for each column.
        rows: as many cells as headings; empty first cells: the row goes on with the one above.
        text: headings of the columns that hold text; the others hold numbers, which are never
            wrapped.
        is_last_apart: whether the last row is set apart, as a total is.
        is_tight: whether columns stand one space apart in a terminal.
    """

    title: str
    head: list[str]
    rows: list[list[str]]
    text: Sequence[str]
    is_last_apart: bool = False
    is_tight: bool = False

    def untitled(self) -> Table:
        """The same table without its title."""
        return replace(self, title="")


def print_json(value: Any) -> None:
    """One JSON object on stdout, whole or not at all; a number that is not defined is `null`."""
    sys.stdout.write(json.dumps(_defined(value), allow_nan=False) + "\n")


def _defined(value: Any) -> Any:
    """The same with None in place of numbers that JSON does not know."""
    if isinstance(value, dict):
        return {key: _defined(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_defined(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_result[R](
    result: R, as_json: bool, show: Callable[[R], None], summary: Callable[[R], Any]
) -> None:
    """Print a result: its JSON form, or as `show` prints it for people."""
    if as_json:
        print_json(summary(result))
    else:
        show(result)
