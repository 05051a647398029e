"""Scenarios that the page may open: the shipped ones, and the file it was started with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sim.experiments.ensemble import (
    POSTERIOR,
    Ensemble,
    of_worlds,
    posterior_of,
    structure_of,
)
from sim.scenario.actors import ACTORS
from sim.scenario.errors import Problem, ScenarioError, close, cut
from sim.scenario.layers import Layer, ancestry
from sim.scenario.library import find, shipped, title
from sim.scenario.load import ResolvedScenario, resolve
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.view import START, View
from viz.text.worlds import as_options

_files: dict[str, Path] = {}  # of whoever started the server; visitors cannot add any
_ensemble: list[Ensemble] = [POSTERIOR]  # worlds in which scenarios run, by whoever started it


def run_in(ensemble: Ensemble) -> None:
    """Let scenarios run in these worlds.

    Raises:
        ScenarioError: there is no such ensemble.
    """
    posterior_of(ensemble)
    _ensemble[:] = [ensemble]
    resolved.cache_clear()


def option() -> str:
    """The option by which `moat run` takes the worlds of the page; empty for the usual ones."""
    (chosen,) = _ensemble
    return "".join(f" {word}" for word in as_options(str(chosen)))


def fits_history() -> bool:
    """Whether the worlds of the page were fitted to history, so that bands can start from it."""
    return posterior_of(*_ensemble) is not None


def posterior_hash() -> str:
    """Hash of the fit to history in whose worlds scenarios run; empty without one."""
    fitted = posterior_of(*_ensemble)
    return fitted.digest if fitted else ""


def add_file(path: str) -> EditedScenario:
    """Let the page open the scenario that the server was started with: a name or a file."""
    if path in shipped():
        return EditedScenario(path)
    file = find(path)
    _files[file.stem] = file
    return EditedScenario(file.stem)


def paths() -> dict[str, Path]:
    """Files of the scenarios that can be opened, by name."""
    return {name: path for name, path in shipped().items() if name != "baseline"} | _files


@lru_cache(maxsize=64)
def _layers(path: Path) -> tuple[Layer, ...]:
    return tuple(ancestry(path))


@lru_cache(maxsize=64)
def title_of(name: str) -> str:
    """The title of a scenario."""
    return title(paths()[name])


def titles() -> list[tuple[str, str]]:
    """Title and name of the scenarios that can be opened, in the order of the titles."""
    return sorted((title_of(name), name) for name in paths())


@lru_cache(maxsize=64)
def resolved(scenario: EditedScenario) -> ResolvedScenario:
    """The checked scenario in the worlds of the page, as `moat run` takes it.

    Resolved scenarios are frozen and shared.

    Raises:
        ScenarioError: there is no such scenario, or a change does not fit.
    """
    name = scenario.name
    if name not in paths():
        wrong = "is not a scenario that this page can open"
        raise ScenarioError(Problem(name, "", wrong, _near(name, paths())))
    path = paths()[name]
    source = path if name in _files else name
    (ensemble,) = _ensemble
    structure = structure_of(ensemble)
    return of_worlds(resolve(source, _layers(path), scenario.overrides, structure), ensemble)


def actors(scenario: EditedScenario) -> set[str]:
    """Names of everybody who has a page on the network."""
    checked = resolved(scenario).scenario
    return {name for table in ACTORS for name in getattr(checked, table)}


def usable_view(view: View) -> tuple[View, list[str]]:
    """A view from a link, without what cannot be opened, and the problems with that."""
    problems: list[str] = []
    scenario = _usable(view.scenario, problems)
    wanted = view.baseline
    is_usable = not wanted or _usable(EditedScenario(wanted), problems).name == wanted
    compared = tuple(item for item in view.compared if _usable(item, problems) == item)
    view = replace(view, scenario=scenario, baseline=wanted if is_usable else "", compared=compared)
    return _within(view, problems), [*dict.fromkeys(problems)]


def _within(view: View, problems: list[str]) -> View:
    """A view of a usable scenario, without a month, worlds or an actor that it does not have."""
    months, known = resolved(view.scenario).scenario.calendar.labels(), actors(view.scenario)
    month, actor, last = view.month, view.actor, view.worlds - 1
    if month and month not in months:
        problems.append(f"month in the link: '{month}' is not in {months[0]} to {months[-1]}")
        month = ""
    if actor and actor not in known:
        hint = f" ({near})" if (near := _near(actor, known)) else ""
        problems.append(f"actor in the link: '{cut(actor)}' is not in this scenario{hint}")
        actor = ""
    if beyond := [str(world) for world in view.pinned if world > last]:
        problems.append(f"pinned worlds in the link: {', '.join(beyond)} not in 0 to {last}")
    pinned = tuple(world for world in view.pinned if world <= last)
    return replace(view, month=month, actor=actor, pinned=pinned)


def _near(word: str, known: Iterable[str]) -> str:
    """A hint that names the one nearest; nothing where none is near: the page lists them all."""
    match = close(word, known)
    return f"did you mean '{match}'?" if match else ""


def _usable(scenario: EditedScenario, problems: list[str]) -> EditedScenario:
    for tried in (scenario, scenario.reset()):  # a name that is unknown is told of twice
        try:
            resolved(tried)
        except ScenarioError as wrong:
            problems += [str(problem) for problem in wrong.problems[:3]]
        else:
            return tried
    return EditedScenario(START)
