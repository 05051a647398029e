"""`moat calibrate`: the command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viz.cli.files import draw
from viz.cli.options import HISTORY, OUT, told

if TYPE_CHECKING:
    from sim.research.calibration.smc import Particles
    from viz.pages.calibration import Findings


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
@told
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

    month_in_history(until)
    folder = out or Path("runs") / f"posterior-{until}"
    screen = Console(stderr=True)
    screen.print(f"{particles} worlds against history until {until}")
    try:
        made = fit(
            particles,
            seed,
            until,
            passes,
            10 * passes,
            folder,
            lambda stage: screen.print(_line(stage)),
            processes,
        )
    except KeyboardInterrupt:
        kept = f"stages that are done are kept in {folder}/; the same command goes on with them"
        click.echo(f"interrupted; {kept}", err=True)
        sys.exit(130)
    write(folder / "posterior.npz", made.packed())
    from viz.pages.calibration import findings

    write_report(findings(made, {}), folder / "report.md", folder / "figures")
    click.echo(f"written: {folder}/ (posterior.npz with {made.count} worlds, report.md, figures/)")


def write_report(found: Findings, page: Path, figures: Path) -> None:
    """The page of a calibration and its figures, each whole or not at all."""
    from sim.core.files import write
    from sim.research.calibration.summary import updates
    from viz.figures.calibration import learnt_figure, met_figure, ranks_figure
    from viz.pages.calibration import page as text

    figures.mkdir(parents=True, exist_ok=True)
    drawn = {"history": met_figure(found.met), "numbers": learnt_figure(updates(found.posterior))}
    if "truths" in found.checks:
        drawn["ranks"] = ranks_figure(found.checks["truths"])
    for name, figure in drawn.items():
        draw(figure, figures / f"calibration_{name}.png")
    write(page, text(found).encode())


def month_in_history(until: str) -> None:
    """Refuse what is no month of the history.

    Raises:
        click.BadParameter: with the months that there are.
    """
    from sim.core.calendar import parse_month

    try:
        parse_month(until)
        inside = HISTORY[0] <= until <= HISTORY[1]
    except ValueError:
        inside = False
    if not inside:
        ends = " to ".join(HISTORY)
        wrong = f"'{until}' is no month of the history; give YYYY-MM from {ends}"
        raise click.BadParameter(wrong, param_hint="--until")


def _line(stage: Particles) -> str:
    import numpy as np

    low, median, high = np.percentile(stage.fit, [5, 50, 95])
    moves = "" if stage.stage == 0 else " moves taken {:.0%} / {:.0%},".format(*stage.acceptance)
    return (
        f"stage {stage.stage}: {stage.tempering:.1%} of history counts,{moves} "
        f"log-likelihood {median:.1f} [{low:.1f}, {high:.1f}]"
    )
