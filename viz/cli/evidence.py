"""`moat evidence` and `moat findings`: two pages made from the fitted model."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.core.files import write
from viz.cli.options import SEED, flag, handles_errors, integer, with_options
from viz.text.terminal import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WHERE = (
    click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("docs"),
        help="Folder of page, numbers and figures.",
    ),
    flag("--page", "Write the page from recorded numbers.", name="page_only"),
    SEED,
)
MANY = integer("--worlds", 64, 10_000, "Worlds to ask [default: each particle once].")


@click.command()
@with_options(MANY, *WHERE)
@handles_errors
def evidence(worlds: int | None, out: Path, page_only: bool, seed: int) -> None:
    """How far history identifies what the model says: placebos, rivals, profiles of the fit.

    Writes evidence.md, evidence.json and figures. Some minutes; with --page a second.
    """
    from viz.pages import evidence as pages

    def run() -> dict[str, Any]:
        from sim.research.identification.ensemble import Ensemble, fitted_ensemble
        from sim.research.identification.studies import identification_study

        fitted = fitted_ensemble(worlds, seed)
        return identification_study(fitted, Ensemble("prior", fitted.worlds, seed), _say)

    numbers = _numbers(out / "evidence.json", run, page_only)
    _write(out / "evidence.md", pages.page(numbers))
    _draw(out / "figures", pages.figures(numbers))


@click.command()
@with_options(MANY, *WHERE)
@handles_errors
def findings(worlds: int | None, out: Path, page_only: bool, seed: int) -> None:
    """What the controls did according to the fitted model, by channel, and what turns the sign.

    Writes findings.md, findings.json and figures. Some minutes; with --page a second.
    """
    from viz.pages import findings as pages

    def run() -> dict[str, Any]:
        from sim.research.identification.ensemble import fitted_ensemble
        from sim.research.identification.studies import effects_study

        return effects_study(fitted_ensemble(worlds, seed), _say)

    numbers = _numbers(out / "findings.json", run, page_only)
    _write(out / "findings.md", pages.page(numbers))
    _draw(out / "figures", pages.figures(numbers))


def _say(text: str) -> None:
    say(f"{text} ...", on_stderr=True)


def _numbers(file: Path, run: Callable[[], dict[str, Any]], is_recorded: bool) -> dict[str, Any]:
    """Numbers computed and recorded, or those recorded earlier."""
    if is_recorded:
        if not file.is_file():
            raise FileNotFoundError(f"{file} does not exist; run the command without --page first")
        from sim.record.stored import readable

        with readable(file, f"moat {file.stem}"):
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
