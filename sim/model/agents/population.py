"""One population for each kind of actor: agents have identity, the population owns the blocks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.core.caching import broadcast, stacked
from sim.core.groups import Groups
from sim.core.state import OWN, initialise, states
from sim.scenario.schema import Parameters


class Rows:
    """What rules read about the actors of one kind, beside their state.

    Attributes:
        names: of the actors, in the order of the rows.
        rows: how many.
        shape: of their blocks, `[actor, world]`.
        parameters: the numbers that all share, as wide as `shape`.
        own: the numbers of each actor, `[actor, world or 1]`.
        own_log: their logarithms.
        blocs: which actor belongs to which bloc.
    """

    own: Any
    own_log: Any

    def __init__(
        self,
        table: Mapping[str, Any],
        parameters: Parameters,
        blocs: Sequence[str],
        worlds: int,
    ) -> None:
        self.names = list(table)
        self.table = table
        self.rows = len(self.names)
        self.shape = (self.rows, worlds)
        self.parameters = broadcast(parameters, self.shape)
        self.own = stacked(table, self.shape)
        self.own_log = stacked(table, self.shape, np.log)
        self.blocs = Groups(blocs, [row.bloc for row in table.values()])

    def start(self) -> None:
        """Give every state the value it starts with."""
        initialise(self, {OWN: self.rows}, self.shape[-1])

    def renew(self) -> None:
        """Compute again what follows from numbers of actors, after a dated change of them."""


class Component(Rows):
    """A part of a population with state and rules of its own, such as the purchases of labs.

    Args:
        actors: the population; the component shares its names, numbers and blocs.
    """

    def __init__(self, actors: Rows) -> None:
        self.names, self.rows, self.shape = actors.names, actors.rows, actors.shape
        self.parameters, self.blocs = actors.parameters, actors.blocs
        self.own, self.own_log = actors.own, actors.own_log
        self.start()


@cache
def _all_states() -> frozenset[str]:
    """Names of the states of any kind of actors."""
    kinds: list[type[Rows]] = [Rows]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return frozenset(name for kind in kinds for name in states(kind))


class Member(mesa.Agent):
    """An agent of a population: a name, a bloc, and attributes that read its row of the blocks.

    In a model of one world an attribute is a number, else an array `[world]`. A state that other
    kinds of agents have is NaN, so that Mesa's collector can ask all agents for it.
    """

    def __init__(
        self, model: mesa.Model, population: Population, row: int, name: str, bloc: str
    ) -> None:
        super().__init__(model)
        self.population = population
        self.row = row
        self.name = name
        self.bloc = bloc

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            for part in self.__dict__["population"].parts():
                if name in states(type(part)):
                    row = getattr(part, name)[self.row]
                    return float(row[0]) if len(row) == 1 else row
            if name in _all_states():
                return math.nan
        raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Population(Rows, AgentSet):
    """The actors of one kind: owns `[actor, world]` state and carries the rules.

    Mesa's verbs that treat agents one by one (`select` by state, `sort`, `shuffle_do`, `remove`)
    have no meaning here: moves are simultaneous, entry and exit are masks.

    Args:
        model: with which Mesa registers the agents.
        table: the drawn numbers of each actor, by name.
        parameters: the numbers that all actors share.
        blocs: names of the blocs.
        worlds: how many worlds the block holds.
    """

    agent: ClassVar[type[Member]] = Member

    def __init__(
        self,
        model: mesa.Model,
        table: Mapping[str, Any],
        parameters: Parameters,
        blocs: Sequence[str],
        worlds: int,
    ) -> None:
        Rows.__init__(self, table, parameters, blocs, worlds)
        members = [
            self.agent(model, self, number, name, row.bloc)
            for number, (name, row) in enumerate(table.items())
        ]
        AgentSet.__init__(self, members, random=model.random)
        self.start()

    def components(self) -> dict[str, Component]:
        """The components of the population, by name."""
        return {name: part for name, part in vars(self).items() if isinstance(part, Component)}

    def parts(self) -> Iterator[Rows]:
        """The population and its components: everything that holds state of its actors."""
        yield self
        yield from self.components().values()
