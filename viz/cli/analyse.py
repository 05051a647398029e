"""`moat sensitivity`, `moat discover`, `moat optimise`: what many worlds say together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from viz.cli.files import draw, save
from viz.cli.options import JSON, OUT, told

SWEEP = click.argument("sweep", type=click.Path(path_type=Path))
EFFECT = click.option(
    "--effect", is_flag=True, help="Differences between the branches instead of outcomes."
)
FIGURES = 12  # of outcomes, at most


@click.command()
@SWEEP
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME",
    help="What is to be explained (repeatable) [default: all that the sweep kept].",
)
@click.option(
    "--month",
    "months",
    multiple=True,
    metavar="YYYY-MM",
    help="When (repeatable) [default: 2030-12, or the last].",
)
@EFFECT
@click.option(
    "--ranks", is_flag=True, help="Look at ranks, so that a few extreme worlds do not decide."
)
@OUT
@JSON
@told
def sensitivity(
    sweep: Path,
    outcomes: tuple[str, ...],
    months: tuple[str, ...],
    effect: bool,
    ranks: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """What moves an outcome in the finished SWEEP: words, a table, figures.

    The method follows the design: Sobol indices, Morris screening, or PAWN and rank regression for
    any other sample (docs/analysis.md).
    """
    from sim.analysis.sensitivity import sensitivity as analyse
    from viz.text.moved import print_sensitivity, summary

    found = analyse(sweep, outcomes, months, effect, ranks)
    folder = save(found, out or _beside(sweep, "effect-sensitivity" if effect else "sensitivity"))
    _tell(found, as_json, print_sensitivity, summary)
    from viz.figures.sensitivity import influence_figure

    figures = [(one.output.label, one) for one in found.rankings[:FIGURES]]
    left = len(found.rankings) - len(figures)
    if left:
        click.echo(f"figures of the first {FIGURES} outcomes; --outcome for others", err=True)
    _draw(folder, ((name, influence_figure(found, one)) for name, one in figures))


@click.command()
@SWEEP
@click.option(
    "--outcome",
    "condition",
    metavar="CONDITION",
    help='"NAME@YYYY-MM > NUMBER [and ...]" [default: controls spur innovation].',
)
@EFFECT
@click.option("--map", "mapped", nargs=2, metavar="A B", help="Two factors to map over.")
@click.option(
    "--density",
    type=click.FloatRange(0, 1),
    help="Share of worlds that the box should reach [default: the box that gains most].",
)
@OUT
@JSON
@told
def discover(
    sweep: Path,
    condition: str | None,
    effect: bool,
    mapped: tuple[str, str] | None,
    density: float | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Where a condition comes about in SWEEP: boxes, a tree, a map over two factors."""
    from sim.analysis.discover import discover as search
    from viz.text.discovered import print_discovery, summary

    found = search(sweep, condition, effect, mapped or (), density)
    folder = save(found, out or _beside(sweep, "discovery"))
    _tell(found, as_json, print_discovery, summary)
    from viz.figures.discovery import boxes_figure
    from viz.figures.plane import plane_figure

    _draw(folder, [("boxes", boxes_figure(found))])
    if found.plane:
        _draw(folder, [("map", plane_figure(found.plane, found.about["branches"]))])


@click.command()
@click.argument("problem")
@click.option("--policies", type=click.IntRange(4, 100_000), help="To try, in place of the file's.")
@click.option("--worlds", type=click.IntRange(1, 2000), help="To try them in, likewise.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Of luck and search, likewise.")
@OUT
@JSON
@told
def optimise(
    problem: str,
    policies: int | None,
    worlds: int | None,
    seed: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Search policies that no other beats: PROBLEM is a file, or us_chips_2027.

    All policies are tried in the same worlds. Ctrl-C ends the search and keeps what was found.
    """
    from sim.analysis.optimise import optimise as search
    from viz.text.optimised import print_optimum, summary
    from viz.text.screen import progress

    with progress(f"{problem}: policies") as tick:
        found = search(problem, policies, worlds, seed, tick)
    folder = save(found, out or Path("runs") / f"{Path(problem).stem}-search")
    _tell(found, as_json, print_optimum, summary)
    from viz.figures.policy_search import front_figure

    _draw(folder, [("front", front_figure(found))])
    if not found.about["finished"]:
        count = found.about["policies"]
        click.echo(f"interrupted; {count} policies that were tried are kept", err=True)
        sys.exit(130)


def _beside(sweep: Path, word: str) -> Path:
    return Path("runs") / f"{sweep.resolve().name}-{word}"


def _tell(found: Any, as_json: bool, show: Callable, summary: Callable) -> None:
    from viz.text.screen import print_json

    if as_json:
        print_json(summary(found))
    else:
        show(found)


def _draw(folder: Path, figures: Iterable[tuple[str, Any]]) -> None:
    """Draw after the results are safe on disk: a failing figure loses nothing."""
    for name, figure in figures:
        path = folder / f"{name.replace('@', '-')}.png"
        draw(figure, path)
        click.echo(f"written: {path}", err=True)
