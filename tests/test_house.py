"""The house rules that a reader relies on: small files, small functions, said purpose."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FILES = [file for top in ("sim", "viz") for file in sorted((HOUSE / top).rglob("*.py"))]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
NO_NAMES = ["utils", "helpers", "common", "base", "manager"]
DEAR = ("mesa", "pandas", "xarray", "matplotlib")  # each takes part of a second to load
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HOUSE)))


def definitions(file: Path):
    """Functions and classes of a file with their qualified names, and whether they are public."""

    def walk(body: list[ast.stmt], path: str, public: bool):
        for node in body:
            if isinstance(node, FUNCTIONS | ast.ClassDef):
                shown = public and not node.name.startswith("_")
                yield f"{path}{node.name}", node, shown
                inner_public = shown and isinstance(node, ast.ClassDef)
                yield from walk(node.body, f"{path}{node.name}.", inner_public)

    yield from walk(ast.parse(file.read_text()).body, "", True)


@each_file
def test_files_are_small(file):
    lines = len(file.read_text().splitlines())
    assert lines <= LONGEST_FILE, f"{lines} lines: cut it along an idea"


@each_file
def test_functions_are_small(file):
    long = {
        name: node.end_lineno - node.lineno + 1
        for name, node, _ in definitions(file)
        if isinstance(node, FUNCTIONS) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


@each_file
def test_a_file_is_named_for_its_idea(file):
    assert file.stem not in NO_NAMES
    assert not any(file.stem.endswith(f"_{name}") for name in NO_NAMES)


@each_file
def test_everything_public_says_what_it_is(file):
    """A module, a public class, a public function or method has a docstring."""
    assert ast.get_docstring(ast.parse(file.read_text())), "the file says nothing"
    silent = [
        name for name, node, public in definitions(file) if public and not ast.get_docstring(node)
    ]
    assert silent == []


@each_file
def test_folders_are_at_most_two_deep(file):
    """Counted below the top folder: sim/scenario/load.py, viz/dashboard/app.py."""
    assert len(file.relative_to(HOUSE).parts) <= 3


def test_importing_does_nothing():
    """No file is written, nothing is said, no scenario read and no luck drawn by an import."""
    modules = [
        ".".join(file.relative_to(HOUSE).with_suffix("").parts)
        for file in FILES
        if file.parts[len(HOUSE.parts)] == "sim" and file.stem not in ("__init__", "__main__")
    ]
    answer = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED.format(modules=modules)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
    assert answer.stderr == ""


WATCHED = """
import importlib, os, random, sys
import numpy as np
before = np.random.get_state()[1].tolist(), random.getstate(), os.getcwd(), dict(os.environ)

def watch(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise AssertionError(f"an import writes {{args[0]}}")
    if event == "open" and str(args[0]).endswith(".toml"):
        raise AssertionError(f"an import reads {{args[0]}}")
    if event in ("socket.connect", "subprocess.Popen", "os.system"):
        raise AssertionError(f"an import does {{event}}")

import matplotlib.font_manager, mesa, pandas, pydantic, scipy.special, xarray  # not ours to judge
sys.addaudithook(watch)
for name in {modules}:
    importlib.import_module(name)
now = np.random.get_state()[1].tolist(), random.getstate(), os.getcwd(), dict(os.environ)
assert now == before, "an import changed luck, folder or environment"
"""


def test_the_command_line_starts_fast():
    """`moat --help` loads nothing dear: those imports stand inside the commands that need them."""
    file = HOUSE / "sim" / "cli.py"
    if not file.exists():
        return
    code = "import sys, viz.cli.main; print([m for m in sys.argv[1:] if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code, *DEAR], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert ast.literal_eval(answer.stdout) == []
