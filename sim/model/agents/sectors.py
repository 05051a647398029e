"""Sectors: listed firms whose worth hangs on AI, and how news moves it (M11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR as MONTHS
from sim.core.worlds import Block, State
from sim.model.agents.population import Member, Population
from sim.model.mechanisms import belief

A_DOLLAR = 1e-9  # USD bn a year

if TYPE_CHECKING:
    from sim.model.forcing import Forcing


class Sector(Member):
    """The listed firms of a kind."""


class Sectors(Population):
    """The sectors of the stock market that AI moves."""

    agent = Sector

    activity = State("USD bn/yr", "what their AI earnings follow, smoothed over a year, own unit")
    activity_start = State("USD bn/yr", "the same in the first month")
    exposure = State("share", "part of earnings that hangs on AI")
    sentiment = State("log", "price over what earnings say, moved by news")
    value = State("1", "worth over that of the first month")

    def begin(self) -> None:
        """All at their start."""
        self.activity = self.activity_start = self.sentiment = np.zeros((self.rows, 1))
        self.exposure = self.number("ai_share")
        self.value = np.ones((self.rows, 1))
        half_life = self.numbers.belief.half_life_days / belief.TRADING_DAYS
        self.sentiment_kept = belief.fading(half_life)

    def reprice(self, forcing: Forcing, activity: Block, news: Block) -> None:
        """Worth follows earnings; news of the need for spending moves it at once, then fades.

        Args:
            activity: what AI earnings follow, `[sector, world]`.
            news: log change of all AI spending that this month lets expect, `[bloc, world]`.
        """
        p = self.numbers.belief
        new = self.activity_start <= A_DOLLAR  # growth from less is no growth
        self.activity_start = np.where(new, activity, self.activity_start)
        follows = self.activity + (activity - self.activity) / MONTHS
        self.activity = np.where(new, activity, follows)
        others = self.number("other_growth") ** (forcing.month / MONTHS)
        earnings, self.exposure = belief.revalued(
            self.activity, self.activity_start, others, self.number("ai_share")
        )
        kept = self.sentiment * self.sentiment_kept
        implied = self.number("leverage") * self.exposure * self.blocs.spread(news)
        moved = p.reaction * implied
        self.sentiment = kept + moved * self.numbers.channels.capital
        self.value = earnings * np.exp(self.sentiment)
