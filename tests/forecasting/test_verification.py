"""Tables of observations: what is good is read, what is bad is told with its line, on exit 2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.research.forecasting.claim import KINDS
from sim.research.forecasting.files import read, save
from sim.research.forecasting.forecast import Forecast, Row, quantiles_of
from sim.research.forecasting.targets import BY_KEY, current_name
from sim.research.forecasting.verification import from_file
from sim.scenario.errors import ScenarioError
from viz.cli.main import main

HEAD = "series,actor,period_end,value,unit,low,high\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small forecast on disk."""
    rows = [
        Row("lead_points", "US-China", end, end, "ECI points", "natural", "as_enacted", "")
        for end in ("2024-03", "2024-06")
    ]
    for name in (("nvidia_flow", "World"), ("nvidia_china_flow", "China")):
        rows.append(Row(*name, "2024-01", "2024-03", "H100e", "log", "as_enacted", ""))
    worlds = np.random.default_rng(0).lognormal(2, 0.3, (4, 40))
    about = {"kind": "forecast", "origin": "2023-12", "worlds": 40}
    made = Forecast(
        rows, worlds, quantiles_of(worlds), about, {"trend": quantiles_of(worlds) * 1.2}
    )
    return save(made, tmp_path_factory.mktemp("forecast") / "made")


def told(folder, tmp_path, text: str) -> str:
    """What a person is told about a bad table; exit status 2, no traceback."""
    file = tmp_path / "table.csv"
    file.write_text(text, "utf-8")
    answer = CliRunner().invoke(main, ["score", str(folder), str(file)])
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output
    return answer.output


def test_a_forecast_comes_back_as_it_was(folder):
    made = read(folder)
    assert made.rows[0].key == ("lead_points", "US-China", "2024-03")
    assert made.worlds.shape == (4, 40)
    assert made.origin == "2023-12"
    assert np.allclose(quantiles_of(made.worlds), made.quantiles, rtol=1e-4)
    assert np.allclose(made.references["trend"], 1.2 * made.quantiles, rtol=1e-4)


def test_good_lines_are_read(folder, tmp_path):
    """A day counts as its month; ranges and further columns are optional."""
    file = tmp_path / "good.csv"
    file.write_text(
        "note,series,actor,period_end,value,unit,low,high\n"
        "x,lead_points,US-China,2024-03-31,10,ECI points,,\n"
        "y,nvidia_flow,World,2024-03,5.7e5,H100e,4.9e5,6.6e5\n",
        "utf-8",
    )
    first, second = from_file(file, read(folder))
    assert (first.value, first.low, first.high) == (10, 10, 10)
    assert (second.row.start, second.low) == ("2024-01", 4.9e5)
    answer = CliRunner().invoke(main, ["score", str(folder), str(file), "--json"])
    assert answer.exit_code == 0, answer.output
    assert '"observations": 2' in answer.output


BAD = {
    "lead_pionts,US-China,2024-03,10,ECI points,,": ("series", "did you mean 'lead_points'"),
    "lead_points,China,2024-03,10,ECI points,,": ("actor", "US-China"),
    "lead_points,US-China,2024-04,10,ECI points,,": ("period_end", "2024-03, 2024-06"),
    "lead_points,US-China,2023-09,10,ECI points,,": ("period_end", "made at the end of 2023-12"),
    "lead_points,US-China,soon,10,ECI points,,": ("period_end", "2025-03, 2025-03-31 or 2025-Q1"),
    "lead_points,US-China,2024-13,10,ECI points,,": ("period_end", "is no date"),
    "lead_points,US-China,2024-03,ten,ECI points,,": ("value", "is no number"),
    "lead_points,US-China,2024-03,nan,ECI points,,": ("value", "not finite"),
    "lead_points,US-China,2024-03,,ECI points,,": ("value", "is no number"),
    "lead_points,US-China,2024-03,10,months,,": ("unit", "ECI points"),
    "lead_points,US-China,2024-03,10,ECI points,11,12": ("value", "between low"),
    "nvidia_flow,World,2024-03,-5,H100e,,": ("value", "positive"),
    "nvidia_flow,World,2024-03,0,H100e,,": ("value", "positive"),
    "nvidia_china_flow,China,2024-03,-5,H100e,,": ("value", "not negative"),
}


def test_nothing_at_all_can_be_observed_of_a_flow_that_can_be_zero(folder, tmp_path):
    file = tmp_path / "zero.csv"
    file.write_text(f"{HEAD}nvidia_china_flow,China,2024-03,0,H100e,0,50\n", "utf-8")
    answer = CliRunner().invoke(main, ["score", str(folder), str(file)])
    assert answer.exit_code == 0, answer.output
    assert "1 observation of 1 series" in answer.output


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_told(folder, tmp_path, line):
    said = told(folder, tmp_path, HEAD + line + "\n")
    assert "table.csv:2" in said
    for part in BAD[line]:
        assert part in said


def test_a_row_outside_the_periods_is_left_out_with_a_note(folder, tmp_path):
    """The others are scored; only a file of nothing else is refused (above)."""
    file = tmp_path / "table.csv"
    good = "lead_points,US-China,2024-03,10,ECI points,,\n"
    file.write_text(HEAD + good + "lead_points,US-China,2024-04,9,ECI points,,\n", "utf-8")
    answer = CliRunner().invoke(main, ["score", str(folder), str(file)])
    assert answer.exit_code == 0 and "1 observation of 1 series" in answer.stdout
    assert "table.csv:3: period_end: the forecast says nothing of 2024-04" in answer.stderr


def test_all_bad_lines_are_told_at_once(folder, tmp_path):
    said = told(folder, tmp_path, HEAD + "\n".join([*list(BAD)[:2], list(BAD)[4]]) + "\n")
    assert [f"table.csv:{line}" in said for line in (2, 3, 4)] == [True] * 3


def test_a_row_observed_twice_is_refused(folder, tmp_path):
    line = "lead_points,US-China,2024-03,10,ECI points,,\n"
    assert "stands in line 2 too" in told(folder, tmp_path, HEAD + line + line)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "lacks the columns"),
        ("series,actor\n", "lacks the columns period_end, value, unit"),
        (HEAD, "holds no observation"),
    ],
)
def test_a_table_that_is_none(folder, tmp_path, text, part):
    assert part in told(folder, tmp_path, text)


def test_no_table_and_no_forecast(folder, tmp_path):
    for words in (["score", str(folder), "nowhere.csv"], ["score", str(tmp_path / "nowhere")]):
        answer = CliRunner().invoke(main, words)
        assert answer.exit_code == 2
        assert answer.output.startswith("error: ")


def test_a_table_of_quantiles_alone_is_enough(folder, tmp_path):
    """Without the worlds beside it a forecast.csv is scored by its quantiles."""
    alone = tmp_path / "forecast.csv"
    alone.write_bytes((folder / "forecast.csv").read_bytes())
    made = read(alone)
    assert made.worlds.shape == (4, 0)
    with pytest.raises(ScenarioError, match="lacks the columns"):
        alone.write_text("series,actor\n", "utf-8")
        read(alone)


def test_an_older_file_s_home_share_is_that_by_number_of_chips(tmp_path):
    """The forecast of 2024-12 calls it `domestic_share`; either name in a table finds its rows."""
    frozen = read(Path(__file__).parents[2] / "docs" / "forecast" / "2024-12")
    file = tmp_path / "shares.csv"
    for name in ("domestic_share", "domestic_share_units"):
        file.write_text(f"{HEAD}{name},China,2025-12,0.5,share,,\n", "utf-8")
        (found,) = from_file(file, frozen)
        assert found.row.key == ("domestic_share", "China", "2025-12")
    file.write_text(
        f"{HEAD}domestic_share,China,2025-12,0.5,share,,\n"
        "domestic_share_units,China,2025-12,0.5,share,,\n",
        "utf-8",
    )
    with pytest.raises(ScenarioError, match="stands in line 2 too"):
        from_file(file, frozen)


def test_every_series_of_the_frozen_forecast_is_still_forecast():
    frozen = read(Path(__file__).parents[2] / "docs" / "forecast" / "2024-12")
    named = {(current_name(row.series), row.actor) for row in frozen.rows}
    assert {key for key in named if key[0] not in KINDS} <= set(BY_KEY)


def test_few_series_are_not_said_to_be_better_or_worse(tmp_path):
    """One series has no range of skill, and no forecast is better for it."""
    table = tmp_path / "one.csv"
    table.write_text(
        "series,actor,period_end,value,unit\ndomestic_share_units,China,2025-12,0.4,share\n"
    )
    said = " ".join(CliRunner().invoke(main, ["score", "2024-12", str(table)]).output.split())
    assert "clearly" not in said and "Fewer than 5 series" in said
    assert "100 % fell into its 90 % ranges" in said
