"""Which scenarios the page may open: the shipped ones, and the file it was started with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import Layer, ancestry
from sim.scenario.library import find, shipped, title
from sim.scenario.load import Loaded, resolve
from viz.dashboard.case import Case

_added: dict[str, Path] = {}  # files of whoever started the server; visitors cannot add any


def add(path: str) -> str:
    """Let the page open the scenario file it was started with; its name on the page."""
    if path in shipped():
        return path
    found = find(path)
    _added[found.stem] = found
    return found.stem


def known() -> dict[str, Path]:
    """Scenarios that can be opened, by name."""
    paths = {name: path for name, path in shipped().items() if name != "baseline"}
    return paths | _added


@lru_cache(maxsize=64)
def _layers(path: Path) -> tuple[Layer, ...]:
    return tuple(ancestry(path))


@lru_cache(maxsize=64)
def name_of(name: str) -> str:
    """The title of a scenario."""
    return title(known()[name])


@lru_cache(maxsize=64)
def open_case(case: Case) -> Loaded:
    """The checked scenario of a case (loaded scenarios are frozen and shared).

    Raises:
        ScenarioError: there is no such scenario, or a change does not fit.
    """
    if case.scenario not in known():
        raise ScenarioError(
            Problem(
                case.scenario,
                "",
                "is no scenario that this page can open",
                nearest(case.scenario, known()),
            )
        )
    path = known()[case.scenario]
    shown = path if case.scenario in _added else case.scenario
    return resolve(shown, _layers(path), case.sets)


def case_of(name: str) -> Case:
    """The case that the server was started with: a shipped name, or a file."""
    return Case(add(name))
