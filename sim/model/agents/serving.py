"""Makers of services: labs serve their own models, clouds host open weights."""

from __future__ import annotations

import numpy as np

from sim.core.worlds import Block, State, flag
from sim.model.agents.buyers import Buyers
from sim.model.agents.population import Member


class Makers(Buyers):
    """Anybody who serves models to users."""

    serving = State("share", "part of its powered compute that serves users")
    strain = State("1", "tokens wanted over tokens that it could serve")
    unit_cost = State("USD/1e6 tokens", "cost of serving: chips written off, and power")
    service_price = State("USD/1e6 tokens", "price of its service")
    tokens = State("1e12 tokens", "tokens served this month")
    revenue = State("USD bn", "revenue from services this month")

    def begin(self) -> None:
        """Nobody serves before having a model."""
        super().begin()
        for name in ("serving", "unit_cost", "service_price", "tokens", "revenue"):
            setattr(self, name, np.zeros((self.rows, 1)))
        self.strain = np.ones((self.rows, 1))

    def servable(self, most: Block) -> Block:
        """H100e-months of inference that it would give to users: at most a share `most`."""
        return self.inference * self.powered * self.active * most

    def serve(self, need: Block, able: Block, most: Block, revenue: Block, tokens: Block) -> None:
        """Book what was served, and set part of the revenue aside for compute (M12, M6).

        Args:
            need: H100e-months of inference that users wanted; able: that it would give to users.
            most: share of its compute that it gives to users at most.
        """
        p = self.numbers
        serves = able > 0
        self.strain = np.where(serves, (need + 1e-9) / (able + 1e-9), 1.0)
        self.serving = most * np.minimum(self.strain, 1.0) * flag(serves)
        self.revenue, self.tokens = revenue, tokens
        self.reinvested = revenue * p.capital.reinvestment * p.channels.demand * self.active

    def list_price(self, cost: Block, price: Block) -> None:
        """What its service costs, and costs users."""
        self.unit_cost, self.service_price = cost, price


class Cloud(Member):
    """All other buyers of a bloc; hosts open weights."""


class Clouds(Makers):
    """The clouds, enterprises and institutes of each bloc."""

    agent = Cloud
