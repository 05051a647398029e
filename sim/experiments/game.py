"""The games behind `moat explain`: their players are channels or acts, their values are effects.

The value of a set of channels is the effect of one scenario against another when exactly these
channels are on in both. A channel that either scenario switches off stays off and is no player.

The value of a set of acts is the effect that the first scenario has against the second when it
takes only these of the acts in which the two differ, and has the others as the second has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import Calendar, parse_month
from sim.core.worlds import DTYPE, Block, Worlds
from sim.experiments.acts import groups, with_acts
from sim.experiments.ensemble import Progress, joined, simulate_block
from sim.experiments.shapley import Coalitions, Design
from sim.outcomes.binding import BINDING, shares
from sim.outcomes.catalogue import EFFECTS, compute_effects, series_read
from sim.outcomes.record import Record
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.load import ResolvedScenario

MONTH = "2030-12"  # the default, if the scenarios reach it


class Game:
    """Effects of one scenario against another at a month, with some channels on in both.

    Attributes:
        players: the channels that are switched, in the order of the schema.
        shared: how many worlds in a row have the same sampled orders.
        outcomes: names of the outcomes, each once.
        month: label of the month.
        months: how many months are simulated to reach it.

    Args:
        pair: the two scenarios.
        outcomes: names of outcomes or effects.
        channels: those to switch (none named: all that both scenarios have on).
        month: `"2028-12"` (None: `MONTH`, or the last).
        seed: of the luck.

    Raises:
        ScenarioError: there is no such outcome, channel or month.
    """

    shared = 1

    def __init__(
        self,
        pair: list[ResolvedScenario],
        outcomes: Iterable[str],
        channels: Iterable[str],
        month: str | None,
        seed: int,
    ) -> None:
        self.pair, self.seed = pair, seed
        self.outcomes = _check_outcomes(list(outcomes))
        self.players = self._find_players(list(channels))
        calendar = pair[0].scenario.calendar
        self.months = _month_index(calendar, month) + 1
        self.month = calendar.label(self.months - 1)

    def _find_players(self, names: list[str]) -> list[str]:
        return _players(self.pair, names)

    def values(
        self, plan: Design, block: int, progress: Progress | None = None
    ) -> dict[str, Block]:
        """The effects that a design needs, by outcome `[value]`, in the outcome's unit.

        Args:
            block: columns simulated at once; a column is a world with a set of channels.
            progress: called with (world-months done, of how many).
        """
        series, tick = self._series(), self._counter(self.simulated(plan), progress)
        blocks = [slice(at, at + block) for at in range(0, plan.count, block)]
        effects = [
            self._effects(plan.worlds[columns], plan.coalitions[columns], series, tick)
            for columns in blocks
        ]
        return {name: np.concatenate([one[name] for one in effects]) for name in self.outcomes}

    def simulated(self, plan: Design) -> int:
        """How many histories of a world the values of a design need."""
        return 2 * plan.count

    def _series(self) -> set[str]:
        """Names of the series from which the outcomes follow."""
        first = simulate_block(self.pair[0], Worlds([0]), self.seed, months=1)
        return series_read(first, self.outcomes)

    def _counter(self, histories: int, progress: Progress | None) -> Callable[[int], None]:
        done = 0

        def tick(moved: int) -> None:
            nonlocal done
            done += moved
            if progress:
                progress(done, histories * self.months)

        return tick

    def binding(self, plan: Design) -> dict[str, Any]:
        """What binds in the reference, by month, in the worlds of a design."""
        reference = self.pair[1]
        worlds = Worlds(np.unique(plan.worlds))
        first = simulate_block(reference, Worlds([0]), self.seed, months=1)
        only = series_read(first, [outcome.name for outcome in BINDING])
        return shares(simulate_block(reference, worlds, self.seed, self.months, only=only))

    def _effects(
        self,
        worlds: NDArray[np.int64],
        coalitions: Coalitions,
        series: set[str],
        tick: Callable[[int], None],
    ) -> dict[str, Block]:
        """The effects in one block of columns."""
        switches = {
            f"channels.{name}": (coalitions >> player & 1).astype(DTYPE)
            for player, name in enumerate(self.players)
        }
        this, reference = (
            simulate_block(resolved, Worlds(worlds), self.seed, self.months, tick, switches, series)
            for resolved in self.pair
        )
        effects = compute_effects(this, reference, self.outcomes)
        return {name: values[-1] for name, values in effects.items()}


class ActGame(Game):
    """Effects of one scenario against another when it takes only some of its acts.

    Each set of acts is a scenario of its own: worlds share their orders, so that a scenario is run
    in many worlds at once.

    Attributes:
        players: groups of the acts that differ.
        groups: names of the acts of each.

    Args:
        by: `"instrument"` or `"act"`; for the rest see `Game`.

    Raises:
        ScenarioError: there is no such outcome or month, or no act differs.
    """

    shared = 16

    def __init__(
        self,
        pair: list[ResolvedScenario],
        outcomes: Iterable[str],
        by: str,
        month: str | None,
        seed: int,
    ) -> None:
        self.groups = groups(pair, by)
        super().__init__(pair, outcomes, (), month, seed)

    def _find_players(self, names: list[str]) -> list[str]:
        return list(self.groups)

    def simulated(self, plan: Design) -> int:
        """How many histories of a world the values of a design need."""
        return plan.count + len(np.unique(plan.worlds))

    def values(
        self, plan: Design, block: int, progress: Progress | None = None
    ) -> dict[str, Block]:
        """The effects that a design needs; see `Game.values`."""
        series, tick = self._series(), self._counter(self.simulated(plan), progress)

        def record(resolved: ResolvedScenario, worlds: NDArray[np.int64]) -> Record:
            blocks = [worlds[at : at + block] for at in range(0, len(worlds), block)]
            return joined(
                [
                    simulate_block(
                        resolved, Worlds(some), self.seed, self.months, tick, only=series
                    )
                    for some in blocks
                ]
            )

        reference = record(self.pair[1], np.unique(plan.worlds))
        values = {name: np.empty(plan.count) for name in self.outcomes}
        for coalition in np.unique(plan.coalitions).tolist():
            at = plan.coalitions == coalition
            worlds = plan.worlds[at]
            this = record(self._scenario(coalition), worlds)
            effects = compute_effects(this, _in_worlds(reference, worlds), self.outcomes)
            for name, effect in effects.items():
                values[name][at] = effect[-1]
        return values

    def _scenario(self, coalition: int) -> ResolvedScenario:
        """The first scenario with the acts of a coalition."""
        taken = [
            name
            for player, names in enumerate(self.groups.values())
            if coalition >> player & 1
            for name in names
        ]
        return with_acts(self.pair, taken)


def _in_worlds(record: Record, worlds: NDArray[np.int64]) -> Record:
    """The record of some of its worlds, counted from the first."""
    arrays = {name: block[..., worlds] for name, block in record.arrays.items()}
    return Record(arrays, record.names, record.calendar)


def _check_outcomes(names: list[str]) -> list[str]:
    """Outcomes once each, in the order of their first mention.

    Raises:
        ScenarioError: there is no such outcome.
    """
    problems = [
        Problem("outcome", name, "no such outcome", nearest(name, EFFECTS))
        for name in names
        if name not in EFFECTS
    ]
    if problems:
        raise ScenarioError(problems)
    return list(dict.fromkeys(names))


def _players(pair: list[ResolvedScenario], names: list[str]) -> list[str]:
    """Channels that both scenarios have on: all of them, or those named.

    Raises:
        ScenarioError: a channel does not exist or is off, or none is left.
    """
    channels = list(type(pair[0].scenario.channels).model_fields)
    off = {name: one.name for one in pair for name, is_on in one.scenario.channels if not is_on}
    problems = []
    for name in names:
        if name not in channels:
            problems.append(Problem("channels", name, "no such channel", nearest(name, channels)))
        elif name in off:
            message = f"is switched off in '{off[name]}'"
            hint = "only channels that both scenarios have on can be explained"
            problems.append(Problem("channels", name, message, hint))
    players = [name for name in channels if name not in off and (not names or name in names)]
    if not (problems or players):
        problems.append(Problem("channels", "", "the two scenarios have no channel on in common"))
    if problems:
        raise ScenarioError(problems)
    return players


def _month_index(calendar: Calendar, month: str | None) -> int:
    """The month that is explained, counted from the start.

    Raises:
        ScenarioError: it is no month, or not one of the scenarios.
    """
    first, last = calendar.label(0), calendar.label(calendar.months - 1)
    if month is None:
        month = min(max(MONTH, first), last)
    try:
        parse_month(month)
    except ValueError:
        wrong = "is not a month written as YYYY-MM", f"such as {last}"
        raise ScenarioError(Problem("month", month, *wrong)) from None
    if not first <= month <= last:
        wrong = "lies outside the scenarios", f"{first} to {last}"
        raise ScenarioError(Problem("month", month, *wrong))
    return calendar.month(month)
