"""`moat sweep`: many points of a design, block by block."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from viz.cli.endings import status
from viz.cli.options import (
    JSON,
    OTHER_ENSEMBLE,
    flag,
    handles_errors,
    integer,
    with_options,
)
from viz.cli.output import reserve
from viz.cli.progress import clock, progress_of_worlds
from viz.text.terminal import say, say_next, say_wrapped

if TYPE_CHECKING:
    from sim.sweeps.plan import Plan

OPTIONS = (
    click.option(
        "--out", type=click.Path(path_type=Path), help="Folder to write [default: runs/DESIGN]."
    ),
    integer(
        "--workers",
        1,
        1024,
        "Processes on this machine [default: one a core, none for short work].",
    ),
    click.option(
        "--cluster", metavar="tcp://HOST:8786", help="Use the workers of this dask scheduler."
    ),
    OTHER_ENSEMBLE,
    flag("--resume", "Continue an interrupted sweep: run its missing and damaged blocks only."),
    flag("--extend", "Add points or replicates to a finished sweep: run what is new only."),
    flag("--dry-run", "Print the number of worlds, time and disk space; run nothing."),
)


@click.command()
@click.argument("design")
@with_options(*OPTIONS, JSON)
@handles_errors
def sweep(
    design: str,
    out: Path | None,
    workers: int | None,
    cluster: str | None,
    ensemble: str,
    resume: bool,
    extend: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Run a scenario, or a pair, at many points of a design.

    DESIGN is a TOML file or the name of a shipped design (docs/sweeps.md). Results are written
    block by block. After an interruption, the same command with --resume runs the missing blocks.
    """
    if workers and cluster:
        raise click.UsageError("--workers counts processes on this machine, --cluster needs none")
    from sim.sweeps.design import design_file, read_design
    from sim.sweeps.plan import make_plan
    from sim.sweeps.preparation import extended

    read, file = read_design(design), str(design_file(design))
    planned = make_plan(read.in_worlds_of(ensemble) if ensemble else read, file)
    folder = out or Path("runs") / Path(design).stem
    if dry_run:
        return _print_estimate(planned, workers, as_json)
    reserve(folder)
    planned = extended(planned, folder, extend)
    resumed = _resumed(design, folder, cluster, workers, ensemble)
    with (
        _handles_stops(planned, folder, resumed),
        progress_of_worlds(planned.design.title) as tick,
    ):
        from sim.sweeps.sweep import sweep as run

        run(planned, folder, workers, cluster, resume, tick, extend=extend)
    _print_repaired(folder)
    _print_done(planned, folder, as_json)


def _resumed(
    design: str,
    folder: Path,
    cluster: str | None,
    workers: int | None,
    ensemble: str,
) -> str:
    """The command that goes on with a sweep."""
    from viz.text.worlds import as_options

    resumed = ["moat", "sweep", design, "--out", str(folder), "--resume"]
    resumed += ["--cluster", cluster] if cluster else ["--workers", str(workers)] if workers else []
    return shlex.join([*resumed, *as_options(ensemble)])


@contextmanager
def _handles_stops(planned: Plan, folder: Path, resume: str) -> Iterator[None]:
    """Say once what stopped a sweep, what is kept, and how to go on.

    Args:
        resume: the command that runs what is missing.
    """
    from sim.sweeps.engine import StoppedError

    def stop(text: str, code: int) -> None:
        with suppress(OSError):  # a terminal that was closed
            say(f"{text}; {_kept(planned, folder, resume)}", on_stderr=True)
        sys.exit(code)

    try:
        yield
    except KeyboardInterrupt:
        stop("interrupted", status())
    except StoppedError as error:
        stop(f"error: {error}", 1)
    except FileExistsError:
        raise
    except OSError as error:
        stop(f"error: cannot write to {folder}: {error.strerror or error}", 2)


def _kept(planned: Plan, folder: Path, resume: str) -> str:
    from sim.sweeps.store import finished

    done = len(finished(folder))
    if not done:
        return "no block was finished"
    return f"{done} of {planned.blocks} blocks are kept in {folder}/; go on with: {resume}"


def _print_repaired(folder: Path) -> None:
    """Say which damaged blocks were run again."""
    from sim.record.stored import read_about

    for wrong in read_about(folder, "sweep")["sessions"][-1].get("repaired", []):
        say_wrapped(f"run again: {wrong}", on_stderr=True)


def _print_estimate(planned: Plan, workers: int | None, as_json: bool) -> None:
    """How long a sweep would take, without running it."""
    from sim.sweeps.estimate import estimate as estimated

    estimate = estimated(planned, workers)
    if as_json:
        from dataclasses import asdict

        from viz.text.tables import print_json

        print_json(asdict(estimate))
        return
    by = "one process" if estimate.workers == 1 else f"{estimate.workers} processes"
    several = estimate.runs > estimate.blocks * estimate.branches
    cut = f", cut by dates and choices into {estimate.runs:,} runs" if several else ""
    say(
        f"{estimate.points:,} points x {estimate.replicates:,} replicates "
        f"x {estimate.branches} branches = {estimate.worlds:,} worlds, a row each\n"
        f"{_blocks(estimate.blocks)}{cut}\n"
        f"about {clock(estimate.seconds)} (h:m:s) with {by} on this machine as busy as it is now\n"
        f"about {_size(estimate.disk)} of disk"
    )


def _blocks(count: int) -> str:
    return f"{count:,} block" + "s" * (count != 1)


def _size(size: float) -> str:
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            return f"{size:,.1f} {unit}"
    return ""


def _print_outcomes(folder: Path) -> None:
    """Print how each outcome, or effect, is spread over the runs."""
    from sim.sweeps.store import open_sweep
    from viz.report.sweep import outputs_of, spread_sentence

    outputs, undefined = outputs_of(open_sweep(folder))
    for text in [*map(spread_sentence, outputs), *undefined]:
        say_wrapped(text, indent=2)


def _print_done(planned: Plan, folder: Path, as_json: bool) -> None:
    if as_json:
        from viz.text.tables import print_json

        about: dict[str, Any] = {name: planned.about[name] for name in ("count", "rows", "blocks")}
        print_json({"folder": str(folder), "points": about.pop("count"), **about})
    else:
        points, blocks = len(planned.values), _blocks(planned.blocks)
        say_wrapped(
            f"{planned.design.title}: {planned.rows:,} runs of {points:,} points in {blocks}."
        )
        if planned.design.why:
            say_wrapped(f"It asks: {' '.join(planned.design.why.split())}")
        _print_outcomes(folder)
        say_wrapped(f"Read the runs: pandas.read_parquet('{folder}/worlds')")
    say_wrapped(f"written: {folder}/", on_stderr=True)
    if not as_json:
        asks = "moat discover" if len(planned.design.branches or ()) > 1 else "moat sensitivity"
        say_next(f"{asks} {folder}, moat report {folder}")
