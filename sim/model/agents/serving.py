"""Serving of models to users: labs serve their own models, clouds host open weights."""

from __future__ import annotations

import numpy as np

from sim.core.state import State
from sim.core.worlds import Block, flag
from sim.model.agents.population import Component, Rows
from sim.model.agents.purchasing import Purchasing


class Serving(Component):
    """What labs or clouds serve to users, at what price, and what they earn.

    Args:
        purchasing: of the same actors, whose chips serve.
    """

    serving = State("share", "part of its powered compute that serves users", recorded=True)
    strain = State("1", "tokens wanted over tokens that it could serve", start=1.0)
    unit_cost = State(
        "USD/1e6 tokens", "cost of serving: depreciation of chips, and power", recorded=True
    )
    service_price = State("USD/1e6 tokens", "price of its service", recorded=True)
    tokens = State("1e12 tokens", "tokens served this month", recorded=True)
    revenue = State("USD bn", "revenue from services this month", recorded=True)
    reinvested = State(
        "USD bn", "revenue of last month that is spent again on compute", recorded=True
    )

    def __init__(self, actors: Rows, purchasing: Purchasing) -> None:
        super().__init__(actors)
        self.purchasing = purchasing

    def servable(self, most: Block) -> Block:
        """H100e-months of inference that it would give to users: at most a share `most`."""
        buyers = self.purchasing
        return buyers.inference * buyers.powered * buyers.active * most

    def serve(self, need: Block, able: Block, most: Block, revenue: Block, tokens: Block) -> None:
        """Book what was served, and set part of the revenue aside for compute (M12, M6).

        Args:
            need, able: H100e-months of inference that users wanted, and that it would give them.
            most: largest share of its compute that it gives to users.
            revenue, tokens: USD bn, and 1e12 tokens served.
        """
        p = self.parameters
        serves = able > 0
        self.strain = np.where(serves, (need + 1e-9) / (able + 1e-9), 1.0)
        self.serving = most * np.minimum(self.strain, 1.0) * flag(serves)
        self.revenue, self.tokens = revenue, tokens
        again = revenue * p.capital.reinvestment * p.channels.demand
        self.reinvested = again * self.purchasing.active

    def list_price(self, cost: Block, price: Block) -> None:
        """Set what its service costs, and costs users."""
        self.unit_cost, self.service_price = cost, price
