"""`moat calibrate`: fit the priors to history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viz.cli.endings import status
from viz.cli.options import OUT, handles_errors, integer, until
from viz.cli.output import reserve
from viz.text.terminal import say

if TYPE_CHECKING:
    from sim.research.calibration.smc import Particles


@click.command()
@integer(
    "--worlds",
    32,
    16_384,
    "Particles: worlds that are fitted, and as many past lucks to pick from.",
    default=1024,
    name="particles",
)
@integer("--seed", 0, 2**31 - 1, "Seed of it all.", 1)
@until("Last month of history that counts.")
@integer("--passes", 1, 1000, "Rounds of moves in a stage; ten times as many in the last.", 20)
@integer(
    "--workers",
    1,
    64,
    "Processes that share the work; the posterior is the same.",
    default=1,
    name="processes",
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
    from sim.core.files import write
    from sim.research.calibration.calibrate import calibrate as fit

    folder = reserve(out or Path("runs") / f"posterior-{until}")
    say(f"{particles} worlds against history until {until}", on_stderr=True)
    try:
        posterior = fit(
            particles,
            seed,
            until,
            passes,
            10 * passes,
            folder,
            lambda stage: say(_line(stage), on_stderr=True),
            processes,
        )
    except KeyboardInterrupt:
        kept = f"stages that are done are kept in {folder}/; the same command goes on with them"
        say(f"interrupted; {kept}", on_stderr=True)
        sys.exit(status())
    write(folder / "posterior.npz", posterior.packed())
    from viz.pages.calibration import findings, write_report

    write_report(findings(posterior, {}), folder / "report.md", folder / "figures")
    files = f"posterior.npz with {posterior.count} worlds, report.md, figures/"
    say(f"written: {folder}/ ({files})")


def _line(stage: Particles) -> str:
    import numpy as np

    from viz.text.format import percent, ranged

    low, median, high = np.percentile(stage.fit, [5, 50, 95])
    accepted = " / ".join(percent(share) for share in stage.acceptance)
    moves = f" moves accepted {accepted}," if stage.stage else ""
    return (
        f"stage {stage.stage}: {percent(stage.tempering)} of history counts,{moves} "
        f"log-likelihood {ranged(median, low, high, digits=4)}"
    )
