"""Observations of one's own: which series they belong to, how they join the history, bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.research.calibration.own_observations import read, usable
from sim.research.forecasting.targets import BY_KEY
from sim.research.history.observation_model import history, observation_models
from sim.research.history.observations import observed
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.uncertainty.posterior import find
from viz.cli.main import main

HEAD = "series,actor,period_end,value,unit,low,high\n"
GOOD = (
    "frontier,US,2020-12,120,ECI points,118,122\n"
    "largest_run,China,2021-06-30,3e23,FLOP,1e23,9e23\n"
    "lead_points,US-China,2021-06,11,ECI points,,\n"
)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "mine.csv"
    file.write_text(text, "utf-8")
    return file


def own(tmp_path: Path, text: str = HEAD + GOOD, is_all: bool = False):
    return read(written(tmp_path, text), load("as_enacted").scenario.calendar, is_all)


def test_rows_join_the_series_of_the_history(tmp_path):
    """A row goes before the history's for its month; others stay; a check is not fitted."""
    found = own(tmp_path).history("fit", "2021-12")
    before = history("fit", "2021-12")
    ours = [fact for fact in found["us_frontier"] if fact.source == "mine.csv"]
    assert [(one.month, one.value, one.low, one.high) for one in ours] == [
        ("2020-12", 120, 118, 122)
    ]
    assert sorted({f.month for f in before.get("us_frontier", [])} | {"2020-12"}) == [
        fact.month for fact in found["us_frontier"]
    ]
    others = set(before) - {"us_frontier", "largest_run_china"}
    assert others and all(found[name] == before[name] for name in others)
    assert "lead_points" not in found
    assert "lead_points" in own(tmp_path).history(None, "2021-12")
    early = own(tmp_path).history("fit", "2021-03").get("largest_run_china", [])
    assert early == history("fit", "2021-03").get("largest_run_china", [])


def test_a_file_can_stand_in_place_of_the_history(tmp_path):
    found = own(tmp_path, is_all=True)
    assert set(found.history("fit", "2030-12")) == {"us_frontier", "largest_run_china"}
    assert found.last == "2021-06"
    assert found.about["rows"] == 3 and found.about["only"]


def test_units_of_the_scorer_are_those_of_the_history():
    """What is read as the one may stand beside the other."""
    for target in usable().values():
        units = {fact.unit for fact in observed(target.history)}
        assert units <= {target.unit}, target.key
    assert {one.history for one in usable().values()} <= set(observation_models())


BAD = {
    "a header of another table": ("name,units\nH20,3\n", "lacks the columns series, actor"),
    "semicolons": (HEAD.replace(",", ";") + "a;b;2021-06;1,5;x\n", "error of a of b is not"),
    "nothing": (HEAD, "holds no observation"),
    "no such series": (HEAD + "fronteer,US,2021-06,3,ECI points,,\n", "did you mean 'frontier'?"),
    "no such actor": (HEAD + "frontier,Mars,2021-06,3,ECI points,,\n", "no actor 'Mars'"),
    "no model of its error": (
        HEAD + "compute_spending,China,2021-06,0.1,USD bn,,\n",
        "error of compute_spending of China is not declared (leave the row out; use ",
    ),
    "another unit": (HEAD + "frontier,US,2021-06,3,points,,\n", "'points' is not 'ECI points'"),
    "no month": (HEAD + "frontier,US,June,3,ECI points,,\n", "'June' is no date"),
    "outside": (HEAD + "frontier,US,2041-06,3,ECI points,,\n", "outside the scenario (2020-01 to"),
    "twice": (HEAD + 2 * "frontier,US,2021-06,3,ECI points,,\n", "stands in line 2 too"),
    "no number": (HEAD + "frontier,US,2021-06,3,ECI points,x,4\n", "'x' is no number"),
    "ends": (HEAD + "frontier,US,2021-06,3,ECI points,4,5\n", "does not lie between"),
    "zero": (HEAD + "largest_run,US,2021-06,0,FLOP,,\n", "is positive, 0"),
    "checks alone": (HEAD + "lead_points,US-China,2021-06,3,ECI points,,\n", "held out of the fit"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_told_with_its_line(case, tmp_path):
    text, wanted = BAD[case]
    with pytest.raises(ScenarioError) as refused:
        own(tmp_path, text)
    said = str(refused.value)
    assert wanted in said and "mine.csv" in said and len(said.splitlines()) == 1


def test_the_command_fits_a_file_and_says_so(tmp_path, monkeypatch):
    """Its last month is the last that counts; file and hash stand in the posterior and its page."""
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path, HEAD + GOOD)
    command = ["calibrate", "--worlds", "32", "--passes", "1", "--out", "fit"]
    done = CliRunner().invoke(
        main, [*command, "--observations", file.name, "--only-observations"], catch_exceptions=False
    )
    assert done.exit_code == 0 and "against history until 2021-06" in done.stderr
    about = find("fit").about
    assert about["observations"]["file"] == "mine.csv" and len(about["observations"]["hash"]) == 64
    page = Path("fit/report.md").read_text("utf-8")
    assert "3 of `mine.csv`" in page and "in place of the history" in page
    assert json.dumps(about)
    refused = CliRunner().invoke(main, [*command, "--only-observations"])
    assert refused.exit_code == 2 and "needs --observations" in refused.output
    missing = CliRunner().invoke(main, [*command, "--observations", "none.csv"])
    assert missing.exit_code == 2 and "no such file" in missing.stderr


def test_every_series_of_the_history_that_is_forecast_is_usable():
    named = {target.history for target in usable().values()}
    assert {"us_frontier", "nvidia_stock", "ascend_units", "private_investment_us"} <= named
    assert all(key in BY_KEY for key in usable())
