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
from viz.cli.options import JSON, flag, handles_errors, integer, with_options
from viz.cli.output import reserve
from viz.cli.progress import clock, progress_of_worlds
from viz.text.terminal import say

if TYPE_CHECKING:
    from sim.sweeps.estimate import Estimate
    from sim.sweeps.plan import Plan

OPTIONS = (
    click.option(
        "--out", type=click.Path(path_type=Path), help="Folder of the store [default: runs/DESIGN]."
    ),
    integer(
        "--workers",
        1,
        1024,
        "Processes on this machine [default: its cores, or none for short work].",
    ),
    click.option(
        "--cluster", metavar="tcp://HOST:8786", help="Let the workers of a dask scheduler do it."
    ),
    flag("--resume", "Go on with a store: only its missing blocks."),
    flag("--dry-run", "Say how many worlds, how long, how much disk."),
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
    resume: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Run the DESIGN of a sweep: many points, block by block, into one store.

    DESIGN is a TOML file or the name of a shipped one (docs/sweeps.md). A block that is finished
    is safe: interrupted, the same command with --resume runs what is missing.
    """
    if workers and cluster:
        raise click.UsageError("--workers counts processes on this machine, --cluster needs none")
    from sim.sweeps.design import design_file, read_design
    from sim.sweeps.plan import make_plan

    planned = make_plan(read_design(design), str(design_file(design)))
    folder = out or Path("runs") / Path(design).stem
    if dry_run:
        from sim.sweeps.estimate import estimate

        _print_estimate(estimate(planned, workers), as_json)
        return
    reserve(folder)
    resumed = ["moat", "sweep", design, "--out", str(folder), "--resume"]
    resumed += ["--cluster", cluster] if cluster else ["--workers", str(workers)] if workers else []
    command = shlex.join(resumed)
    with _handles_stops(planned, folder, command), progress_of_worlds(planned.design.title) as tick:
        from sim.sweeps.sweep import sweep as run

        run(planned, folder, workers, cluster, resume, tick)
    _print_done(planned, folder, as_json)


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


def _print_estimate(estimate: Estimate, as_json: bool) -> None:
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


def _print_done(planned: Plan, folder: Path, as_json: bool) -> None:
    if as_json:
        from viz.text.tables import print_json

        about: dict[str, Any] = {name: planned.about[name] for name in ("count", "rows", "blocks")}
        print_json({"folder": str(folder), "points": about.pop("count"), **about})
    else:
        points, blocks = len(planned.values), _blocks(planned.blocks)
        say(f"{planned.rows:,} worlds of {points:,} points in {blocks}")
        say(f"read them: pandas.read_parquet('{folder}/worlds')")
    say(f"written: {folder}/", on_stderr=True)
