"""`moat binds`: which limits hold Chinese chips and US compute back."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from viz.cli.options import (
    ENSEMBLE,
    FEWER_WORLDS,
    JSON,
    OUT,
    SCENARIO,
    SEED,
    SETS,
    handles_errors,
    with_options,
)
from viz.cli.output import list_files, result_folder, save
from viz.cli.progress import progress
from viz.text.terminal import say_next


class Paired(TypedDict):
    """What `what_binds` of `sim` takes from the options of the command."""

    worlds: int
    seed: int
    ensemble: str
    overrides: tuple[str, ...]


@click.command()
@SCENARIO
@click.option(
    "--dates",
    default="2022-06,2024-06,2027-01",
    metavar="YYYY-MM,...",
    help="Months in which a limit is raised, for a year each.",
)
@with_options(FEWER_WORLDS, SEED, ENSEMBLE, SETS, OUT, JSON)
@handles_errors
def binds(
    scenario: str,
    dates: str,
    out: Path | None,
    as_json: bool,
    **options: Unpack[Paired],
) -> None:
    """Show what limits Chinese chip output and US compute.

    Paired runs raise one limit by 10 % for twelve months from each date. The limit binds in a
    world if output rises by more than 1 % within these months.
    """
    from sim.experiments.what_binds import what_binds
    from viz.text.binding import print_binding, summary
    from viz.text.tables import print_result

    folder = result_folder(out or Path("runs") / f"{Path(scenario).stem}-binds")
    with progress(f"{scenario}: limits in {options['worlds']} worlds") as tick:
        found = what_binds(scenario, dates.replace(",", " ").split(), progress=tick, **options)
    save(found, folder)
    print_result(found, as_json, print_binding, summary)
    list_files(folder)
    if not as_json:
        say_next("moat compare tools_only no_controls")
