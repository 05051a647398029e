"""The game behind `moat explain`: channels are players, a set of them has an effect in each world.

The value of a set of channels is the effect of one scenario against another with exactly these
channels on in both. A channel that a scenario has off stays off and is no player.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import Calendar, parse_month
from sim.core.worlds import DTYPE, Block, Worlds
from sim.experiments.ensemble import Progress, simulate_block
from sim.experiments.shapley import Coalitions, Design
from sim.outcomes.catalogue import EFFECTS, compute_effects, series_read
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.load import ResolvedScenario

MONTH = "2030-12"  # explained unless another is asked for, or the scenarios end before


class Game:
    """Effects of one scenario against another at a month, with some channels on in both.

    Attributes:
        players: the channels that are switched, in the order of the schema.
        outcomes: what the effects are on, each once.
        month: the month's label.

    Args:
        both: the two scenarios.
        outcomes: names of outcomes or effects.
        channels: those to switch (none named: all that both scenarios have on).
        month: `"2028-12"`; None: `MONTH`, or the last.
        seed: of the luck.

    Raises:
        ScenarioError: there is no such outcome, channel or month.
    """

    def __init__(
        self,
        both: list[ResolvedScenario],
        outcomes: Iterable[str],
        channels: Iterable[str],
        month: str | None,
        seed: int,
    ) -> None:
        self.both, self.seed = both, seed
        self.outcomes = _outcomes(list(outcomes))
        self.players = _players(both, list(channels))
        calendar = both[0].scenario.calendar
        self.months = _month(calendar, month) + 1
        self.month = calendar.label(self.months - 1)

    def values(
        self, plan: Design, block: int, progress: Progress | None = None
    ) -> dict[str, Block]:
        """The effects that a design asks for, `[value]` by outcome, in the outcome's unit.

        Args:
            block: columns simulated at once: worlds, each with its set of channels.
            progress: called with (world-months done, of how many).
        """
        first = simulate_block(self.both[0], Worlds([0]), self.seed, months=1)
        series = series_read(first, self.outcomes)
        done, whole = 0, 2 * plan.count * self.months

        def tick(moved: int) -> None:
            nonlocal done
            done += moved
            if progress:
                progress(done, whole)

        cuts = [slice(at, at + block) for at in range(0, plan.count, block)]
        found = [self._effects(plan.worlds[c], plan.coalitions[c], series, tick) for c in cuts]
        return {name: np.concatenate([one[name] for one in found]) for name in self.outcomes}

    def _effects(
        self,
        worlds: NDArray[np.int64],
        sets: Coalitions,
        series: set[str],
        tick: Callable[[int], None],
    ) -> dict[str, Block]:
        """The effects in one block of columns."""
        on = {f"channels.{name}": _bit(sets, at) for at, name in enumerate(self.players)}
        this, reference = (
            simulate_block(one, Worlds(worlds), self.seed, self.months, tick, on, series)
            for one in self.both
        )
        effects = compute_effects(this, reference, self.outcomes)
        return {name: values[-1] for name, values in effects.items()}


def _bit(sets: Coalitions, player: int) -> Block:
    """1 where a player is in the set, 0 where not, `[value]`."""
    return (sets >> player & 1).astype(DTYPE)


def _outcomes(asked: list[str]) -> list[str]:
    """Outcomes once each, in the order asked for."""
    wrong = [
        Problem("outcome", name, "no such outcome", nearest(name, EFFECTS))
        for name in asked
        if name not in EFFECTS
    ]
    if wrong:
        raise ScenarioError(wrong)
    return list(dict.fromkeys(asked))


def _players(both: list[ResolvedScenario], asked: list[str]) -> list[str]:
    """Channels that both scenarios have on: all of them, or those asked for."""
    known = list(type(both[0].scenario.channels).model_fields)
    off = {name: one.name for one in both for name, is_on in one.scenario.channels if not is_on}
    wrong = []
    for name in asked:
        if name not in known:
            wrong.append(Problem("channels", name, "no such channel", nearest(name, known)))
        elif name in off:
            told = f"is switched off in '{off[name]}'"
            wrong.append(Problem("channels", name, told, "only what both have on is explained"))
    found = [name for name in known if name not in off and (not asked or name in asked)]
    if not (wrong or found):
        wrong.append(Problem("channels", "", "the two scenarios have no channel on in common"))
    if wrong:
        raise ScenarioError(wrong)
    return found


def _month(calendar: Calendar, asked: str | None) -> int:
    """The month that is explained, counted from the start."""
    first, last = calendar.label(0), calendar.label(calendar.months - 1)
    if asked is None:
        asked = min(max(MONTH, first), last)
    try:
        parse_month(asked)
    except ValueError:
        wrong = "is not a month written as YYYY-MM", f"such as {last}"
        raise ScenarioError(Problem("month", asked, *wrong)) from None
    if not first <= asked <= last:
        wrong = "lies outside the scenarios", f"{first} to {last}"
        raise ScenarioError(Problem("month", asked, *wrong))
    return calendar.month(asked)
