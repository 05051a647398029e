"""`moat month` and `moat sources`: pages of the documentation made from the model itself."""

from __future__ import annotations

import click

from viz.cli.options import SCENARIO, SEED, SETS, takes, told


@click.command()
@SCENARIO
@takes(
    click.option("--month", metavar="YYYY-MM", help="Which month [default: 2023-11]."),
    click.option(
        "--world",
        type=click.IntRange(0, 2**31),
        default=0,
        show_default=True,
        help="Which of the possible worlds.",
    ),
    SEED,
    SETS,
)
@told
def month(
    scenario: str, month: str | None, world: int, seed: int, overrides: tuple[str, ...]
) -> None:
    """Tell one month of one world of SCENARIO, step by step as the model takes it (Markdown)."""
    from viz.pages.month import MONTH, simulate_month, written

    click.echo(written(simulate_month(scenario, month or MONTH, world, seed, overrides)), nl=False)


@click.command()
@told
def sources() -> None:
    """Print on which sources the shipped scenarios rest, and for what (Markdown)."""
    from viz.pages.sources import written

    click.echo(written(), nl=False)
