"""The commands and the code of docs/analysis.md work, on sweeps and a problem made small."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.analysis.policies import Policies
from sim.analysis.problem import read_problem
from sim.scenario.layers import parse
from sim.scenario.library import shipped_designs, shipped_problems
from sim.sweeps.design import design_of
from sim.sweeps.sweep import sweep
from viz.cli.main import main

PAGE = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.S)
COMMANDS = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines() if line]
SHIPPED = "moat optimise us_chips_2027"  # tried in its copy by the command after it
POINTS = {"lhs": 40, "sobol": 4, "morris": 3, "prior": 200}
MONTH = "2023-06"


def earlier(text: str) -> str:
    """The same text about a month, and a condition, that small sweeps reach."""
    text = text.replace("< 3 and", "< 12 and").replace(
        "domestic_share > 0.5", "domestic_share > 0.1"
    )
    return re.sub(r"20\d\d-\d\d", MONTH, text)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the sweeps that the page runs, each of a few points to a month of 2023."""
    folder = tmp_path_factory.mktemp("analyst")
    for name in {shlex.split(one)[2] for one in COMMANDS if one.startswith("moat sweep ")}:
        tree = parse(shipped_designs()[name])
        if "points" in tree["sampler"]:
            tree["sampler"]["points"] = POINTS[tree["sampler"]["kind"]]
        tree |= {"replicates": 1, "months": [MONTH]}
        sweep(design_of(tree), folder / "runs" / name, workers=1)
    problem = shipped_problems()["us_chips_2027"]
    shutil.copy(problem, folder / "my_problem.toml")
    for beside in problem.parent.glob("*.toml"):
        shutil.copy(beside, folder / beside.name)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", [one for one in COMMANDS if one != SHIPPED])
def test_command_works(command, place, monkeypatch):
    """As it stands but for the month, and with few policies."""
    monkeypatch.chdir(place)
    words = shlex.split(earlier(command))[1:]
    if words[0] == "sweep":  # run above, made small
        words.append("--dry-run")
    if words[0] == "optimise":
        words += ["--policies", "4", "--worlds", "2"]
        text = Path("my_problem.toml").read_text().replace("population = 40", "population = 4")
        Path("my_problem.toml").write_text(text)
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_the_problem_of_the_page_is_one(place):
    """Beside the scenario that it names: every key, range, unit and month."""
    (text,) = [body for kind, body in BLOCKS if kind == "toml"]
    (place / "of_the_page.toml").write_text(text)
    tried = Policies(read_problem(place / "of_the_page.toml"))
    assert tried.futures == ["spur"] and tried.units() == {"limit": "TPP"}


@pytest.mark.slow
def test_code_works(place, monkeypatch):
    """The Python of the page; the search was tried above."""
    monkeypatch.chdir(place)
    code = earlier(next(body for kind, body in BLOCKS if kind == "python"))
    assert 'optimise("us_chips_2027", policies=80, worlds=16)' in code
    code = code.replace(
        '"us_chips_2027", policies=80, worlds=16', '"my_problem.toml", policies=4, worlds=2'
    )
    exec(compile(code, "analysis.md", "exec"), {})
