"""`moat manual`, `moat month`, `moat sources`: pages of the documentation made from the model."""

from __future__ import annotations

import click

from viz.cli.options import SCENARIO, SEED, SETS, handles_errors, integer
from viz.text.terminal import say


@click.command()
@handles_errors
def manual() -> None:
    """Print every key with unit, range, default and source.

    The output is Markdown, the same as docs/manual.md.
    """
    from sim.scenario.load import load
    from viz.pages.manual import manual as page

    say(page(load("baseline")), end="")


@click.command()
@SCENARIO
@click.option("--month", metavar="YYYY-MM", help="Month to print [default: 2023-11].")
@integer("--world", 0, 2**31, "Number of the world.", 0)
@SEED
@SETS
@handles_errors
def month(
    scenario: str, month: str | None, world: int, seed: int, overrides: tuple[str, ...]
) -> None:
    """Print one simulated month, step by step.

    The output is Markdown: one month of one world of SCENARIO, in the order of the model's steps.
    """
    from viz.pages.month import MONTH, simulate_month, written

    say(written(simulate_month(scenario, month or MONTH, world, seed, overrides)), end="")


@click.command()
@handles_errors
def sources() -> None:
    """Print the sources of all numbers.

    The output is Markdown: each source, and the numbers of the shipped scenarios that rest on it.
    """
    from viz.pages.sources import written

    say(written(), end="")
