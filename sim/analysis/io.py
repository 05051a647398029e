"""Open saved analyses: a search from its files, others by analysing their sweep again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.discover import Discovery, discover
from sim.analysis.optimise import Optimum
from sim.analysis.policies import units_of_levers
from sim.analysis.problem import Search
from sim.analysis.sensitivity import Sensitivity, sensitivity
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
    other_worlds = about["other_worlds"] or [np.nan] * len(search.goals)
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
        fresh_reference=np.array(other_worlds),
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

    return _repeated(folder, repeat)


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

    return _repeated(folder, repeat)


def _repeated[Result: (Discovery, Sensitivity)](
    folder: str | Path, repeat: Callable[[Sweep, dict[str, Any]], Result]
) -> tuple[Sweep, Result]:
    """The sweep of a saved analysis, and the analysis made again."""
    folder = Path(folder)
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    sweep = _sweep_of(folder, Path(about["sweep"]))
    result = repeat(sweep, about)
    differ = [key for key in result.about if key != "sweep" and about.get(key) != result.about[key]]
    if differ:
        changes = [f"{key} {about.get(key)}, now {result.about[key]}" for key in differ[:3]]
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
