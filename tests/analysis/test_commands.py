"""The commands on small sweeps of the model itself: files, words, JSON, messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.sweeps.design import design_of
from sim.sweeps.store import open_sweep
from sim.sweeps.sweep import sweep
from viz.cli.main import main

MONTH = "2024-12"
DESIGN = {
    "title": "Small",
    "set": ["effort.months=6", "research.effort_return=0.9"],  # so that effort can pay by then
    "branches": ["as_enacted", "no_controls"],
    "months": [MONTH],
    "outcomes": ["lead_months", "innovation_effect", "supplier_loss"],
    "factors": {
        "eta": {"key": "effort.eta", "low": 0.2, "high": 1.8},
        "sigma": {"key": "research.sigma", "prior": True},
        "leaks": {"key": "channels.leakage", "values": [True, False]},
    },
}
SAMPLERS = {
    "lhs": {"kind": "lhs", "points": 100},
    "sobol": {"kind": "sobol", "points": 16},
    "morris": {"kind": "morris", "points": 6},
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> dict[str, Path]:
    """A finished sweep by each sampler, two replicates, and one that has one branch."""
    top = tmp_path_factory.mktemp("sweeps")
    for name, sampler in SAMPLERS.items():
        design = design_of({**DESIGN, "sampler": sampler, "replicates": 2})
        sweep(design, top / name, workers=1)
    single = {k: v for k, v in DESIGN.items() if k not in ("branches", "outcomes")}
    single |= {"outcomes": ["lead_months"], "sampler": {"kind": "lhs", "points": 20}}
    sweep(design_of(single), top / "single", workers=1)
    return {path.name: path for path in top.iterdir()}


@pytest.fixture
def moat(tmp_path, monkeypatch):
    """Call `moat ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)

    return call


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_sensitivity(moat, stores, tmp_path, sampler):
    """Words, table, CSV and a figure an outcome."""
    done = moat("sensitivity", stores[sampler], "--no-effect", "--out", "here")
    assert done.exit_code == 0, done.output
    assert f"lead_months@{MONTH}" in done.stdout and "eta" in done.stdout
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names == {"sensitivity.csv", "run.json", f"lead_months-{MONTH}.png"}
    again = moat("sensitivity", stores[sampler], "--effect", "--json", "--out", "here")
    outputs = json.loads(again.stdout)["outputs"]
    assert {f"{name}@{MONTH}" for name in ("lead_months", "supplier_loss")} <= set(outputs)
    assert outputs[f"supplier_loss@{MONTH}"]["luck_share"] > 0


def test_discover(moat, stores, tmp_path):
    """Boxes, tree, map: words and files; the map is over eta and sigma."""
    done = moat("discover", stores["lhs"])
    assert done.exit_code == 0, done.output
    assert "spurs Chinese innovation by December 2024" in " ".join(done.stdout.split())
    assert "Over eta and sigma" in done.stdout
    names = {path.name for path in (tmp_path / "runs/lhs-discovery").iterdir()}
    assert names == {"boxes.csv", "peeling.csv", "map.csv", "run.json", "boxes.png", "map.png"}
    losses = open_sweep(stores["lhs"]).effects()[f"supplier_loss@{MONTH}"]
    condition = f"supplier_loss@{MONTH} > {losses.median():.6g} and lead_months < 99"
    again = moat(
        "discover", stores["lhs"], "--outcome", condition, "--map", "sigma", "eta", "--json"
    )
    found = json.loads(again.stdout)
    assert found["map"]["across"] == "sigma" and found["condition"].startswith("supplier_loss")


def test_optimise(moat, tmp_path):
    """The shipped problem, tiny: files, words, JSON."""
    small = "optimise", "us_chips_2027", "--policies", 4, "--worlds", 1
    done = moat(*small, "--out", "here")
    assert done.exit_code == 0, done.output
    assert "of 4 policies tried" in " ".join(done.stdout.split())
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names == {"policies.csv", "regret.csv", "regret.nc", "run.json", "front.png"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sensitivity", "nowhere"], "nowhere holds no sweep"),
        (["sensitivity", "LHS", "--outcome", "lead_month"], "did you mean 'lead_months'"),
        (["sensitivity", "SINGLE"], "at least 40"),
        (["sensitivity", "SINGLE", "--effect"], "has one branch"),
        (["discover", "SINGLE"], "has one branch"),
        (["discover", "LHS", "--outcome", "lead_months is large"], "is not understood"),
        (["discover", "LHS", "--map", "eta", "leaks"], "is a switch, a map needs numbers"),
        (["discover", "LHS", "--density", "2"], "2.0 is not in the range"),
        (["optimise", "us_chips"], "did you mean 'us_chips_2027'"),
        (["optimise", "nowhere.toml"], "there is no problem 'nowhere.toml'"),
    ],
)
def test_bad_words_get_one_message_and_status_2(moat, stores, tmp_path, words, said):
    """No traceback, nothing written."""
    places = {"LHS": stores["lhs"], "SINGLE": stores["single"]}
    done = moat(*(places.get(word, word) for word in words))
    assert done.exit_code == 2
    assert said in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
