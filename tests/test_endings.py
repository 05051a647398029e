"""Commands ended from outside: nobody works on, nothing is half written, and it is said."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
MOAT = [sys.executable, "-c", "from viz.cli.main import main; main()"]
PATIENCE = 150  # seconds for workers to come, on a busy machine
GONE_AFTER = 5
ENDED = r"^interrupted; .*(goe?s? on with|run the same command|no block was finished)"
DESIGN = """
title = "Ended"
branches = ["as_enacted", "no_controls"]
sampler = { kind = "lhs", points = 4000 }
[factors.eta]
key = "effort.eta"
low = 0
high = 4
"""
POOLED = {
    "calibrate": ["calibrate", "--worlds", "512", "--workers", "2", "--out", "out"],
    "sweep": ["sweep", "design.toml", "--workers", "2", "--out", "out"],
}
ALONE = {
    "run": ["run", "--worlds", "10000", "--out", "out"],
    "evidence": ["evidence", "--worlds", "10000", "--out", "out"],
    "findings": ["findings", "--worlds", "10000", "--out", "out"],
    "optimise": ["optimise", "us_chips_2027", "--policies", "100000", "--out", "out"],
}
pytestmark = pytest.mark.slow


def started(words: list[str], place: Path) -> subprocess.Popen:
    (place / "design.toml").write_text(DESIGN)
    return subprocess.Popen(
        [*MOAT, *words],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(HOUSE), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=(place / "said").open("w"),
        text=True,
        start_new_session=True,
    )


def children_of(parent: int) -> set[int]:
    """Numbers of all processes below one, whatever started them."""
    parents = parents_of_all()
    found, new = set(), {parent}
    while new:
        new = {pid for pid, above in parents.items() if above in new} - found
        found |= new
    return found


def parents_of_all() -> dict[int, int]:
    """The parent of every process that has not ended."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if state != "Z":
            parents[int(stat.parent.name)] = int(parent)
    return parents


def alive(pids: set[int]) -> set[int]:
    return pids & parents_of_all().keys()


def wait_until(is_so, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("sweep", signal.SIGTERM),
        ("sweep", signal.SIGKILL),
        ("calibrate", signal.SIGTERM),
    ],
)
def test_no_worker_is_left(command, number, tmp_path):
    """At a random moment, the first of which is that in which workers are being started."""
    chance = random.Random(f"{command} {number}")
    for pause in (0.0, chance.uniform(0, 3)):
        process = started(POOLED[command], tmp_path)
        assert wait_until(lambda: len(children_of(process.pid)) >= 3, PATIENCE)  # noqa: B023
        time.sleep(pause)
        pids = children_of(process.pid)
        process.send_signal(number)
        assert process.wait(PATIENCE) == (-number if number == signal.SIGKILL else 128 + number)
        assert wait_until(lambda: not alive(pids), GONE_AFTER), "a process works on"  # noqa: B023
        said = (tmp_path / "said").read_text()
        assert "leaked" not in said
        if number != signal.SIGKILL:  # a worker whose parent is killed while it starts says so
            assert "Traceback" not in said
            assert re.search(ENDED, said, re.M)
            assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ALONE)
def test_what_works_alone_ends_in_a_line(command, number, tmp_path):
    process = started(ALONE[command], tmp_path)
    time.sleep(4 + random.Random(f"{command} {number}").uniform(0, 2))
    pids = children_of(process.pid)
    process.send_signal(number)
    assert process.wait(PATIENCE) in (128 + number, -number)  # before Python listens: at once
    assert not alive(pids)
    said = (tmp_path / "said").read_text()
    assert "Traceback" not in said and not list(tmp_path.rglob(".*.part"))
    if process.returncode == 128 + number:
        assert "interrupted; " in said


def test_ctrl_c_and_an_ignored_hup(tmp_path):
    """`nohup` stays in force; Ctrl-C ends with 130."""
    hup = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as a child inherits it
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = started(ALONE["run"], tmp_path)
    finally:
        signal.signal(signal.SIGHUP, hup)
        signal.signal(signal.SIGINT, interrupt)
    time.sleep(5)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130
    assert "the same command starts anew" in (tmp_path / "said").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["design.toml", "said"]
