"""Sectors: listed firms whose worth depends on AI, and how news changes it (M11)."""

from __future__ import annotations

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.groups import Groups
from sim.core.state import State
from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import belief
from sim.model.mechanisms.adjustment import adjusted, decay
from sim.scenario import actors

LARGEST = 80.0  # log: only keeps worth finite
A_DOLLAR = 1e-9  # USD bn a year


class Sector(Member):
    """The listed firms of a kind."""


class Sectors(Population):
    """The sectors of the stock market that AI moves."""

    agent = Sector
    own: actors.Sector[Block]

    activity = State("USD bn/yr", "activity that their AI earnings follow, smoothed over a year")
    activity_start = State("USD bn/yr", "the same in the first month")
    exposure = State(
        "share",
        "part of earnings that depends on AI",
        start=lambda sectors: sectors.own.ai_share,
        recorded=True,
    )
    sentiment = State("log", "price over the value of earnings, changed by news", recorded=True)
    value = State("USD bn", "worth", start=lambda sectors: sectors.own.worth, recorded=True)

    def start(self) -> None:
        """Take the start values, and what follows from parameters alone."""
        super().start()
        half_life = self.parameters.belief.half_life_days / belief.TRADING_DAYS
        self.sentiment_kept = decay(1.0, half_life)
        leaders = [sector.follows for sector in self.table.values()]
        self.leaders = Groups.of_leaders(self.names, leaders)

    def reprice(self, month: int, activity: Block, surprise: Block) -> None:
        """Worth follows earnings; news of the need for spending moves it at once, then fades.

        A sector that follows another shares its first move.

        Args:
            activity: what AI earnings follow, `[sector, world]`.
            surprise: log change of all AI spending that news of this month lets expect at first
                sight, `[bloc, world]`.
        """
        p = self.parameters.belief
        new = self.activity_start <= A_DOLLAR  # growth from less is no growth
        self.activity_start = np.where(new, activity, self.activity_start)
        follows = adjusted(self.activity, activity, MONTHS)
        self.activity = np.where(new, activity, follows)
        others = self.own.other_growth ** (month / MONTHS)
        earnings, self.exposure = belief.revalued(
            self.activity, self.activity_start, others, self.own.ai_share
        )
        kept = self.sentiment * self.sentiment_kept
        implied = self.own.leverage * belief.implied(self.exposure, self.blocs.spread(surprise))
        moved = p.reaction * (implied + self.own.contagion * self.leaders.spread(implied))
        self.sentiment = kept + moved * self.parameters.channels.capital
        self.value = self.own.worth * earnings * np.exp(np.minimum(self.sentiment, LARGEST))
