"""`moat ...`: the command line. Commands import what they need, so that help is instant."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

MAX_WORLDS = 10_000  # what fits the memory of one machine with every series kept
SCENARIO = click.argument("scenario", default="as_enacted")
SETS = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override a number, e.g. --set labs.DeepSeek.openness=0 (repeatable).",
)
WORLDS = click.option(
    "--worlds",
    type=click.IntRange(1, MAX_WORLDS),
    default=256,
    show_default=True,
    help="Possible histories to simulate.",
)
SEED = click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="Seed of the luck.",
)
MONTHS = click.option(
    "--months", type=click.IntRange(1, 600), help="Only so many months from the start."
)
OUT = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write [default: runs/NAME]."
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, no table.")


def _told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what can go wrong for a user into one clear message and an exit status."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        from sim.scenario.errors import ScenarioError

        try:
            return command(*args, **kwargs)
        except ScenarioError as wrong:
            for problem in wrong.problems:
                click.echo(f"error: {problem}", err=True)
            sys.exit(2)
        except (FileExistsError, FileNotFoundError) as wrong:
            click.echo(f"error: {wrong}", err=True)
            sys.exit(2)
        except BrokenPipeError:  # the reader has seen enough: `moat show | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as wrong:
            click.echo(f"error: cannot write: {wrong}; nothing was left half written", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted; nothing was written", err=True)
            sys.exit(130)

    return told


def _experiment(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every experiment takes."""
    for option in (JSON, OUT, SETS, MONTHS, SEED, WORLDS):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="moat")
def main() -> None:
    """Simulate US-China AI competition: scenarios in, ranges and effects out.

    Every answer is a difference between paired worlds (same luck, one thing changed), with the
    range over worlds. Conditional forecasts, not predictions.
    """


@main.command()
@SCENARIO
@_experiment
@_told
def run(
    scenario: str,
    worlds: int,
    seed: int,
    months: int | None,
    sets: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Run SCENARIO in many worlds: a table, a figure, and files."""
    from sim.experiments.run import run as simulate
    from sim.screen import print_json, print_run, progress

    with progress(f"{scenario}: {worlds} worlds") as tick:
        results = simulate(scenario, worlds, seed, months, sets, tick)
    folder = _save(results, out or Path("runs") / Path(scenario).stem)
    if as_json:
        print_json({"scenario": scenario, "outcomes": results.summary()})
    else:
        print_run(results)
    _draw("run_figure", results, folder)


@main.command()
@click.argument("scenario", default="as_enacted")
@click.argument("against", default="no_controls")
@_experiment
@_told
def compare(
    scenario: str,
    against: str,
    worlds: int,
    seed: int,
    months: int | None,
    sets: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Effect of SCENARIO against another one, AGAINST, in paired worlds.

    Differences are SCENARIO less AGAINST: same luck, same parameters, other policies.
    """
    from sim.experiments.compare import compare as simulate
    from sim.screen import print_effects, print_json, progress

    with progress(f"{scenario} against {against}: {worlds} paired worlds") as tick:
        effects = simulate(scenario, against, worlds, seed, months, sets, tick)
    name = f"{Path(scenario).stem}-against-{Path(against).stem}"
    folder = _save(effects, out or Path("runs") / name)
    if as_json:
        print_json({"scenario": scenario, "against": against, "effects": effects.summary()})
    else:
        print_effects(effects)
    _draw("effect_figure", effects, folder)


def _save(results: Any, folder: Path) -> Path:
    """Write all or nothing, and say when an older result gives way."""
    older = folder.exists()
    try:
        results.save(folder)
    except FileExistsError:
        raise
    except OSError as wrong:
        click.echo(
            f"error: cannot write the result to {folder}: {wrong.strerror}; choose another --out",
            err=True,
        )
        sys.exit(2)
    if older:
        click.echo(f"replaced the older result in {folder}/", err=True)
    return folder


def _draw(figure: str, results: Any, folder: Path) -> None:
    """Draw after the results are safe on disk: a failing figure loses nothing."""
    from viz import figures

    path = folder / "figure.png"
    part = folder / ".figure.part.png"
    getattr(figures, figure)(results).savefig(part)
    part.replace(path)
    click.echo(f"written: {folder}/ (results.nc, outcomes.csv, run.json, figure.png)", err=True)


@main.command()
@click.argument("file")
@SETS
@_told
def check(file: str, sets: tuple[str, ...]) -> None:
    """Check a scenario FILE: every problem with file, key and what to do."""
    from sim.scenario.load import load

    loaded = load(file, sets)
    click.echo(f"{file}: fine ({loaded.scenario.title}; hash {loaded.digest[:12]})")


@main.command()
@SCENARIO
@SETS
@click.option("--resolved", is_flag=True, help="Every key, not only what differs from the parent.")
@click.option("--why", is_flag=True, help="Name the file or flag that set each key.")
@_told
def show(scenario: str, sets: tuple[str, ...], resolved: bool, why: bool) -> None:
    """Print what SCENARIO says: what differs from its parent, or everything."""
    from sim.scenario.load import load
    from sim.scenario.shown import lines

    for line in lines(load(scenario, sets), resolved, why):
        click.echo(line)


@main.command(name="list")
@_told
def list_scenarios() -> None:
    """List the shipped scenarios, one line each."""
    from sim.scenario.library import shipped, title

    width = max(len(name) for name in shipped())
    for name, path in shipped().items():
        click.echo(f"{name:{width}}  {title(path)}")


@main.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    from sim.scenario.shown import editor_schema
    from sim.screen import print_json

    print_json(editor_schema())


@main.command()
@_told
def manual() -> None:
    """Print the manual of every key, unit, range, default and source (Markdown)."""
    from sim.scenario.load import load
    from sim.scenario.manual import manual as write

    click.echo(write(load("baseline")), nl=False)
