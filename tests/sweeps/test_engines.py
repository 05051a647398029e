"""Where blocks are run makes no difference: one process, a pool, a cluster, with workers killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core import processes
from sim.sweeps import engine
from sim.sweeps.engine import StoppedError
from sim.sweeps.sweep import sweep
from sweeps.small import PAIR, leave_scrap, small, stored

DESIGN = small(branches=PAIR, sampler={"kind": "lhs", "points": 48}, months=["2020-08"])
BLOCK = 8
BLOCKS = 12


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    """The same in one process, block by block."""
    found = sweep(DESIGN, tmp_path_factory.mktemp("serial") / "s", workers=1, block=BLOCK)
    assert found.blocks == BLOCKS
    return stored(found.folder)


def test_a_pool_gives_the_same_and_survives_a_killed_worker(serial, tmp_path):
    """One of two processes is killed in the middle: its blocks are run again, its scrap goes."""
    killed = []

    def kill_one(done: int, of: int) -> None:
        if not killed and done >= of // 4:
            killed.append(_children()[-1])
            os.kill(killed[0], signal.SIGKILL)
            leave_scrap(tmp_path / "pool", killed[0])

    sweep(DESIGN, tmp_path / "pool", workers=2, block=BLOCK, progress=kill_one)
    assert killed and stored(tmp_path / "pool") == serial


def test_all_workers_are_there_from_the_first():
    """None starts later, where a signal could meet it half started."""
    with processes.pool(3) as pool:
        assert len(_children()) == 3
        assert list(pool.map(abs, [-1, -2])) == [1, 2]
        assert len(_children()) == 3


@pytest.mark.parametrize("by", ["file", "input"])
def test_a_script_needs_no_guard(tmp_path, by):
    """Workers do not run it again; what comes from the standard input has no file to run."""
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    words = [script] if by == "file" else ["-"]
    ran = subprocess.run(
        [sys.executable, *words], input=UNGUARDED, capture_output=True, text=True, cwd=tmp_path
    )
    assert (ran.stdout, ran.stderr) == ("once\n3\n", "")


UNGUARDED = """
from sim.core import processes
print("once", flush=True)
with processes.pool(2) as pool:
    print(pool.submit(abs, -3).result())
"""


def _children() -> list[int]:
    """Worker processes of this one: children of its server of forks."""
    pool = subprocess.run(
        ["pgrep", "-f", "multiprocessing.forkserver"], capture_output=True, text=True
    )
    mine = [int(line) for line in pool.stdout.split()]
    own = [pid for pid in mine if _parent(pid) == os.getpid()]
    return [pid for pid in mine if _parent(pid) in own]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.mark.slow
def test_workers_that_always_die_end_the_sweep(tmp_path, monkeypatch):
    """With one message; nothing hangs."""
    monkeypatch.setattr(engine, "_one_pool", _broken)
    with pytest.raises(StoppedError, match=r"died 3 times in a row .*fewer --workers"):
        sweep(DESIGN, tmp_path / "x", workers=2, block=BLOCK)


def _broken(*_):
    raise engine.BrokenProcessPool
    yield


def test_short_work_starts_no_process(tmp_path, monkeypatch):
    """Unless workers are asked for."""
    monkeypatch.setattr(processes, "pool", None)
    assert sweep(small(), tmp_path / "x", block=4).complete
