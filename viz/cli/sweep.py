"""`moat sweep`: the command, its progress on stderr, and what it says when it ends."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from viz.cli.options import JSON, takes, told

if TYPE_CHECKING:
    from sim.experiments.ensemble import Progress
    from sim.sweeps.estimate import Estimate
    from sim.sweeps.plan import Plan

OPTIONS = (
    click.option(
        "--out", type=click.Path(path_type=Path), help="Folder of the store [default: runs/DESIGN]."
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 1024),
        help="Processes on this machine [default: its cores, or none for short work].",
    ),
    click.option(
        "--cluster", metavar="tcp://HOST:8786", help="Let the workers of a dask scheduler do it."
    ),
    click.option("--resume", is_flag=True, help="Go on with a store: only its missing blocks."),
    click.option("--dry-run", is_flag=True, help="Say how many worlds, how long, how much disk."),
)


@click.command()
@click.argument("design")
@takes(*OPTIONS, JSON)
@told
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

    made = make_plan(read_design(design), str(design_file(design)))
    folder = out or Path("runs") / Path(design).stem
    if dry_run:
        from sim.sweeps.estimate import estimate

        _say_estimate(estimate(made, workers), as_json)
        return
    again = ["moat", "sweep", design, "--out", str(folder), "--resume"]
    again += ["--cluster", cluster] if cluster else ["--workers", str(workers)] if workers else []
    with _told(made, folder, shlex.join(again)), _progress(made.design.title) as tick:
        from sim.sweeps.sweep import sweep as run

        run(made, folder, workers, cluster, resume, tick)
    _say_done(made, folder, as_json)


@contextmanager
def _told(made: Plan, folder: Path, again: str) -> Iterator[None]:
    """Whatever stops a sweep is told once, with what is kept and how to go on."""
    from sim.sweeps.engine import StoppedError

    def stop(text: str, status: int) -> None:
        click.echo(f"{text}; {_kept(made, folder, again)}", err=True)
        sys.exit(status)

    try:
        yield
    except KeyboardInterrupt:
        stop("interrupted", 130)
    except StoppedError as wrong:
        stop(f"error: {wrong}", 1)
    except FileExistsError:
        raise
    except OSError as wrong:
        stop(f"error: cannot write to {folder}: {wrong.strerror or wrong}", 2)


def _kept(made: Plan, folder: Path, again: str) -> str:
    from sim.sweeps.store import finished

    done = len(finished(folder))
    if not done:
        return "no block was finished"
    return f"{done} of {made.blocks} blocks are kept in {folder}/; go on with: {again}"


@contextmanager
def _progress(title: str) -> Iterator[Progress | None]:
    """A bar with rate and time left on stderr, only where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} worlds"),
        TextColumn("{task.fields[pace]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1, pace="")
        pace = _Pace()
        yield lambda done, of: bar.update(task, completed=done, total=of, pace=pace.at(done, of))


class _Pace:
    """Rate and time left, from what was done since the start (blocks found there do not count)."""

    def __init__(self) -> None:
        self.first: tuple[float, int] | None = None

    def at(self, done: int, of: int) -> str:
        """In words: `340 worlds/s, 4:51 left`."""
        import time

        now = time.monotonic()
        if self.first is None:
            self.first = now, done
        seconds, moved = now - self.first[0], done - self.first[1]
        if not moved:
            return "starting"
        rate = moved / seconds
        return f"{rate:,.0f} worlds/s, {_clock((of - done) / rate)} left"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _say_estimate(found: Estimate, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        from viz.text.screen import print_json

        print_json(asdict(found))
        return
    by = "one process" if found.workers == 1 else f"{found.workers} processes"
    several = found.runs > found.blocks * found.branches
    cut = f", cut by dates and choices into {found.runs:,} runs" if several else ""
    click.echo(
        f"{found.points:,} points x {found.replicates:,} replicates x {found.branches} branches "
        f"= {found.worlds:,} worlds, a row each\n"
        f"{_blocks(found.blocks)}{cut}\n"
        f"about {_clock(found.seconds)} (h:m:s) with {by} on this machine as busy as it is now\n"
        f"about {_size(found.disk)} of disk"
    )


def _blocks(count: int) -> str:
    return f"{count:,} block" + "s" * (count != 1)


def _size(size: float) -> str:
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000 or unit == "GB":
            return f"{size:,.1f} {unit}"
    return ""


def _say_done(made: Plan, folder: Path, as_json: bool) -> None:
    if as_json:
        from viz.text.screen import print_json

        about: dict[str, Any] = {name: made.about[name] for name in ("count", "rows", "blocks")}
        print_json({"folder": str(folder), "points": about.pop("count"), **about})
    else:
        click.echo(f"{made.rows:,} worlds of {len(made.values):,} points in {_blocks(made.blocks)}")
        click.echo(f"read them: pandas.read_parquet('{folder}/worlds')")
    click.echo(f"written: {folder}/", err=True)
