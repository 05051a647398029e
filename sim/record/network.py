"""The supply network of a month as a networkx DiGraph: actors, ties and flows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import networkx as nx
import numpy as np

from sim.model.race import Race
from sim.record.recorder import Recorder, series
from sim.record.restrictions import NAMES
from sim.scenario.cross_checks import ACTORS
from sim.scenario.schema import Scenario

Snapshot = dict[str, np.ndarray]  # a month's recorded series, worlds last
Level = dict[str, float]
PairLevel = dict[tuple[str, str], float]

# Goods with a recorded flow for each pair of actors. Equipment and memory have none: they go to
# makers of the same bloc, and as far as rules allow to those of other blocs.
TRADED = (
    ("trade", ("supplier", "buyer"), "trade_units", "1e3 chips", "denied_trade"),
    ("die", ("foundry", "supplier"), "die_flow", "1e3 reticles", "denied_dies"),
)


def of_race(race: Race) -> nx.DiGraph:
    """The network of a running race, flows of its last month (median over worlds)."""
    recorder = Recorder(race, {item.name for item in series(race)} | set(NAMES))
    recorder.take(race)
    month = {name: block[0] for name, block in recorder.arrays().items()}
    return network(race.inputs, month, race.row_names())


class _Levels:
    """Levels of a month's series, in one world or as the median over worlds.

    Args:
        month: the series.
        names: labels along their axes.
        world: which world (None: the median over worlds).
    """

    def __init__(self, month: Snapshot, names: dict[str, list[str]], world: int | None) -> None:
        self.month, self.names, self.world = month, names, world

    def rows(self, axis: str, name: str) -> Level:
        """The level of each row; 0 where the series was not recorded."""
        return dict(zip(self.names[axis], self._flat(name, (axis,)), strict=True))

    def pairs(self, axes: tuple[str, str], name: str) -> PairLevel:
        """The level of each pair of rows; 0 where the series was not recorded."""
        first, second = axes
        labels = product(self.names[first], self.names[second])
        return dict(zip(labels, self._flat(name, axes), strict=True))

    def _flat(self, name: str, axes: Sequence[str]) -> list[float]:
        block = self.month.get(name)
        if block is None:
            return [0.0] * int(np.prod([len(self.names[axis]) for axis in axes]))
        level = block[..., self.world] if self.world is not None else np.median(block, axis=-1)
        return level.astype(float).ravel().tolist()


def network(
    scenario: Scenario, month: Snapshot, names: dict[str, list[str]], world: int | None = None
) -> nx.DiGraph:
    """The directed network of a month: tools and memory, dies, chips, money, rules.

    Nodes carry `kind` and `bloc`; edges carry `kind`, `flow`, `unit`, and where rules may stop
    a flow `stopped` (the share that is denied; 0 where the restrictions were not recorded).

    Args:
        month: recorded series of the month, worlds last.
        names: labels along their axes, as `Race.row_names` gives them.
        world: which world's flows (None: the median over worlds).
    """
    levels = _Levels(month, names, world)
    graph = nx.DiGraph()
    for table in ACTORS:
        for name, actor in getattr(scenario, table).items():
            graph.add_node(name, kind=table, bloc=actor.bloc)
    for kind, axes, flows, unit, denied in TRADED:
        stopped = levels.pairs(axes, denied)
        for pair, flow in levels.pairs(axes, flows).items():
            graph.add_edge(*pair, kind=kind, flow=flow, unit=unit, stopped=stopped[pair])
    _inputs(graph, scenario, levels.rows("foundry", "foundry_tool_access"))
    _denied_inputs(
        graph, levels.rows("foundry", "denied_tools"), levels.rows("supplier", "denied_memory")
    )
    _rental(graph, scenario, levels.rows("lab", "rented"), levels.rows("cloud", "cloud_training"))
    _money(graph, scenario, levels.rows("lab", "budget"))
    _rules(graph, scenario, levels.pairs(("supplier", "bloc"), "flow_licence"))
    _services(
        graph,
        levels.pairs(("market", "maker"), "use_share"),
        levels.rows("market", "market_tokens"),
        levels.pairs(("market", "maker"), "denied_use"),
    )
    _power(graph, scenario, levels.rows("power_supplier", "power_supplier_running"))
    _people(graph, scenario, levels.rows("lab", "staff"))
    _prices(graph, scenario, levels.rows("sector", "sector_value"))
    return graph


def _inputs(graph: nx.DiGraph, scenario: Scenario, access: Level) -> None:
    """Equipment to foundries (share of the need that is met), memory to suppliers."""
    for foundry in scenario.foundries:
        for maker in scenario.tool_makers:
            met = access[foundry]
            graph.add_edge(maker, foundry, kind="tools", flow=met, unit="share of need")
    for supplier, row in scenario.suppliers.items():
        for maker, made in scenario.hbm_makers.items():
            if made.bloc == row.bloc or made.bloc == "Rest":
                graph.add_edge(maker, supplier, kind="memory", flow=1.0, unit="tie")


def _denied_inputs(graph: nx.DiGraph, tools: Level, memory: Level) -> None:
    """Mark the share of foreign equipment and memory that rules stop."""
    for seller, buyer, edge in graph.edges(data=True):
        denied = {"tools": tools, "memory": memory}.get(edge["kind"])
        if denied is not None:
            is_abroad = graph.nodes[seller]["bloc"] != graph.nodes[buyer]["bloc"]
            edge["stopped"] = denied[buyer] if is_abroad else 0.0


def _rental(graph: nx.DiGraph, scenario: Scenario, rented: Level, clouds: Level) -> None:
    """Labs rent from clouds of other blocs, in proportion to their size."""
    for lab, row in scenario.labs.items():
        abroad = {
            name: clouds[name] for name, cloud in scenario.clouds.items() if cloud.bloc != row.bloc
        }
        capacity = sum(abroad.values())
        for cloud, size in abroad.items():
            if rented[lab] > 0 and capacity > 0:
                flow = rented[lab] * size / capacity
                graph.add_edge(cloud, lab, kind="rental", flow=flow, unit="H100e")


def _money(graph: nx.DiGraph, scenario: Scenario, budgets: Level) -> None:
    """Investors fund the labs of their bloc."""
    for name, investor in scenario.investors.items():
        for lab, row in scenario.labs.items():
            if row.bloc == investor.bloc:
                flow = budgets[lab] / 12
                graph.add_edge(name, lab, kind="money", flow=flow, unit="USD bn/month")


def _rules(graph: nx.DiGraph, scenario: Scenario, licence: PairLevel) -> None:
    """Governments restrict the suppliers of their bloc."""
    for name, regulator in scenario.regulators.items():
        for supplier, row in scenario.suppliers.items():
            if row.bloc == regulator.bloc:
                stopped = 1 - min(licence[supplier, bloc] for bloc in scenario.blocs)
                graph.add_edge(name, supplier, kind="rule", flow=0.0, unit="", stopped=stopped)


def _services(graph: nx.DiGraph, share: PairLevel, tokens: Level, banned: PairLevel) -> None:
    """Labs, and clouds that host open weights, serve markets."""
    for (market, maker), part in share.items():
        graph.add_edge(
            maker,
            market,
            kind="service",
            flow=part * tokens[market],
            unit="1e12 tokens/month",
            stopped=banned[market, maker],
        )


def _power(graph: nx.DiGraph, scenario: Scenario, running: Level) -> None:
    """Grids power the labs and clouds of their bloc; chips without power are stopped."""
    for grid, row in scenario.power_suppliers.items():
        for buyer, other in (*scenario.labs.items(), *scenario.clouds.items()):
            if other.bloc == row.bloc:
                on = running[grid]
                graph.add_edge(
                    grid, buyer, kind="power", flow=on, unit="share of chips", stopped=1 - on
                )


def _people(graph: nx.DiGraph, scenario: Scenario, staff: Level) -> None:
    """Labs hire from the researchers of their bloc."""
    for pool, row in scenario.talent_pools.items():
        for lab, other in scenario.labs.items():
            if other.bloc == row.bloc:
                graph.add_edge(pool, lab, kind="people", flow=staff[lab], unit="people")


def _prices(graph: nx.DiGraph, scenario: Scenario, value: Level) -> None:
    """Investors price the sectors of their bloc."""
    for sector, row in scenario.sectors.items():
        for name, investor in scenario.investors.items():
            if investor.bloc == row.bloc:
                worth = value[sector]
                graph.add_edge(name, sector, kind="price", flow=worth, unit="USD bn")
