"""Clouds: all other buyers of chips in a bloc; they host open weights."""

from __future__ import annotations

from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.agents.purchasing import Purchasing
from sim.model.agents.serving import Serving
from sim.scenario import actors


class Cloud(Member):
    """The clouds, enterprises and institutes of a bloc."""


class Clouds(Population):
    """The clouds, enterprises and institutes of each bloc.

    Attributes:
        purchasing: their budgets and chips.
        serving: their services.
    """

    agent = Cloud
    own: actors.Cloud[Block]

    def start(self) -> None:
        """Create the parts; clouds have no state beside theirs."""
        super().start()
        self.purchasing = Purchasing(self)
        self.serving = Serving(self, self.purchasing)
