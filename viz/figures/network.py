"""The network of a month as a figure: who makes, sells, buys and serves, and what is denied."""

from __future__ import annotations

import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.experiments.io import record_of, scenario_of
from sim.record.network import network
from sim.record.results import Results
from viz.figures import theme
from viz.figures.flows import HALF, PRESENT, is_noticeable
from viz.figures.panels import caption

Places = dict[str, tuple[float, float]]
COLUMNS = (  # kinds of actors from left to right, and what a column is called
    (("tool_makers", "hbm_makers"), "tools, memory"),
    (("foundries",), "foundries"),
    (("suppliers",), "chip suppliers"),
    (("labs", "clouds"), "labs, clouds"),
    (("markets",), "markets"),
)
TIES = ("tools", "memory", "die", "trade", "service")
COLORS = {"US": theme.BLUE, "China": theme.VERMILION, "Rest": theme.GREY}
WIDEST = 5.0  # points of the largest flow of its kind
CAPTION = (
    "Lines from left to right: what flows in {month} (median over {worlds} worlds); width: square "
    "root of its share of the largest flow of its kind; colour: bloc of the seller. Flows under "
    "0.5 % of that, or too small to count, are left out, as are money, power, people and rules. "
    "Blue: US, vermilion: China, grey: everybody else."
)


@theme.styled
def network_figure(results: Results, month: str) -> Figure:
    """The supply network in columns, from equipment to users."""
    record = record_of(results)
    at = results.months.index(month)
    snapshot = {name: block[at] for name, block in record.arrays.items()}
    graph = network(scenario_of(results.about["scenario"]), snapshot, record.names)
    places = _places(graph)
    figure = Figure(figsize=(7.6, 5.6), layout="constrained")
    axes = figure.subplots()
    for kind in TIES:
        _edges(axes, graph, places, kind)
    absent = _absent(record.names, snapshot)
    for name, (x, y) in places.items():
        if name in absent:
            continue
        _node(axes, name, x, y, COLORS.get(graph.nodes[name]["bloc"], theme.GREY))
    for x, (_, title) in enumerate(COLUMNS):
        axes.text(x, 1.07, title, ha="center", fontweight="bold", fontsize=8.5)
    marks = [Line2D([], [], color=color, linewidth=3, label=bloc) for bloc, color in COLORS.items()]
    axes.legend(handles=marks, loc="lower center", ncols=3, fontsize=8)
    axes.set_xlim(-0.45, len(COLUMNS) - 0.55)
    axes.set_ylim(-0.16, 1.12)
    axes.set_axis_off()
    caption(figure, CAPTION.format(month=month, worlds=results.about["worlds"]))
    return figure


def _absent(names: dict[str, list[str]], snapshot: dict[str, np.ndarray]) -> set[str]:
    """Labs and clouds that are not there yet in most worlds."""
    return {
        name
        for axis, series in PRESENT.items()
        if series in snapshot
        for name, share in zip(names[axis], snapshot[series].mean(axis=-1), strict=True)
        if share < HALF
    }


def _places(graph: nx.DiGraph) -> Places:
    """Columns by kind, rows by bloc: fixed, so that months and scenarios look alike."""
    order = {bloc: at for at, bloc in enumerate(COLORS)}
    places = {}
    for x, (kinds, _) in enumerate(COLUMNS):
        names = [name for name, about in graph.nodes(data=True) if about["kind"] in kinds]
        names.sort(key=lambda name: order.get(graph.nodes[name]["bloc"], len(order)))
        for name, y in zip(names, np.linspace(1, 0, len(names) + 2)[1:-1], strict=True):
            places[name] = (float(x), float(y))
    return places


def _edges(axes: Axes, graph: nx.DiGraph, places: Places, kind: str) -> None:
    """Flows of one kind as bent lines, as wide as they are large."""
    edges = [
        (a, b, about["flow"])
        for a, b, about in graph.edges(data=True)
        if about["kind"] == kind
        and is_noticeable(about["flow"], about["unit"])
        and a in places
        and b in places
    ]
    largest = max((flow for *_, flow in edges), default=0.0)
    for giver, taker, flow in edges:
        if largest <= 0 or flow < 0.005 * largest:
            continue
        (x, y), (to_x, to_y) = places[giver], places[taker]
        t = np.linspace(0, 1, 24)
        bend = 3 * t**2 - 2 * t**3  # level at both ends
        axes.plot(
            x + (to_x - x) * t,
            y + (to_y - y) * bend,
            color=COLORS.get(graph.nodes[giver]["bloc"], theme.GREY),
            linewidth=max(0.4, WIDEST * np.sqrt(flow / largest)),
            alpha=0.3,
            solid_capstyle="butt",
            zorder=1,
        )


def _node(axes: Axes, name: str, x: float, y: float, color: str) -> None:
    box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": color, "linewidth": 1.1}
    axes.text(x, y, name, ha="center", va="center", fontsize=6.8, bbox=box, zorder=3)
