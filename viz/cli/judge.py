"""`moat backtest` and `moat score`: forecasts past the fit, and what later observations say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from viz.cli.files import draw, tell
from viz.cli.options import ENSEMBLE, HISTORY, JSON, OUT, SEED, WORLDS, takes, told

QUARTERS = click.option(
    "--quarters",
    type=click.IntRange(1, 24),
    default=7,
    show_default=True,
    help="Quarters ahead of the origin.",
)
UNTIL = click.option(
    "--until",
    metavar="YYYY-MM",
    default=HISTORY[1],
    show_default=True,
    help="The origin: last month that the worlds were fitted to, the end of a quarter.",
)

FITTED = click.option(
    "--posterior",
    "fitted",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Worlds of another calibration: its posterior.npz.",
)


@click.command()
@takes(UNTIL, QUARTERS, WORLDS, SEED, ENSEMBLE, FITTED, OUT, JSON)
@told
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
    _check_origin(until)
    from sim.research.forecasting.backtest import backtest as forecast
    from sim.research.forecasting.files import quantile_frame, save
    from viz.text.judged import print_forecast
    from viz.text.screen import print_json, progress

    with progress(f"forecast from {until}: {worlds} worlds") as tick:
        found = forecast(until, worlds, seed, quarters, _worlds(ensemble, fitted), tick)
    folder = save(found, out or Path("runs") / f"backtest-{until}")
    if as_json:
        table = quantile_frame(found).to_dict(orient="records")
        print_json({"origin": until, "worlds": worlds, "seed": seed, "forecast": table})
    else:
        print_forecast(found)
    from viz.figures.forecast import forecast_figure

    draw(forecast_figure(found), folder / "figure.png")
    tell(folder)


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


def _check_origin(until: str) -> None:
    from sim.core.calendar import parse_month

    try:
        quarter_ends = parse_month(until)[1] % 3 == 0
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--until") from error
    if not quarter_ends or not HISTORY[0] <= until <= HISTORY[1]:
        wrong = f"{until}: an origin is the end of a quarter, {HISTORY[0]} to {HISTORY[1]}"
        raise click.BadParameter(wrong, param_hint="--until")


@click.command()
@click.argument("forecast")
@click.argument("observations", required=False)
@click.option("--exact", is_flag=True, help="Take observations at face value, not their errors.")
@takes(OUT, JSON)
@told
def score(
    forecast: str, observations: str | None, exact: bool, out: Path | None, as_json: bool
) -> None:
    """Score a FORECAST (folder, or its table) against a CSV of OBSERVATIONS.

    CRPS, coverage, bias, PIT, and skill against simple references, by series and in all. Without
    OBSERVATIONS the project's own history is used, which ends in 2024.
    """
    from sim.research.forecasting import score_summary
    from sim.research.forecasting.files import read
    from sim.research.forecasting.scores import score as judge
    from sim.research.forecasting.verification import from_file, from_history
    from sim.scenario.errors import Problem, ScenarioError
    from viz.text.judged import print_scores
    from viz.text.screen import print_json

    made = read(forecast)
    facts = from_file(observations, made) if observations else from_history(made)
    if not facts:
        wrong = f"the project's history, which ends in 2024, says nothing after {made.origin}"
        raise ScenarioError(Problem(forecast, "", wrong, "give a CSV of observations"))
    scores = judge(made, facts, exact)
    about: dict[str, Any] = {
        "kind": "scores",
        "forecast": forecast,
        "observations": observations or "history",
        "origin": made.origin,
        "exact": exact,
    }
    if out:
        tell(score_summary.save(scores, about, out))
    if as_json:
        about["all"] = score_summary.summary(scores)
        about["by_series"] = score_summary.by_series(scores)
        about["rows"] = score_summary.score_frame(scores).to_dict(orient="records")
        print_json(about)
    else:
        print_scores(scores)
