"""Candidate policies in the same worlds: many policies times all worlds, in blocks of columns.

Each policy has the same luck and the same uncertain numbers (common random numbers), so that two
policies differ only by what they set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim.analysis.problem import Goal, Search
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
    why_undefined,
)
from sim.outcomes.defined import undefined_in
from sim.outcomes.record import Record
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario, quantities
from sim.sweeps.keys import allowed, is_allowed
from sim.sweeps.plan import month_problem

Tick = Callable[[int], None]  # called with the world-months done
AS_DRAWN = "as drawn"
_PAIRED = {outcome.name for outcome in PAIRED}


class Policies:
    """Outcomes of the goals of a problem, by policy, future and world.

    Attributes:
        search: the problem.
        scenario: whose numbers the levers set.
        reference: against which effects are counted; its numbers stay.
        months: simulated.
        futures: names, in order.

    Args:
        search: the problem.
        file: of the problem, for messages.

    Raises:
        ScenarioError: a key, range, unit, outcome or month does not fit the scenario.
    """

    def __init__(self, search: Search, file: str = "problem") -> None:
        self.search = search
        self.scenario, self.reference = load_pair(search.scenario, search.reference, [])
        self.futures = list(search.futures) or [AS_DRAWN]
        problems = list(_problems(search, self.scenario.scenario, self.reference.scenario, file))
        if problems:
            raise ScenarioError(problems)
        calendar = self.scenario.scenario.calendar
        self.months = 1 + max(calendar.month(goal.month) for goal in search.goals.values())
        first_month = simulate_block(self.scenario, Worlds([0]), search.seed, months=1)
        outcomes = {goal.outcome for goal in search.goals.values()}
        self._series = series_read(first_month, outcomes)
        self._references: dict[tuple[int, ...], Record] = {}

    def units(self) -> dict[str, str]:
        """Unit of each lever."""
        return units_of_levers(self.search, self.scenario.scenario)

    def outcomes(self, shares: Block, worlds: Worlds, tick: Tick | None = None) -> dict[str, Block]:
        """Outcomes of candidates.

        Args:
            shares: position of each lever between its limits, `[policy, lever]`, 0..1.
            worlds: the same for all of them.

        Returns:
            by goal, `[policy, future, world]` in the unit of its outcome.
        """
        levers = self.search.levers.values()
        settings = [lever.value(shares[:, at]) for at, lever in enumerate(levers)]
        fit = max(1, BLOCK // (len(self.futures) * worlds.count))  # policies in a block
        blocks = [
            self._block([values[at : at + fit] for values in settings], worlds, tick)
            for at in range(0, len(shares), fit)
        ]
        return {name: np.concatenate([one[name] for one in blocks]) for name in self.search.goals}

    def at_reference(self, worlds: Worlds) -> dict[str, Block]:
        """The goals' outcomes of the reference itself, `[1, future, world]`."""
        record = self._reference(worlds, None)
        return self._by_goal(record, record, worlds, 1)

    def _block(self, settings: list[Block], worlds: Worlds, tick: Tick | None) -> dict[str, Block]:
        """Outcomes of some policies; `settings` has the values of each lever, `[policy]`."""
        policies, each = len(settings[0]), len(self.futures) * worlds.count
        columns = self._futures(worlds.count, policies)
        for lever, values in zip(self.search.levers.values(), settings, strict=True):
            columns |= dict.fromkeys(lever.keys, np.repeat(values, each))
        numbers = Worlds(np.tile(worlds.numbers, policies * len(self.futures)))
        record = simulate_block(
            self.scenario, numbers, self.search.seed, self.months, tick, columns, self._series
        )
        reference = joined([self._reference(worlds, tick)] * policies)
        return self._by_goal(record, reference, worlds, policies)

    def _futures(self, worlds: int, policies: int = 1) -> dict[str, Block]:
        """Columns of the numbers that futures set, `[policy x future x world]`."""
        futures = self.search.futures.values()
        keys = sorted({key for future in futures for key in future})
        return {
            key: np.tile(np.repeat([future[key] for future in futures], worlds), policies)
            for key in keys
        }

    def _reference(self, worlds: Worlds, tick: Tick | None) -> Record:
        """The reference in all futures and worlds, simulated once."""
        key = tuple(worlds.numbers.tolist())
        if key not in self._references:
            numbers = Worlds(np.tile(worlds.numbers, len(self.futures)))
            columns = self._futures(worlds.count)
            self._references[key] = simulate_block(
                self.reference, numbers, self.search.seed, self.months, tick, columns, self._series
            )
        return self._references[key]

    def _by_goal(
        self, record: Record, reference: Record, worlds: Worlds, policies: int
    ) -> dict[str, Block]:
        """Outcomes by goal, `[policy, future, world]`."""
        shape = (policies, len(self.futures), worlds.count)
        outcomes = {}
        for name, goal in self.search.goals.items():
            if goal.effect or goal.outcome in _PAIRED:
                values = compute_effects(record, reference, {goal.outcome})
            else:
                values = compute_outcomes(record, {goal.outcome})
            month = record.calendar.month(goal.month)
            found = values[goal.outcome][month]
            if missing := int(np.isnan(found).sum()):
                why = undefined_in(missing, found.size, why_undefined(goal.outcome))
                hint = "name another outcome or month, or narrow the levers"
                problem = Problem("search", f"goals.{name}", f"{goal.outcome} is {why}", hint)
                raise ScenarioError(problem)
            outcomes[name] = found.reshape(shape)
        return outcomes


def _problems(
    search: Search, scenario: Scenario, reference: Scenario, file: str
) -> Iterator[Problem]:
    """Keys, ranges, units, outcomes and months that do not fit the scenarios."""
    setters: dict[str, str] = {}
    for name, lever in search.levers.items():
        at = f"levers.{name}"
        for key in lever.keys:
            yield from _key_problems(scenario, key, [lever.low, lever.high], at, file, lever.unit)
            if key in setters:
                yield Problem(file, at, f"sets '{key}', as lever '{setters[key]}' does")
            setters[key] = name
    keys = {key for future in search.futures.values() for key in future}
    for name, future in search.futures.items():
        at = f"futures.{name}"
        if missing := sorted(keys - set(future)):
            wrong = f"lacks {', '.join(missing)}"
            yield Problem(file, at, wrong, "every future sets the same keys")
        for key, value in future.items():
            for one in (scenario, reference):
                yield from _key_problems(one, key, [value], at, file)
            if key in setters:
                yield Problem(file, at, f"sets '{key}', which is a lever")
    for name, goal in search.goals.items():
        if goal.outcome not in EFFECTS:
            wrong, hint = f"'{goal.outcome}' is no outcome", nearest(goal.outcome, EFFECTS)
            yield Problem(file, f"goals.{name}.outcome", wrong, hint)
        problem = month_problem(goal.month, scenario.calendar, file, f"goals.{name}.month")
        if problem:
            yield problem


def _key_problems(
    scenario: Scenario, key: str, values: list[float], at: str, file: str, unit: str | None = None
) -> Iterator[Problem]:
    """Why a key is no number of the scenario, or values lie outside its range."""
    numbers = {
        path: declared
        for path, item, declared in quantities(scenario)
        if isinstance(item, Quantity)
    }
    if key not in numbers:
        wrong = f"'{key}' is no number of the scenario"
        yield Problem(file, at, wrong, nearest(key, numbers))
        return
    declared = numbers[key]
    if unit is not None and unit != declared["unit"]:
        yield Problem(file, at, f"unit is '{unit}', expected '{declared['unit']}'")
        return
    for value in values:
        if not is_allowed(value, declared):
            wrong = f"{value:g} is outside the allowed range of '{key}', {allowed(declared)}"
            yield Problem(file, at, wrong)


def units_of_levers(search: Search, scenario: Scenario) -> dict[str, str]:
    """Unit of each lever, as the schema of the scenario declares it."""
    units = {path: declared["unit"] for path, _, declared in quantities(scenario)}
    return {name: units[lever.keys[0]] for name, lever in search.levers.items()}


def unit_of_goal(goal: Goal) -> str:
    """Unit of a goal's robust value: of its outcome, or a share of worlds."""
    return "share" if goal.measure == "satisficing" else unit_of(goal.outcome)
