"""Law 5. The world is the only axis that a rule may ignore.

A rule in `sim/model/agents` is written once, as for one actor in one world, and runs for all
actors of a kind in all worlds. A subscript or `axis=` would name an actor or a world; a branch on
state would send all worlds the way of one; a reduction would mix actors or worlds. Conditions are
written `where(...)`, `minimum`, `maximum` and named masks; what crosses actors (market clearing,
shares, frontiers) is a function of `sim/model/mechanisms` or `sim/core/worlds`, which name their
axes.
"""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from .histories import of_world, run

ACTORS = Path(__file__).parents[2] / "sim" / "model" / "agents"
MACHINERY = ("population.py",)  # stacks rows of actors; holds no rules
FILES = [file for file in sorted(ACTORS.glob("*.py")) if file.name not in MACHINERY]
REDUCTIONS = [
    "min",
    "max",
    "amin",
    "amax",
    "nanmin",
    "nanmax",
    "sum",
    "nansum",
    "mean",
    "median",
    "prod",
    "any",
    "all",
    "argmin",
    "argmax",
]
BRANCHES = {
    ast.If: "if",
    ast.IfExp: "if ... else",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.While: "while",
    ast.Match: "match",
}


def breaches(source: str) -> list[str]:
    """Where a file of rules names an axis or branches, `line: what`."""
    tree = ast.parse(source)
    skipped = set(map(id, _not_rules(tree)))
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        found += [f"{getattr(node, 'lineno', '?')}: {what}" for what in _breaches_of(node)]
    return found


def _breaches_of(node: ast.AST) -> list[str]:
    found = [word for kind, word in BRANCHES.items() if isinstance(node, kind)]
    if isinstance(node, ast.BoolOp):
        return []  # its operator is a node of its own
    if isinstance(node, ast.comprehension) and node.ifs:
        found.append("if in a comprehension")
    if isinstance(node, ast.Subscript):
        found.append(f"subscript {ast.unparse(node)}")
    if isinstance(node, ast.keyword) and node.arg == "axis":
        found.append("axis=")
    if isinstance(node, ast.Attribute) and node.attr in ("__getitem__", "__setitem__", "take"):
        found.append(f"subscript by another name, {node.attr}")
    if isinstance(node, ast.Call):
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if name in REDUCTIONS:
            found.append(f"{name}(...)")
    return found


def _not_rules(tree: ast.Module):
    """Annotations, `if TYPE_CHECKING`, and Python's own protocol (`__getattr__` and the like)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            yield from ast.walk(node.annotation)
        if isinstance(node, ast.FunctionDef):
            if node.returns is not None:
                yield from ast.walk(node.returns)
            if node.name.startswith("__") and node.name != "__init__":
                yield from ast.walk(node)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield node


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_rules_name_no_axis_and_branch_on_nothing(file):
    assert breaches(file.read_text()) == []


@pytest.mark.parametrize(
    "rule",
    [
        "x = self.cash[0]",
        "x = self.cash.sum(axis=0)",
        "x = np.max(self.cash)",
        "x = max(self.cash, 0)",
        "x = 1 if self.cash > 0 else 2",
        "if self.cash > 0: pass",
        "x = a and b",
        "x = not a",
        "x = [a for a in b if a]",
        "x = rows.__getitem__(3)",
        "def f(x=b[1]): pass",
    ],
)
def test_this_test_sees(rule):
    assert breaches(rule) != []


@pytest.mark.parametrize(
    "rule",
    [
        "x: dict[str, int] = {}",
        "def f(a: list[int]) -> tuple[int, int]: return a",
        "if TYPE_CHECKING:\n    import os",
        "x = np.where(done & (a > 0), np.maximum(a, 0), b)",
        "for name in names: x = a",
    ],
)
def test_this_test_lets_pass(rule):
    assert breaches(rule) == []


def test_there_are_rules_to_look_at():
    assert {"labs.py", "purchasing.py", "suppliers.py", "foundries.py"} <= {f.name for f in FILES}


def test_worlds_do_not_look_at_each_other(as_enacted):
    """Ruin one world by its numbers: its neighbours in the block do not notice."""
    kept = np.array([4.0, 4.0, 4.0])
    ruined = np.array([4.0, 25.0, 4.0])
    with np.errstate(all="ignore"):
        one, other = (
            run(as_enacted, 3, 60, columns={"research.pace": pace}) for pace in (kept, ruined)
        )
    for world in (0, 2):
        ours, theirs = of_world(one, world), of_world(other, world)
        assert all(
            np.array_equal(ours.recorded[name], theirs.recorded[name]) for name in ours.recorded
        )
    assert not np.array_equal(one.recorded["capability"], other.recorded["capability"])
