"""Law 7. Imports go down the floors of the house, never up, never in circles.

So a mechanism can be read and tested without an actor, an actor without the race, the simulation
without a screen. Each file stands on the floor of this table; a file that is in no row needs one.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FLOORS = {
    "sim": 0,
    "sim.core.worlds": 0,
    "sim.core.chance": 0,
    "sim.core.calendar": 0,
    "sim.core.units": 0,
    "sim.core.files": 0,
    "sim.scenario": 1,
    "sim.model.mechanisms": 1,
    "sim.model.forcing": 1,
    "sim.model.agents": 2,
    "sim.uncertainty.posterior": 2,
    "sim.model.markets": 3,
    "sim.model.race": 3,
    "sim.model.schedule": 3,
    "sim.model.breakthroughs": 3,
    "sim.model.incidents": 3,
    "sim.model.public_state": 3,
    "sim.record.checkpoints": 3,
    "sim.record.recorder": 3,
    "sim.record.restrictions": 3,
    "sim.record.network": 3,
    "sim.outcomes.catalogue": 3,
    "sim.outcomes.measures": 3,
    "sim.outcomes.market_measures": 3,
    "sim.outcomes.economy": 3,
    "sim.outcomes.chips": 3,
    "sim.record.results": 3,
    "sim.record.provenance": 3,
    "sim.research.history": 4,
    "sim.experiments": 4,
    "sim.sweeps": 4,
    "sim.analysis": 4,
    "sim.research.forecasting": 4,
    "sim.research.identification": 4,
    "sim.research.calibration": 4,
    "viz.text": 5,
    "viz.cli": 5,
    "viz.cli.main": 5,
    "viz": 6,
}
MAY_DRAW = ("viz.cli.main", "viz.cli")  # commands that write figures
# Within a floor the rooms stand side by side, and look at each other only where it is said here.
NEIGHBOURS = {
    ("sim.scenario", "sim.model.mechanisms"): {"sim.model.mechanisms.rules.Clause"},
    ("sim.model.mechanisms", "sim.scenario"): set(),
    ("sim.model.mechanisms", "sim.model.forcing"): set(),
    ("sim.scenario", "sim.model.forcing"): set(),
}


def files() -> dict[str, Path]:
    """Every module of the house by dotted name."""
    found = {}
    for top in ("sim", "viz"):
        for file in sorted((HOUSE / top).rglob("*.py")):
            parts = file.relative_to(HOUSE).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = files()


def room(module: str) -> str:
    """The row of the table in which a module stands: the longest that fits."""
    fits = [r for r in FLOORS if module == r or (module.startswith(f"{r}.") and r != "sim")]
    return max(fits, key=len, default="")


def imports(module: str, at_load: bool = False) -> set[str]:
    """What a module imports from the house, `module.name`; `at_load`: only when it is loaded."""
    tree = ast.parse(MODULES[module].read_text())
    nodes = _at_load(tree.body) if at_load else ast.walk(tree)
    named = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively: write the full name"
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in named if name.split(".")[0] in ("sim", "viz")}


def _at_load(body: list[ast.stmt]):
    """Statements that run when a module is loaded: not in functions, not for type checkers."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        for field in ("body", "orelse", "handlers", "finalbody"):
            yield from _at_load(getattr(node, field, []))


def module_of(name: str) -> str:
    """The module from which a name comes."""
    return name if name in MODULES else name.rpartition(".")[0]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_stands_on_a_floor(module):
    assert room(module), f"{module} is in no row of FLOORS: say on which floor it stands"


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module):
    """What is loaded with a module stands on its floor or below (but hints for type checkers)."""
    own = room(module)
    for name in sorted(imports(module, at_load=True)):
        other = room(module_of(name))
        assert FLOORS[other] <= FLOORS[own], f"{module} imports {name} from a floor above"
        allowed = NEIGHBOURS.get((own, other))
        assert allowed is None or name in allowed, f"{module} imports {name} from the room beside"


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("sim")])
def test_a_function_does_not_reach_up_either(module):
    """An import inside a function only saves time: it goes down too."""
    tree = ast.parse(MODULES[module].read_text())
    hints = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)
    ]
    for_types = {id(node) for hint in hints for node in ast.walk(hint)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in for_types:
            other = room(node.module or "")
            if other and not (room(module) in MAY_DRAW and other == "viz"):
                assert FLOORS[other] <= FLOORS[room(module)], (
                    f"{module} reaches up to {node.module}"
                )


def test_imports_go_in_no_circle():
    """A module does not import itself by way of others."""
    graph = {
        module: {module_of(name) for name in imports(module, at_load=True)} - {module, "sim", "viz"}
        for module in MODULES
    }
    done: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module in done:
            return
        for other in graph.get(module, ()):
            walk(other, (*trail, module))
        done.add(module)

    for module in MODULES:
        walk(module, ())


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith("sim.model.mechanisms")])
def test_mechanisms_know_neither_mesa_nor_the_scenario(module):
    """They are pure functions of arrays."""
    tree = ast.parse(MODULES[module].read_text())
    named = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    tops = {name.split(".")[0] for name in named}
    assert tops <= {"__future__", "collections", "dataclasses", "typing", "numpy", "sim"}
    assert not any(name.startswith("sim.scenario") for name in named)
