"""Examples in docstrings are run: every module with `>>>` in it."""

from __future__ import annotations

import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import mypy.api
import pytest

import sim

HOUSE = Path(__file__).parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = [
    ".".join(file.relative_to(HOUSE).with_suffix("").parts)
    for top in ("sim", "viz")
    for file in sorted((HOUSE / top).rglob("*.py"))
    if ">>> " in file.read_text("utf-8")
]


VERBS = ("run", "compare", "explain", "sweep")


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_a_module(module):
    """What they print is what the docstring says."""
    done = doctest.testmod(importlib.import_module(module), optionflags=FLAGS)
    assert done.attempted > 0
    assert done.failed == 0


def test_the_verbs_have_examples():
    """Whoever asks for help on a verb of `sim` sees it used."""
    assert {sim.__dict__["_HOMES"][verb] for verb in VERBS} <= set(MODULES)


@pytest.mark.parametrize(("name", "least"), [("python", 20), ("mesa", 10), ("notebooks", 15)])
def test_examples_of_the_pages_for_python(name, least):
    """Pages whose blocks are the lines of a session, one after the other."""
    page = HOUSE / "docs" / f"{name}.md"
    done = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS)
    assert done.attempted > least
    assert done.failed == 0


@pytest.mark.slow
def test_examples_of_the_pages_type_check(tmp_path):
    """Whoever copies them into an editor sees no error; the check of the checkout is at hand."""
    for name in ("python", "mesa", "notebooks"):
        text = (HOUSE / "docs" / f"{name}.md").read_text("utf-8")
        examples = doctest.DocTestParser().get_examples(text)
        (tmp_path / f"{name}_page.py").write_text("".join(one.source for one in examples))
    script = (HOUSE / "docs" / "ema_workbench.md").read_text("utf-8")
    (body,) = re.findall(r"```python\n(.*?)```", script, re.S)
    (tmp_path / "ema_moat.py").write_text(body)
    files = sorted(map(str, tmp_path.glob("*.py")))
    said, wrong, status = mypy.api.run([*files, "--config-file", str(HOUSE / "pyproject.toml")])
    assert (status, wrong) == (0, ""), said


def test_the_page_names_everything_that_is_offered():
    """And what it names is there."""
    page = (HOUSE / "docs" / "python.md").read_text("utf-8")
    for name in sim.__all__:
        assert getattr(sim, name) is not None
        assert f"sim.{name}" in page or f"`{name}`" in page, name


def test_importing_it_loads_nothing_dear():
    """Not even numpy, until a name is asked for."""
    code = "import sim, sys; print([m for m in ('numpy', 'xarray', 'mesa') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True)
    assert said.stdout == "[]\n", said.stderr


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"'simulate'.*'run'"):
        sim.simulate  # noqa: B018
    assert dir(sim) == sorted([*sim.__all__, "__version__"])
