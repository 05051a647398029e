"""`moat sensitivity`, `moat discover`, `moat optimise`: what many worlds say together."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from viz.cli.endings import status
from viz.cli.options import JSON, MAX_SEED, OUT, flag, handles_errors, integer, with_options
from viz.cli.output import result_folder, save, write_figures
from viz.cli.progress import progress
from viz.text.terminal import say, say_next

SWEEP = click.argument("sweep", type=click.Path(path_type=Path))
EFFECT = flag("--effect", "Analyse differences between the branches instead of outcomes.")
MOST_FIGURES = 12  # of outcomes


@click.command()
@SWEEP
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME",
    help="Outcome to explain (repeatable) [default: all in the sweep].",
)
@click.option(
    "--month",
    "months",
    multiple=True,
    metavar="YYYY-MM",
    help="Month of the outcome (repeatable) [default: 2030-12, or the last].",
)
@EFFECT
@flag("--no-effect", "Analyse the first branch, not differences [default: differences].")
@flag("--ranks", "Look at ranks, so that a few extreme worlds do not decide.")
@flag("--all", "Print the table of every outcome.", name="every")
@with_options(OUT, JSON)
@handles_errors
def sensitivity(
    sweep: Path,
    outcomes: tuple[str, ...],
    months: tuple[str, ...],
    effect: bool,
    no_effect: bool,
    ranks: bool,
    every: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Rank what moves an outcome in a finished SWEEP.

    SWEEP is a folder that moat sweep has written. The method follows the design: Sobol indices,
    Morris screening, or PAWN and rank regression for any other sample (docs/analysis.md).
    """
    from sim.analysis.sensitivity import sensitivity as analyse
    from viz.text.sensitivity import print_sensitivity, summary
    from viz.text.tables import print_result

    wanted = True if effect else False if no_effect else None
    default = _default_folder(sweep, "effect-sensitivity" if effect else "sensitivity")
    folder = result_folder(out or default)
    result = analyse(sweep, outcomes, months, wanted, ranks)
    save(result, folder)
    print_result(result, as_json, partial(print_sensitivity, in_full=every), summary)
    from viz.figures.sensitivity import influence_figure

    drawn = result.rankings[:MOST_FIGURES]
    if len(result.rankings) > len(drawn):
        say(
            f"figures are drawn for the first {len(drawn)} outcomes; use --outcome for others",
            on_stderr=True,
        )
    names = [ranking.output.label.replace("@", "-") for ranking in drawn]
    figures = [partial(influence_figure, result, ranking) for ranking in drawn]
    write_figures(folder, dict(zip(names, figures, strict=True)))
    _say_report(folder, as_json)


@click.command()
@SWEEP
@click.option(
    "--outcome",
    "condition",
    metavar="CONDITION",
    help='Condition "NAME@YYYY-MM > NUMBER [and ...]" [default: controls spur innovation].',
)
@EFFECT
@click.option("--map", "mapped", nargs=2, metavar="A B", help="Two factors for the axes of a map.")
@click.option(
    "--density",
    type=click.FloatRange(0, 1),
    help="Share in the box that must meet the condition [default: the box that gains most].",
)
@with_options(OUT, JSON)
@handles_errors
def discover(
    sweep: Path,
    condition: str | None,
    effect: bool,
    mapped: tuple[str, str] | None,
    density: float | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Find the parameter values for which a condition holds.

    SWEEP is a folder that moat sweep has written. The result is given as boxes (ranges of a few
    factors), a decision tree and, with --map, a map over two factors (docs/analysis.md).
    """
    from sim.analysis.discover import discover as search
    from viz.text.discovery import print_discovery, summary
    from viz.text.tables import print_result

    folder = result_folder(out or _default_folder(sweep, "discovery"))
    result = search(sweep, condition, effect, mapped or (), density)
    save(result, folder)
    print_result(result, as_json, print_discovery, summary)
    from viz.figures.discovery import boxes_figure
    from viz.figures.plane import plane_figure

    figures = {"boxes": partial(boxes_figure, result)}
    if result.plane:
        figures["map"] = partial(plane_figure, result.plane, result.about["branches"])
    write_figures(folder, figures)
    _say_report(folder, as_json)


@click.command()
@click.argument("problem")
@integer("--policies", 4, 100_000, "Policies to try [default: as in PROBLEM].")
@integer("--worlds", 1, 2000, "Worlds in which to try them [default: as in PROBLEM].")
@integer("--seed", 0, MAX_SEED, "Seed of luck and search [default: as in PROBLEM].")
@with_options(OUT, JSON)
@handles_errors
def optimise(
    problem: str,
    policies: int | None,
    worlds: int | None,
    seed: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Search for policies that no other policy beats.

    PROBLEM is a TOML file, or us_chips_2027, which is shipped. All policies are tried in the same
    worlds. Ctrl-C ends the search and keeps what was found.
    """
    from sim.analysis.optimise import optimise as search
    from viz.text.policy_search import print_optimum, summary
    from viz.text.tables import print_result

    folder = result_folder(out or Path("runs") / f"{Path(problem).stem}-search")
    with progress(f"{problem}: policies") as tick:
        result = search(problem, policies, worlds, seed, tick)
    save(result, folder)
    print_result(result, as_json, print_optimum, summary)
    from viz.figures.policy_search import front_figure

    write_figures(folder, {"front": partial(front_figure, result)})
    _say_report(folder, as_json)
    if not result.about["finished"]:
        count = result.about["policies"]
        say(f"interrupted; the {count} policies tried so far are kept", on_stderr=True)
        sys.exit(status())


def _say_report(folder: Path, as_json: bool) -> None:
    """Name the report as the next command, where people read."""
    if not as_json:
        say_next(f"moat report {folder}")


def _default_folder(sweep: Path, word: str) -> Path:
    return Path("runs") / f"{sweep.resolve().name}-{word}"
