"""A new quarter: its rows are checked, join the table of the history, and decide what is done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.research.forecasting.new_quarter import added, read
from sim.research.history.observations import TABLE, observations, read_table
from sim.scenario.errors import ScenarioError
from sim.uncertainty.posterior import shipped
from viz.pages import quarter

HEAD = "series,actor,period_end,value,unit,low,high,public,table,source,note\n"
MADE_UP = "made up for a test"
GOOD = (
    f"nvidia_flow,World,2026-03-31,3e6,H100e,2e6,4e6,2026-03,2026-05,{MADE_UP},a note\n"
    f"frontier,US,2026-03,150,ECI points,148,152,2026-03,2026-04,{MADE_UP},\n"
)


@pytest.fixture
def place(tmp_path) -> quarter.Place:
    """A copy of what a quarter changes."""
    docs, posteriors = tmp_path / "docs", tmp_path / "posteriors"
    table = Path(shutil.copy(TABLE, tmp_path / "observations.csv"))
    (docs / "forecast" / "2024-12").mkdir(parents=True)
    (docs / "forecast" / "2024-12" / "forecast.csv").touch()
    posteriors.mkdir()
    return quarter.Place(table, posteriors, docs, tmp_path / "runs")


def written(place: quarter.Place, text: str) -> Path:
    file = place.table.with_name("quarter.csv")
    file.write_text(HEAD + text, "utf-8")
    return file


def plan(place: quarter.Place, text: str = GOOD) -> dict[str, bool]:
    """What each step is, and whether it is done."""
    found = read(written(place, text), place.table)
    every = quarter.steps(found, place, ["--worlds", "32"])
    return {step.what: step.is_done() for step in every}


def test_rows_stand_after_those_of_their_series(place):
    """The others are as they were, and the number of the fact is that of the series."""
    rows = read(written(place, GOOD), place.table).rows
    place.table.write_text(added(place.table, rows), "utf-8")
    now, before = read_table(place.table), read_table(TABLE)
    new = [line for line in now if line["source"] == MADE_UP]
    assert [line for line in now if line not in new] == before
    assert {line["series"]: line["value"] for line in new} == {
        "nvidia_flow": "3e6",
        "us_frontier": "150",
    }
    for line in new:
        above = now[now.index(line) - 1]
        assert (above["series"], above["row"]) == (line["series"], line["row"])
    assert read(written(place, GOOD), place.table).rows == []
    assert read(written(place, GOOD), place.table).known == 2


def test_each_step_is_done_once_and_the_next_goes_on(place):
    """By what lies there: rows, scores, the fit, what ships, the registered forecast."""
    found = read(written(place, GOOD), place.table)
    first, scored, fitted, ships, registered, *_, pages = list(plan(place))
    assert first == "add 2 rows to observations.csv" and scored == "score the forecast of 2024-12"
    assert (fitted, ships) == ("fit worlds to it", "ship them") and pages == "make the pages again"
    assert not any(plan(place).values())
    quarter.take(quarter.steps(found, place, [])[0], found, place)
    assert plan(place)["add 0 rows to observations.csv"]
    work = place.work / "quarter-2026-03"
    (work / "scores-2024-12").mkdir(parents=True)
    (work / "fit").mkdir()
    (work / "fit" / "posterior.npz").write_bytes(shipped().packed())
    assert [plan(place)[name] for name in (scored, fitted, ships)] == [True, True, False]
    shutil.copy(work / "fit" / "posterior.npz", place.posteriors / "2026-03.npz")
    assert plan(place)[ships] and not plan(place)[registered]
    forecast = place.docs / "forecast" / "2026-03"
    forecast.mkdir()
    (forecast / "run.json").write_text(json.dumps({"ensemble": {"hash": shipped().digest}}))
    assert plan(place)[registered] and not quarter.refused(found, place)
    (forecast / "run.json").write_text(json.dumps({"ensemble": {"hash": "another"}}))
    assert "a registered forecast is never made again" in quarter.refused(found, place)
    (work / "fit" / "posterior.npz").unlink()
    assert "2026-03.npz exists and is of another fit" in quarter.refused(found, place)


BAD = {
    "no such series": ("fronteer,US,2026-03,1,ECI points,1,1,2026-03,,x,\n", "did you mean"),
    "no such actor": ("frontier,Mars,2026-03,1,ECI points,1,1,2026-03,,x,\n", "no actor 'Mars'"),
    "another unit": ("frontier,US,2026-03,1,points,1,1,2026-03,,x,\n", "'ECI points'"),
    "no range": ("frontier,US,2026-03,1,ECI points,,,2026-03,,x,\n", "low: '' is no number"),
    "no source": ("frontier,US,2026-03,1,ECI points,1,1,2026-03,,,\n", "source: is empty"),
    "not public": (
        "frontier,US,2026-03,1,ECI points,1,1,2026-01,,x,\n",
        "public: 2026-01 lies before",
    ),
    "no quarter": ("frontier,US,2026-02,1,ECI points,1,1,2026-02,,x,\n", "no end of a quarter"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_is_told(case, place):
    text, wanted = BAD[case]
    with pytest.raises(ScenarioError) as refused:
        read(written(place, text), place.table)
    assert wanted in str(refused.value) and "quarter.csv" in str(refused.value)


def test_a_value_that_the_table_has_otherwise_is_refused(place):
    last = [fact for fact in observations() if fact.series == "us_frontier"][-1]
    line = f"frontier,US,{last.month},{last.value + 1},ECI points,0,999,{last.month},,x,\n"
    with pytest.raises(ScenarioError, match=f"for {last.month} is .* in the table"):
        read(written(place, line), place.table)


def test_a_dry_run_writes_nothing(place):
    file, before = written(place, GOOD), TABLE.read_bytes()
    done = CliRunner().invoke(quarter.main, [str(file), "--check", "--worlds", "32"])
    assert done.exit_code == 0, done.output
    assert "to do: fit worlds to it: moat calibrate --until 2026-03 --worlds 32" in done.output
    assert "python -m viz.pages.register 2026-03" in done.output
    assert TABLE.read_bytes() == before
    file.write_text("name;value\n")
    refused = CliRunner().invoke(quarter.main, [str(file), "--check"])
    assert refused.exit_code == 2 and "lacks the columns series" in refused.output
