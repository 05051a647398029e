"""`moat optimise`: policies that no other beats, over many worlds (docs/analysis.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.evolution import evolve
from sim.analysis.policies import Policies, unit_of_goal
from sim.analysis.problem import Goal, Search, read_problem
from sim.analysis.robust import best_of, compromise, costs, on_front, regret, robust
from sim.core.worlds import Block, Mask, Worlds
from sim.experiments.ensemble import Progress
from sim.record import provenance
from sim.record.results import ABOUT, POLICIES, REGRETS, write_whole

REGRET_AXES = ("policy", "future", "world")


@dataclass(frozen=True)
class Optimum:
    """What a search found.

    Attributes:
        search: the problem.
        units: of each lever.
        levers: settings of every policy tried, `[policy, lever]`.
        generation: in which each was tried, `[policy]`.
        robust: robust value of each goal, `[policy, goal]`.
        front: which policies no other beats, `[policy]`.
        middle: row of the front policy whose worst goal is least bad.
        reference: robust values of the reference, `[goal]`.
        regrets: of front policies by goal, `[front policy, future, world]`, against the best of all
            policies tried in each world.
        fresh: robust values of front policies in worlds that were not searched,
            `[front policy, goal]`; NaN where the search was interrupted.
        fresh_reference: those of the reference in the same other worlds, `[goal]`.
        futures: names.
        about: provenance.
    """

    search: Search
    units: dict[str, str]
    levers: Block
    generation: Block
    robust: Block
    front: Mask
    middle: int
    reference: Block
    regrets: dict[str, Block]
    fresh: Block
    fresh_reference: Block
    futures: list[str]
    about: dict[str, Any]

    @property
    def goals(self) -> list[Goal]:
        """The goals, in the order of the columns."""
        return list(self.search.goals.values())

    @property
    def on_front(self) -> NDArray[np.int64]:
        """Rows of the policies on the front, the best in the first goal first."""
        rows = np.flatnonzero(self.front)
        first = costs(self.goals[0], self.robust[rows, 0])
        return rows[np.argsort(first, kind="stable")]

    def table(self) -> Any:
        """A pandas frame: a row for each policy tried."""
        import pandas as pd

        frame = pd.DataFrame({"policy": np.arange(len(self.levers)), "generation": self.generation})
        frame["front"], frame["compromise"] = self.front, frame["policy"] == self.middle
        for at, name in enumerate(self.search.levers):
            frame[f"{name}, {self.units[name]}"] = self.levers[:, at]
        rows = np.flatnonzero(self.front)
        for at, (name, goal) in enumerate(self.search.goals.items()):
            column = f"{name}, {goal.measure} {unit_of_goal(goal)}"
            frame[column] = self.robust[:, at]
            frame[f"{column}, other worlds"] = np.nan
            frame.loc[rows, f"{column}, other worlds"] = self.fresh[:, at]
        return frame

    def regret_table(self) -> Any:
        """A pandas frame: regret of each front policy by goal and future, over worlds."""
        import pandas as pd

        rows = np.flatnonzero(self.front)
        return pd.DataFrame(
            {
                "policy": int(policy),
                "goal": name,
                "future": future,
                "unit": unit_of_goal(goal.model_copy(update={"measure": "regret"})),
                "mean": float(values.mean()),
                "p90": float(np.percentile(values, 90)),
                "largest": float(values.max()),
                "best_in": float((values <= 0).mean()),
            }
            for name, goal in self.search.goals.items()
            for at, policy in enumerate(rows)
            for future, values in zip(self.futures, self.regrets[name][at], strict=True)
        )

    def save(self, folder: str | Path) -> Path:
        """Write all policies, the regrets and `run.json` into a folder, all or nothing."""
        import xarray as xr

        def write(part: Path) -> None:
            self.table().to_csv(part / POLICIES, index=False)
            self.regret_table().to_csv(part / "regret.csv", index=False)
            blocks = {name: (REGRET_AXES, block) for name, block in self.regrets.items()}
            xr.Dataset(blocks).to_netcdf(part / REGRETS, engine="h5netcdf")
            (part / ABOUT).write_text(json.dumps(self.about, indent=1, default=str), "utf-8")

        return write_whole(folder, write)


@dataclass
class _Archive:
    """Every policy tried so far, and what it achieved."""

    goals: dict[str, Goal]
    shares: list[Block] = field(default_factory=list)
    values: dict[str, list[Block]] = field(default_factory=dict)
    best: dict[str, Block] = field(default_factory=dict)

    def add(self, shares: Block, values: dict[str, Block]) -> Block:
        """Keep a generation; its costs, `[policy, goal]`.

        Regret that is searched for counts against the best of the first generation: a yardstick
        that moved during the search would compare policies by different ones.
        """
        if not self.shares:
            self.best = {name: best_of(goal, values[name]) for name, goal in self.goals.items()}
        self.shares.append(shares)
        for name, block in values.items():
            self.values.setdefault(name, []).append(block)
        return self.costs(values, self.best)

    def costs(self, values: dict[str, Block], best: dict[str, Block]) -> Block:
        """Robust values, turned so that less is better, `[policy, goal]`."""
        return np.column_stack(
            [
                costs(goal, robust(goal, values[name], best[name]))
                for name, goal in self.goals.items()
            ]
        )


def optimise(
    name: str | Path,
    policies: int | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Optimum:
    """Search the policies of a problem.

    Args:
        name: a problem file, or a shipped one's name.
        policies: to try in all, worlds to try them in, seed: in place of the file's.
        progress: called with (world-months done, of how many).

    Raises:
        ScenarioError: the problem cannot be used.
        KeyboardInterrupt: before the first generation was done; later an interrupt ends the search
            and what was found is returned.
    """
    search = read_problem(name)
    asked = {"policies": policies, "worlds": worlds, "seed": seed}
    update = {key: value for key, value in asked.items() if value is not None}
    update["population"] = min(search.population, update.get("policies", search.policies))
    return found_by(search.model_copy(update=update), str(name), progress)


def found_by(search: Search, file: str = "problem", progress: Progress | None = None) -> Optimum:
    """The same for a problem that was read (see `optimise`)."""
    tried = Policies(search, file)
    worlds = Worlds(range(search.worlds))
    archive = _Archive(search.goals)
    tick = _counter(progress, tried, search)

    def evaluate(shares: Block) -> Block:
        return archive.add(shares, tried.outcomes(shares, worlds, tick))

    whole = True
    sizes = len(search.levers), len(search.goals), search.population, search.policies
    try:
        evolve(evaluate, *sizes, search.seed)
    except KeyboardInterrupt:
        if not archive.shares:
            raise
        whole = False
    return _optimum(search, tried, archive, file, whole, tick)


def _counter(progress: Progress | None, tried: Policies, search: Search) -> Any:
    """Counts world-months of the search, references and a front of usual size among them."""
    columns = search.worlds * len(tried.futures)
    of = tried.months * columns * (search.policies + 2 + search.population)
    done = 0

    def tick(moved: int) -> None:
        nonlocal done
        done += moved
        if progress:
            progress(min(done, of), of)

    return tick


def _optimum(
    search: Search, tried: Policies, archive: _Archive, file: str, whole: bool, tick: Any
) -> Optimum:
    shares = np.concatenate(archive.shares)
    values = {name: np.concatenate(blocks) for name, blocks in archive.values.items()}
    best = {name: best_of(goal, values[name]) for name, goal in search.goals.items()}
    rows = archive.costs(values, best)
    front = on_front(rows)
    at = np.flatnonzero(front)
    try:
        fresh, others = _fresh(search, tried, shares[at], tick) if whole else (None, None)
    except KeyboardInterrupt:
        fresh, others, whole = None, None, False
    worlds = Worlds(range(search.worlds))
    reference = _robust(search, tried.at_reference(worlds), best)[0]
    levers = [one.value(shares[:, col]) for col, one in enumerate(search.levers.values())]
    generations = [np.full(len(one), number) for number, one in enumerate(archive.shares)]
    about = _about(search, tried, file, whole, len(shares))
    about["achieved"] = reference.tolist()
    about["other_worlds"] = None if others is None else others.tolist()
    return Optimum(
        search=search,
        units=tried.units(),
        levers=np.column_stack(levers),
        generation=np.concatenate(generations),
        robust=_robust(search, values, best),
        front=front,
        middle=int(at[compromise(rows[at])]),
        reference=reference,
        regrets={n: regret(g, values[n][at], best[n]) for n, g in search.goals.items()},
        fresh=np.full((len(at), len(search.goals)), np.nan) if fresh is None else fresh,
        fresh_reference=np.full(len(search.goals), np.nan) if others is None else others,
        futures=tried.futures,
        about=about,
    )


def _robust(search: Search, values: dict[str, Block], best: dict[str, Block]) -> Block:
    """Robust values in their own unit and direction, `[policy, goal]`."""
    goals: Iterable = search.goals.items()
    return np.column_stack([robust(goal, values[name], best[name]) for name, goal in goals])


def _fresh(search: Search, tried: Policies, shares: Block, tick: Any) -> tuple[Block, Block]:
    """Front policies, and the reference, in as many other worlds: picked luck falls back here."""
    others = Worlds(range(search.worlds, 2 * search.worlds))
    values = tried.outcomes(shares, others, tick)
    best = {name: best_of(goal, values[name]) for name, goal in search.goals.items()}
    reference = _robust(search, tried.at_reference(others), best)[0]
    return _robust(search, values, best), reference


def _about(search: Search, tried: Policies, file: str, whole: bool, count: int) -> dict[str, Any]:
    return {
        "kind": "search",
        "problem": file,
        "title": search.title,
        "scenario": provenance.about_scenario(tried.scenario, []),
        "reference": provenance.about_scenario(tried.reference, []),
        "settings": search.model_dump(),
        "policies": count,
        "futures": tried.futures,
        "months": tried.months,
        "finished": whole,
        "seed": search.seed,
        "versions": provenance.versions(),
    }
