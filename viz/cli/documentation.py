"""`moat manual`, `moat month`, `moat sources`: pages of the documentation made from the model."""

from __future__ import annotations

import click

from viz.cli.options import SCENARIO, SEED, SETS, handles_errors, integer
from viz.text.terminal import say


@click.command()
@handles_errors
def manual() -> None:
    """Print the manual of every key, unit, range, default and source (Markdown)."""
    from sim.scenario.load import load
    from viz.pages.manual import manual as page

    say(page(load("baseline")), end="")


@click.command()
@SCENARIO
@click.option("--month", metavar="YYYY-MM", help="Which month [default: 2023-11].")
@integer("--world", 0, 2**31, "Which of the possible worlds.", 0)
@SEED
@SETS
@handles_errors
def month(
    scenario: str, month: str | None, world: int, seed: int, overrides: tuple[str, ...]
) -> None:
    """Print one month of one world of SCENARIO, step by step as the model takes it (Markdown)."""
    from viz.pages.month import MONTH, simulate_month, written

    say(written(simulate_month(scenario, month or MONTH, world, seed, overrides)), end="")


@click.command()
@handles_errors
def sources() -> None:
    """Print on which sources the shipped scenarios rest, and for what (Markdown)."""
    from viz.pages.sources import written

    say(written(), end="")
