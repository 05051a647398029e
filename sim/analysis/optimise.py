"""Policies that no other beats, over many worlds (docs/analysis.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.evolution import evolve
from sim.analysis.policies import Policies, unit_of_goal
from sim.analysis.problem import Goal, Search, read_problem
from sim.analysis.robust import best_of, compromise, costs, on_front, regret, robust
from sim.core.files import write as write_file
from sim.core.worlds import Block, Mask, Worlds
from sim.experiments.ensemble import Progress
from sim.record import provenance
from sim.record.arrays import netcdf
from sim.record.results import POLICIES, REGRETS, write_whole
from sim.record.stored import ABOUT, dumped

REGRET_AXES = ("policy", "future", "world")
Values = dict[str, Block]  # by goal


@dataclass(frozen=True)
class Optimum:
    """The result of a search.

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
            `[front policy, goal]`; NaN if the search was interrupted.
        fresh_reference: those of the reference in the same other worlds, `[goal]`.
        futures: names.
        about: provenance.
    """

    search: Search
    units: dict[str, str]
    levers: Block
    generation: NDArray[np.int64]
    robust: Block
    front: Mask
    middle: int
    reference: Block
    regrets: Values
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

    def table(self) -> pd.DataFrame:
        """A row for each policy tried."""
        frame = pd.DataFrame({"policy": np.arange(len(self.levers)), "generation": self.generation})
        frame["front"], frame["compromise"] = self.front, frame["policy"] == self.middle
        for at, name in enumerate(self.search.levers):
            frame[f"{name}, {self.units[name]}"] = self.levers[:, at]
        for at, (name, goal) in enumerate(self.search.goals.items()):
            column = f"{name}, {goal.measure} {unit_of_goal(goal)}"
            frame[column] = self.robust[:, at]
            frame[f"{column}, other worlds"] = np.nan
            frame.loc[self.front, f"{column}, other worlds"] = self.fresh[:, at]
        return frame

    def regret_table(self) -> pd.DataFrame:
        """Regret of each front policy by goal and future, over worlds."""
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
            for at, policy in enumerate(np.flatnonzero(self.front))
            for future, values in zip(self.futures, self.regrets[name][at], strict=True)
        )

    def save(self, folder: str | Path) -> Path:
        """Write all policies, the regrets and `run.json` into a folder, all or nothing."""
        import xarray as xr

        def write(part: Path) -> None:
            self.table().to_csv(part / POLICIES, index=False)
            self.regret_table().to_csv(part / "regret.csv", index=False)
            blocks = {name: (REGRET_AXES, block) for name, block in self.regrets.items()}
            write_file(part / REGRETS, netcdf({"": xr.Dataset(blocks)}))
            (part / ABOUT).write_text(dumped(self.about), "utf-8")

        return write_whole(folder, write)


def optimise(
    problem: Search | str | Path,
    policies: int | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Optimum:
    """Search the policies of a problem.

    Args:
        problem: or its file, or the name of a shipped one.
        policies: to try in all, worlds to try them in, seed: in place of the file's.
        progress: called with (world-months done, of how many).

    Raises:
        ScenarioError: the problem cannot be used.
        KeyboardInterrupt: before the first generation was done. Later an interrupt ends the search,
            and the policies tried so far are returned.
    """
    file = "problem" if isinstance(problem, Search) else str(problem)
    search = problem if isinstance(problem, Search) else read_problem(problem)
    changes = {"policies": policies, "worlds": worlds, "seed": seed}
    update = {key: value for key, value in changes.items() if value is not None}
    update["population"] = min(search.population, update.get("policies", search.policies))
    return _Run(search.model_copy(update=update), file, progress)()


@dataclass
class _Run:
    """One search: the policies tried so far, and what they achieved.

    Attributes:
        shares: positions of the levers, `[policy, lever]`, one block a generation.
        values: `[policy, future, world]` by goal, likewise.
        best: values of the first generation's best, against which regret is searched for. A
            standard that moved during the search would compare policies by different ones.
    """

    search: Search
    file: str
    progress: Progress | None
    shares: list[Block] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    best: Values = field(default_factory=dict)
    done: int = 0  # world-months

    def __post_init__(self) -> None:
        self.goals = self.search.goals
        self.policies = Policies(self.search, self.file)
        self.worlds = Worlds(range(self.search.worlds))
        # Two references and a front of usual size are simulated too.
        columns = self.search.worlds * len(self.policies.futures)
        tried = self.search.policies + 2 + self.search.population
        self.of = self.policies.months * columns * tried

    def __call__(self) -> Optimum:
        """Search, then summarise."""
        search, is_whole = self.search, True
        sizes = len(search.levers), len(search.goals), search.population, search.policies
        try:
            evolve(self._evaluate, *sizes, search.seed)
        except KeyboardInterrupt:
            if not self.shares:
                raise
            is_whole = False
        return self._optimum(is_whole)

    def _tick(self, moved: int) -> None:
        self.done += moved
        if self.progress:
            self.progress(min(self.done, self.of), self.of)

    def _evaluate(self, shares: Block) -> Block:
        """Try a generation; gives its costs, `[policy, goal]`."""
        values = self.policies.outcomes(shares, self.worlds, self._tick)
        if not self.shares:
            self.best = self._best(values)
        self.shares.append(shares)
        self.values.append(values)
        return self._costs(self._robust(values, self.best))

    def _best(self, values: Values) -> Values:
        return {name: best_of(goal, values[name]) for name, goal in self.goals.items()}

    def _robust(self, values: Values, best: Values) -> Block:
        """Robust values in their own unit and direction, `[policy, goal]`."""
        goals = self.goals.items()
        return np.column_stack([robust(goal, values[name], best[name]) for name, goal in goals])

    def _costs(self, values: Block) -> Block:
        """Robust values turned so that less is better, `[policy, goal]`."""
        goals = enumerate(self.goals.values())
        return np.column_stack([costs(goal, values[:, at]) for at, goal in goals])

    def _fresh(self, shares: Block) -> tuple[Block, Block]:
        """Policies and the reference in as many other worlds, where lucky policies fall back."""
        worlds = Worlds(range(self.search.worlds, 2 * self.search.worlds))
        values = self.policies.outcomes(shares, worlds, self._tick)
        best = self._best(values)
        reference = self._robust(self.policies.at_reference(worlds), best)[0]
        return self._robust(values, best), reference

    def _optimum(self, is_whole: bool) -> Optimum:
        search = self.search
        shares = np.concatenate(self.shares)
        values = {name: np.concatenate([one[name] for one in self.values]) for name in self.goals}
        best = self._best(values)
        robust_values = self._robust(values, best)
        rows = self._costs(robust_values)
        front = on_front(rows)
        at = np.flatnonzero(front)
        fresh, fresh_reference = np.full((len(at), len(self.goals)), np.nan), None
        try:
            if is_whole:
                fresh, fresh_reference = self._fresh(shares[at])
        except KeyboardInterrupt:
            is_whole = False
        reference = self._robust(self.policies.at_reference(self.worlds), best)[0]
        levers = [one.value(shares[:, col]) for col, one in enumerate(search.levers.values())]
        generations = [np.full(len(one), number) for number, one in enumerate(self.shares)]
        return Optimum(
            search=search,
            units=self.policies.units(),
            levers=np.column_stack(levers),
            generation=np.concatenate(generations),
            robust=robust_values,
            front=front,
            middle=int(at[compromise(rows[at])]),
            reference=reference,
            regrets={n: regret(g, values[n][at], best[n]) for n, g in self.goals.items()},
            fresh=fresh,
            fresh_reference=fresh[0] * np.nan if fresh_reference is None else fresh_reference,
            futures=self.policies.futures,
            about=self._about(is_whole, len(shares), reference, fresh_reference),
        )

    def _about(
        self, is_whole: bool, count: int, reference: Block, fresh_reference: Block | None
    ) -> dict[str, Any]:
        return {
            "kind": "search",
            "problem": self.file,
            "title": self.search.title,
            "scenario": provenance.about_scenario(self.policies.scenario, []),
            "reference": provenance.about_scenario(self.policies.reference, []),
            "settings": self.search.model_dump(),
            "policies": count,
            "futures": self.policies.futures,
            "months": self.policies.months,
            "finished": is_whole,
            "seed": self.search.seed,
            "versions": provenance.versions(),
            "achieved": reference.tolist(),
            "other_worlds": None if fresh_reference is None else fresh_reference.tolist(),
        }
