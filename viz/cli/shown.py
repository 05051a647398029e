"""How much of a result a command prints: the answer, all of it, some outcomes, or a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from viz.cli import completion
from viz.cli.options import Decorator, flag, with_options
from viz.text.terminal import say, say_data, say_next

if TYPE_CHECKING:
    from sim.record.results import Results

TABLES = ("csv", "md", "json")


def every_one(what: str) -> tuple[Decorator, Decorator]:
    """The options `--all` and `--table` for every outcome or series."""
    kinds = click.Choice(TABLES)
    return (
        flag("--all", f"Print every {what}.", name="every"),
        click.option("--table", type=kinds, help=f"Print every {what} as a table."),
    )


@dataclass(frozen=True)
class Shown:
    """What is printed of a run or a comparison.

    Attributes:
        every: all outcomes.
        outcomes: these in full.
        table: all outcomes as `csv`, `md` or `json`; empty for none of these.
    """

    every: bool
    outcomes: tuple[str, ...]
    table: str

    @property
    def is_short(self) -> bool:
        """Whether the answer alone is asked for."""
        return not (self.every or self.outcomes or self.table)

    def check(self) -> None:
        """Refuse names that are no outcomes, before anything is computed.

        Raises:
            ScenarioError: with the nearest name.
        """
        from viz.text.results import check_outcomes

        check_outcomes(self.outcomes)

    def show(self, results: Results, answer: Callable[[Results], None], head: dict) -> None:
        """Print it.

        Args:
            answer: prints the short form.
            head: what the JSON form begins with.
        """
        from viz.text import outcome_tables
        from viz.text import results as text
        from viz.text.months import shown_months
        from viz.text.tables import print_json

        if self.table == "json":
            print_json(head | text.as_json(results))
        elif self.table == "csv":
            say_data(results.table().to_csv(index=False))
        elif self.table == "md":
            months = shown_months(results)
            say(outcome_tables.as_markdown(outcome_tables.with_ranges(results, months)))
        elif self.every:
            text.print_every(results)
        elif self.outcomes:
            text.print_some(results, self.outcomes)
        else:
            answer(results)


def _shown(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options; the command is given `shown`."""

    @wraps(command)
    def chosen(
        *args: Any,
        every: bool,
        outcomes: tuple[str, ...],
        table: str | None,
        as_json: bool,
        **kwargs: Any,
    ) -> Any:
        return command(
            *args, shown=Shown(every, outcomes, "json" if as_json else table or ""), **kwargs
        )

    every, table = every_one("outcome")
    return with_options(
        every,
        click.option(
            "--outcome",
            "outcomes",
            multiple=True,
            metavar="NAME",
            shell_complete=completion.outcomes,
            help="Print this outcome in full (repeatable).",
        ),
        table,
    )(chosen)


SHOWN = _shown


def say_more(then: str) -> None:
    """Say where the rest of a result is, and a command to go on with."""
    say_next(then, "More: --all, --outcome NAME, --table csv|md|json. ")
