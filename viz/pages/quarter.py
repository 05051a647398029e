"""Add a quarter to the history and go on from it: `uv run python -m viz.pages.quarter FILE`.

The steps are other commands, in this order; each is done once. What was interrupted is gone on with
by the same command, and `--check` says what would be done.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from sim.core.files import write
from sim.research.forecasting import new_quarter
from sim.research.history.observations import TABLE
from sim.scenario.errors import ScenarioError
from sim.uncertainty.posterior import SHIPPED, Posterior
from sim.uncertainty.posterior import read as read_posterior


@dataclass(frozen=True)
class Place:
    """Where files of the project lie, and where work is kept.

    Attributes:
        table: of the history.
        posteriors: that ship.
        docs: the documentation, with its forecasts.
        work: folder of the fit and of scores.
    """

    table: Path = TABLE
    posteriors: Path = SHIPPED
    docs: Path = Path("docs")
    work: Path = Path("runs")


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        what: in a few words.
        command: of moat or Python, as it is typed (none: rows are added to the table).
        is_done: whether what it makes is there.
    """

    what: str
    command: tuple[str, ...]
    is_done: Callable[[], bool]


def steps(quarter: new_quarter.NewQuarter, place: Place, size: list[str]) -> list[Step]:
    """The steps of a quarter, in order.

    Args:
        size: options of `moat calibrate`.
    """
    until = quarter.until
    work = place.work / f"quarter-{until}"
    fit, ships = work / "fit" / "posterior.npz", place.posteriors / f"{until}.npz"
    forecast = place.docs / "forecast" / until

    def is_fitted(file: Path, *keys: str) -> bool:
        return ships.is_file() and _hash_in(file, *keys) == read_posterior(ships).digest

    fitted = ("moat", "calibrate", "--until", until, *size, "--out", str(fit.parent))
    register = ("python", "-m", "viz.pages.register", until)
    return [
        Step(f"add {len(quarter.rows)} rows to {place.table.name}", (), lambda: not quarter.rows),
        *_scores(place, work),
        Step("fit worlds to it", fitted, fit.is_file),
        Step(
            "ship them",
            ("python", "-m", "viz.pages.record", "--ship", str(fit)),
            lambda: ships.is_file() and fit.is_file() and ships.read_bytes() == fit.read_bytes(),
        ),
        Step("register the next forecast", register, partial(is_fitted, forecast / "run.json")),
        *(
            Step(
                f"make {name} again",
                ("moat", name, "--out", str(place.docs)),
                partial(is_fitted, place.docs / f"{name}.json", "about"),
            )
            for name in ("findings", "evidence")
        ),
        Step("make the pages again", ("python", "-m", "viz.pages", "--all"), lambda: False),
    ]


def _scores(place: Place, work: Path) -> Iterator[Step]:
    """Scores of the forecasts that stand, on the history with the new rows."""
    for folder in sorted((place.docs / "forecast").glob("*/")):
        if (folder / "forecast.csv").is_file() and folder.name != work.name[len("quarter-") :]:
            out = work / f"scores-{folder.name}"
            command = ("moat", "score", str(folder), "--out", str(out))
            yield Step(f"score the forecast of {folder.name}", command, out.is_dir)


def _hash_in(file: Path, *keys: str) -> str:
    """The hash of the posterior that a file of results names; empty where there is none."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        about = json.loads(file.read_text("utf-8"))
        for key in keys:
            about = about[key]
        return about["ensemble"]["hash"]
    return ""


def refused(quarter: new_quarter.NewQuarter, place: Place) -> str:
    """Why a quarter cannot be added; empty where it can: nothing registered is made again."""
    until = quarter.until
    forecast, ships = place.docs / "forecast" / until, place.posteriors / f"{until}.npz"
    fit = place.work / f"quarter-{until}" / "fit" / "posterior.npz"
    ours: Posterior | None = read_posterior(fit) if fit.is_file() else None
    if ships.is_file() and (ours is None or read_posterior(ships).digest != ours.digest):
        return f"{ships} exists and is of another fit: posteriors that shipped are not made again"
    if forecast.exists() and (ours is None or _hash_in(forecast / "run.json") != ours.digest):
        return f"{forecast}/ exists: a registered forecast is never made again"
    return ""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, default=False, help="Write nothing; say what would be done.")
@click.option("--worlds", type=click.IntRange(32), help="Particles [default: of moat calibrate].")
@click.option("--passes", type=click.IntRange(1), help="Rounds of moves [default: the same].")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
def main(file: Path, check: bool, worlds: int | None, passes: int | None, workers: int) -> None:
    """Add the observations of FILE to the history, score, fit, ship, and register a forecast.

    FILE is a CSV with the columns series, actor, period_end, value, unit, low, high, public, table,
    source and note.
    """
    place = Place()
    try:
        quarter = new_quarter.read(file, place.table)
    except ScenarioError as error:
        raise SystemExit(_told(*(f"error: {problem}" for problem in error.problems))) from None
    if why := refused(quarter, place):
        raise SystemExit(_told(f"error: {why}"))
    given = {"--worlds": worlds, "--passes": passes, "--workers": workers}
    size = [word for name, value in given.items() if value for word in (name, str(value))]
    click.echo(f"{file}: {len(quarter.rows)} new rows to {quarter.until}, {quarter.known} known")
    for step in steps(quarter, place, size):
        done = step.is_done()
        shown = f": {shlex.join(step.command)}" if step.command else ""
        click.echo(f"{'done' if done else 'to do'}: {step.what}{shown}")
        if not check and not done:
            take(step, quarter, place)


def _told(*messages: str) -> int:
    for message in messages:
        click.echo(message, err=True)
    return 2


def take(step: Step, quarter: new_quarter.NewQuarter, place: Place) -> None:
    """Do a step; one that fails or is interrupted ends the command with its status."""
    if not step.command:
        write(place.table, new_quarter.added(place.table, quarter.rows).encode())
        return
    try:
        program, *words = step.command
        beside = Path(sys.executable).with_name(program)
        ended = subprocess.run([beside, *words], check=False).returncode
    except KeyboardInterrupt:
        ended = 130
    if ended:
        raise SystemExit(_told("stopped here; the same command goes on") and ended)


if __name__ == "__main__":
    main()
