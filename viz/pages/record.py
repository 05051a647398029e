"""Record what pages of the documentation show and takes long: `python -m viz.pages.record`.

Afterwards `python -m viz.pages NAME` writes the page.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sim.core.files import write
from sim.experiments.ensemble import PRIOR
from sim.research.calibration.checks import golden, known_truths, two_seeds
from sim.research.calibration.sbc import ranks
from sim.research.forecasting.backtest import backtest
from sim.research.forecasting.observations import from_history
from sim.research.forecasting.score_tables import by_row_of, summary
from sim.research.forecasting.scores import score
from sim.scenario.load import load
from sim.uncertainty.posterior import SHIPPED, Posterior, read

CHECKS, GOLDEN = Path("docs/calibration.json"), Path("tests/calibration/golden.json")
ROLLING = Path("docs/forecast/rolling.json")
TRUTHS: dict[str, Any] = {"particles": 96, "until": "2022-12", "passes": 3, "last": 24}
EARLIER, QUARTERS, WORLDS = "2022-12", 8, 256
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group()
def main() -> None:
    """Record results that pages of the documentation show."""


@main.command()
@click.option("--ship", type=FILE, help="A posterior.npz of `moat calibrate` to ship.")
@click.option("--other", type=FILE, help="A posterior of another seed, to compare with.")
@click.option("--truths", type=click.IntRange(1), help="Synthetic truths to fit.")
def calibration(ship: Path | None, other: Path | None, truths: int | None) -> None:
    """Ship a posterior, and record its checks (docs/calibration.json, tests/calibration)."""
    if ship:
        read(ship)  # refuses what is no posterior
        write(SHIPPED, ship.read_bytes())
    posterior = read(SHIPPED)
    checks = json.loads(CHECKS.read_text("utf-8")) if CHECKS.is_file() else {}
    if truths:
        fits = ranks(load("as_enacted"), truths, **TRUTHS, say=click.echo)
        checks["truths"] = known_truths(fits, TRUTHS)
    if other:
        checks["seeds"] = two_seeds(posterior, read(other))
    _save(CHECKS, checks)
    _save(GOLDEN, golden(posterior))


@main.command()
@click.argument("posterior", type=FILE)
def rolling(posterior: Path) -> None:
    """Score forecasts from the end of 2022 on 2023-24 (docs/forecast/rolling.json).

    POSTERIOR is the posterior.npz of `moat calibrate --until 2022-12`.
    """
    fitted = read(posterior)
    _save(ROLLING, {"posterior": _scores(fitted, fitted), "prior": _scores(PRIOR, fitted)})


def _scores(ensemble: Posterior | str, fitted: Posterior) -> dict[str, Any]:
    """Scores on 2023-24 of as many worlds of an ensemble as there are fitted ones."""
    forecast = backtest(EARLIER, max(WORLDS, fitted.count), 0, QUARTERS, ensemble)
    scores = score(forecast, from_history(forecast))
    about = {key: forecast.about[key] for key in ("ensemble", "worlds", "seed", "scenario")}
    return about | {"all": summary(scores), "by_series": by_row_of(scores)}


def _save(file: Path, result: dict[str, Any]) -> None:
    write(file, f"{json.dumps(result, indent=1)}\n".encode())


if __name__ == "__main__":
    main()
