"""Record what pages of the documentation show and takes long: `python -m viz.pages.record`.

Afterwards `python -m viz.pages calibration backtest` writes the pages.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from sim.core.files import write
from sim.experiments.verdict import COVERAGE
from sim.research.calibration.checks import compare_seeds, golden, rank_summary
from sim.research.calibration.sbc import Settings, Truth
from sim.research.calibration.sbc_study import kept, study
from sim.research.forecasting import frozen
from sim.research.forecasting.rolling import rolled
from sim.uncertainty.posterior import SHIPPED, Posterior, read, shipped

CHECKS, GOLDEN = Path("docs/calibration.json"), Path("tests/calibration/golden.json")
ROLLING = Path("docs/forecast/rolling.json")
TRUTHS = Path("runs/truths")  # one file a truth, while a study is under way
SAVED = 5  # truths after which what is done so far is recorded
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--ship", type=FILE, help="A posterior.npz of `moat calibrate` to ship.")
@click.option("--other", type=FILE, help="A posterior of another seed: compare the shipped one.")
@click.option(
    "--truths",
    type=click.IntRange(1),
    help="Synthetic histories to fit, as far as they are not done.",
)
@click.option("--truths-folder", type=click.Path(path_type=Path), default=TRUTHS, show_default=True)
@click.option("--particles", type=click.IntRange(32), default=256, show_default=True)
@click.option("--passes", type=click.IntRange(1), help="Of a fit [default: of the shipped fit].")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--rolling",
    type=FILE,
    help="A posterior of an earlier origin: score it on what came.",
)
@click.option("--freeze", is_flag=True, help="Freeze new files of docs/forecast, do nothing else.")
def main(
    ship: Path | None,
    other: Path | None,
    truths: int | None,
    truths_folder: Path,
    particles: int,
    passes: int | None,
    workers: int,
    rolling: Path | None,
    freeze: bool,
) -> None:
    """Record checks of the shipped posterior, and scores of a rolling origin.

    Fits to synthetic histories are kept one by one: after Ctrl-C the same command continues.
    """
    if freeze:
        click.echo("\n".join(frozen.freeze(datetime.now(UTC).date())))
        return
    if ship:
        until = read(ship).about["until"]  # refuses what is no posterior
        write(SHIPPED / f"{until}.npz", ship.read_bytes())
    posterior = shipped()
    if truths:
        record_truths(truths, settings_of(posterior, particles, passes), truths_folder, workers)
    if other:
        _record("seeds", compare_seeds(posterior, read(other)))
    _save(GOLDEN, golden(posterior))
    if rolling:
        fitted = read(rolling)
        _record(str(fitted.about["until"]), rolled(fitted), ROLLING)
        _save(COVERAGE, pooled_coverage(json.loads(ROLLING.read_text("utf-8"))))


def pooled_coverage(rolling: dict[str, Any]) -> dict[str, float]:
    """What share of later observations the 90 % bands of all origins held (for verdicts)."""
    scores = [origin["posterior"]["all"] for origin in rolling.values()]
    count = sum(one["observations"] for one in scores)
    held = sum(one["observations"] * one["coverage"]["90"] for one in scores)
    return {"share_in_90_percent_band": round(held / count, 6), "observations": count}


def settings_of(posterior: Posterior, particles: int, passes: int | None = None) -> Settings:
    """How truths are fitted: as a posterior was, with so many particles."""
    about = posterior.about
    rounds, last = (passes, 10 * passes) if passes else (about["passes"], about["last"])
    return Settings(particles, about["until"], rounds, last)


def record_truths(wanted: int, settings: Settings, folder: Path, workers: int = 1) -> None:
    """Fit truths, and record for the page what those that are done say so far."""
    began = time.perf_counter()
    first = len(kept(wanted, settings, folder))

    def progress(done: int, truth: Truth) -> None:
        each = (time.perf_counter() - began) / (done - first)
        left = f"about {(wanted - done) * each / 3600:.1f} hours left"
        click.echo(
            f"{done} of {wanted} synthetic histories; this one took {truth.seconds:.0f} s; {left}"
        )
        if done % SAVED == 0:
            _record("truths", rank_summary(kept(wanted, settings, folder), settings, wanted))

    try:
        study(wanted, settings, folder, workers, progress)
    except KeyboardInterrupt:
        click.echo(f"interrupted; what is done is kept in {folder}/; the same command goes on")
        sys.exit(130)
    finally:
        if done := kept(wanted, settings, folder):
            _record("truths", rank_summary(done, settings, wanted))


def _record(name: str, result: dict[str, Any], file: Path = CHECKS) -> None:
    """Put one result beside the others of a file."""
    others = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    _save(file, dict(sorted((others | {name: result}).items())))


def _save(file: Path, result: dict[str, Any]) -> None:
    write(file, f"{json.dumps(result, indent=1)}\n".encode())


if __name__ == "__main__":
    main()
