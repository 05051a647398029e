"""Investors: the capital behind the labs and clouds of a bloc."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.actors.buyers import Buyers
from sim.actors.labs import Labs
from sim.actors.population import Member, Population
from sim.calendar import MONTHS_PER_YEAR as MONTHS
from sim.mechanisms import capital
from sim.worlds import Block, State

if TYPE_CHECKING:
    from sim.board import Turn


class Investor(Member):
    """The capital of a bloc."""


class Investors(Population):
    """The capital markets and treasuries behind labs and clouds.

    For now a sourced exogenous path stands for their beliefs.
    """

    agent = Investor

    lab_growth = State("log/yr", "growth granted to the bloc's labs")
    cloud_growth = State("log/yr", "growth granted to the bloc's other buyers")

    def begin(self) -> None:
        """Nothing granted before the first month."""
        self.lab_growth = self.cloud_growth = np.zeros((self.rows, 1))

    def fund(self, turn: Turn, paths: dict[str, Block], labs: Labs, clouds: Buyers) -> None:
        """Growth along the path, fading after it; less under a crackdown, more for leaders (M6).

        Args:
            paths: log growth of this month and years since the path ended, by kind of buyer,
                `[investor, 1]`.
        """
        p = turn.numbers.capital
        long_run = np.log(p.long_run_growth)
        fade = 0.5 ** (paths.get("years") / p.boom_half_life)
        self.lab_growth, self.cloud_growth = (
            capital.boom(
                paths.get(kind) * p.growth_error, paths.get(years), p.boom_half_life, long_run
            )
            for kind, years in (("labs", "years"), ("clouds", "years_clouds"))
        )
        bonus = self._bonus(turn, labs)
        held = self._crackdown(turn)
        own = np.log(labs.number("growth_premium")) * labs.blocs.spread(self.by_bloc(fade))
        luck = np.sqrt(MONTHS) * p.volatility
        labs.grow(
            labs.blocs.spread(self.by_bloc(self.lab_growth) + held)
            + own
            + bonus
            + luck * turn.luck.lab_capital
        )
        clouds.grow(
            clouds.blocs.spread(self.by_bloc(self.cloud_growth) + held)
            + luck * turn.luck.cloud_capital
        )

    def by_bloc(self, rows: Block) -> Block:
        """An investor's value for its bloc: `[bloc, world]`."""
        return self.blocs.largest(np.broadcast_to(rows, np.shape(self.lab_growth)))

    def _crackdown(self, turn: Turn) -> Block:
        """Log growth lost to a campaign against technology firms, `[bloc, world]`."""
        return turn.numbers.channels.capital * np.log(1 - turn.policy.crackdown)

    def _bonus(self, turn: Turn, labs: Labs) -> Block:
        """Log growth that goes to who is ahead of its bloc's mean."""
        there = np.maximum(labs.blocs.total(labs.active), 1.0)
        mean = labs.blocs.spread(labs.blocs.total(labs.capability * labs.active) / there)
        gained = capital.rank_bonus(labs.capability, mean, turn.numbers.capital.rank_response)
        return gained * labs.active * turn.numbers.channels.capital
