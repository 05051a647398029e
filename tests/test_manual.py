"""The page of the model agrees with the code: references and parameters (states: test_pages)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sim.scenario.load import load
from viz.pages.manual import shown

ROOT = Path(__file__).resolve().parent.parent
MODEL = (ROOT / "docs" / "model.md").read_text("utf-8")
REFERENCE = re.compile(r"`(sim/[\w/]+\.py):([^`]+)`")
PARAMETER = re.compile(r"^\| `(\w+)\.(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@pytest.mark.parametrize(("file", "name"), sorted(set(REFERENCE.findall(MODEL))))
def test_references_of_the_model_page_exist(file, name):
    """Every `sim/path/file.py:function` names something that is defined there."""
    assert (ROOT / file).is_file(), f"docs/model.md names {file}, which is gone"
    assert name in defined(ROOT / file), f"docs/model.md names {file}:{name}, which is gone"


def test_the_numbers_of_the_model_page_are_those_of_the_baseline():
    """The tables of parameters in docs/model.md."""
    scenario = load("baseline").scenario
    rows = PARAMETER.findall(MODEL)
    assert rows
    for section, name, unit, number in rows:
        item = getattr(getattr(scenario, section), name)
        told = f"docs/model.md: `{section}.{name}` is now {shown(item)} {item.unit}"
        assert (unit, number) == (item.unit, shown(item)), told


def defined(file: Path) -> set[str]:
    """Names of all functions and classes of a file."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
