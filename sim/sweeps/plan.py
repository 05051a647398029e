"""The plan of a sweep: its scenarios, months, outcomes and points, checked and cut into blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.calendar import Calendar, parse_month
from sim.core.worlds import Block, Worlds
from sim.experiments.ensemble import of_worlds, posterior_of, simulate_block, structure_of
from sim.outcomes.catalogue import OUTCOMES, PAIRED, series_read
from sim.record import provenance
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.layers import FLAGS, Layer, ancestry
from sim.scenario.library import find
from sim.scenario.load import ResolvedScenario, resolve
from sim.sweeps.block import PAIRS, Job, equal_scenarios, pack, scenario_of_point
from sim.sweeps.design import MAX_ROWS, Design, Priors
from sim.sweeps.factors import SCENARIO
from sim.sweeps.read_factors import read_factors
from sim.sweeps.receipts import common_digest
from sim.sweeps.sampling import sample
from sim.sweeps.task import Task
from sim.uncertainty.posterior import with_digest

HEADLINES: tuple[str, ...] = ("lead_months", "lead_points", "china_frontier")
HEADLINES += ("efficiency_ratio", "compute_ratio", "domestic_share")
CHECKED = 64  # different scenarios (by static factors) that are checked before anything runs


@dataclass(frozen=True, eq=False)
class Stage:
    """Pairs of point and replicate that a sweep runs at first, or for one extension.

    Attributes:
        order: points in the order in which they are run: equal static factors side by side.
        starts: the first replicate of each of them, `[point]`.
        ends: number of pairs up to and with each of them, `[point]`.
    """

    order: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, static: Block, old: tuple[int, int], replicates: int, points: int) -> Stage:
        """The pairs of so many points and replicates without the old ones.

        Args:
            static: values of the static factors, `[point, factor]`.
            old: points and replicates that were run before.
        """
        order = np.lexsort(static.T[::-1]) if static.shape[1] else np.arange(points)
        starts = np.where(order < old[0], old[1], 0)
        return cls(order, starts, np.cumsum(replicates - starts))

    @property
    def pairs(self) -> int:
        """Pairs of point and replicate."""
        return int(self.ends[-1])

    def blocks(self, size: int) -> int:
        """Blocks of so many pairs."""
        return -(-self.pairs // size)

    def points_and_replicates(self, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points and replicates of pairs that are counted in the stage."""
        at = np.searchsorted(self.ends, pairs, side="right")
        before = np.where(at > 0, self.ends[at - 1], 0)
        return self.order[at], self.starts[at] + pairs - before


@dataclass(frozen=True)
class Plan:
    """Everything a sweep will do.

    Attributes:
        job: what its blocks have in common.
        scenarios: all that are run, with the design's overrides, before any factor; those of the
            branches first.
        values: of the factors, `[point, factor]`, see `sampling`.
        unit: positions in the unit cube, `[point, factor]`, or None.
        block: pairs of point and replicate in a block.
        earlier: points and replicates that a sweep had before each of its extensions.
    """

    job: Job
    scenarios: tuple[ResolvedScenario, ...]
    values: Block
    unit: Block | None
    block: int
    earlier: tuple[tuple[int, int], ...] = ()

    @property
    def design(self) -> Design:
        """The design as it was read."""
        return self.job.design

    @property
    def pairs(self) -> int:
        """Pairs of point and replicate."""
        return len(self.values) * self.design.replicates

    @property
    def rows(self) -> int:
        """Worlds simulated, in all branches."""
        return self.pairs * len(self.job.labels)

    @property
    def blocks(self) -> int:
        """Blocks of work."""
        return sum(stage.blocks(self.block) for stage in self._stages)

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Points and replicates: of the first design, and after each extension."""
        return [*self.earlier, (len(self.values), self.design.replicates)]

    @cached_property
    def _stages(self) -> list[Stage]:
        """The first design, and each extension: pairs that the one before did not have."""
        static = self.values[:, [factor.is_static for factor in self.job.factors]]
        before = [(0, 0), *self.earlier]
        return [
            Stage.of(static[:points], old, replicates, points)
            for old, (points, replicates) in zip(before, self.sizes, strict=True)
        ]

    def _place(self, number: int) -> tuple[Stage, np.ndarray]:
        """The stage of a block, and its pairs, counted in the stage."""
        for stage in self._stages:
            blocks = stage.blocks(self.block)
            if number < blocks:
                first = number * self.block
                return stage, np.arange(first, min(first + self.block, stage.pairs))
            number -= blocks
        raise IndexError(number)

    def extending(self, earlier: Iterable[tuple[int, int]]) -> Plan:
        """The plan as an extension of a sweep that had so many points and replicates before."""
        earlier = tuple(earlier)
        points = [count for count, _ in earlier]
        design, factors = self.design, self.job.factors
        values, unit = sample(design, factors, self.scenarios[0], "design", points)
        return replace(self, values=values, unit=unit, earlier=earlier)

    @property
    def has_own_worlds(self) -> bool:
        """Whether no two points are run in the same worlds."""
        return self.design.luck == "own" or isinstance(self.design.sampler, Priors)

    @cached_property
    def digest(self) -> str:
        """Of what all blocks have in common, for their receipts."""
        return common_digest(self.identity)

    def task(self, number: int) -> Task:
        """The pairs of one block."""
        stage, pairs = self._place(number)
        points, replicates = stage.points_and_replicates(pairs)
        own = points * self.design.replicates + replicates
        worlds = own if self.has_own_worlds else replicates
        return Task(number, points, replicates, worlds, self.values[points], self.digest)

    def rows_of(self, number: int) -> int:
        """Worlds of one block, in all branches."""
        return len(self._place(number)[1]) * len(self.job.labels)

    @cached_property
    def runs(self) -> int:
        """Runs of the engine: more than blocks and branches, where static factors cut them."""
        tasks = (self.task(number) for number in range(self.blocks))
        runs = sum(1 for task in tasks for _ in equal_scenarios(self.job.factors, task.values))
        return runs * len(self.job.labels)

    @property
    def identity(self) -> dict[str, Any]:
        """What a store must have in common with this plan to be resumed."""
        return {
            "factors": [factor.model_dump(mode="json") for factor in self.job.factors],
            "points": points_digest(self.values),
            "scenarios": [one.digest for one in self.scenarios],
            "block": self.block,
            "replicates": self.design.replicates,
            "luck": self.design.luck,
            "seed": self.design.seed,
            "ensemble": [_worlds(one) for one in self.scenarios],
            "months": [self.job.month_labels[month] for month in self.job.months],
            "outcomes": list(self.job.outcomes),
            "paired": list(self.job.paired),
            "trajectories": self.design.trajectories,
            "versions": provenance.fingerprint(),
        }

    @property
    def about(self) -> dict[str, Any]:
        """The content of `sweep.json`."""
        branches = [
            {"name": label, "title": one.scenario.title, "hash": one.digest}
            for label, one in zip(self.job.labels, self.scenarios, strict=False)
        ]
        sizes = {"count": len(self.values), "rows": self.rows, "blocks": self.blocks}
        more = {"earlier": self.earlier} if self.earlier else {}
        return {"title": self.design.title, "branches": branches, **sizes, **self.identity, **more}


def points_digest(values: Block) -> str:
    """Digest of the points of a design, `[point, factor]`."""
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def make_plan(design: Design, file: str = "design", block: int = PAIRS) -> Plan:
    """Check a design against its scenarios and draw its points.

    Args:
        file: of the design, for messages; scenarios named by path are looked for beside it.
        block: pairs of point and replicate in a block; no number depends on it, the files do.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    layers = _layers(design, file)
    scenarios = [_resolved(name, layers[name], design, file) for name in layers]
    calendar = _calendar(scenarios, file)
    months = _months(design, calendar, file)
    outcomes, paired = _outcomes(design, file)
    factors = read_factors(design, scenarios, file)
    values, unit = sample(design, factors, scenarios[0], file)
    first_month = simulate_block(scenarios[0], Worlds([0]), design.seed, months=1)
    job = Job(
        design=design,
        packed=pack(layers),
        posterior=_carried(design),
        labels=_labels(design.names),
        factors=tuple(factors),
        months=tuple(months),
        month_labels=tuple(calendar.labels()[: months[-1] + 1]),
        outcomes=outcomes,
        paired=paired,
        series=frozenset(series_read(first_month, [*outcomes, *paired])),
    )
    plan = Plan(job, tuple(scenarios), values, unit, block)
    if plan.rows > MAX_ROWS:
        times = f"{len(values):,} points x {design.replicates:,} replicates"
        wrong = f"{times} x {len(job.labels)} branches = {plan.rows:,} worlds, more than"
        hint = "fewer, or several sweeps"
        raise ScenarioError(Problem(file, "replicates", f"{wrong} {MAX_ROWS:,}", hint))
    _check_static(plan, file)
    return plan


def _worlds(resolved: ResolvedScenario) -> dict[str, Any]:
    """Provenance of the worlds by their hash: their file may have been moved since."""
    return {k: v for k, v in provenance.about_ensemble(resolved).items() if k != "posterior"}


def _carried(design: Design) -> bytes | None:
    """The posterior of a file, for workers that do not have it; shipped ones are everywhere."""
    posterior = posterior_of(design.worlds)
    if posterior is None or with_digest(posterior.digest):
        return None
    return posterior.packed()


def _layers(design: Design, file: str) -> dict[str, list[Layer]]:
    """Layers of every scenario that is run: those of the branches, then those a factor chooses."""
    keys: dict[str, str] = {}
    for name, factor in design.factors.items():
        if factor.key == SCENARIO:
            chosen = [value for value in factor.values or [] if isinstance(value, str)]
            keys |= dict.fromkeys(chosen, f"factors.{name}.values")
    keys |= dict.fromkeys(design.names, "branches" if design.branches else "scenario")
    problems, layers = [], {}
    for name in dict.fromkeys([*design.names, *keys]):
        try:
            layers[name] = ancestry(find(name, beside=Path(file)))
        except ScenarioError as error:
            problems += [_at_key(one, file, keys[name]) for one in error.problems]
    if problems:
        raise ScenarioError(problems)
    return layers


def _at_key(problem: Problem, file: str, key: str) -> Problem:
    """A scenario that cannot be found is a problem of the key that names it."""
    if problem.key or Path(problem.file).is_file():
        return problem
    return Problem(file, key, problem.wrong, problem.hint)


def _labels(names: list[str]) -> tuple[str, ...]:
    """Names of the branches for tables: without folder where they stay different."""
    short = [Path(name).stem for name in names]
    if len(set(names)) < len(names):
        return tuple(f"{name} {at + 1}" for at, name in enumerate(short))
    return tuple(short if len(set(short)) == len(short) else names)


def _resolved(name: str, layers: list[Layer], design: Design, file: str) -> ResolvedScenario:
    try:
        return of_worlds(
            resolve(name, layers, design.set, structure_of(design.worlds)), design.worlds
        )
    except ScenarioError as error:
        raise _in_design(error, file, "set") from None


def _in_design(error: ScenarioError, file: str, key: str) -> ScenarioError:
    """Problems of an override as problems of the key of the design that gave it."""
    return ScenarioError(
        Problem(file, f"{key}: {one.key}", one.wrong, one.hint) if one.file == FLAGS else one
        for one in error.problems
    )


def _calendar(scenarios: list[ResolvedScenario], file: str) -> Calendar:
    calendar = scenarios[0].scenario.calendar
    for other in scenarios[1:]:
        if other.scenario.calendar != calendar:
            wrong = f"'{other.name}' has other months than '{scenarios[0].name}'"
            raise ScenarioError(Problem(file, "branches", wrong, "one sweep, one calendar"))
    return calendar


def month_problem(label: str, calendar: Calendar, file: str, key: str) -> Problem | None:
    """What is wrong with a month of a file: its form, or that it lies outside the calendar."""
    first, last = calendar.label(0), calendar.label(calendar.months - 1)
    try:
        parse_month(label)
    except ValueError:
        wrong = f"'{label}' is not a month written as YYYY-MM"
        return Problem(file, key, wrong, f'such as "{last}"')
    if not first <= label <= last:
        wrong = f"{label} lies outside the scenario"
        return Problem(file, key, wrong, f"{first} to {last}")
    return None


def _months(design: Design, calendar: Calendar, file: str) -> list[int]:
    """The months that are kept, counted from the start, in order."""
    labels = design.months or [calendar.label(calendar.months - 1)]
    problems = [month_problem(label, calendar, file, "months") for label in labels]
    if any(problems):
        raise ScenarioError(problem for problem in problems if problem)
    return sorted({calendar.month(label) for label in labels})


def _outcomes(design: Design, file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Outcomes kept of each branch, and those of a pair (all of them, if there are two)."""
    single, paired = [one.name for one in OUTCOMES], [one.name for one in PAIRED]
    names = list(dict.fromkeys(design.outcomes or HEADLINES))
    problems = []
    for name in names:
        if name in paired and not design.branches:
            wrong = f"'{name}' compares two branches, this design has one"
            hint = 'branches = ["A", "B"] for scenario'
            problems.append(Problem(file, "outcomes", wrong, hint))
        elif name not in [*single, *paired]:
            hint = nearest(name, single)
            problems.append(Problem(file, "outcomes", f"no outcome '{name}'", hint))
    if problems:
        raise ScenarioError(problems)
    return tuple(name for name in names if name in single), tuple(paired if design.branches else ())


def _check_static(plan: Plan, file: str) -> None:
    """Resolve scenarios with their static factors set, so that mistakes show before any run."""
    factors = plan.job.factors
    if not any(factor.is_static for factor in factors):
        return
    for row in _scenario_points(plan):
        for branch in plan.design.names:
            try:
                scenario_of_point(plan.job, branch, tuple(row))
            except ScenarioError as error:
                values = ", ".join(
                    f"{factor.name} = {factor.level(code) if factor.is_coded else f'{code:g}'}"
                    for factor, code in zip(factors, row, strict=True)
                    if factor.is_static
                )
                raise _in_design(error, file, f"factors ({values})") from None


def _scenario_points(plan: Plan) -> Iterable[np.ndarray]:
    """Points that differ in static factors: all, or the ends of each factor if there are many."""
    static = [at for at, factor in enumerate(plan.job.factors) if factor.is_static]
    points: dict[tuple, np.ndarray] = {}
    for row in plan.values:
        points.setdefault(tuple(row[static]), row)
        if len(points) > CHECKED:
            ends = [f(plan.values[:, at]) for at in static for f in (np.argmin, np.argmax)]
            return [plan.values[at] for at in ends]
    return points.values()
