"""`moat sweep` on the command line: what it says before, meanwhile, and when it is stopped."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner

from sim.sweeps import engine
from sim.sweeps.store import finished
from sim.sweeps.sweep import sweep
from sweeps.small import PAIR, lhs, stored, tree
from viz.cli.main import main
from viz.cli.progress import Pace


@pytest.fixture
def moat(tmp_path, monkeypatch):
    """Call `moat sweep ...` in a folder with a small design, `small.toml`."""
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(tomlkit.dumps(tree()))

    def call(*words: str):
        return CliRunner().invoke(main, ["sweep", *words], catch_exceptions=False)

    return call


def test_it_runs_into_a_folder_of_its_name(moat):
    """And says what there is and how to read it."""
    done = moat("small.toml")
    assert done.exit_code == 0
    assert "12 runs of 6 points in 1 block" in done.stdout
    assert "pandas.read_parquet('runs/small/worlds')" in done.stdout
    assert "written: runs/small/" in done.stderr
    about = json.loads(Path("runs/small/sweep.json").read_text())
    assert about["branches"][0]["name"] == "as_enacted" and len(about["branches"][0]["hash"]) == 64


def test_json_is_one_object(moat):
    """What was run, and what would be."""
    found = json.loads(moat("small.toml", "--json", "--out", "here").stdout)
    assert found == {"folder": "here", "points": 6, "rows": 12, "blocks": 1}
    found = json.loads(moat("small.toml", "--json", "--dry-run").stdout)
    assert (found["worlds"], found["blocks"], found["runs"]) == (12, 1, 1)
    assert found["seconds"] > 0 and found["disk"] > 1000


def test_dry_run_says_how_much_and_writes_nothing(moat):
    """Worlds, blocks, time, disk."""
    done = moat("small.toml", "--dry-run")
    assert "6 points x 2 replicates x 1 branches = 12 worlds" in done.stdout
    assert "about 0:0" in done.stdout and "of disk" in done.stdout
    assert not Path("runs").exists()


def test_dry_run_is_about_right_on_disk(moat):
    """Within a third of what the store then takes."""
    Path("many.toml").write_text(tomlkit.dumps(tree(sampler=lhs(600), trajectories=True)))
    asked = json.loads(moat("many.toml", "--dry-run", "--json").stdout)["disk"]
    moat("many.toml", "--workers", "1")
    found = sum(path.stat().st_size for path in Path("runs/many").rglob("*") if path.is_file())
    assert 0.67 < asked / found < 1.5


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["nowhere"], 2, "there is no such design"),
        (["eta_sigmo"], 2, "did you mean 'eta_sigma'?"),
        (["bad.toml"], 2, "bad.toml: factors.eta.key: 'as_enacted' has no 'effort.etta'"),
        (["small.toml", "--workers", "0"], 2, "0 is not in the range"),
        (["small.toml", "--workers", "2", "--cluster", "tcp://x"], 2, "--cluster needs none"),
        (["small.toml", "--out", "small.toml/x"], 2, "cannot write the result to small.toml/x"),
        (["small.toml", "--out", "taken"], 2, "taken exists and holds no sweep"),
        (["small.toml", "--cluster", "nonsense"], 1, "no scheduler answers at nonsense"),
    ],
)
def test_what_is_wrong_is_told_once(moat, monkeypatch, words, status, said):
    """One line on stderr, no traceback."""
    from sim.sweeps import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1)
    bad = tree(factors={"eta": {"key": "effort.etta", "low": 0, "high": 1}})
    Path("bad.toml").write_text(tomlkit.dumps(bad))
    Path("taken").mkdir()
    Path("taken/mine.txt").write_text("mine")
    done = moat(*words)
    assert done.exit_code == status
    assert said in done.stderr and "Traceback" not in done.stderr
    assert "--workers" in words or done.stderr.count("\n") == 1


def test_a_store_that_is_there_is_not_touched_unasked(moat):
    """The message names the flag."""
    assert moat("small.toml").exit_code == 0
    again = moat("small.toml")
    assert again.exit_code == 2 and "1 of 1 blocks; go on with --resume" in again.stderr
    assert moat("small.toml", "--resume").exit_code == 0


def test_a_full_disk_is_told_with_what_is_kept(moat, monkeypatch):
    """How far it came, and how to go on."""
    real = engine.write_block

    def write_block(folder: Path, number: int, files: dict[str, bytes]) -> None:
        if number == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(folder, number, files)

    monkeypatch.setattr(engine, "write_block", write_block)
    Path("many.toml").write_text(tomlkit.dumps(tree(sampler=lhs(1100), months=["2020-01"])))
    done = moat("many.toml", "--workers", "1")
    assert done.exit_code == 2
    assert "cannot write to runs/many: No space left on device; 1 of 3 blocks" in done.stderr
    assert "moat sweep many.toml --out runs/many --resume --workers 1" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_finished(tmp_path, workers):
    """Sent to all processes, as a terminal does: one line, status 130, no process left behind."""
    file, folder = tmp_path / "many.toml", tmp_path / "runs/many"
    design = tree(sampler=lhs(30_000), replicates=1, branches=PAIR, months=["2020-06"])
    file.write_text(tomlkit.dumps(design))
    command = [Path(sys.executable).with_name("moat"), "sweep", "many.toml"]
    command += ["--workers", str(workers)]
    running = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not finished(folder):
        time.sleep(0.02)
        assert running.poll() is None
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert said.startswith("interrupted; ") and said.count("\n") == 1
    assert "of 30 blocks are kept in runs/many/; go on with: moat sweep many.toml" in said
    assert 0 < len(finished(folder)) < 30 and not list(folder.rglob("*.part"))
    with pytest.raises(ProcessLookupError):
        _gone(running.pid)


def _gone(group: int) -> None:
    """Wait a little for a group of processes to end; ProcessLookupError when it has."""
    for _ in range(100):
        os.killpg(group, 0)
        time.sleep(0.05)


def test_progress_counts_only_its_own(monkeypatch):
    """Rate and time left are those of this run, whatever was found in the store."""
    clock = iter([0.0, 10.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    pace = Pace()
    assert pace.at(5_000, 10_000) == "starting"
    assert pace.at(6_000, 10_000) == "100 worlds/s, 0:40 left"


def test_the_same_from_the_command_and_from_python(moat, tmp_path):
    """Byte for byte."""
    moat("small.toml")
    sweep("small.toml", "again", workers=1)
    assert stored(tmp_path / "runs/small") == stored(tmp_path / "again")
