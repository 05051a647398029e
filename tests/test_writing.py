"""Results are written whole or not at all: a full disk, two writers, names nobody else has."""

from __future__ import annotations

import errno
import os
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

import sim
from sim.core import files
from sim.record.results import Results, write_whole
from viz.cli.main import main


@pytest.fixture(scope="module")
def results() -> Results:
    return sim.run("as_enacted", worlds=2, months=8)


@pytest.fixture
def small_disk():
    """No file may have more than 20 kB: the system says so as it does of a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_older_result(results, tmp_path, small_disk, capfd):
    """One error of the system, nothing from the library of the file, no other file."""
    older = tmp_path / "run"
    older.mkdir()
    for name in ("results.nc", "run.json"):
        (older / name).write_text("older")
    with pytest.raises(OSError) as full:
        results.save(older)
    assert full.value.errno == errno.EFBIG
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert (older / "results.nc").read_text() == "older"
    assert capfd.readouterr().err == ""


def test_a_full_disk_is_said_in_one_line(tmp_path, monkeypatch):
    def full(path: Path, content: bytes) -> None:
        path.with_name(f".{path.name}.part").write_bytes(content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("sim.record.results.write", full)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["run", "--worlds", "2", "--months", "3"])
    assert done.exit_code == 2
    assert done.stderr == (
        "error: cannot write the result to runs/as_enacted: No space left on device; "
        "choose another --out\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_later_of_two_commands_is_refused_at_once(tmp_path, monkeypatch):
    """Before it simulates; the first one loses nothing."""
    monkeypatch.setattr("sim.experiments.run.simulate", lambda *_: pytest.fail("it simulated"))
    with files.reserved(tmp_path / "out"):
        done = CliRunner().invoke(main, ["run", "--worlds", "2", "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    said = f"error: another command (process {os.getpid()}) is writing {tmp_path / 'out'}; wait"
    assert done.stderr.startswith(said)
    assert list(tmp_path.iterdir()) == []


def test_a_place_is_free_again_after_its_process(tmp_path):
    """Also where it was killed: a file that is left locks nothing."""
    place = tmp_path / "new" / "out"
    (tmp_path / ".other.lock").write_text("999999")
    with files.reserved(tmp_path / "other"), files.reserved(place):
        assert place.parent.is_dir()
        with pytest.raises(FileExistsError, match="choose another --out"), files.reserved(place):
            pass
    with files.reserved(place):
        pass
    assert list(tmp_path.iterdir()) == []


def test_many_writers_of_one_folder(tmp_path):
    """Through Python, where no place is reserved: each writes whole, one of them stays."""

    def save(number: int) -> None:
        def fill(part: Path) -> None:
            for name in ("results.nc", "run.json"):
                (part / name).write_text(f"{number}")

        write_whole(tmp_path / "run", fill)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(64)))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert len({path.read_text() for path in (tmp_path / "run").iterdir()}) == 1


def test_one_place_starts_processes():
    """Every pool is that of `sim.core.processes`, whose workers end with their parent."""
    house = Path(__file__).parents[1]
    starts = ("ProcessPoolExecutor(", "multiprocessing.Pool", "Process(", "os.fork(")
    found = [
        path.relative_to(house).as_posix()
        for package in ("sim", "viz")
        for path in (house / package).rglob("*.py")
        if any(word in path.read_text("utf-8") for word in starts)
    ]
    assert found == ["sim/core/processes.py"]
