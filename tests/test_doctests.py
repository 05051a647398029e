"""Examples in docstrings are run: every module with `>>>` in it."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = [
    ".".join(file.relative_to(HOUSE).with_suffix("").parts)
    for top in ("sim", "viz")
    for file in sorted((HOUSE / top).rglob("*.py"))
    if ">>> " in file.read_text("utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_a_module(module):
    """What they print is what the docstring says."""
    done = doctest.testmod(importlib.import_module(module), optionflags=FLAGS)
    assert done.attempted > 0
    assert done.failed == 0


def test_the_verbs_have_examples():
    """Whoever asks for help on a verb of `sim` sees it used."""
    homes = {"run": "run", "compare": "compare", "explain": "explain"}
    wanted = {f"sim.experiments.{home}" for home in homes.values()} | {"sim.sweeps.sweep"}
    assert wanted <= set(MODULES)
