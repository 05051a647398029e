"""Who is tied to whom: the supply network as a networkx DiGraph with a month's flows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from sim.record.recorder import Recorder, row_names, series
from sim.record.restrictions import NAMES
from sim.scenario.cross_checks import ACTORS
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.model.race import Race

Snapshot = dict[str, np.ndarray]  # a month's recorded series, `[row, world]`

# Who buys inputs of whom has one flow only between kinds: equipment and memory go to the bloc's
# own makers and to everybody else's, as far as rules allow.
_SERIES_OF_EDGE = {
    "trade": ("trade_units", "1e3 chips", "denied_trade"),
    "die": ("die_flow", "1e3 reticles", "denied_dies"),
}


def of_race(race: Race) -> nx.DiGraph:
    """The network of a running race, flows of its last month (median over worlds)."""
    recorder = Recorder(race, {one.name for one in series(race)} | set(NAMES))
    recorder.take(race)
    month = {name: block[0] for name, block in recorder.arrays().items()}
    return network(race.inputs, month, row_names(race))


def _by_name(
    month: Snapshot, names: dict[str, list[str]], world: int | None, rows: str, series: str
) -> dict[str, float]:
    """A series' level of each row; 0 where it was not recorded."""
    found = month.get(series)
    if found is None:
        return dict.fromkeys(names[rows], 0.0)
    level = found[:, world] if world is not None else np.median(found, axis=1)
    return dict(zip(names[rows], map(float, level), strict=True))


def network(
    scenario: Scenario, month: Snapshot, names: dict[str, list[str]], world: int | None = None
) -> nx.DiGraph:
    """The directed network of a month: tools and memory, dies, chips, money, rules.

    Nodes carry `kind` and `bloc`; edges carry `kind`, `flow`, `unit`, and where rules may stop
    something `stopped` (the share that is denied; 0 where `sim.record.restrictions` were not recorded).

    Args:
        world: which world's flows (None: the median over worlds).
    """
    by_name = partial(_by_name, month, names, world)
    graph = nx.DiGraph()
    for table in ACTORS:
        for name, actor in getattr(scenario, table).items():
            graph.add_node(name, kind=table, bloc=actor.bloc)
    for kind, (flows, unit, denied) in _SERIES_OF_EDGE.items():
        stopped = by_name(kind, denied)
        for pair, flow in by_name(kind, flows).items():
            giver, taker = pair.split(" > ")
            graph.add_edge(giver, taker, kind=kind, flow=flow, unit=unit, stopped=stopped[pair])
    _inputs(graph, scenario, by_name("foundry", "foundry_tool_access"))
    _denied_inputs(graph, by_name("foundry", "denied_tools"), by_name("supplier", "denied_memory"))
    _rental(graph, scenario, by_name("lab", "rented"), by_name("cloud", "cloud_training"))
    _money(graph, scenario, by_name("lab", "budget"))
    _rules(graph, scenario, by_name("flow", "flow_licence"))
    _services(
        graph,
        by_name("use", "use_share"),
        by_name("market", "market_tokens"),
        by_name("use", "denied_use"),
    )
    _power(graph, scenario, by_name("power_supplier", "power_supplier_running"))
    _people(graph, scenario, by_name("lab", "staff"))
    _prices(graph, scenario, by_name("sector", "sector_value"))
    return graph


def _inputs(graph: nx.DiGraph, scenario: Scenario, access: dict[str, float]) -> None:
    """Equipment to foundries (share of the need that is met), memory to suppliers."""
    for foundry in scenario.foundries:
        for maker in scenario.tool_makers:
            met = access[foundry]
            graph.add_edge(maker, foundry, kind="tools", flow=float(met), unit="share of need")
    for supplier, row in scenario.suppliers.items():
        for maker, made in scenario.hbm_makers.items():
            if made.bloc == row.bloc or made.bloc == "Rest":
                graph.add_edge(maker, supplier, kind="memory", flow=1.0, unit="tie")


def _denied_inputs(graph: nx.DiGraph, tools: dict[str, float], memory: dict[str, float]) -> None:
    """What rules stop of equipment and memory that come from abroad."""
    for giver, taker, edge in graph.edges(data=True):
        denied = {"tools": tools, "memory": memory}.get(edge["kind"])
        if denied is not None:
            is_abroad = graph.nodes[giver]["bloc"] != graph.nodes[taker]["bloc"]
            edge["stopped"] = denied[taker] if is_abroad else 0.0


def _rental(
    graph: nx.DiGraph, scenario: Scenario, rented: dict[str, float], clouds: dict[str, float]
) -> None:
    """Labs rent of clouds of other blocs, of each by its size."""
    for lab, row in scenario.labs.items():
        abroad = {
            name: clouds[name] for name, one in scenario.clouds.items() if one.bloc != row.bloc
        }
        room = sum(abroad.values())
        for cloud, size in abroad.items():
            if rented[lab] > 0 and room > 0:
                flow = rented[lab] * size / room
                graph.add_edge(cloud, lab, kind="rental", flow=flow, unit="H100e")


def _money(graph: nx.DiGraph, scenario: Scenario, budgets: dict[str, float]) -> None:
    """Investors fund the labs of their bloc."""
    for name, investor in scenario.investors.items():
        for lab, row in scenario.labs.items():
            if row.bloc == investor.bloc:
                flow = budgets[lab] / 12
                graph.add_edge(name, lab, kind="money", flow=float(flow), unit="USD bn/month")


def _rules(graph: nx.DiGraph, scenario: Scenario, licence: dict[str, float]) -> None:
    """Governments bind the suppliers of their bloc where they deny something to somebody."""
    for name, regulator in scenario.regulators.items():
        for supplier, row in scenario.suppliers.items():
            if row.bloc == regulator.bloc:
                stopped = 1 - min(licence[f"{supplier} > {bloc}"] for bloc in scenario.blocs)
                graph.add_edge(
                    name, supplier, kind="rule", flow=0.0, unit="", stopped=float(stopped)
                )


def _services(
    graph: nx.DiGraph, share: dict[str, float], tokens: dict[str, float], banned: dict[str, float]
) -> None:
    """Labs, and clouds that host open weights, serve markets."""
    for pair, part in share.items():
        market, maker = pair.split(" > ")
        flow = float(part * tokens[market])
        graph.add_edge(
            maker,
            market,
            kind="service",
            flow=flow,
            unit="1e12 tokens/month",
            stopped=banned[pair],
        )


def _power(graph: nx.DiGraph, scenario: Scenario, running: dict[str, float]) -> None:
    """Grids power the labs and clouds of their bloc; what lacks power is stopped."""
    for grid, row in scenario.power_suppliers.items():
        for buyer, other in (*scenario.labs.items(), *scenario.clouds.items()):
            if other.bloc == row.bloc:
                on = float(running[grid])
                graph.add_edge(
                    grid, buyer, kind="power", flow=on, unit="share of chips", stopped=1 - on
                )


def _people(graph: nx.DiGraph, scenario: Scenario, staff: dict[str, float]) -> None:
    """Labs hire from the researchers of their bloc."""
    for pool, row in scenario.talent_pools.items():
        for lab, other in scenario.labs.items():
            if other.bloc == row.bloc:
                graph.add_edge(pool, lab, kind="people", flow=float(staff[lab]), unit="people")


def _prices(graph: nx.DiGraph, scenario: Scenario, value: dict[str, float]) -> None:
    """Investors price the sectors of their bloc."""
    for sector, row in scenario.sectors.items():
        for name, investor in scenario.investors.items():
            if investor.bloc == row.bloc:
                worth = float(value[sector])
                graph.add_edge(name, sector, kind="price", flow=worth, unit="over its start")
