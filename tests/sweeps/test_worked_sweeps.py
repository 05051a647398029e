"""The worked sweeps run, each made small, and what the page says of them works as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import tomlkit
from click.testing import CliRunner

from sim.scenario.layers import parse
from sim.scenario.library import shipped, shipped_designs
from sim.sweeps.design import design_of, read_design
from sim.sweeps.plan import make_plan
from sim.sweeps.store import open_sweep
from sim.sweeps.sweep import sweep
from tests.test_blocks import CANNOT_RUN
from viz.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text("utf-8")
BLOCKS = [
    (kind, body)
    for kind, body in re.findall(r"```(\w+)\n(.*?)```", PAGE, re.S)
    if not any(mark in body for mark in CANNOT_RUN)
]
FEW = {"lhs": 4, "sobol": 2, "morris": 2, "prior": 4}


def made_small(path: Path) -> dict:
    """A shipped design with few points, one world each, and two months of history."""
    tree = parse(path)
    if "points" in tree["sampler"]:
        tree["sampler"]["points"] = FEW[tree["sampler"]["kind"]]
    for factor in tree["factors"].values():
        if "levels" in factor:
            factor["levels"] = 3
        if "every" in factor:
            factor["every"] = 24
    return tree | {"replicates": 1, "months": ["2020-02"]}


@pytest.mark.parametrize("name", shipped_designs())
def test_a_shipped_design_is_fine(name):
    """As it stands: every key, range, month and outcome."""
    made = make_plan(read_design(name))
    assert made.rows <= 100_000 and made.design.why
    assert f"`{name}`" in PAGE


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_designs())
def test_a_shipped_design_runs(name, tmp_path):
    """Made small."""
    design = design_of(made_small(shipped_designs()[name]))
    table = sweep(design, tmp_path / name, workers=1).table()
    assert len(table) and table.notna().all().all()


def test_designs_are_no_scenarios():
    """Neither listed nor run as such."""
    assert "sweeps" not in shipped() and len(shipped_designs()) >= 6
    assert "sweeps" not in CliRunner().invoke(main, ["list"]).stdout
    assert CliRunner().invoke(main, ["run", "eta_sigma"]).exit_code == 2


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a store where the page says it is."""
    folder = tmp_path_factory.mktemp("reader")
    tree = made_small(shipped_designs()["eta_sigma"]) | {"months": ["2020-02", "2030-12"]}
    tree["outcomes"], tree["factors"]["eta"]["levels"] = ["lead_months"], 2
    tree["factors"]["sigma"]["levels"] = 2
    sweep(design_of(tree), folder / "runs" / "eta_sigma", workers=1)
    return folder


@pytest.mark.slow
def test_commands_of_the_page_work(tmp_path, monkeypatch):
    """The shipped design made small under its name; test_cluster.py starts a cluster."""
    monkeypatch.chdir(tmp_path)
    Path("eta_sigma.toml").write_text(
        tomlkit.dumps(made_small(shipped_designs()["eta_sigma"])), "utf-8"
    )
    commands = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines()]
    assert commands == ["moat sweep eta_sigma --dry-run", "moat sweep eta_sigma"]
    for command in commands:
        words = command.replace("eta_sigma", "eta_sigma.toml").split()[1:]
        done = CliRunner().invoke(main, [*words, "--workers", "1"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert open_sweep("runs/eta_sigma").complete


@pytest.mark.slow
def test_python_of_the_page_works(place):
    """Every block as it stands, in one go; the three readers see the same rows."""
    code = "\n".join(
        f"{body}\nprint(len(rows))" if "rows =" in body else body
        for kind, body in BLOCKS
        if kind == "python"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert [line for line in done.stdout.splitlines() if line.isdigit()] == ["8", "8", "8"]


@pytest.mark.slow
def test_one_line_reads_the_same_everywhere(place):
    """pandas, polars and DuckDB give the same numbers."""
    import duckdb
    import polars

    files = f"{place}/runs/eta_sigma/worlds/*.parquet"
    one = pd.read_parquet(f"{place}/runs/eta_sigma/worlds")
    two = polars.read_parquet(files)
    three = duckdb.sql(f"select * from '{files}'")
    assert list(one) == two.columns == three.columns
    column = "innovation_effect@2030-12"
    assert one[column].tolist() == two[column].to_list()
    assert one[column].tolist() == [row[0] for row in three.select(f'"{column}"').fetchall()]


def test_the_design_of_the_page_is_one():
    """It is the shipped one in short."""
    (text,) = [body for kind, body in BLOCKS if kind == "toml"]
    import tomllib

    assert (
        make_plan(design_of(tomllib.loads(text))).rows == make_plan(read_design("eta_sigma")).rows
    )
