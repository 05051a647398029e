"""A real cluster on loopback: a scheduler and two workers, started as a user starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.record import provenance
from sim.sweeps import cluster
from sim.sweeps.engine import StoppedError
from sim.sweeps.store import finished, write_block
from sim.sweeps.sweep import sweep
from sweeps.small import PAIR, leave_scrap, no_space, small, stored

DESIGN = small(branches=PAIR, sampler={"kind": "lhs", "points": 48}, months=["2020-08"])
BLOCK, BLOCKS = 8, 12


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    """The same in one process."""
    return stored(sweep(DESIGN, tmp_path_factory.mktemp("serial") / "s", 1, block=BLOCK).folder)


class Cluster:
    """Processes of a cluster, each with those it starts in a group of its own.

    Args:
        folder: for the file in which the scheduler says where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.processes = [self._start("scheduler", "--port", "0")]
        self.processes += [self._start("worker", "--nthreads", "1") for _ in range(2)]
        self.address = self._address()

    def _address(self) -> str:
        """Where the scheduler listens, once its file says so: it writes the file in place, so that
        it is there, and empty, a moment before."""
        while not (self.file.exists() and (told := self.file.read_text())):
            time.sleep(0.05)
        return json.loads(told)["address"]

    def _start(self, what: str, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
        command += ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(self.file)]
        log = open(self.file.with_name(f"{what}-{time.monotonic_ns()}.log"), "w")  # noqa: SIM115
        where = {"cwd": Path(__file__).parents[1], "start_new_session": True}
        return subprocess.Popen(command, stdout=log, stderr=log, **where)

    def kill(self, process: subprocess.Popen) -> None:
        """As if its machine had gone."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes.remove(process)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A cluster of two workers; they are stopped at the end."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    for process in list(made.processes):
        made.kill(process)


@pytest.mark.slow
def test_it_listens_on_loopback_only(running):
    """Nobody else may hand it code."""
    assert running.address.startswith("tcp://127.0.0.1:")


class _Asked:
    """A client whose workers answer what they are told to."""

    def __init__(self, *answers: object) -> None:
        self.answers = answers

    def run_on_scheduler(self, ask):
        return ask()

    def run(self, ask, on_error):
        return {f"tcp://{at}": answer for at, answer in enumerate(self.answers)}

    def wait_for_workers(self, count, timeout):
        pass


def test_a_worker_that_dies_while_versions_are_compared_is_passed_over():
    """Only one that answers with a failure of its own cannot load this moat."""
    gone, ours = OSError("Timed out trying to connect"), provenance.fingerprint()
    cluster._check_version(_Asked(gone, ours), "tcp://x")
    with pytest.raises(StoppedError, match="worker tcp://1 cannot load this moat"):
        cluster._check_version(_Asked(ours, ModuleNotFoundError("sim")), "tcp://x")


@pytest.mark.slow
def test_other_versions_are_refused(running, tmp_path, monkeypatch):
    """At once, before any block; the message says which."""
    monkeypatch.setattr(provenance, "code", lambda: "another")
    with pytest.raises(StoppedError, match=r"has other versions \(code .*, here another\)"):
        sweep(DESIGN, tmp_path / "x", cluster=running.address, block=BLOCK)
    assert finished(tmp_path / "x") == set()


def test_out_of_reach_of_the_store_bytes_come_back(running, serial, tmp_path, monkeypatch):
    """Workers that do not find the mark of this run return files, which are written here."""
    written = []

    def write_here(folder: Path, number: int, files: dict[str, bytes]) -> None:
        written.append(number)
        write_block(folder, number, files)

    monkeypatch.setattr(cluster, "write", lambda path, content: None)
    monkeypatch.setattr(cluster, "write_block", write_here)
    sweep(DESIGN, tmp_path / "x", cluster=running.address, block=BLOCK)
    assert sorted(written) == list(range(BLOCKS))
    assert stored(tmp_path / "x") == serial


@pytest.mark.slow
def test_a_full_disk_of_a_worker_is_told(running, tmp_path, monkeypatch):
    """Its error is the error of the sweep."""
    monkeypatch.setattr(cluster, "run_for", no_space)
    with pytest.raises(OSError, match="No space left"):
        sweep(DESIGN, tmp_path / "x", cluster=running.address, block=BLOCK)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_nothing(running, serial, tmp_path):
    """Its blocks are run by the other one; the store is that of one process, byte for byte."""
    killed = []

    def kill_one(done: int, of: int) -> None:
        if not killed and done >= of // 3:
            killed.append(running.processes[-1])
            running.kill(killed[0])
            leave_scrap(tmp_path / "x", killed[0].pid)

    found = sweep(DESIGN, tmp_path / "x", cluster=running.address, block=BLOCK, progress=kill_one)
    assert killed and found.complete
    assert stored(tmp_path / "x") == serial
    assert not list((tmp_path / "x").rglob("*.part"))


@pytest.mark.slow
def test_a_scheduler_that_goes_ends_the_sweep(running, tmp_path, monkeypatch):
    """With one message; what was finished is kept, and the rest can be run without it."""
    monkeypatch.setattr(cluster, "PATIENCE", 3)

    def kill(done: int, of: int) -> None:
        if done >= of // 3 and len(running.processes) == 2:
            running.kill(running.processes[0])

    with pytest.raises(StoppedError, match="has gone"):
        sweep(DESIGN, tmp_path / "x", cluster=running.address, block=BLOCK, progress=kill)
    assert len(finished(tmp_path / "x")) >= BLOCKS // 3
    assert sweep(DESIGN, tmp_path / "x", 1, block=BLOCK, resume=True).complete
