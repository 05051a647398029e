"""What was saved of an analysis, made whole again: a search from its files, others anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis import discover, sensitivity
from sim.analysis.optimise import Optimum
from sim.analysis.policies import units_of_levers
from sim.analysis.problem import Search
from sim.experiments.io import scenario_of
from sim.record.results import ABOUT, POLICIES, REGRETS
from sim.scenario.errors import Problem, ScenarioError
from sim.sweeps.store import Sweep, holds_sweep, open_sweep


def open_optimum(folder: str | Path) -> Optimum:
    """Read a saved policy search back; every number is the same.

    Raises:
        FileNotFoundError: there is none in the folder.
    """
    import xarray as xr
    from pyarrow.csv import read_csv

    folder = Path(folder)
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    table = read_csv(folder / POLICIES).to_pandas()  # every digit, unlike pandas' own reader
    search = Search.model_validate(about["settings"])
    regrets = xr.load_dataset(folder / REGRETS, engine="h5netcdf")
    first = 4  # columns before the levers: policy, generation, front, compromise
    goals = table.columns[first + len(search.levers) :]
    front = table["front"].to_numpy(bool)
    others = about["other_worlds"]
    return Optimum(
        search=search,
        units=units_of_levers(search, scenario_of(about["scenario"])),
        levers=table.iloc[:, first : first + len(search.levers)].to_numpy(float),
        generation=table["generation"].to_numpy(),
        robust=table[goals[::2]].to_numpy(float),
        front=front,
        middle=int(np.flatnonzero(table["compromise"])[0]),
        reference=np.array(about["achieved"]),
        regrets={name: regrets[name].values for name in search.goals},
        fresh=table.loc[front, goals[1::2]].to_numpy(float),
        fresh_reference=np.array(others or [np.nan] * len(search.goals)),
        futures=about["futures"],
        about=about,
    )


def open_discovery(folder: str | Path) -> tuple[Sweep, discover.Discovery]:
    """Search the sweep of a saved discovery again, and see that it finds the same.

    Raises:
        FileNotFoundError: there is none in the folder.
        ScenarioError: its sweep is gone, or no longer the one that was searched.
    """

    def search(sweep: Sweep, about: dict[str, Any]) -> discover.Discovery:
        asked = about["asked"], all(about["effect"]), about["mapped"], about["density_asked"]
        return discover.search(sweep, *asked, about["sweep"])

    return _again(folder, search)


def open_sensitivity(folder: str | Path) -> tuple[Sweep, sensitivity.Sensitivity]:
    """Analyse the sweep of a saved sensitivity again, and see that it is the same.

    Raises:
        FileNotFoundError: there is none in the folder.
        ScenarioError: its sweep is gone, or no longer the one that was analysed.
    """

    def analyse(sweep: Sweep, about: dict[str, Any]) -> sensitivity.Sensitivity:
        asked = about["outcomes"], about["months"], about["effect"], about["ranks"]
        return sensitivity.analyse(sweep, *asked, about["sweep"])

    return _again(folder, analyse)


def _again[Found: (discover.Discovery, sensitivity.Sensitivity)](
    folder: str | Path, analyse: Callable[[Sweep, dict[str, Any]], Found]
) -> tuple[Sweep, Found]:
    """The sweep that a folder speaks of, and what is found in it now, which must be the same."""
    folder = Path(folder)
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    sweep = _sweep_of(folder, Path(about["sweep"]))
    found = analyse(sweep, about)
    _refuse_another(folder, about, found.about)
    return sweep, found


def _sweep_of(folder: Path, named: Path) -> Sweep:
    """The sweep that a folder names: where it was, or beside the folder."""
    for place in (named, folder.resolve().parent / named.name):
        if holds_sweep(place):
            return open_sweep(place)
    wrong = f"the sweep {named} is neither there nor beside it"
    raise ScenarioError(Problem(str(folder), "sweep", wrong, "bring the folder of the sweep back"))


def _refuse_another(folder: Path, said: dict[str, Any], found: dict[str, Any]) -> None:
    differ = [key for key in found if said.get(key) != found[key]]
    if differ:
        told = ", ".join(f"{key} {said.get(key)}, now {found[key]}" for key in differ[:3])
        wrong = f"its sweep has changed since ({told})"
        raise ScenarioError(Problem(str(folder), "", wrong, "make the result again"))
