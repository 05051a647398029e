"""`moat run`, `moat compare`, `moat explain`: one scenario, or one against another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from viz.cli import completion
from viz.cli.options import (
    AGAINST,
    ENSEMBLE,
    EXPERIMENT,
    FEWER_WORLDS,
    JSON,
    OBSERVATIONS,
    OUT,
    SCENARIO,
    SEED,
    SETS,
    Experiment,
    flag,
    handles_errors,
    integer,
    with_options,
)
from viz.cli.output import result_folder, save, warn, write_figures
from viz.cli.progress import progress
from viz.cli.shown import SHOWN, Shown, say_more
from viz.text.terminal import say, say_next

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.record.results import Results
    from sim.research.forecasting.own import OwnObservation

ORDERS = "Random orders of the parts in each world, each also reversed."
BY = ("channel", "instrument", "act")
VERDICT_WORLDS = 256  # as many as `compare` has, so that both say the same of the whole effect


@click.command()
@flag("--raw", "As simulated: outcomes do not start from the last observations.")
@with_options(SCENARIO, *EXPERIMENT, OBSERVATIONS, SHOWN)
@handles_errors
def run(
    scenario: str,
    raw: bool,
    out: Path | None,
    observations: Path | None,
    shown: Shown,
    **options: Unpack[Experiment],
) -> None:
    """Run a scenario in many worlds.

    Prints the answer, draws figures, and writes all results to a folder.
    """
    from sim.experiments.run import run as simulate
    from sim.research.forecasting.carried import UNFITTED, carry_on, why_not_carried
    from viz.text.results import print_run

    shown.check()
    own = own_observations(observations)
    folder = result_folder(out or Path("runs") / Path(scenario).stem)
    warn((scenario,), options["overrides"])
    with progress(f"{scenario}: {options['worlds']} worlds") as tick:
        results = simulate(scenario, progress=tick, **options)
    if not raw:
        if why_not_carried(results) == UNFITTED:
            say(UNFITTED, on_stderr=True)
        results = carry_on(results)
    save(results, folder)
    shown.show(results, print_run, {"scenario": scenario})
    from viz.figures.run import economy_figure, run_figure

    figures = {"figure": run_figure, "economy": economy_figure}
    drawn = {name: partial(draw, results, own) for name, draw in figures.items()}
    write_figures(folder, drawn | own_figure(results, own))
    if shown.is_short:
        is_default = scenario == "as_enacted"
        say_more(
            "moat compare as_enacted no_controls"
            if is_default
            else f"moat compare {scenario} as_enacted"
        )


@click.command()
@with_options(SCENARIO, AGAINST, *EXPERIMENT, OBSERVATIONS, SHOWN)
@handles_errors
def compare(
    scenario: str,
    against: str,
    out: Path | None,
    observations: Path | None,
    shown: Shown,
    **options: Unpack[Experiment],
) -> None:
    """Compare two scenarios in paired worlds.

    Paired worlds have the same luck and the same parameters. Differences are SCENARIO minus
    AGAINST.
    """
    from sim.experiments.compare import compare as simulate
    from viz.text.results import print_effects

    shown.check()
    own = own_observations(observations)
    folder = result_folder(out or _pair_folder(scenario, "against", against))
    warn((scenario, against), options["overrides"])
    with progress(f"{scenario} against {against}: {options['worlds']} paired worlds") as tick:
        effects = simulate(scenario, against, progress=tick, **options)
    save(effects, folder)
    shown.show(effects, print_effects, {"scenario": scenario, "against": against})
    from viz.figures.comparison import effect_figure

    figures = {"figure": lambda: effect_figure(effects)}
    if own:  # an effect is not observed: the scenario itself is drawn beside what is
        from sim.experiments.run import run as simulate_one

        results = simulate_one(scenario, **options)
        figures |= own_figure(results, own)
    write_figures(folder, figures)
    if shown.is_short:
        say_more(f"moat explain {scenario} {against}")


def own_observations(file: Path | None) -> list[OwnObservation]:
    """The observations of a file that are to be drawn."""
    if file is None:
        return []
    from sim.research.forecasting.own import read

    return read(file)


def own_figure(results: Results, own: list[OwnObservation]) -> dict[str, Callable[[], Figure]]:
    """The figure of a reader's observations, if there are any; says what is not drawn."""
    if not own:
        return {}
    from sim.research.forecasting.own import drawable
    from viz.figures.observations import observations_figure

    for note in drawable(own, set(results.names), list(results.months)):
        say(note, on_stderr=True)
    if not any(one.target.outcome in results.names for one in own):
        return {}
    return {"observations": partial(observations_figure, results, own)}


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
    shell_complete=completion.outcomes,
    help="Split the effect on this outcome (repeatable) [default: the main ones].",
)
@click.option(
    "--month", metavar="YYYY-MM", help="Date of the effect [default: 2030-12, or the last]."
)
@click.option(
    "--by",
    type=click.Choice(BY),
    default=BY[0],
    help="Parts into which the effect is split.",
)
@click.option(
    "--channels",
    default="",
    show_default=False,
    metavar="A,B,...",
    help="Split by these channels only [default: all].",
)
@integer("--orders", 2, 1000, ORDERS, 4)
@flag("--all", "Print the parts of every effect.", name="every")
@with_options(FEWER_WORLDS, SEED, ENSEMBLE, SETS, OUT, JSON)
@handles_errors
def explain(
    scenario: str,
    against: str,
    outcomes: tuple[str, ...],
    channels: str,
    every: bool,
    out: Path | None,
    as_json: bool,
    **options: Unpack[Explained],
) -> None:
    """Split an effect by channel, instrument or act.

    The effect is SCENARIO minus AGAINST. Each part is what a channel, an act, or all acts of one
    government and instrument add to it, averaged over the orders in which the parts can be
    switched on (Shapley values). The parts add up to the whole effect in every world.
    """
    from sim.experiments.explain import HEADLINES
    from sim.experiments.explain import explain as split
    from viz.text.explanation import print_explanation, summary
    from viz.text.tables import print_result

    by = options["by"]
    way = "" if by == BY[0] else f"-by-{by}"
    folder = result_folder(out or _pair_folder(scenario, f"explained{way}-against", against))
    with progress(f"{scenario} against {against} by {by}: {options['worlds']} worlds") as tick:
        explanation = split(
            *(scenario, against, outcomes or HEADLINES),
            channels=channels.replace(",", " ").split(),
            progress=tick,
            verdict_worlds=VERDICT_WORLDS,
            **options,
        )
    save(explanation, folder)
    print_result(explanation, as_json, partial(print_explanation, in_full=every), summary)
    from viz.figures.explanation import parts_figure

    write_figures(folder, {"figure": lambda: parts_figure(explanation)})
    if not as_json:
        say_next(f"moat report {folder}")


def _pair_folder(scenario: str, word: str, against: str) -> Path:
    return Path("runs") / f"{Path(scenario).stem}-{word}-{Path(against).stem}"
