"""The packages: built, installed into an empty environment outside the checkout, and used there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import pytest

from sim.scenario.library import folder, shipped, shipped_designs, shipped_problems
from tests.browser.servers import free_port, serving, with_token
from viz.cli.main import main

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
VERSION = PROJECT["project"]["version"]
# The versions that the project is tested with: what is published tomorrow is not our test.
ENVIRONMENT = os.environ | {"UV_EXCLUDE_NEWER": PROJECT["tool"]["uv"]["exclude-newer"]}


def done(*command: str | Path, cwd: Path) -> str:
    """What a command printed; it must end well."""
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, f"{command}: {ran.stderr[-2000:]}"
    return ran.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the source distribution, and the wheel that is built from it."""
    place = tmp_path_factory.mktemp("dist")
    done("uv", "build", "--quiet", "--out-dir", str(place), str(ROOT), cwd=ROOT)
    return place


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory) -> Path:
    """Programs of an environment that holds the wheel and what it asks for, nothing else."""
    place = tmp_path_factory.mktemp("elsewhere") / "environment"
    done("uv", "venv", "--quiet", "--python", sys.executable, place, cwd=place.parent)
    python = place / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    done("uv", "pip", "install", "--quiet", "--python", python, wheel, cwd=place.parent)
    return place / "bin"


@pytest.mark.slow
def test_the_wheel_holds_every_data_file(built):
    """All that is no code: scenarios, designs, problems, observations, the mark of types."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    scenarios = folder()
    files = {f"sim/scenarios/{file.relative_to(scenarios)}" for file in scenarios.rglob("*.toml")}
    inside = [file for top in ("sim", "viz") for file in (ROOT / top).rglob("*")]
    files |= {
        str(file.relative_to(ROOT))
        for file in inside
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
    }
    assert len(files) > 150
    assert files - names == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


@pytest.mark.slow
def test_the_source_distribution_holds_what_a_reader_needs(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    wanted = {"LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md"}
    assert wanted | {"scenarios/as_enacted.toml", "tests/test_package.py", "docs/model.md"} <= names
    assert not any(name.startswith(("runs/", ".venv/", "uv.lock")) for name in names)


@pytest.mark.slow
def test_the_installed_program_runs(installed, tmp_path):
    """The main job in a folder far from the checkout, with its provenance."""
    said = done(
        installed / "moat", "run", "as_enacted", "--worlds", "8", "--months", "24", "--json",
        cwd=tmp_path,
    )  # fmt: skip
    assert len(json.loads(said)["outcomes"]["lead_months"]["months"]) == 24
    about = json.loads((tmp_path / "runs" / "as_enacted" / "run.json").read_text("utf-8"))
    assert about["versions"]["moat"] == VERSION
    assert (tmp_path / "runs" / "as_enacted" / "figure.png").stat().st_size > 10_000


@pytest.mark.slow
def test_the_installed_program_finds_what_is_shipped(installed, tmp_path):
    """The same scenarios, designs and problems as in the checkout, from inside the package."""
    listed = done(installed / "moat", "list", cwd=tmp_path).partition("\nNext:")[0].splitlines()
    names = [line.split()[0] for line in listed if not line.startswith(" ")]  # titles may wrap
    assert names == list(shipped())
    where = done(installed / "python", "-c", WHERE, cwd=tmp_path).split("\n")
    assert Path(where[0]).is_relative_to(installed.parent.resolve())
    assert where[1].split() == list(shipped_designs())
    assert where[2].split() == list(shipped_problems())
    assert int(where[3]) > 20  # observations of the history
    dry = done(
        installed / "moat", "sweep", "eta_sigma", "--dry-run", "--workers", "1", cwd=tmp_path
    )
    assert "169 points x 16 replicates x 2 branches" in dry


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("moat", "watch"),
        ("solara", "run", "viz.mesa_app", "--production", "--no-check-version"),
    ],
)
def test_the_installed_pages_answer(installed, tmp_path, words):
    """From an empty folder, without what only developers have, and without a word of trouble."""
    port, (program, *more) = free_port(), words
    command = [str(installed / program), *more, "--no-open", "--port", str(port)]
    with serving(command, port, tmp_path / "log", cwd=tmp_path) as address:
        cookies = urllib.request.HTTPCookieProcessor()  # the token is exchanged for one
        ask = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
        page = ask.open(with_token(address)).read()
    assert b"solara" in page
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


@pytest.mark.slow
def test_every_installed_command_runs(installed, tmp_path):
    """Each small, one after the other in one process, with nothing of the checkout in reach."""
    (tmp_path / "commands.py").write_text(ONE_BY_ONE, "utf-8")
    (tmp_path / "small.toml").write_text(SMALL, "utf-8")
    assert done(installed / "python", "commands.py", *COMMANDS, cwd=tmp_path) == ""
    tried = {line.split()[0] for line in COMMANDS} - {"--version"}
    assert set(main.commands) == tried | {"run", "list", "watch"}
    for name, title in (
        ("us_chips_2027-search", "Report of a policy search"),
        ("small-discovery", "Report of a discovery"),
    ):
        page = (tmp_path / "runs" / f"{name}-report.html").read_text("utf-8")
        assert title in page and "What this model cannot tell you" in page
        assert str(ROOT) not in page


COMMANDS = (
    "--version",
    "answer",
    "structures",
    "show no_controls",
    "check us_chips_2027",
    "compare as_enacted no_controls --worlds 2 --months 14",
    "explain as_enacted no_controls --worlds 1 --channels leakage --month 2021-06 --orders 2",
    "binds --worlds 1 --dates 2020-06",
    "observations --template",
    "sweep small.toml --workers 1",
    "export runs/small --iamc small-iamc.csv",
    "sensitivity runs/small",
    "discover runs/small --outcome lead_months>12",
    "report runs/small-discovery",
    "optimise us_chips_2027 --policies 4 --worlds 1",
    "report runs/us_chips_2027-search",
    "new chip_limit",
    "search chips",
    "schema",
    "backtest --worlds 8 --quarters 1",
    "manual",
    "month",
    "sources",
    "score --help",  # nothing was observed after the fit
    "calibrate --help",  # the last four take minutes
    "evidence --help",
    "findings --help",
    "signposts --help",
)
ONE_BY_ONE = """
import sys
from click.testing import CliRunner
from viz.cli.main import main
for line in sys.argv[1:]:
    ran = CliRunner().invoke(main, line.split())
    if ran.exit_code or not ran.stdout:
        print(line, ran.exit_code, ran.stderr, repr(ran.exception))
"""
SMALL = """
title = "Small"
sampler = { kind = "lhs", points = 60 }
replicates = 4
months = ["2022-12"]
outcomes = ["lead_months"]
[factors.pace]
key = "research.sigma"
prior = true
[factors.eta]
key = "effort.eta"
low = 0
high = 4
"""
WHERE = """
from sim.analysis.problem import read_problem
from sim.research.history.observations import observations
from sim.scenario.library import folder, shipped_designs, shipped_problems
print(folder())
print(*shipped_designs())
print(*shipped_problems())
for name in shipped_problems():
    read_problem(name)
print(len(observations()))
"""


def test_one_version_everywhere():
    """The package, the citation and the head of the changelog agree."""
    cited = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {VERSION}\n" in cited
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first = next(line for line in changes.splitlines() if line.startswith("## "))
    assert first.split()[1] == VERSION
    after = changes.split("\n## ")[1].split("\n### ")
    assert after[1].startswith("Results")  # what changes in results is said first
