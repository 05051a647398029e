"""Which scenarios the page may open: the shipped ones, and the file it was started with."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sim.experiments.ensemble import of_worlds
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import Layer, ancestry
from sim.scenario.library import find, shipped, title
from sim.scenario.load import ResolvedScenario, resolve
from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.view import START, View

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


def titled() -> list[tuple[str, str]]:
    """Title and name of the scenarios that can be opened, in the order of the titles."""
    return sorted((name_of(name), name) for name in known())


@lru_cache(maxsize=64)
def open_case(case: Case) -> ResolvedScenario:
    """The checked scenario of a case, in worlds that fit history, as `moat run` takes it.

    Loaded scenarios are frozen and shared.

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
    return of_worlds(resolve(shown, _layers(path), case.overrides))


def case_of(name: str) -> Case:
    """The case that the server was started with: a shipped name, or a file."""
    return Case(add(name))


def fit(view: View) -> tuple[View, list[str]]:
    """A view from a link, without what cannot be opened, and what that was."""
    problems: list[str] = []
    case = _usable(view.case, problems)
    baseline = _usable(Case(view.baseline), problems).scenario
    compared = tuple(one for one in view.compared if _usable(one, problems) == one)
    return replace(view, case=case, baseline=baseline, compared=compared), problems


def _usable(case: Case, problems: list[str]) -> Case:
    for tried in (case, case.reset()):
        try:
            open_case(tried)
        except ScenarioError as wrong:
            problems += [str(problem) for problem in wrong.problems[:3]]
        else:
            return tried
    return Case(START)
