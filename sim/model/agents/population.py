"""One population for each kind of actor: agents have identity, the set owns the block."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.core.worlds import Block, Broadcast, Groups, states, widened
from sim.scenario.actors import Actor
from sim.uncertainty.draw import stack

if TYPE_CHECKING:
    from sim.model.race import Race


class Member(mesa.Agent):
    """An agent of a population: a name, a bloc, and attributes that read its row of the block.

    In a model of one world an attribute is a number, else an array `[world]`.
    """

    def __init__(self, population: Population, row: int, name: str, bloc: str) -> None:
        super().__init__(population.model)
        self.population = population
        self.row = row
        self.name = name
        self.bloc = bloc

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in states(type(self.__dict__["population"])):
            raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")
        return self.population.read(name, self.row)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Population(AgentSet):
    """The actors of one kind: owns `[actor, world]` state and carries the rules.

    Mesa's verbs that treat agents one by one (`select` by state, `sort`, `shuffle_do`, `remove`)
    have no meaning here: moves are simultaneous, entry and exit are masks.

    Args:
        model: the race.
        table: the drawn numbers of each actor, by name.

    Attributes:
        numbers: the numbers that all share, as wide as the block of this population.
        number, log_number: a number of every actor by its name, `[actor, world or 1]`, and its log.
    """

    agent: ClassVar[type[Member]] = Member

    def __init__(self, model: Race, table: Mapping[str, Actor[Block]]) -> None:
        self.model = model
        self.table = table
        self.names = list(table)
        self.rows = len(self.names)
        self.shape = (self.rows, model.worlds.count)
        self.numbers = Broadcast(model.numbers, self.shape)
        self.number = cache(self._number)
        self.log_number = cache(self._log_number)
        self.blocs = Groups(model.blocs, [row.bloc for row in table.values()])
        members = [
            self.agent(self, number, name, row.bloc)
            for number, (name, row) in enumerate(table.items())
        ]
        super().__init__(members, random=model.random)

    def _number(self, field: str) -> Block:
        """A scenario number of every actor: `[actor, world or 1]`."""
        return widened(stack(self.table, field), self.shape)

    def _log_number(self, field: str) -> Block:
        """The log of a scenario number of every actor: `[actor, world or 1]`."""
        return np.log(self.number(field))

    def read(self, state: str, row: int) -> Any:
        """One actor's row of a state (a float in a model of one world)."""
        return self.model.read(getattr(self, state), row)
