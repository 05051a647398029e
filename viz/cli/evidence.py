"""`moat evidence`, `moat findings`, `moat signposts`: pages made from the fitted model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.core.files import write
from viz.cli import completion
from viz.cli.options import (
    ENSEMBLE,
    JSON,
    POSTERIOR,
    SEED,
    flag,
    handles_errors,
    integer,
    with_options,
)
from viz.text.tables import print_json, print_result
from viz.text.terminal import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _out(default: str) -> Any:
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(default),
        help="Folder for the page, the numbers and the figures.",
    )


PAGE = flag("--page", "Only write the page, from numbers recorded earlier.", name="page_only")
WHERE = (PAGE, SEED, POSTERIOR)
MANY = integer("--worlds", 64, 10_000, "Worlds to simulate [default: each fitted world once].")


@click.command()
@flag("--published", "Only compare with published results; writes published_results.md and .json.")
@with_options(MANY, _out("runs/evidence"), *WHERE, JSON)
@handles_errors
def evidence(
    worlds: int | None,
    out: Path,
    page_only: bool,
    seed: int,
    posterior: str | None,
    published: bool,
    as_json: bool,
) -> None:
    """Test how far history supports the answers.

    Runs placebo tests, compares rival explanations and profiles the fit. Writes evidence.md,
    evidence.json and figures. Takes some minutes, or a second with --page. With --published the
    same worlds are asked what published studies found.
    """
    if published:
        _published(worlds, out, page_only, seed, posterior, as_json)
        return
    from viz.pages import evidence as pages

    def run() -> dict[str, Any]:
        from sim.experiments.ensemble import POSTERIOR as NEWEST
        from sim.research.identification.ensemble import Ensemble, fitted_ensemble
        from sim.research.identification.studies import identification_study

        fitted = fitted_ensemble(worlds, seed, posterior or NEWEST)
        return identification_study(fitted, Ensemble("prior", fitted.worlds, seed), _say)

    numbers = _numbers(out / "evidence.json", run, page_only)
    _write(out / "evidence.md", pages.page(numbers))
    _draw(out / "figures", pages.figures(numbers))
    if as_json:
        print_json(numbers)


def _published(
    worlds: int | None,
    out: Path,
    page_only: bool,
    seed: int,
    posterior: str | None,
    as_json: bool,
) -> None:
    """Ask published results of fitted worlds."""
    from viz.pages import published_results as pages
    from viz.text.published import print_published, summary_in_json

    def run() -> dict[str, Any]:
        from sim.experiments.ensemble import POSTERIOR as NEWEST
        from sim.research.identification.ensemble import fitted_ensemble
        from sim.research.identification.published_comparison import compare

        return compare(fitted_ensemble(worlds, seed, posterior or NEWEST), _say)

    file = out / "published_results.json"
    numbers = _numbers(file, run, page_only, "moat evidence --published")
    page = pages.page(numbers)
    print_result(numbers, as_json, print_published, summary_in_json)
    _write(file.with_suffix(".md"), page)


@click.command()
@with_options(MANY, _out("runs/findings"), *WHERE)
@handles_errors
def findings(
    worlds: int | None, out: Path, page_only: bool, seed: int, posterior: str | None
) -> None:
    """Compute what the controls did, by channel.

    Uses the worlds that fit history, and searches for what would change the sign. Writes
    findings.md, findings.json and figures. Takes some minutes, or a second with --page.
    """
    from viz.pages import findings as pages

    def run() -> dict[str, Any]:
        from sim.experiments.ensemble import POSTERIOR as NEWEST
        from sim.research.identification.ensemble import fitted_ensemble
        from sim.research.identification.studies import effects_study

        return effects_study(fitted_ensemble(worlds, seed, posterior or NEWEST), _say)

    numbers = _numbers(out / "findings.json", run, page_only)
    _write(out / "findings.md", pages.page(numbers))
    _draw(out / "figures", pages.figures(numbers))


@click.command()
@click.option(
    "--headline",
    metavar="NAME",
    shell_complete=completion.headlines,
    help="Headline of the ranking, such as lead_months [default: innovation_effect].",
)
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Signposts of your own: a CSV as sim/research/signposts/signposts.csv.",
)
@with_options(MANY, _out("runs/signposts"), PAGE, SEED, ENSEMBLE, JSON)
@handles_errors
def signposts(
    headline: str | None,
    table: Path | None,
    worlds: int | None,
    out: Path,
    page_only: bool,
    seed: int,
    ensemble: str,
    as_json: bool,
) -> None:
    """Show which observations would narrow the answers most.

    Simulates what would be observed to 2028 in each world, and regresses the headlines of moat
    findings on it. Writes signposts.md, signposts.json and a figure. Takes some minutes, or a
    second with --page.
    """
    from sim.research.signposts.study import headline_key
    from viz.pages import signposts as pages
    from viz.text.signposts import print_signposts, summary
    from viz.text.tables import print_result

    key = headline_key(headline)

    def run() -> dict[str, Any]:
        from sim.research.signposts.study import signposts as study
        from sim.research.signposts.table import read

        return study(worlds, seed, ensemble, read(table) if table else (), _say)

    numbers = _numbers(out / "signposts.json", run, page_only)
    print_result(numbers, as_json, lambda found: print_signposts(found, key), summary)
    _write(out / "signposts.md", pages.page(numbers))
    _draw(out / "figures", pages.figures(numbers))


def _say(text: str) -> None:
    say(f"{text} ...", on_stderr=True)


def _numbers(
    file: Path, run: Callable[[], dict[str, Any]], is_recorded: bool, command: str = ""
) -> dict[str, Any]:
    """Numbers computed and recorded, or those recorded earlier.

    Args:
        command: that records them [default: the one of the file's name].
    """
    if is_recorded:
        if not file.is_file():
            raise FileNotFoundError(f"{file} does not exist; run the command without --page first")
        from sim.record.stored import readable

        with readable(file, command or f"moat {file.stem}"):
            return json.loads(file.read_text("utf-8"))
    file.parent.mkdir(parents=True, exist_ok=True)
    numbers = run()
    _write(file, json.dumps(numbers, indent=1) + "\n")
    return json.loads(file.read_text("utf-8"))


def _write(file: Path, text: str) -> None:
    """Under a temporary name, then renamed."""
    write(file, text.encode())
    say(f"written: {file}", on_stderr=True)


def _draw(folder: Path, figures: Mapping[str, Figure]) -> None:
    from viz.figures.files import save_figure

    folder.mkdir(exist_ok=True)
    for name, figure in figures.items():
        file = folder / f"{name}.png"
        save_figure(figure, file, metadata={"Software": None})
        say(f"written: {file}", on_stderr=True)
