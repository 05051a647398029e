"""`moat calibrate`: fit the priors to history."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from viz.cli.endings import status
from viz.cli.options import OUT, flag, handles_errors, integer, until
from viz.cli.output import reserve
from viz.text.terminal import say, say_next, say_wrapped

if TYPE_CHECKING:
    from sim.research.calibration.own_observations import OwnObservations
    from sim.research.calibration.smc import Particles
    from sim.uncertainty.posterior import Posterior

LAST_PASSES = 10  # times the rounds of moves of a stage, in the last


@click.command()
@integer(
    "--worlds",
    32,
    16_384,
    "Worlds (particles) to fit, each with its own past luck.",
    default=1024,
    name="particles",
)
@integer("--seed", 0, 2**31 - 1, "Seed of the random numbers.", 1)
@until("Last month of history to fit to.")
@integer(
    "--passes", 1, 1000, "Rounds of moves in a stage; the last stage has ten times as many.", 20
)
@integer(
    "--workers",
    1,
    64,
    "Processes that share the work; the result does not depend on it.",
    default=1,
    name="processes",
)
@click.option(
    "--observations",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also fit to the observations in this CSV (as for moat score), until its last month.",
)
@flag(
    "--only-observations",
    "Fit to the observations of the file only, not to the history.",
    name="only",
)
@OUT
@handles_errors
def calibrate(
    particles: int,
    seed: int,
    until: str,
    passes: int,
    processes: int,
    observations: Path | None,
    only: bool,
    out: Path | None,
) -> None:
    """Fit the parameters to history (Bayesian calibration).

    Writes posterior.npz, and report.md with figures: history beside the fitted worlds, what the
    fit learnt, and what history leaves open. Stages are kept in the folder: after an interruption,
    the same command continues and gives the same result.
    """
    from sim.core.files import write
    from viz.pages.calibration import findings, write_report

    own, until = _own(observations, only, until)
    folder = reserve(out or Path("runs") / f"posterior-{until}")
    say(f"{particles} worlds against history until {until}", on_stderr=True)
    posterior = _fitted(folder, particles, seed, until, passes, processes, own)
    write(folder / "posterior.npz", posterior.packed())
    facts = own.history(None, until) if own else None
    write_report(findings(posterior, {}, facts), folder / "report.md", folder / "figures")
    files = f"posterior.npz with {posterior.count} worlds, report.md, figures/"
    say_wrapped(f"written: {folder}/ ({files})")
    say_next(f"moat run --posterior {folder}/posterior.npz")


def _fitted(
    folder: Path,
    particles: int,
    seed: int,
    until: str,
    passes: int,
    processes: int,
    own: OwnObservations | None,
) -> Posterior:
    """The posterior; an interruption ends the program, and says what is kept."""
    from sim.research.calibration.calibrate import calibrate as fit

    def progress(stage: Particles) -> None:
        say(_line(stage), on_stderr=True)

    last = LAST_PASSES * passes
    try:
        return fit(particles, seed, until, passes, last, folder, progress, processes, own)
    except KeyboardInterrupt:
        kept = f"finished stages are kept in {folder}/; run the same command to continue"
        say(f"interrupted; {kept}", on_stderr=True)
        sys.exit(status())


def _own(file: Path | None, only: bool, until: str) -> tuple[OwnObservations | None, str]:
    """Observations of a file, and the last month that counts: theirs, unless it is given."""
    if file is None:
        if only:
            raise click.UsageError("--only-observations needs --observations FILE")
        return None, until
    from sim.research.calibration.calibrate import SCENARIO
    from sim.research.calibration.own_observations import read
    from sim.scenario.errors import Problem, ScenarioError
    from sim.scenario.load import load

    own = read(file, load(SCENARIO).scenario.calendar, only)
    source = click.get_current_context().get_parameter_source("until")
    if source is click.core.ParameterSource.DEFAULT:
        return own, own.last if only else max(own.last, until)
    if not own.history("fit", until):
        wrong = f"no observation that can be fitted lies before {until}"
        raise ScenarioError(Problem(str(file), "period_end", wrong, "give a later --until"))
    return own, until


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
