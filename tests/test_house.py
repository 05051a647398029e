"""Rules of the source tree that no linter has: small files and functions, quiet imports.

Docstrings are ruff's business, the order of packages import-linter's (pyproject.toml).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

HOUSE = Path(__file__).parents[1]
FILES = [file for top in ("sim", "viz") for file in sorted((HOUSE / top).rglob("*.py"))]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
DEEPEST = 3  # folders: sim/model/mechanisms/effort.py
BANNED_NAMES = ("utils", "helpers", "common", "base", "manager")
SLOW_TO_LOAD = ("mesa", "pandas", "xarray", "matplotlib")  # each takes part of a second


def test_files_and_functions_are_small_and_named_for_their_idea():
    problems = []
    for file in FILES:
        name, source = file.relative_to(HOUSE), file.read_text("utf-8")
        lines = len(source.splitlines())
        if lines > LONGEST_FILE:
            problems.append(f"{name}: {lines} lines")
        if len(name.parts) > DEEPEST + 1:
            problems.append(f"{name}: {len(name.parts) - 1} folders deep")
        if file.stem.split("_")[-1] in BANNED_NAMES:
            problems.append(f"{name}: the name says nothing")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    problems.append(f"{name}: {node.name} has {lines} lines")
    assert not problems, "\n".join(problems)


OPTIONAL = {  # what an extra brings, by the one file that imports it where it is installed
    "sim/sweeps/cluster.py": {"distributed"},
    "viz/dashboard/server/serve.py": {"dask"},
}


def _imports(file: Path) -> set[str]:
    """Names of the packages that a file imports anywhere, if only for types."""
    names = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Import():
                names += [alias.name for alias in node.names]
            case ast.ImportFrom(module=str(module)):
                names.append(module)
            case ast.Call(
                func=ast.Name(id="import_module"), args=[ast.Constant(value=str(module))]
            ):
                names.append(module)
    return {name.partition(".")[0] for name in names}


def test_nothing_is_imported_that_is_not_declared():
    """A dependency of a dependency may go with its next version."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"]
    declared = {re.split(r"[<>=!~\[ ]", line)[0].lower().replace("-", "_") for line in lines}
    known = {*sys.stdlib_module_names, *declared, "sim", "viz"}
    known |= {
        package
        for package, brought_by in packages_distributions().items()
        if declared & {name.lower().replace("-", "_") for name in brought_by}
    }
    undeclared = {
        f"{name}: {package}"
        for file in FILES
        if (name := file.relative_to(HOUSE).as_posix())
        for package in _imports(file) - known - OPTIONAL.get(name, set())
    }
    assert undeclared == set()


def test_importing_has_no_side_effects():
    """No import writes or prints, reads a scenario, draws random numbers or starts a program."""
    modules = [
        ".".join(file.relative_to(HOUSE).with_suffix("").parts)
        for file in FILES
        if file.is_relative_to(HOUSE / "sim") and file.stem not in ("__init__", "__main__")
    ]
    result = python(WATCHED_IMPORTS.format(modules=modules), "-B")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


WATCHED_IMPORTS = """
import importlib, os, random, sys
import matplotlib.font_manager, mesa, numpy as np, pandas, pydantic, scipy.special, xarray
import sklearn.ensemble  # these are not ours to judge: the last draws a random number
before = np.random.get_state()[1].tolist(), random.getstate(), os.getcwd(), dict(os.environ)

def watch(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise AssertionError(f"an import writes {{args[0]}}")
    if event == "open" and str(args[0]).endswith(".toml"):
        raise AssertionError(f"an import reads {{args[0]}}")
    if event in ("socket.connect", "subprocess.Popen", "os.system"):
        raise AssertionError(f"an import does {{event}}")

sys.addaudithook(watch)
for name in {modules}:
    importlib.import_module(name)
now = np.random.get_state()[1].tolist(), random.getstate(), os.getcwd(), dict(os.environ)
assert now == before, "an import changed random numbers, folder or environment"
"""


def test_the_command_line_starts_fast():
    """`moat --help` loads nothing slow: those imports stand inside the commands that need them."""
    code = f"import sys, viz.cli.main; print([m for m in {SLOW_TO_LOAD} if m in sys.modules])"
    assert python(code).stdout == "[]\n"


def python(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own."""
    return subprocess.run(
        [sys.executable, *options, "-c", code], cwd=HOUSE, capture_output=True, text=True
    )
