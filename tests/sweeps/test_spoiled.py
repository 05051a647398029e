"""Stores, forecasts and posteriors that somebody has spoiled are refused in one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.research.forecasting import files as forecasts
from sim.scenario.errors import ScenarioError
from sim.sweeps.store import open_sweep
from sim.sweeps.sweep import sweep
from sim.uncertainty.posterior import SHIPPED, read
from sweeps.small import small

FORECAST = Path(__file__).parents[2] / "docs" / "forecast" / "2024-12"


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    return sweep(small(), tmp_path_factory.mktemp("store") / "sweep", workers=1).folder


def _about(folder: Path, **changes: object) -> None:
    about = json.loads((folder / "sweep.json").read_text()) | changes
    (folder / "sweep.json").write_text(json.dumps(about))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def _of_an_earlier_version(folder: Path) -> None:
    shutil.rmtree(folder / "receipts")


def _without_a_column(folder: Path) -> None:
    _of_an_earlier_version(folder)
    file = folder / "worlds" / "000000.parquet"
    pd.read_parquet(file).drop(columns="branch").to_parquet(file)


def _more_rows(folder: Path) -> None:
    _of_an_earlier_version(folder)
    file = folder / "worlds" / "000000.parquet"
    rows = pd.read_parquet(file)
    pd.concat([rows, rows]).to_parquet(file)


SPOILED = {
    "null": (lambda at: _about(at, rows=None), "sweep.json: rows: must be a whole number"),
    "no branch": (lambda at: _about(at, branches=[]), "sweep.json: branches: is empty"),
    "no factor": (lambda at: _about(at, factors=[{}]), "sweep.json: cannot be read"),
    "no month": (lambda at: _about(at, months=["soon"]), "sweep.json: months.0: is not a month"),
    "cut block": (lambda at: _cut(at / "worlds" / "000000.parquet"), "000000.parquet: is damaged"),
    "lost block": (
        lambda at: (at / "worlds" / "000000.parquet").unlink(),
        "000000.parquet: is missing",
    ),
    "receipt": (lambda at: _cut(at / "receipts" / "000000.json"), "receipts/000000.json: is dama"),
    "no receipt": (
        lambda at: (at / "receipts" / "000000.json").unlink(),
        "000000.json: is missing",
    ),
    "cut points": (lambda at: _cut(at / "points.parquet"), "points.parquet: cannot be read"),
    "column": (_without_a_column, "lacks the columns branch"),
    "rows": (_more_rows, "rows, "),
    "design": (lambda at: (at / "design.toml").write_text("title = 1"), "design.toml"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_store(case, store, tmp_path):
    folder = Path(shutil.copytree(store, tmp_path / "sweep"))
    spoil, wanted = SPOILED[case]
    spoil(folder)
    with pytest.raises(ScenarioError) as refused:
        found = open_sweep(folder)
        assert len(found.factors) and len(found.points) and found.design and len(found.table())
    said = str(refused.value.problems[0])
    assert wanted in said and str(folder) in said


def test_a_spoiled_forecast(tmp_path):
    """The whole opens; a table, a file of worlds and provenance are checked."""
    folder = Path(shutil.copytree(FORECAST, tmp_path / "forecast"))
    assert forecasts.read(folder).worlds.size
    for spoil, wanted in (
        (lambda: (folder / "run.json").write_text('{"origin": 3}'), "run.json: origin"),
        (lambda: (folder / "run.json").unlink() or _cut(folder / "worlds.parquet"), "s.parquet: c"),
        (lambda: (folder / "forecast.csv").write_bytes(b"\xff\xfe\x00"), "forecast.csv: cannot"),
    ):
        spoil()
        with pytest.raises(ScenarioError, match=wanted):
            forecasts.read(folder)


def test_a_spoiled_posterior(tmp_path):
    file = tmp_path / "posterior.npz"
    with np.load(SHIPPED / "2024-12.npz") as arrays:
        whole = {name: arrays[name] for name in arrays}
    for changes, wanted in (
        ({"scores": whole["scores"][1:]}, "scores are float16"),
        ({"lucks": whole["lucks"] + 5000}, "lucks lie outside 0 to"),
        ({"past": np.frombuffer(b'{"seed": "1"}', np.uint8)}, "holds no posterior"),
        ({"about": np.frombuffer(b"[" * 100_000, np.uint8)}, "holds no posterior"),
    ):
        np.savez(file, **(whole | changes))
        with pytest.raises(ValueError, match=wanted):
            read(file)
    file.write_bytes((SHIPPED / "2024-12.npz").read_bytes()[:5000])
    with pytest.raises(ValueError, match="holds no posterior"):
        read(file)
