"""A saved run on the page: replayed from its folder, not simulated again."""

from __future__ import annotations

from pathlib import Path

from sim.record.results import Results
from sim.scenario.errors import Problem, ScenarioError
from viz.dashboard.state.ensemble import SHOWN, Ensemble


def open_saved(folder: str | Path) -> Ensemble:
    """The ensemble of a folder that `moat run` wrote.

    Raises:
        FileNotFoundError: there is no result in the folder.
        ScenarioError: it holds something else than a run.
    """
    results = Results.open(folder)
    if results.about.get("kind") != "run":
        raise ScenarioError(
            Problem(str(folder), "", "holds a comparison, not a run", "open what `moat run` wrote")
        )
    about = results.about
    names = [name for name in SHOWN if name in results.names]
    return Ensemble(
        about["scenario"]["title"],
        results.months,
        int(about["worlds"]),
        int(about["seed"]),
        about["scenario"]["name"],
        about["scenario"]["resolved"],
        {name: results.outcomes[name].values for name in names},
    )
