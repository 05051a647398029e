"""The scoreboard: frozen files never change, every miss is explained, the command finds them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.research.forecasting import files, frozen, shipped
from sim.research.forecasting.scores import score
from sim.research.forecasting.verification import from_history
from viz.cli.main import main
from viz.pages import scoreboard

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NAME = "2024-12"


@pytest.fixture(scope="module")
def scores():
    """Of the frozen forecast on the project's history."""
    folder = shipped.shipped()[NAME]
    forecast = shipped.with_rivals(files.read(folder), folder)
    return score(forecast, from_history(forecast))


def answer(*words: str) -> str:
    """What `moat score` prints."""
    done = CliRunner().invoke(main, ["score", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_frozen_files_never_change():
    """And every file beside them is frozen: `uv run python -m viz.pages.record --freeze`."""
    assert frozen.changed() == []
    assert frozen.not_frozen() == []
    assert {f"{NAME}/{name}" for name in ("forecast.csv", "prior.csv", "inputs.csv")} <= set(
        frozen.manifest()
    )


def test_what_is_frozen_is_added_to_and_not_replaced(tmp_path):
    folder = tmp_path / "2030-12"
    folder.mkdir()
    (folder / "forecast.csv").write_text("one")
    assert frozen.freeze(date(2031, 1, 2), tmp_path) == ["2030-12/forecast.csv"]
    (folder / "prior.csv").write_text("two")
    assert frozen.freeze(date(2031, 1, 3), tmp_path) == ["2030-12/prior.csv"]
    days = [file["date"] for file in frozen.manifest(tmp_path).values()]
    assert days == ["2031-01-02", "2031-01-03"]
    (folder / "forecast.csv").write_text("another")
    with pytest.raises(ValueError, match="put back 2030-12/forecast"):
        frozen.freeze(date(2031, 1, 4), tmp_path)


def test_every_miss_has_its_mechanism_and_no_hit_has_one(scores):
    why = scoreboard._read(DOCS / "forecast" / scoreboard.MISSES)[NAME]
    assert set(why) == set(scoreboard.missed(scores))
    for one in why.values():
        assert (ROOT / one["model"]).is_file()
        assert one["why"].strip()


def test_rows_outside_the_model_are_rows(scores):
    rows = {(one.row.series, one.row.end) for one in scores}
    for one in scoreboard._read(DOCS / "forecast" / scoreboard.OUTSIDE).values():
        for periods in (one["direct"], one["possible"]):
            assert {(series, end) for series in periods for end in periods[series]} <= rows


def test_inputs_as_they_came_move_what_they_should():
    """Eight days of April are sold before the letter; the first quarter is as it was."""
    folder = shipped.shipped()[NAME]
    forecast, inputs = files.read(folder), files.read(folder / scoreboard.INPUTS)
    at = {row.key: worlds for row, worlds in zip(forecast.rows, forecast.worlds, strict=True)}
    with_inputs = {row.key: worlds for row, worlds in zip(inputs.rows, inputs.worlds, strict=True)}
    spring = ("nvidia_china_flow", "China", "2025-06")
    assert np.median(at[spring]) == 0 < np.median(with_inputs[spring])
    winter = ("nvidia_china_flow", "China", "2025-03")
    assert with_inputs[winter] == pytest.approx(at[winter], rel=0.05)


def test_the_newest_forecast_is_scored_without_a_word():
    assert "observations of 22 series" in answer(NAME)
    as_json = json.loads(answer("--json"))
    assert as_json["forecast"] == NAME
    assert {"autoregression", "prior"} <= set(as_json["all"]["skill"])
    # The old scores are kept: those that were recorded with the prior's forecast.
    old = as_json["all_without_least_units"]["skill"]["trend"]["skill"]
    assert old == pytest.approx(-0.315, abs=5e-3)


def test_the_prior_s_forecast_is_no_rival_of_itself():
    found = json.loads(answer(str(DOCS / "forecast" / NAME / "prior.csv"), "--json"))
    assert "prior" not in found["all"]["skill"]


def test_a_forecast_that_is_not_there():
    done = CliRunner().invoke(main, ["score", "2024-21"])
    assert done.exit_code == 2
    assert "no forecast '2024-21'" in done.output and "did you mean '2024-12'" in done.output
