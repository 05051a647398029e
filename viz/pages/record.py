"""Record what pages of the documentation show and takes long: `python -m viz.pages.record`.

Afterwards `python -m viz.pages calibration backtest` writes the pages.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sim.core.files import write
from sim.experiments.ensemble import PRIOR
from sim.research.calibration.checks import compare_seeds, golden, rank_summary
from sim.research.calibration.sbc import ranks
from sim.research.forecasting.backtest import backtest
from sim.research.forecasting.score_summary import by_series, summary
from sim.research.forecasting.scores import score
from sim.research.forecasting.verification import from_history
from sim.scenario.load import load
from sim.uncertainty.posterior import SHIPPED, Posterior, read

CHECKS, GOLDEN = Path("docs/calibration.json"), Path("tests/calibration/golden.json")
ROLLING = Path("docs/forecast/rolling.json")
TRUTHS: dict[str, Any] = {"particles": 96, "until": "2022-12", "passes": 3, "last": 24}
EARLIER, QUARTERS, WORLDS = "2022-12", 8, 256
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--ship", type=FILE, help="A posterior.npz of `moat calibrate` to ship.")
@click.option("--other", type=FILE, help="A posterior of another seed: compare the shipped one.")
@click.option("--truths", type=click.IntRange(1), help="Synthetic truths to fit.")
@click.option("--rolling", type=FILE, help="A posterior fitted to 2022-12: score it on 2023-24.")
def main(ship: Path | None, other: Path | None, truths: int | None, rolling: Path | None) -> None:
    """Record checks of the shipped posterior, and scores of a rolling origin."""
    if ship:
        read(ship)  # refuses what is no posterior
        write(SHIPPED, ship.read_bytes())
    posterior, checks = read(SHIPPED), json.loads(CHECKS.read_text("utf-8"))
    if truths:
        fits = ranks(load("as_enacted"), truths, **TRUTHS, progress=click.echo)
        checks["truths"] = rank_summary(fits, TRUTHS)
    if other:
        checks["seeds"] = compare_seeds(posterior, read(other))
    _save(CHECKS, checks)
    _save(GOLDEN, golden(posterior))
    if rolling:
        fitted = read(rolling)
        _save(ROLLING, {"posterior": scores(fitted, fitted), "prior": scores(PRIOR, fitted)})


def scores(ensemble: Posterior | str, fitted: Posterior) -> dict[str, Any]:
    """Scores on 2023-24 of as many worlds of an ensemble as there are fitted ones."""
    forecast = backtest(EARLIER, max(WORLDS, fitted.count), 0, QUARTERS, ensemble)
    rows = score(forecast, from_history(forecast))
    about = {key: forecast.about[key] for key in ("ensemble", "worlds", "seed", "scenario")}
    return about | {"all": summary(rows), "by_series": by_series(rows)}


def _save(file: Path, result: dict[str, Any]) -> None:
    write(file, f"{json.dumps(result, indent=1)}\n".encode())


if __name__ == "__main__":
    main()
