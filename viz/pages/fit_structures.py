"""Fit the rival forms of the model and weigh them: `python -m viz.pages.fit_structures`.

A fit takes some minutes of two cores (`--particles 256`), and each is kept once it is done: after
Ctrl-C the same command goes on. It ships the newest fits, writes their weights and what each form
answers (`viz/structures.json`); afterwards `python -m viz.pages structures findings` writes pages.
"""

from __future__ import annotations

import json
import sys
import time
from collections import ChainMap
from pathlib import Path
from typing import Any

import click

from sim.core.files import write
from sim.research.structures.fits import Size, fits
from sim.research.structures.stacking import Weights, log_densities, stacked
from sim.scenario.errors import ScenarioError
from sim.scenario.structures import REFERENCE, structures
from sim.uncertainty.posterior import SHIPPED, Posterior, shipped, shipped_names
from sim.uncertainty.structure_weights import FILE as WEIGHTS

FOLDER = Path("runs/structures")
EARLIER = "2024-12,2023-12,2022-12"  # origins, a year apart, whose forecasts weigh the forms
STRUCTURES = Path(__file__).parents[1] / "structures.json"


@click.command()
@click.option(
    "--particles",
    type=click.IntRange(32, 4096),
    default=Size().particles,
    show_default=True,
    help="Worlds to fit of each form.",
)
@click.option(
    "--passes",
    type=click.IntRange(1, 100),
    default=Size().passes,
    show_default=True,
    help="Rounds of moves in a stage of a fit.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--origins",
    default=f"{shipped_names()[-1]},{EARLIER}",
    show_default=True,
    help="Last months of fits; from all but the first, forecasts weigh the forms.",
)
@click.option("--only", help="Fit these forms, separated by commas, and stop.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True)
def main(
    particles: int, passes: int, workers: int, origins: str, only: str | None, folder: Path
) -> None:
    """Fit, weigh and compare the rival forms of the model."""
    newest, *earlier = sorted(origins.split(","), reverse=True)
    if not earlier and not only:
        wrong = "--origins needs an earlier month too: forecasts from it weigh the forms"
        raise click.UsageError(wrong)
    names = only.split(",") if only else list(structures())
    began = time.perf_counter()

    def progress(said: str) -> None:
        click.echo(f"{time.perf_counter() - began:6.0f} s  {said}", err=True)

    try:
        done = _fits(names, [newest, *earlier], Size(particles, passes), folder, workers, progress)
    except ScenarioError as error:
        raise click.ClickException("\n".join(map(str, error.problems))) from None
    except KeyboardInterrupt:
        click.echo(f"interrupted; fits are kept in {folder}/; the same command goes on", err=True)
        sys.exit(130)
    if only:
        return
    progress("forecasts of what came after each origin")
    after = {
        origin: {name: log_densities(done[name][origin]) for name in names} for origin in earlier
    }
    alone = {origin: stacked(densities) for origin, densities in after.items()}
    weights = stacked(
        {name: dict(ChainMap(*(one[name] for one in after.values()))) for name in names}
    )
    _ship(done, newest, weights, earlier)
    from sim.research.structures.study import structures_study

    found = structures_study(names, weights, alone, progress)
    write(STRUCTURES, f"{json.dumps(found, indent=1)}\n".encode())
    click.echo(f"written: {STRUCTURES}, {WEIGHTS}")


def _fits(
    names: list[str], origins: list[str], size: Size, folder: Path, workers: int, progress: Any
) -> dict[str, dict[str, Posterior]]:
    """Fits by form and origin, the newest first; of the reference the newest is the shipped one.

    Forms are weighed by fits to earlier origins, so that those are of the same size for all.
    """
    done: dict[str, dict[str, Posterior]] = {}
    for name in names:
        known = {}
        if name == REFERENCE:
            known = {origin: shipped(origin) for origin in origins[:1] if origin in shipped_names()}
        left = [origin for origin in origins if origin not in known]
        made = fits([name], left, size, folder, workers, progress)
        done[name] = known | {str(one.about["until"]): one for one in made}
    return done


def _ship(
    done: dict[str, dict[str, Posterior]], newest: str, weights: Weights, origins: list[str]
) -> None:
    """Put the newest fit of each form, and the weights, where the model finds them."""
    for name, fitted in done.items():
        if name != REFERENCE:
            (SHIPPED / name).mkdir(exist_ok=True)
            write(SHIPPED / name / f"{newest}.npz", fitted[newest].packed())
    rests = {"weights": weights.mean, "origins": origins, "observations": weights.observations}
    write(WEIGHTS, f"{json.dumps(rests, indent=1)}\n".encode())


if __name__ == "__main__":
    main()
