"""What is printed in a terminal: all of it goes through here.

Texts come from files of others. They are printed as they are, never read as markup, and what a
terminal would take for a command is shown as `\\x1b` instead.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sim.core.seen import escaped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from viz.text.tables import Table

WIDTH = 170  # characters of a line where stdout is no terminal


def say(text: object = "", end: str = "\n", on_stderr: bool = False) -> None:
    """Print a text.

    Args:
        on_stderr: where it is about the work and not its result.
    """
    click.echo(f"{escaped(str(text))}{end}", nl=False, err=on_stderr)


def plain(text: str, style: str = "") -> Text:
    """A text for tables and progress bars of `rich`, which would read a `str` as markup."""
    from rich.text import Text

    return Text(escaped(text), style)


def console(on_stderr: bool = False) -> Console:
    """The terminal, as wide as it is; it takes no markup."""
    from rich.console import Console

    is_terminal = (sys.stderr if on_stderr else sys.stdout).isatty()
    width = None if is_terminal else WIDTH
    return Console(stderr=on_stderr, width=width, markup=False, emoji=False, highlight=False)


def print_table(table: Table) -> None:
    """Print a table on stdout, as wide as the terminal."""
    console().print(for_terminal(table), "")


def for_terminal(table: Table) -> RichTable:
    """A table as `rich` prints it."""
    from rich import box
    from rich.table import Table as RichTable

    title = plain(table.title, "table.title") if table.title else None
    shown = RichTable(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    shown.padding = (0, 1, 0, 0)
    for heading in table.head:
        is_first = heading == table.text[0]
        shown.add_column(
            plain(heading),
            justify="left" if heading in table.text else "right",
            no_wrap=is_first,
        )
    for at, row in enumerate(table.rows, start=1):
        if table.is_last_apart and at == len(table.rows):
            shown.add_section()
        shown.add_row(*map(plain, row))
    return shown
