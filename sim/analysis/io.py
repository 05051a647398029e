"""Open saved analyses: a search from its files, others by analysing their sweep again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from sim.analysis.discover import Discovery, discover
from sim.analysis.optimise import Optimum
from sim.analysis.policies import units_of_levers
from sim.analysis.problem import SCHEMA, Search
from sim.analysis.sensitivity import Sensitivity, sensitivity
from sim.experiments.io import scenario_of
from sim.record.arrays import open_arrays
from sim.record.results import POLICIES, REGRETS
from sim.record.stored import ABOUT, read_about, readable
from sim.record.tables import read_table
from sim.scenario.errors import Problem, ScenarioError
from sim.sweeps.store import Sweep, holds_sweep, open_sweep

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

FIRST = ("policy", "generation", "front", "compromise")  # columns before those of the levers
SEARCH = "moat optimise"


def open_optimum(folder: str | Path) -> Optimum:
    """Read a saved policy search back; every number is the same.

    Raises:
        FileNotFoundError: there is none in the folder.
        ScenarioError: its files are damaged, or do not agree with each other.
    """
    folder = Path(folder)
    about = read_about(folder, "search")
    search = _search_of(about, folder / ABOUT)
    table = read_table(folder / POLICIES, (), FIRST, SEARCH)
    regrets = open_arrays(folder / REGRETS, "/", SEARCH)
    with readable(folder, SEARCH):
        return _optimum(search, about, table, regrets)


def _search_of(about: dict[str, Any], file: Path) -> Search:
    """The problem that was searched."""
    try:
        return Search.model_validate(about["settings"], strict=True)
    except ValidationError as error:
        problem = SCHEMA.problems(error, str(file))[0]
        raise ScenarioError(replace(problem, key=f"settings.{problem.key}")) from None


def _optimum(
    search: Search, about: dict[str, Any], table: pd.DataFrame, regrets: xr.Dataset
) -> Optimum:
    """A search from its files; ValueError or KeyError where they do not agree."""
    first, count = len(FIRST), len(search.goals)
    goals = list(table.columns[first + len(search.levers) :])
    if len(goals) != 2 * count or len(about["achieved"]) != count:
        raise ValueError(f"it has not {count} goals in all its files")
    front = table["front"].to_numpy(bool)
    blocks = {name: regrets[name].values for name in search.goals}
    shape = (front.sum(), len(about["futures"]), search.worlds)
    if strange := [name for name, block in blocks.items() if block.shape != shape]:
        raise ValueError(f"regrets of {strange[0]} do not have the shape {shape}")
    other_worlds = about["other_worlds"] or [np.nan] * count
    return Optimum(
        search=search,
        units=units_of_levers(search, scenario_of(about["scenario"])),
        levers=table.iloc[:, first : first + len(search.levers)].to_numpy(float),
        generation=table["generation"].to_numpy(),
        robust=table[goals[::2]].to_numpy(float),
        front=front,
        middle=int(np.flatnonzero(table["compromise"])[0]),
        reference=np.array(about["achieved"], dtype=float),
        regrets=blocks,
        fresh=table.loc[front, goals[1::2]].to_numpy(float),
        fresh_reference=np.array(other_worlds, dtype=float),
        futures=about["futures"],
        about=about,
    )


def open_discovery(folder: str | Path) -> tuple[Sweep, Discovery]:
    """Search the sweep of a saved discovery again, and check that the result is the same.

    Raises:
        FileNotFoundError: there is none in the folder.
        ScenarioError: its sweep is gone, or has changed.
    """

    def repeat(sweep: Sweep, about: dict[str, Any]) -> Discovery:
        effect, density = all(about["effect"]), about["density_asked"]
        return discover(sweep, about["asked"], effect, about["mapped"], density)

    return _repeated(folder, "discovery", repeat)


def open_sensitivity(folder: str | Path) -> tuple[Sweep, Sensitivity]:
    """Analyse the sweep of a saved sensitivity again, and check that the result is the same.

    Raises:
        FileNotFoundError: there is none in the folder.
        ScenarioError: its sweep is gone, or has changed.
    """

    def repeat(sweep: Sweep, about: dict[str, Any]) -> Sensitivity:
        return sensitivity(
            sweep, about["outcomes"], about["months"], about["effect"], about["ranks"]
        )

    return _repeated(folder, "sensitivity", repeat)


def _repeated[Result: (Discovery, Sensitivity)](
    folder: str | Path, kind: str, repeat: Callable[[Sweep, dict[str, Any]], Result]
) -> tuple[Sweep, Result]:
    """The sweep of a saved analysis, and the analysis made again."""
    folder = Path(folder)
    about = read_about(folder, kind)
    sweep = _sweep_of(folder, Path(about["sweep"]))
    result = repeat(sweep, about)
    kept = {key: now for key, now in result.about.items() if key != "sweep" and key in about}
    differ = [key for key, now in kept.items() if about[key] != now]
    if differ:
        changes = [f"{key} {about[key]}, now {kept[key]}" for key in differ[:3]]
        wrong = f"its sweep has changed since ({', '.join(changes)})"
        raise ScenarioError(Problem(str(folder), "", wrong, "make the result again"))
    return sweep, result


def _sweep_of(folder: Path, named: Path) -> Sweep:
    """The sweep that a folder names: where it was, or beside the folder."""
    for place in (named, folder.resolve().parent / named.name):
        if holds_sweep(place):
            return open_sweep(place)
    wrong = f"the sweep {named} is neither there nor beside it"
    raise ScenarioError(Problem(str(folder), "sweep", wrong, "bring the folder of the sweep back"))
