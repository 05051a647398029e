"""No block of a page is a mere promise: a test runs it, or its label says that it is text."""

from __future__ import annotations

import ast
import itertools
import re
import shlex
import subprocess
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from tests.test_docs import PAGES
from viz.cli.main import main

ROOT = Path(__file__).resolve().parent.parent
FENCED = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.S | re.M)
FILES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
ENDS = re.compile("[&|;<>]+")  # what ends a command of the shell
TEXT = "text"  # what a program prints, or what is no code

# By which test the blocks of a page are run, by label. Small where they are heavy.
COMMON = {
    "sh": "tests/test_docs.py::test_commands_of_a_page_work",
    "python": "tests/test_docs.py::test_code_of_a_page_works",
    "toml": "tests/test_docs.py::test_pieces_of_scenarios_are_fine",
    "diff": "tests/test_docs.py::test_the_worked_example_does_what_it_says",
}
SHOWN = "tests/test_shown_commands.py::"
SWEEPS = "tests/sweeps/test_worked_sweeps.py::"
ANALYSIS = "tests/analysis/test_page.py::"
DOCTESTS = "tests/test_doctests.py::test_examples_of_the_pages_for_python"
RUN_BY = {
    ("README.md", "sh"): "tests/test_readme.py::test_command_works",
    ("README.md", "toml"): "tests/test_readme.py::test_command_works",
    ("README.md", "python"): "tests/test_readme.py::test_python_example_works",
    ("CONTRIBUTING.md", "sh"): SHOWN + "test_pages_are_made_as_contributors_do",
    ("docs/analysis.md", "sh"): ANALYSIS + "test_command_works",
    ("docs/analysis.md", "python"): ANALYSIS + "test_code_works",
    ("docs/analysis.md", "toml"): ANALYSIS + "test_the_problem_of_the_page_is_one",
    ("docs/backtest.md", "sh"): SHOWN + "test_a_forecast_is_made_and_scored",
    ("docs/backtest.md", "csv"): SHOWN + "test_a_forecast_is_made_and_scored",
    ("docs/dashboard.md", "sh"): SHOWN + "test_the_dashboard_answers",
    ("docs/observations.md", "sh"): "tests/forecasting/test_own_observations.py::"
    "test_commands_of_the_page_work",
    ("docs/ema_workbench.md", "sh"): SHOWN + "test_the_ema_workbench_drives_it",
    ("docs/ema_workbench.md", "python"): SHOWN + "test_the_ema_workbench_drives_it",
    ("docs/mesa.md", "python"): DOCTESTS,
    ("docs/notebooks.md", "sh"): SHOWN + "test_the_notebook_opens",
    ("docs/notebooks.md", "python"): DOCTESTS,
    ("docs/python.md", "python"): DOCTESTS,
    ("docs/sweeps.md", "sh"): SWEEPS + "test_commands_of_the_page_work",
    ("docs/sweeps.md", "python"): SWEEPS + "test_python_of_the_page_works",
    ("docs/sweeps.md", "toml"): SWEEPS + "test_the_design_of_the_page_is_one",
    ("docs/trust.md", "sh"): SHOWN + "test_what_tests_the_tests_runs",
}
# Blocks that no test can run, by what they hold; their page says so. Their form is checked below.
CANNOT_RUN = {
    "SLURMCluster": "needs a Slurm cluster",
    "KubeCluster": "needs a Kubernetes cluster",
    "proxy_pass": "needs nginx, a name and a certificate",
    "10.0.0.1": "needs other machines",
    "dask scheduler": "tests/sweeps/test_cluster.py starts the same on free ports",
}
SAYS_SO = {
    "docs/sweeps.md": "They cannot reach other machines, SSH, Slurm or",
    "docs/dashboard.md": "Our tests start the page and not the proxies",
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    label: str
    body: str

    @property
    def why_not(self) -> str | None:
        """Why no test can run it, None where one does."""
        return next((why for mark, why in CANNOT_RUN.items() if mark in self.body), None)


BLOCKS = [
    Block(str(file.relative_to(ROOT)), label, textwrap.dedent(body))
    for file in FILES
    for _, label, body in FENCED.findall(file.read_text("utf-8"))
]
SHELL = [one for one in BLOCKS if one.label == "sh"]


def test_no_fence_is_overlooked():
    """Every opening and closing fence belongs to a block that was found, and each is labelled."""
    for file in FILES:
        fences = re.findall(r"^\s*(?:>\s*)*(?:```|~~~)", file.read_text("utf-8"), re.M)
        found = [one for one in BLOCKS if one.page == str(file.relative_to(ROOT))]
        assert len(fences) == 2 * len(found), file
        assert all(re.fullmatch(r"[a-z]+", one.label) for one in found), f"{file}: no label"


@pytest.mark.parametrize("page, label", sorted({(one.page, one.label) for one in BLOCKS}))
def test_every_block_is_run_or_text(page, label):
    """By the test that is named here, which is there; else the page says that it cannot be run."""
    blocks = [one for one in BLOCKS if (one.page, one.label) == (page, label)]
    if label == TEXT:
        return
    if all(one.why_not for one in blocks):
        assert SAYS_SO[page] in (ROOT / page).read_text("utf-8")
        return
    test = RUN_BY.get((page, label))
    if test is None and page.removeprefix("docs/") in PAGES:
        test = COMMON.get(label)
    assert test, f"{page}: no test runs its blocks of {label}; if they are output, label them text"
    file, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text("utf-8"), test


def test_only_what_cannot_be_run_is_excused():
    """Every excuse is used, and its page says so."""
    excused = [one for one in BLOCKS if one.why_not]
    assert {one.why_not for one in excused} == set(CANNOT_RUN.values())
    assert {one.page for one in excused} == set(SAYS_SO)
    for page, words in SAYS_SO.items():
        assert words in (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("block", SHELL, ids=lambda one: f"{one.page}:{one.body[:20]!r}")
def test_shell_is_shell(block):
    """bash reads it, run or not."""
    done = subprocess.run(["bash", "-n"], input=block.body, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def moat_commands() -> list[tuple[str, list[str]]]:
    """The words of every `moat ...` in a shell block, with its page."""
    found = []
    for one in SHELL:
        text = one.body.replace("\\\n", " ").replace("\n", "\n ; ")
        words = shlex.shlex(text, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        for ends, part in itertools.groupby(words, ENDS.fullmatch):
            command = [word for word in part if not ends]
            command = command[2:] if command[:2] == ["uv", "run"] else command
            found += [(one.page, command)] if command[:1] == ["moat"] else []
    return found


@pytest.mark.parametrize("page, command", moat_commands())
def test_every_flag_exists(page, command):
    """click takes every command as it is printed, also where it cannot be run."""
    _, name, *words = command
    verb = main.commands[name]
    try:
        verb.make_context(name, words)
    except click.ClickException as wrong:
        pytest.fail(f"{page}: {shlex.join(command)}: {wrong.format_message()}")


def test_enough_commands_are_found():
    """The search for commands above has not gone blind."""
    assert len(moat_commands()) > 50


@pytest.mark.parametrize(
    "block", [one for one in BLOCKS if one.why_not], ids=lambda one: one.why_not
)
def test_what_cannot_be_run_has_the_right_form(block):
    """Python that compiles, flags that dask has, braces that close, the port of the page."""
    if block.label == "python":
        ast.parse(block.body)
    elif block.label == "nginx":
        assert block.body.count("{") == block.body.count("}") > 0
        assert "http://127.0.0.1:8765;" in block.body
        assert all(re.search(r"[;{}]$", line) for line in block.body.splitlines() if line)
    else:
        assert block.label == "sh"
        for said in re.findall(r"dask (scheduler|worker) (.*?)(?:\"? &|\n)", block.body):
            _dask(*said)


def _dask(kind: str, words: str) -> None:
    """Whether dask's own command line takes such words."""
    from distributed.cli import dask_scheduler, dask_worker

    verb = {"scheduler": dask_scheduler, "worker": dask_worker}[kind].main
    verb.make_context(kind, shlex.split(words), resilient_parsing=False)


def test_pieces_of_data_are_data():
    """Every TOML block parses on its own."""
    for one in BLOCKS:
        if one.label == "toml":
            tomllib.loads(one.body)
