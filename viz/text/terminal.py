"""What is printed in a terminal: all of it goes through here.

Texts come from files of others. They are printed as they are, never read as markup, and what a
terminal would take for a command is shown as `\\x1b` instead.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sim.core.seen import escaped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from viz.text.tables import Table

NO_BREAK = "\u00a0"  # a space at which no line ends
RANGE = re.compile(r"\[(\S+), (?=\S+\])")  # stays on one line
NARROW_TEXT = 12  # letters to which a column of text may shrink beside numbers
NARROWEST, USUAL = 60, 80  # characters of a line: at least, and where nothing says how many


def say(text: object = "", end: str = "\n", on_stderr: bool = False) -> None:
    """Print a text.

    Args:
        on_stderr: where it is about the work and not its result.
    """
    click.echo(f"{escaped(str(text))}{end}", nl=False, err=on_stderr)


def say_data(text: str) -> None:
    """Print a table of numbers for programs, exactly as it is."""
    click.echo(text, nl=False)


def plain(text: str, style: str = "") -> Text:
    """A text for tables and progress bars of `rich`, which would read a `str` as markup."""
    from rich.text import Text

    return Text(escaped(text), style)


def width() -> int:
    """Characters of a line: what `COLUMNS` says, else the terminal, else 80."""
    return max(NARROWEST, shutil.get_terminal_size((USUAL, 24)).columns)


def say_wrapped(text: str, indent: int = 0, hanging: int = 0, on_stderr: bool = False) -> None:
    """Print a text in lines that fit the terminal.

    Args:
        indent: of all lines, in letters.
        hanging: of all lines but the first, beside that.
        on_stderr: where it is about the work and not its result.
    """
    space = " " * indent
    whole = RANGE.sub(rf"[\1,{NO_BREAK}", escaped(text).replace(" %", f"{NO_BREAK}%"))
    lines = textwrap.wrap(
        whole,
        width(),
        initial_indent=space,
        subsequent_indent=space + " " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(lines).replace(NO_BREAK, " "), err=on_stderr)


def say_next(command: str, before: str = "") -> None:
    """Say which command to go on with, the last line of what a command prints.

    Args:
        before: where the rest of the result is.
    """
    if before and len(f"{before}Next: {command}") > width():
        say_wrapped(before.strip())
        before = ""
    say_wrapped(f"{before}Next: {command}")


def console(on_stderr: bool = False) -> Console:
    """The terminal, as wide as it is; it takes no markup."""
    from rich.console import Console

    return Console(stderr=on_stderr, width=width(), markup=False, emoji=False, highlight=False)


def print_table(table: Table) -> None:
    """Print a table on stdout, as wide as the terminal; in parts, where it is wider."""
    for part in _parts_that_fit(table, width()):
        console().print(for_terminal(part))


def _parts_that_fit(table: Table, letters: int) -> list[Table]:
    """A table cut between columns of numbers, so that no number is cut; texts are repeated."""
    gap, columns = (1 if table.is_tight else 2), list(zip(table.head, *table.rows, strict=True))
    first = [at for at, name in enumerate(table.head) if at == 0 or name in table.text]
    texts = sum(max(map(_longest_word, columns[at])) + gap for at in first)
    parts, used = [first], texts
    for at in (at for at in range(len(columns)) if at not in first):
        need = max(map(_longest_line, columns[at])) + gap
        if used + need > letters and parts[-1] != first:
            parts, used = [*parts, first], texts
        parts[-1], used = sorted([*parts[-1], at]), used + need
    if len(parts) == 1:
        return [table]
    return [
        replace(
            table,
            title=table.title if number == 0 else "",
            head=[table.head[at] for at in part],
            rows=[[row[at] for at in part] for row in table.rows],
        )
        for number, part in enumerate(parts)
    ]


def _longest_line(cell: str) -> int:
    return max(map(len, cell.split("\n")))


def _longest_word(cell: str) -> int:
    return max(map(len, cell.split()), default=0)


def for_terminal(table: Table) -> RichTable:
    """A table as `rich` prints it."""
    from rich import box
    from rich.table import Table as RichTable

    title = plain(table.title, "table.title") if table.title else None
    shown = RichTable(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    shown.padding = (0, 0 if table.is_tight else 1, 0, 0)
    is_whole = _has_room(table)
    for heading in table.head:
        shown.add_column(
            plain(heading),
            justify="left" if heading in table.text else "right",
            no_wrap=is_whole and heading not in table.text,
            vertical="bottom",
            overflow="fold",
        )
    for at, row in enumerate(table.rows, start=1):
        if table.is_last_apart and at == len(table.rows):
            shown.add_section()
        shown.add_row(*map(plain, row))
    return shown


def _has_room(table: Table) -> bool:
    """Whether numbers fit in their columns; else they are broken over lines, and never cut."""
    gap = 1 if table.is_tight else 2
    needed = 0
    for heading, *cells in zip(table.head, *table.rows, strict=True):
        lines = [line for text in (heading, *cells) for line in text.split("\n")]
        longest = max(map(len, lines))
        needed += gap + (min(longest, NARROW_TEXT) if heading in table.text else longest)
    return needed <= width()
