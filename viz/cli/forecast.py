"""`moat backtest` and `moat score`: forecasts past the fit, and what later observations say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from viz.cli.options import (
    ENSEMBLE,
    JSON,
    OUT,
    SEED,
    WORLDS,
    flag,
    handles_errors,
    integer,
    until,
    with_options,
)
from viz.cli.output import list_files, result_folder, write_figures
from viz.cli.progress import progress

QUARTERS = integer("--quarters", 1, 24, "Quarters ahead of the origin.", 7)
ORIGIN = until("The origin: end of the quarter until which the worlds were fitted.", 3)
FITTED = click.option(
    "--posterior",
    "fitted",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Worlds of another calibration: its posterior.npz.",
)


@click.command()
@with_options(ORIGIN, QUARTERS, WORLDS, SEED, ENSEMBLE, FITTED, OUT, JSON)
@handles_errors
def backtest(
    until: str,
    quarters: int,
    worlds: int,
    seed: int,
    ensemble: str,
    fitted: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Forecast what will be observed after the end of the fit, with bands.

    Acts of governments after the origin are inputs (scenario as_enacted). The folder holds a table
    of quantiles, all worlds, and simple reference forecasts (docs/backtest.md).
    """
    from sim.research.forecasting.backtest import backtest as forecast
    from sim.research.forecasting.files import quantile_frame, save
    from viz.text.forecast import print_forecast
    from viz.text.tables import print_json

    folder = result_folder(out or Path("runs") / f"backtest-{until}")
    with progress(f"forecast from {until}: {worlds} worlds") as tick:
        result = forecast(until, worlds, seed, quarters, _worlds(ensemble, fitted), tick)
    save(result, folder)
    if as_json:
        table = quantile_frame(result).to_dict(orient="records")
        print_json({"origin": until, "worlds": worlds, "seed": seed, "forecast": table})
    else:
        print_forecast(result)
    from viz.figures.forecast import forecast_figure

    write_figures(folder, {"figure": lambda: forecast_figure(result)})


def _worlds(ensemble: str, fitted: Path | None) -> Any:
    """The posterior of a file, or the ensemble of that name."""
    if fitted is None:
        return ensemble
    from sim.experiments.ensemble import PRIOR
    from sim.scenario.errors import Problem, ScenarioError
    from sim.uncertainty.posterior import read

    if ensemble == PRIOR:
        raise click.UsageError("--posterior FILE and --prior exclude each other: leave one out")
    try:
        return read(fitted)
    except ValueError as wrong:
        what = "give the posterior.npz that `moat calibrate` wrote"
        raise ScenarioError(Problem("--posterior", "", str(wrong), what)) from wrong


@click.command()
@click.argument("forecast")
@click.argument("observations", required=False)
@flag("--exact", "Take observations at face value, not their errors.")
@with_options(OUT, JSON)
@handles_errors
def score(
    forecast: str, observations: str | None, exact: bool, out: Path | None, as_json: bool
) -> None:
    """Score a FORECAST (folder, or its table) against a CSV of OBSERVATIONS.

    CRPS, coverage, bias, PIT, and skill against simple references, by series and in all. Without
    OBSERVATIONS the project's own history is used, which ends in 2024.
    """
    from sim.research.forecasting import score_summary
    from sim.research.forecasting.files import read
    from sim.research.forecasting.scores import score as compute_scores
    from sim.research.forecasting.verification import from_file, from_history
    from sim.scenario.errors import Problem, ScenarioError
    from viz.text.forecast import print_scores
    from viz.text.tables import print_json

    issued = read(forecast)
    facts = from_file(observations, issued) if observations else from_history(issued)
    if not facts:
        wrong = f"the project's history, which ends in 2024, says nothing after {issued.origin}"
        raise ScenarioError(Problem(forecast, "", wrong, "give a CSV of observations"))
    scores = compute_scores(issued, facts, exact)
    about: dict[str, Any] = {
        "kind": "scores",
        "forecast": forecast,
        "observations": observations or "history",
        "origin": issued.origin,
        "exact": exact,
    }
    if out:
        list_files(score_summary.save(scores, about, out))
    if as_json:
        tables = {
            "all": score_summary.summary(scores),
            "by_series": score_summary.by_series(scores),
        }
        rows = score_summary.score_frame(scores).to_dict(orient="records")
        print_json(about | tables | {"rows": rows})
    else:
        print_scores(scores)
