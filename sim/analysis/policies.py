"""Candidate policies in the same worlds: many policies times all worlds, in blocks of columns.

Each policy meets the same luck and the same uncertain numbers (common random numbers), so two
policies differ by what they set and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.analysis.problem import Goal, Search
from sim.core.calendar import Calendar, parse_month
from sim.core.worlds import Block, Worlds
from sim.experiments.compare import load_pair
from sim.experiments.ensemble import BLOCK, joined, simulate_block
from sim.outcomes.catalogue import (
    EFFECTS,
    PAIRED,
    compute_effects,
    compute_outcomes,
    series_read,
    unit_of,
)
from sim.outcomes.measures import Record
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.load import ResolvedScenario
from sim.scenario.schema import Scenario, quantities

Tick = Callable[[int], None]
AS_DRAWN = "as drawn"


class Policies:
    """What policies achieve: outcomes of a problem by policy, future and world.

    Attributes:
        search: the problem.
        scenario: whose numbers the levers set.
        reference: against which effects are counted; its numbers stay.
        months: simulated.
        futures: names, in order.

    Args:
        search: the problem.
        file: it stands in, for messages.

    Raises:
        ScenarioError: a key, range, unit, outcome or month does not fit the scenario.
    """

    def __init__(self, search: Search, file: str = "problem") -> None:
        self.search = search
        self.scenario, self.reference = load_pair(search.scenario, search.reference, [])
        self.futures = list(search.futures) or [AS_DRAWN]
        mistakes = [*_levers(search, self.scenario, file), *_futures(search, self, file)]
        mistakes += _goals(search, self.scenario.scenario.calendar, file)
        if mistakes:
            raise ScenarioError(mistakes)
        calendar = self.scenario.scenario.calendar
        self.months = 1 + max(calendar.month(goal.month) for goal in search.goals.values())
        first = simulate_block(self.scenario, Worlds([0]), search.seed, months=1)
        self._series = series_read(first, {goal.outcome for goal in search.goals.values()})
        self._references: dict[tuple[int, ...], Record] = {}

    def units(self) -> dict[str, str]:
        """Unit of each lever."""
        return units_of_levers(self.search, self.scenario.scenario)

    def outcomes(self, shares: Block, worlds: Worlds, tick: Tick | None = None) -> dict[str, Block]:
        """What candidates achieve.

        Args:
            shares: position of each lever between its limits, `[policy, lever]`, 0..1.
            worlds: in which they are tried, all of them in the same.
            tick: called with the world-months done.

        Returns:
            by goal, `[policy, future, world]` in the unit of its outcome.
        """
        settings = [lever.value(shares[:, at]) for at, lever in enumerate(self._levers)]
        each = len(self.futures) * worlds.count  # columns of a policy
        fit = max(1, BLOCK // each)
        cuts = [slice(at, at + fit) for at in range(0, len(shares), fit)]
        found = [self._block([row[cut] for row in settings], worlds, tick) for cut in cuts]
        return {name: np.concatenate([one[name] for one in found]) for name in self.search.goals}

    def at_reference(self, worlds: Worlds) -> dict[str, Block]:
        """The goals' outcomes of the reference itself, `[1, future, world]`."""
        record = self._reference(worlds, None)
        shape = (1, len(self.futures), worlds.count)
        return {
            name: self._goal(goal, record, record).reshape(shape)
            for name, goal in self.search.goals.items()
        }

    @property
    def _levers(self) -> list:
        return list(self.search.levers.values())

    def _block(self, settings: list[Block], worlds: Worlds, tick: Tick | None) -> dict[str, Block]:
        """Some policies in all futures and worlds, `[policy, future, world]` by goal."""
        policies, futures = len(settings[0]), len(self.futures)
        each = futures * worlds.count
        columns = self._in_futures(worlds.count, policies)
        for lever, values in zip(self._levers, settings, strict=True):
            columns |= dict.fromkeys(lever.keys, np.repeat(values, each))
        numbers = np.tile(worlds.numbers, policies * futures)
        seed = self.search.seed
        record = simulate_block(
            self.scenario, Worlds(numbers), seed, self.months, tick, columns, self._series
        )
        reference = self._reference(worlds, tick)
        same = reference if policies == 1 else joined([reference] * policies)
        shape = (policies, futures, worlds.count)
        return {
            name: self._goal(goal, record, same).reshape(shape)
            for name, goal in self.search.goals.items()
        }

    def _in_futures(self, worlds: int, policies: int = 1) -> dict[str, Block]:
        """What futures set, in the columns of a block; as drawn in none."""
        keys = {key for future in self.search.futures.values() for key in future}
        return {
            key: np.tile(
                np.repeat([one[key] for one in self.search.futures.values()], worlds), policies
            )
            for key in sorted(keys)
        }

    def _reference(self, worlds: Worlds, tick: Tick | None) -> Record:
        """The reference in all futures and worlds, simulated once."""
        key = tuple(worlds.numbers.tolist())
        if key not in self._references:
            numbers = np.tile(worlds.numbers, len(self.futures))
            columns = self._in_futures(worlds.count)
            self._references[key] = simulate_block(
                self.reference, Worlds(numbers), self.search.seed, self.months, tick, columns,
                self._series,
            )  # fmt: skip
        return self._references[key]

    def _goal(self, goal: Goal, record: Record, reference: Record) -> Block:
        paired = goal.effect or goal.outcome in {one.name for one in PAIRED}
        names = {goal.outcome}
        values = (
            compute_effects(record, reference, names) if paired else compute_outcomes(record, names)
        )
        return values[goal.outcome][self.scenario.scenario.calendar.month(goal.month)]


def _levers(search: Search, resolved: ResolvedScenario, file: str) -> list[Problem]:
    found = []
    taken: dict[str, str] = {}
    for name, lever in search.levers.items():
        for key in lever.keys:
            at = f"levers.{name}"
            found += _key(resolved.scenario, key, [lever.low, lever.high], at, file, lever.unit)
            if key in taken:
                found.append(Problem(file, at, f"sets '{key}', as lever '{taken[key]}' does"))
            taken[key] = name
    return found


def _futures(search: Search, policies: Policies, file: str) -> list[Problem]:
    found = []
    keys = [set(future) for future in search.futures.values()]
    levers = {key for lever in search.levers.values() for key in lever.keys}
    for name, future in search.futures.items():
        at = f"futures.{name}"
        if set(future) != set.union(*keys):
            missing = ", ".join(sorted(set.union(*keys) - set(future)))
            found.append(Problem(file, at, f"lacks {missing}", "every future sets the same keys"))
        for key, value in future.items():
            found += _key(policies.scenario.scenario, key, [value], at, file)
            found += _key(policies.reference.scenario, key, [value], at, file)
            if key in levers:
                found.append(Problem(file, at, f"sets '{key}', which is a lever"))
    return found


def _key(
    scenario: Scenario, key: str, values: list[float], at: str, file: str, unit: str | None = None
) -> list[Problem]:
    """Whether a key is a number of the scenario and values are in its range."""
    numbers = {path: (item, given) for path, item, given in quantities(scenario)}
    if key not in numbers or hasattr(numbers[key][0], "knots"):
        return [Problem(file, at, f"'{key}' is no number of the scenario", nearest(key, numbers))]
    given = numbers[key][1]
    if unit is not None and unit != given["unit"]:
        return [Problem(file, at, f"unit is '{unit}', expected '{given['unit']}'")]
    span = f"{given['low']:g}..{given['high']:g} {given['unit']}"
    return [
        Problem(file, at, f"{value:g} is outside the allowed range of '{key}', {span}")
        for value in values
        if not given["low"] <= value <= given["high"]
    ]


def _goals(search: Search, calendar: Calendar, file: str) -> list[Problem]:
    found = []
    for name, goal in search.goals.items():
        at = f"goals.{name}"
        if goal.outcome not in EFFECTS:
            hint = nearest(goal.outcome, EFFECTS)
            found.append(Problem(file, f"{at}.outcome", f"'{goal.outcome}' is no outcome", hint))
        first, last = calendar.label(0), calendar.label(calendar.months - 1)
        try:
            parse_month(goal.month)
        except ValueError:
            wrong = f"'{goal.month}' is not a month written as YYYY-MM"
            found.append(Problem(file, f"{at}.month", wrong, f"such as {last}"))
            continue
        if not first <= goal.month <= last:
            wrong = f"{goal.month} lies outside the scenario"
            found.append(Problem(file, f"{at}.month", wrong, f"{first} to {last}"))
    return found


def units_of_levers(search: Search, scenario: Scenario) -> dict[str, str]:
    """Unit of each lever, as the scenario's schema has it."""
    declared = {path: given["unit"] for path, _, given in quantities(scenario)}
    return {name: declared[lever.keys[0]] for name, lever in search.levers.items()}


def unit_of_goal(goal: Goal) -> str:
    """Unit of a goal's robust value: of its outcome, or a share of worlds."""
    return "share" if goal.measure == "satisficing" else unit_of(goal.outcome)
