"""`moat calibrate`: fit the priors to history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viz.cli.options import HISTORY, OUT, handles_errors

if TYPE_CHECKING:
    from sim.research.calibration.smc import Cloud


@click.command()
@click.option(
    "--worlds",
    "particles",
    type=click.IntRange(32, 16_384),
    default=1024,
    show_default=True,
    help="Particles: worlds that are fitted, and as many past lucks to pick from.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=1,
    show_default=True,
    help="Seed of it all.",
)
@click.option(
    "--until",
    metavar="YYYY-MM",
    default=HISTORY[1],
    show_default=True,
    help="Last month of history that counts.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Rounds of moves in a stage; ten times as many in the last.",
)
@click.option(
    "--workers",
    "processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the work; the posterior is the same.",
)
@OUT
@handles_errors
def calibrate(
    particles: int, seed: int, until: str, passes: int, processes: int, out: Path | None
) -> None:
    """Fit the priors of as_enacted to history: worlds that agree with what was observed.

    Writes posterior.npz, and report.md with figures: history beside the worlds, what was learnt,
    what history does not tell. Stages are kept in the folder; the same command goes on where an
    earlier one was interrupted, to the same posterior.
    """
    from rich.console import Console

    from sim.core.files import write
    from sim.research.calibration.calibrate import calibrate as fit

    _check_month(until)
    folder = out or Path("runs") / f"posterior-{until}"
    screen = Console(stderr=True)
    screen.print(f"{particles} worlds against history until {until}")
    try:
        posterior = fit(
            particles,
            seed,
            until,
            passes,
            10 * passes,
            folder,
            lambda cloud: screen.print(_line(cloud)),
            processes,
        )
    except KeyboardInterrupt:
        kept = f"stages that are done are kept in {folder}/; the same command goes on with them"
        click.echo(f"interrupted; {kept}", err=True)
        sys.exit(130)
    write(folder / "posterior.npz", posterior.packed())
    from viz.pages.calibration import findings
    from viz.pages.calibration_files import write_report

    write_report(findings(posterior, {}), folder / "report.md", folder / "figures")
    files = f"posterior.npz with {posterior.count} worlds, report.md, figures/"
    click.echo(f"written: {folder}/ ({files})")


def _check_month(until: str) -> None:
    """Refuse what is no month of the history."""
    from sim.core.calendar import parse_month

    try:
        parse_month(until)
        is_inside = HISTORY[0] <= until <= HISTORY[1]
    except ValueError:
        is_inside = False
    if not is_inside:
        ends = " to ".join(HISTORY)
        wrong = f"'{until}' is no month of the history; give YYYY-MM from {ends}"
        raise click.BadParameter(wrong, param_hint="--until")


def _line(cloud: Cloud) -> str:
    import numpy as np

    low, median, high = np.percentile(cloud.fit, [5, 50, 95])
    moves = "" if cloud.stage == 0 else " moves taken {:.0%} / {:.0%},".format(*cloud.taken)
    return (
        f"stage {cloud.stage}: {cloud.power:.1%} of history counts,{moves} "
        f"log-likelihood {median:.1f} [{low:.1f}, {high:.1f}]"
    )
