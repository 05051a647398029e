"""`moat backtest` and `moat score`: forecasts past the fit, and what later observations say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from viz.cli.shown import every_one
from viz.text.terminal import say, say_data

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.research.forecasting.forecast import Forecast
    from sim.research.forecasting.scores import Score
    from viz.text.tables import Table

QUARTERS = integer("--quarters", 1, 24, "Quarters to forecast after the origin.", 7)
FOLDER = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write [default: none]."
)
ORIGIN = until(
    "Origin of the forecast: the end of the quarter up to which the worlds were fitted.", 3
)


@click.command()
@flag("--raw", "Do not carry the error of the model at the origin forward.")
@flag("--blind", "Leave out acts of governments announced after the origin.")
@with_options(ORIGIN, QUARTERS, WORLDS, SEED, ENSEMBLE, OUT, *every_one("series"), JSON)
@handles_errors
def backtest(
    until: str,
    quarters: int,
    worlds: int,
    seed: int,
    ensemble: str,
    raw: bool,
    blind: bool,
    out: Path | None,
    every: bool,
    table: str | None,
    as_json: bool,
) -> None:
    """Forecast the quarters after the end of the fit.

    Acts of governments after the origin are inputs (scenario as_enacted). Each series starts from
    the last observation: the error of the model is carried forward and fades. The folder holds a
    table of quantiles, all worlds, and simple reference forecasts (docs/backtest.md).
    """
    from sim.research.forecasting.backtest import backtest as forecast
    from sim.research.forecasting.files import quantile_frame, save
    from viz.text.forecast import forecast_table, print_forecast
    from viz.text.tables import print_json

    folder = result_folder(out or Path("runs") / f"backtest-{until}")
    with progress(f"forecast from {until}: {worlds} worlds") as tick:
        result = forecast(until, worlds, seed, quarters, ensemble, tick, not raw, blind)
    save(result, folder)
    frame = quantile_frame(result)
    if as_json or table == "json":
        about = {"origin": until, "worlds": worlds, "seed": seed}
        print_json(about | {"forecast": frame.to_dict(orient="records")})
    elif table:
        _print_table(table, frame, forecast_table(result))
    else:
        print_forecast(result, str(folder), every)
    from viz.figures.forecast import forecast_figure

    write_figures(folder, {"figure": lambda: forecast_figure(result)})


@click.command()
@click.argument("forecast", required=False)
@click.argument("observations", required=False)
@flag("--exact", "Ignore the measurement error of the observations.")
@with_options(FOLDER, *every_one("series"), JSON)
@handles_errors
def score(
    forecast: str | None,
    observations: str | None,
    exact: bool,
    out: Path | None,
    every: bool,
    table: str | None,
    as_json: bool,
) -> None:
    """Score a forecast against what was observed.

    FORECAST is a shipped one (2024-12), a folder of moat backtest, or its table [default: the
    newest shipped one that can be scored]. OBSERVATIONS is a CSV [default: the project's history].
    The scores are the CRPS (distance of the forecast distribution from the observation), coverage,
    bias, PIT (rank of the observation in the forecast), and skill against simple references.
    """
    from sim.research.forecasting import score_summary, shipped
    from sim.research.forecasting.files import read
    from sim.research.forecasting.scores import score as compute_scores
    from sim.research.forecasting.verification import from_history
    from viz.text.forecast import print_all_scores, print_scores

    name = forecast or shipped.newest()
    place = shipped.find(name)
    issued = shipped.with_rivals(read(place), place)
    facts = _facts(observations, issued) if observations else from_history(issued)
    _refuse_nothing(facts, name, issued.origin)
    scores = compute_scores(issued, facts, exact)
    floored = score_summary.without_least_units(issued, facts, exact)
    about: dict[str, Any] = {"forecast": name, "observations": observations or "history"}
    about |= {"kind": "scores", "origin": issued.origin, "exact": exact}
    about |= {"all_without_least_units": floored} if floored else {}
    if out:
        list_files(score_summary.save(scores, about, out))
    if as_json or table:
        _print_rows("json" if as_json else table or "", scores, about)
    elif every:
        print_all_scores(scores, floored)
    else:
        print_scores(scores, issued.origin)


def _facts(observations: str, issued: Forecast) -> list[Any]:
    """The observations of a file; what is left out of it is said."""
    from sim.research.forecasting.verification import from_file

    notes: list[str] = []
    facts = from_file(observations, issued, notes)
    for note in notes:
        say(note, on_stderr=True)
    return facts


def _print_rows(kind: str, scores: list[Score], about: dict[str, Any]) -> None:
    """All scores for other programs, or as a table of series."""
    from sim.research.forecasting import score_summary
    from viz.text.forecast import series_table
    from viz.text.tables import print_json

    frame = score_summary.score_frame(scores)
    if kind == "json":
        rows = {"rows": frame.to_dict(orient="records")}
        print_json(about | score_summary.tables(scores) | rows)
    else:
        _print_table(kind, frame, series_table(scores))


def _print_table(kind: str, frame: DataFrame, table: Table) -> None:
    """All rows as CSV, or the table as Markdown."""
    from viz.text.outcome_tables import as_markdown

    if kind == "csv":
        say_data(frame.to_csv(index=False))
    else:
        say(as_markdown(table))


def _refuse_nothing(facts: list[Any], name: str, origin: str) -> None:
    """Refuse to score a forecast of which the project's history says nothing."""
    from sim.research.history.observations import LAST
    from sim.scenario.errors import Problem, ScenarioError

    if not facts:
        wrong = f"the project's history, which ends in {LAST}, says nothing after {origin}"
        raise ScenarioError(Problem(name, "", wrong, "give a CSV of observations"))


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@flag("--template", "Print a table to fill in: every series, actor and unit.")
@handles_errors
def observations(file: Path | None, template: bool) -> None:
    """Check a FILE of your own observations, or print a template.

    FILE is a CSV with the columns of the template, or a table of chips by quarter or of scores in
    the capability index as Epoch AI publishes them (docs/observations.md). Its observations are
    printed in the columns of the template.
    """
    if template == (file is not None):
        raise click.UsageError("give a FILE, or --template")
    from sim.research.forecasting import own

    say_data(own.template() if file is None else own.as_csv(own.read(file)))
