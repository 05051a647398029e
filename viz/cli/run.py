"""`moat run`, `moat compare`, `moat explain`: one scenario, or one against another."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from viz.cli.options import (
    AGAINST,
    ENSEMBLE,
    EXPERIMENT,
    FEWER_WORLDS,
    JSON,
    OUT,
    SCENARIO,
    SEED,
    SETS,
    Experiment,
    handles_errors,
    integer,
    with_options,
)
from viz.cli.output import result_folder, save, write_figures
from viz.cli.progress import progress

if TYPE_CHECKING:
    from sim.record.results import Results

ORDERS = "Orders of the parts sampled in each world, each with its reverse."
BY = ("channel", "instrument", "act")


@click.command()
@with_options(SCENARIO, *EXPERIMENT)
@handles_errors
def run(
    scenario: str,
    out: Path | None,
    as_json: bool,
    **options: Unpack[Experiment],
) -> None:
    """Run SCENARIO in many worlds: a table, a figure, and files."""
    from sim.experiments.run import run as simulate
    from viz.text.results import print_run
    from viz.text.tables import print_json

    folder = result_folder(out or Path("runs") / Path(scenario).stem)
    with progress(f"{scenario}: {options['worlds']} worlds") as tick:
        results = simulate(scenario, progress=tick, **options)
    save(results, folder)
    if as_json:
        print_json({"scenario": scenario} | _notes(results) | {"outcomes": results.summary()})
    else:
        print_run(results)
    from viz.figures.run import economy_figure, run_figure

    figures = {"figure": run_figure, "economy": economy_figure}
    write_figures(folder, {name: partial(draw, results) for name, draw in figures.items()})


@click.command()
@with_options(SCENARIO, AGAINST, *EXPERIMENT)
@handles_errors
def compare(
    scenario: str,
    against: str,
    out: Path | None,
    as_json: bool,
    **options: Unpack[Experiment],
) -> None:
    """Effect of SCENARIO against another one, AGAINST, in paired worlds.

    Differences are SCENARIO less AGAINST: same luck, same parameters, other policies.
    """
    from sim.experiments.compare import compare as simulate
    from viz.text.results import print_effects
    from viz.text.tables import print_json

    folder = result_folder(out or _pair_folder(scenario, "against", against))
    with progress(f"{scenario} against {against}: {options['worlds']} paired worlds") as tick:
        effects = simulate(scenario, against, progress=tick, **options)
    save(effects, folder)
    if as_json:
        names = {"scenario": scenario, "against": against}
        print_json(names | _notes(effects) | {"effects": effects.summary()})
    else:
        print_effects(effects)
    from viz.figures.comparison import effect_figure

    write_figures(folder, {"figure": lambda: effect_figure(effects)})


class Explained(TypedDict):
    """What `explain` of `sim` takes from the options of the command."""

    month: str | None
    by: str
    orders: int
    worlds: int
    seed: int
    ensemble: str
    overrides: tuple[str, ...]


@click.command()
@SCENARIO
@AGAINST
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME",
    help="Split the effect on this outcome (repeatable) [default: the main ones].",
)
@click.option(
    "--month", metavar="YYYY-MM", help="Date of the effect [default: 2030-12, or the last]."
)
@click.option(
    "--by",
    type=click.Choice(BY),
    default=BY[0],
    help="What the effect is split by.",
)
@click.option(
    "--channels",
    default="",
    show_default=False,
    metavar="A,B,...",
    help="Only these channels; the others stay as they are [default: all].",
)
@integer("--orders", 2, 1000, ORDERS, 4)
@with_options(FEWER_WORLDS, SEED, ENSEMBLE, SETS, OUT, JSON)
@handles_errors
def explain(
    scenario: str,
    against: str,
    outcomes: tuple[str, ...],
    channels: str,
    out: Path | None,
    as_json: bool,
    **options: Unpack[Explained],
) -> None:
    """Split the effect of SCENARIO against AGAINST by channel, instrument or act.

    What each switch of [channels] adds to the difference, or each act in which the two differ
    (alone, or with all of its government and instrument), averaged over the orders in which they
    can be switched on (Shapley values). The parts add up to the whole effect in every world.
    """
    from sim.experiments.explain import HEADLINES
    from sim.experiments.explain import explain as split
    from viz.text.explanation import print_explanation, summary
    from viz.text.tables import print_result

    names, some = outcomes or HEADLINES, channels.replace(",", " ").split()
    by = options["by"]
    word = "explained-against" if by == BY[0] else f"explained-by-{by}-against"
    folder = result_folder(out or _pair_folder(scenario, word, against))
    with progress(f"{scenario} against {against} by {by}: {options['worlds']} worlds") as tick:
        explanation = split(scenario, against, names, channels=some, progress=tick, **options)
    save(explanation, folder)
    print_result(explanation, as_json, print_explanation, summary)
    from viz.figures.explanation import parts_figure

    write_figures(folder, {"figure": lambda: parts_figure(explanation)})


def _notes(results: Results) -> dict[str, list[str]]:
    """Which acts do nothing, as a part of the JSON form; empty where all do something."""
    from viz.text.notes import notes_on

    found = notes_on(results.about)
    return {"notes": found} if found else {}


def _pair_folder(scenario: str, word: str, against: str) -> Path:
    return Path("runs") / f"{Path(scenario).stem}-{word}-{Path(against).stem}"
