"""What pages tell a reader to type that takes a server, hours, or the checkout: made small, run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.experiments.run import run
from tests.browser.servers import free_port, serving
from tests.test_blocks import BLOCKS, ROOT
from viz.cli.main import main

PROGRAMS = Path(sys.executable).parent


def lines(page: str, label: str = "sh") -> list[str]:
    """The commands of a page, without remarks."""
    bodies = [one.body for one in BLOCKS if (one.page, one.label) == (page, label)]
    found = [re.sub(r"\s+#.*", "", line) for body in bodies for line in body.splitlines()]
    return [line.removeprefix("uv run ").removeprefix("--group trust ") for line in found if line]


def moat(command: str, *more: str) -> str:
    """A command of a page with more words, in this process; it must end well."""
    done = CliRunner().invoke(main, [*shlex.split(command)[1:], *more], catch_exceptions=False)
    assert done.exit_code == 0, f"{command}\n{done.output}"
    return done.output


def ran(words: list[str], place: Path) -> str:
    """What a program of the environment printed in a place that sees the checkout's modules."""
    words = [str(PROGRAMS / words[0]), *words[1:]]
    environment = os.environ | {"PYTHONPATH": str(place), "COVERAGE_FILE": str(place / "coverage")}
    done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


@pytest.fixture
def copied(tmp_path) -> Path:
    """A copy of the checkout in which files may be made and changed."""
    for name in ("sim", "viz", "scenarios", "tests", "docs", "pyproject.toml", "README.md"):
        take = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        take(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.slow
def test_pages_are_made_as_contributors_do(copied):
    """Two pages are written as they stand; tests/test_pages.py checks all, the tests run now."""
    tests, pages = lines("CONTRIBUTING.md")
    assert tests == "pip install uv && uv run pytest -n auto --dist loadfile"
    names = ("sources", "findings")
    for name in names:
        (copied / "docs" / f"{name}.md").write_text("old")
    ran(shlex.split(pages.replace("--all", " ".join(names))), copied)
    for name in names:
        page = Path("docs") / f"{name}.md"
        assert (copied / page).read_text("utf-8") == (ROOT / page).read_text("utf-8")


def test_a_forecast_is_made_and_scored(tmp_path, monkeypatch):
    """The project knows no number after 2024: those of the page are moved behind the origin."""
    monkeypatch.chdir(tmp_path)
    forecast, score = lines("docs/backtest.md")
    observed = "\n".join(lines("docs/backtest.md", "csv")).replace("2024-06", "2025-06")
    Path("my_observations.csv").write_text(observed)
    moat(forecast, "--worlds", "8")
    assert "CRPS" in moat(score)


def test_the_dashboard_answers(tmp_path, monkeypatch):
    """Each command opens what it names; the one for a proxy is started and asked for its page."""
    commands = lines("docs/dashboard.md")
    assert "moat watch" in lines("README.md")
    *opened, proxied = commands
    shown: list[tuple] = []
    monkeypatch.setattr("viz.dashboard.server.serve.check_free", lambda *_: None)
    monkeypatch.setattr("viz.dashboard.server.serve.serve", lambda *words: shown.append(words))
    for command in opened:
        moat(command)
    assert [words[0] for words in shown] == ["as_enacted", "no_controls", "runs/as_enacted"]
    monkeypatch.undo()
    from viz.dashboard.server.serve import check_opened

    monkeypatch.chdir(tmp_path)
    run("as_enacted", 2, months=14).save("runs/as_enacted")
    for what, *_ in shown:
        check_opened(what)
    port = free_port()
    words = shlex.split(proxied.replace("8765", str(port)))[1:]
    command = [sys.executable, "-c", "from viz.cli.main import main; main()", *words]
    with serving(command, port, tmp_path / "log") as address:
        page = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address).read()
        assert b"Did constraint spur innovation?" in page  # before any script has run


@pytest.mark.slow
def test_the_notebook_opens(tmp_path):
    """In marimo's editor, which is asked for its page; tests/test_notebook.py runs the cells."""
    (command,) = lines("docs/notebooks.md")
    words = shlex.split(command)
    notebook = shutil.copy(ROOT / words[-1], tmp_path)
    port = free_port()
    flags = ["--headless", "--no-token", "--port", str(port)]
    command = [str(PROGRAMS / words[0]), words[1], notebook, *flags]
    with serving(command, port, tmp_path / "log") as address:
        asks = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        assert b"marimo" in asks.open(address).read()


@pytest.mark.slow
def test_the_ema_workbench_drives_it(tmp_path):
    """In one process and in two, with the same numbers (the script compares them)."""
    where = ("docs/ema_workbench.md", "python")
    (script,) = (one.body for one in BLOCKS if (one.page, one.label) == where)
    small = {
        "WORLDS, MONTHS = 16, 120": "WORLDS, MONTHS = 2, 14",
        "2027-01": "2020-07",
        '"scenarios": 8': '"scenarios": 1',
        '"policies": 4': '"policies": 2',
    }
    for said, instead in small.items():
        assert script.count(said), said
        script = script.replace(said, instead)
    command = shlex.split(lines("docs/ema_workbench.md")[0])
    (tmp_path / command[-1]).write_text(script)
    rows = [line.split() for line in ran(command, tmp_path).splitlines()[1:3]]
    (none, little), (every, more) = ((float(rate), float(ratio)) for rate, ratio in rows)
    assert (none, every) == (0, 1) and little < more


@pytest.mark.slow
def test_what_tests_the_tests_runs(copied):
    """Coverage by one file of tests, one mutant of one small file, twenty spoiled inputs."""
    coverage, mutate, results, show, fuzz = lines("docs/trust.md")
    one_file = "tests/mechanisms/test_small_numbers.py"
    words = [word for word in shlex.split(coverage) if not word.startswith("tests/")]
    assert "sim/model/mechanisms" in ran([*words, one_file, "-p", "no:cacheprovider"], copied)
    assert "failed" not in ran([*shlex.split(fuzz.replace("10000", "20"))], copied)
    project = (copied / "pyproject.toml").read_text("utf-8")
    mutant = shlex.split(show)[-1]
    project = re.sub(r"only_mutate = \[.*?\]", 'only_mutate = ["sim/model/mechanisms/reaction.py"]', project, flags=re.S)  # fmt: skip # noqa: E501
    tests = 'test_selection = ["tests/mechanisms/test_beliefs_and_reactions.py"]'
    project = re.sub(r"test_selection = \[.*?\]", tests, project, flags=re.S)
    (copied / "pyproject.toml").write_text(project)
    ran([*shlex.split(mutate), mutant], copied)
    assert f"{mutant}: killed" in ran([*shlex.split(results), "--all", "true"], copied)
    assert ran(shlex.split(show), copied).count("\n+") == 2
