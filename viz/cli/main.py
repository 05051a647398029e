"""`moat ...`: the command line. Commands import what they need, so that help is instant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from viz.cli.analyse import discover, optimise, sensitivity
from viz.cli.calibrate import calibrate
from viz.cli.evidence import evidence, findings
from viz.cli.files import draw, save, tell
from viz.cli.judge import backtest, score
from viz.cli.options import (
    AGAINST,
    ENSEMBLE,
    FEWER_WORLDS,
    JSON,
    OUT,
    SCENARIO,
    SEED,
    SETS,
    SPLIT,
    experiment,
    takes,
    told,
)
from viz.cli.pages import month, sources
from viz.cli.report import report
from viz.cli.sweep import sweep
from viz.cli.watch import watch


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="moat")
def main() -> None:
    """Simulate US-China AI competition: scenarios in, ranges and effects out.

    Every answer is a difference between paired worlds (same luck, one thing changed), with the
    range over worlds. Conditional forecasts, not predictions.
    """


@main.command()
@SCENARIO
@experiment
@told
def run(
    scenario: str,
    worlds: int,
    seed: int,
    ensemble: str,
    months: int | None,
    overrides: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Run SCENARIO in many worlds: a table, a figure, and files."""
    from sim.experiments.run import run as simulate
    from viz.text.screen import print_json, print_run, progress

    with progress(f"{scenario}: {worlds} worlds") as tick:
        results = simulate(scenario, worlds, seed, months, overrides, tick, ensemble)
    folder = save(results, out or Path("runs") / Path(scenario).stem)
    if as_json:
        print_json({"scenario": scenario, "outcomes": results.summary()})
    else:
        print_run(results)
    from viz.figures.run import economy_figure, run_figure

    _draw(results, folder, figure=run_figure, economy=economy_figure)


@main.command()
@SCENARIO
@AGAINST
@experiment
@told
def compare(
    scenario: str,
    against: str,
    worlds: int,
    seed: int,
    ensemble: str,
    months: int | None,
    overrides: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Effect of SCENARIO against another one, AGAINST, in paired worlds.

    Differences are SCENARIO less AGAINST: same luck, same parameters, other policies.
    """
    from sim.experiments.compare import compare as simulate
    from viz.text.screen import print_effects, print_json, progress

    with progress(f"{scenario} against {against}: {worlds} paired worlds") as tick:
        effects = simulate(scenario, against, worlds, seed, months, overrides, tick, ensemble)
    folder = save(effects, out or _pair_folder(scenario, "against", against))
    if as_json:
        print_json({"scenario": scenario, "against": against, "effects": effects.summary()})
    else:
        print_effects(effects)
    from viz.figures.comparison import effect_figure

    _draw(effects, folder, figure=effect_figure)


@main.command()
@SCENARIO
@AGAINST
@takes(*SPLIT, FEWER_WORLDS, SEED, ENSEMBLE, SETS, OUT, JSON)
@told
def explain(
    scenario: str,
    against: str,
    outcomes: tuple[str, ...],
    month: str | None,
    channels: str,
    orders: int,
    worlds: int,
    seed: int,
    ensemble: str,
    overrides: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Split the effect of SCENARIO against AGAINST by channel.

    What each switch of [channels] adds to the difference, averaged over the orders in which they
    can be switched on (Shapley values). The parts add up to the whole effect in every world.
    """
    from sim.experiments.explain import HEADLINES
    from sim.experiments.explain import explain as split
    from viz.text.explained import print_explanation, summary
    from viz.text.screen import print_json, progress

    pair, names = (scenario, against), outcomes or HEADLINES
    asked = channels.replace(",", " ").split()
    with progress(f"{scenario} against {against} by channel: {worlds} worlds") as tick:
        found = split(
            *pair, names, worlds, seed, month, asked, orders, overrides, tick, ensemble=ensemble
        )
    folder = save(found, out or _pair_folder(scenario, "explained-against", against))
    if as_json:
        print_json(summary(found))
    else:
        print_explanation(found)
    from viz.figures.explanation import parts_figure

    _draw(found, folder, figure=parts_figure)


for command in (
    sweep,
    sensitivity,
    discover,
    optimise,
    report,
    month,
    sources,
    calibrate,
    backtest,
    score,
    evidence,
    findings,
    watch,
):
    main.add_command(command)


def _pair_folder(scenario: str, word: str, against: str) -> Path:
    return Path("runs") / f"{Path(scenario).stem}-{word}-{Path(against).stem}"


def _draw(results: Any, folder: Path, **figures: Callable[[Any], Any]) -> None:
    """Draw after the results are safe on disk: a failing figure loses nothing.

    Args:
        figures: by the name of their file.
    """
    for name, figure in figures.items():
        draw(figure(results), folder / f"{name}.png")
    tell(folder)


@main.command()
@click.argument("file")
@SETS
@told
def check(file: str, overrides: tuple[str, ...]) -> None:
    """Check a scenario FILE: every problem with file, key and what to do."""
    from sim.scenario.load import load

    resolved = load(file, overrides)
    click.echo(f"{file}: fine ({resolved.scenario.title}; hash {resolved.digest[:12]})")


@main.command()
@SCENARIO
@SETS
@click.option("--resolved", is_flag=True, help="Every key, not only what differs from the parent.")
@click.option("--why", is_flag=True, help="Name the file or flag that set each key.")
@told
def show(scenario: str, overrides: tuple[str, ...], resolved: bool, why: bool) -> None:
    """Print what SCENARIO says: what differs from its parent, or everything."""
    from sim.scenario.load import load
    from viz.text.scenario import lines

    for line in lines(load(scenario, overrides), resolved, why):
        click.echo(line)


@main.command(name="list")
@told
def list_scenarios() -> None:
    """List the shipped scenarios, one line each."""
    from sim.scenario.library import shipped, title

    width = max(len(name) for name in shipped())
    for name, path in shipped().items():
        click.echo(f"{name:{width}}  {title(path)}")


@main.command()
def schema() -> None:
    """Print the JSON schema of scenario files, for editors."""
    from viz.text.scenario import editor_schema
    from viz.text.screen import print_json

    print_json(editor_schema())


@main.command()
@told
def manual() -> None:
    """Print the manual of every key, unit, range, default and source (Markdown)."""
    from sim.scenario.load import load
    from viz.pages.manual import manual as write

    click.echo(write(load("baseline")), nl=False)
