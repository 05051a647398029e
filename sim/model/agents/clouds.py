"""Clouds: all other buyers of chips in a bloc; they host open weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mesa

from sim.core.worlds import Block
from sim.model.agents.population import Member, Population
from sim.model.agents.purchasing import Purchasing
from sim.model.agents.serving import Serving
from sim.scenario import actors
from sim.scenario.schema import Parameters


class Cloud(Member):
    """The clouds, enterprises and institutes of a bloc."""


class Clouds(Population):
    """The clouds, enterprises and institutes of each bloc.

    Attributes:
        purchasing: their budgets and chips.
        serving: their services.
    """

    agent = Cloud

    def __init__(
        self,
        model: mesa.Model,
        table: Mapping[str, actors.Cloud[Block]],
        parameters: Parameters,
        blocs: Sequence[str],
        worlds: int,
    ) -> None:
        super().__init__(model, table, parameters, blocs, worlds)
        self.purchasing = Purchasing(self)
        self.serving = Serving(self, self.purchasing)
