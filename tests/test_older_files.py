"""Folders of earlier versions: every reader opens them, or refuses them in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
import pytest
from click.testing import CliRunner
from sweeps.small import PAIR, lhs, small

import sim
from sim.analysis.sensitivity import sensitivity
from sim.record.stored import FORMAT
from sim.scenario.errors import ScenarioError
from sim.sweeps.store import open_sweep
from sim.sweeps.sweep import sweep
from viz.cli.main import main
from viz.dashboard.server.serve import check_opened
from viz.report.read import kinds_of, read

READERS = {
    "report of two runs": (lambda at: _reported(at / "one", at / "other"), "one/run.json"),
    "report of a comparison": (lambda at: _reported(at / "pair"), "pair/run.json"),
    "watch": (lambda at: check_opened(str(at / "one")), "one/run.json"),
    "sensitivity": (lambda at: sensitivity(at / "store"), "store/sweep.json"),
    "export of a sweep": (lambda at: open_sweep(at / "store").to_iamc(), "store/sweep.json"),
}
GONE = object()


def _reported(*folders: Path) -> Any:
    return read(list(folders), kinds_of(list(folders)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Two runs, a comparison and a sweep, without what earlier versions did not write."""
    folder = tmp_path_factory.mktemp("made")
    sim.run(PAIR[0], worlds=2, months=6).save(folder / "one")
    sim.compare(*PAIR, worlds=2, months=6).save(folder / "pair")
    outcomes = ["us_frontier", "china_frontier"]
    sweep(small(sampler=lhs(40), replicates=1, outcomes=outcomes), folder / "store", workers=1)
    for name in ("one", "pair"):
        edit(folder / name / "run.json", format=GONE, carried_from=GONE)
        with h5py.File(folder / name / "results.nc", "r+") as file:
            strip(file)
    shutil.copytree(folder / "one", folder / "other")
    shutil.rmtree(folder / "store" / "receipts")
    for name in ("sweep.json", "run.json"):
        edit(folder / "store" / name, format=GONE, earlier=GONE)
    for file in (folder / "store").rglob("*.parquet"):
        pd.read_parquet(file).to_parquet(file)  # no units
    return folder


def strip(file: h5py.File) -> None:
    """Take away dates, what is for other programs, and levels beside effects."""
    for key in [key for key in file.attrs if not key.startswith("_")]:
        del file.attrs[key]
    file.pop("reference", None)
    for group in file.values():
        del group["time"]
        for variable in group.values():
            for key in {"units", "long_name"} & set(variable.attrs):
                del variable.attrs[key]


@pytest.fixture
def older(made) -> Iterator[Path]:
    """The same, whose JSON may be changed."""
    kept = {file: file.read_bytes() for file in made.rglob("*.json")}
    yield made
    for file, content in kept.items():
        file.write_bytes(content)


def edit(file: Path, **changes: Any) -> None:
    """Change keys of a JSON file, or take them away."""
    about = {**json.loads(file.read_text("utf-8")), **changes}
    kept = {key: value for key, value in about.items() if value is not GONE}
    file.write_text(json.dumps(kept), "utf-8")


@pytest.mark.parametrize("reader", READERS)
def test_older_folders_are_opened(reader, made):
    READERS[reader][0](made)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "change", [{"format": FORMAT + 1}, {"versions": GONE}], ids=["later", "without"]
)
def test_what_cannot_be_read_is_refused_in_words(change, reader, older):
    """A later format, and a file that lacks what is needed: which file, what, and what to do."""
    for name in ("one/run.json", "other/run.json", "pair/run.json", "store/sweep.json"):
        edit(older / name, **change)
    read, file = READERS[reader]
    with pytest.raises(ScenarioError) as refused:
        read(older)
    (problem,) = refused.value.problems
    assert problem.file.endswith(file) and problem.key == next(iter(change))
    what = "open it with a later moat" if "format" in change else "make it again with moat"
    assert what in problem.hint


@pytest.mark.parametrize(
    "words", [["report", "one"], ["watch", "one", "--no-open"], ["sensitivity", "store"]]
)
def test_commands_refuse_a_later_format_with_status_2(words, older, monkeypatch):
    monkeypatch.chdir(older)
    monkeypatch.setattr("viz.dashboard.server.serve.check_free", lambda *_: None)
    for name in ("one/run.json", "store/sweep.json"):
        edit(older / name, format=FORMAT + 1)
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2 and f"format: is {FORMAT + 1}" in done.stderr, done.output
    assert "Traceback" not in done.output
