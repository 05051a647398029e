"""`moat run`, `moat compare`, `moat explain`: one scenario, or one against another."""

from __future__ import annotations

from functools import partial
from pathlib import Path

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
    SPLIT,
    handles_errors,
    with_options,
)
from viz.cli.output import save, write_figures
from viz.cli.progress import progress


@click.command()
@with_options(SCENARIO, *EXPERIMENT)
@handles_errors
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
    from viz.text.results import print_run
    from viz.text.tables import print_json

    with progress(f"{scenario}: {worlds} worlds") as tick:
        results = simulate(scenario, worlds, seed, months, overrides, tick, ensemble)
    folder = save(results, out or Path("runs") / Path(scenario).stem)
    if as_json:
        print_json({"scenario": scenario, "outcomes": results.summary()})
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
    from viz.text.results import print_effects
    from viz.text.tables import print_json

    with progress(f"{scenario} against {against}: {worlds} paired worlds") as tick:
        effects = simulate(scenario, against, worlds, seed, months, overrides, tick, ensemble)
    folder = save(effects, out or _pair_folder(scenario, "against", against))
    if as_json:
        print_json({"scenario": scenario, "against": against, "effects": effects.summary()})
    else:
        print_effects(effects)
    from viz.figures.comparison import effect_figure

    write_figures(folder, {"figure": lambda: effect_figure(effects)})


@click.command()
@with_options(SCENARIO, AGAINST, *SPLIT, FEWER_WORLDS, SEED, ENSEMBLE, SETS, OUT, JSON)
@handles_errors
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
    from viz.text.explanation import print_explanation, summary
    from viz.text.tables import print_result

    pair, names = (scenario, against), outcomes or HEADLINES
    some = channels.replace(",", " ").split()
    with progress(f"{scenario} against {against} by channel: {worlds} worlds") as tick:
        explanation = split(
            *pair, names, worlds, seed, month, some, orders, overrides, tick, ensemble=ensemble
        )
    folder = save(explanation, out or _pair_folder(scenario, "explained-against", against))
    print_result(explanation, as_json, print_explanation, summary)
    from viz.figures.explanation import parts_figure

    write_figures(folder, {"figure": lambda: parts_figure(explanation)})


def _pair_folder(scenario: str, word: str, against: str) -> Path:
    return Path("runs") / f"{Path(scenario).stem}-{word}-{Path(against).stem}"
