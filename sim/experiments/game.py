"""The game behind `moat explain`: its players are channels, its values are effects.

The value of a set of channels is the effect of one scenario against another when exactly these
channels are on in both. A channel that either scenario switches off stays off and is no player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import Calendar, parse_month
from sim.core.worlds import DTYPE, Block, Worlds
from sim.experiments.ensemble import Progress, simulate_block
from sim.experiments.shapley import Coalitions, Design
from sim.outcomes.binding import BINDING, shares
from sim.outcomes.catalogue import EFFECTS, compute_effects, series_read
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.load import ResolvedScenario

MONTH = "2030-12"  # the default, if the scenarios reach it


class Game:
    """Effects of one scenario against another at a month, with some channels on in both.

    Attributes:
        players: the channels that are switched, in the order of the schema.
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
        self.players = _players(pair, list(channels))
        calendar = pair[0].scenario.calendar
        self.months = _month_index(calendar, month) + 1
        self.month = calendar.label(self.months - 1)

    def values(
        self, plan: Design, block: int, progress: Progress | None = None
    ) -> dict[str, Block]:
        """The effects that a design needs, by outcome `[value]`, in the outcome's unit.

        Args:
            block: columns simulated at once; a column is a world with a set of channels.
            progress: called with (world-months done, of how many).
        """
        first = simulate_block(self.pair[0], Worlds([0]), self.seed, months=1)
        series = series_read(first, self.outcomes)
        done, all_months = 0, 2 * plan.count * self.months

        def tick(moved: int) -> None:
            nonlocal done
            done += moved
            if progress:
                progress(done, all_months)

        blocks = [slice(at, at + block) for at in range(0, plan.count, block)]
        effects = [
            self._effects(plan.worlds[columns], plan.coalitions[columns], series, tick)
            for columns in blocks
        ]
        return {name: np.concatenate([one[name] for one in effects]) for name in self.outcomes}

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
