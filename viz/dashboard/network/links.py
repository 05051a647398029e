"""What the drawing of the supply network shows between actors: a link for each flow of a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viz.dashboard.network.layout import BORDER, border
from viz.dashboard.state.actor_series import ActorSeries
from viz.figures.flows import HALF, PRESENT, is_noticeable
from viz.text.format import amount as amount_of
from viz.text.format import number, percent

CUT, CURBED = 0.5, 0.02  # shares stopped from which a link is drawn as cut, as curbed
LEAKS = ("smuggled", "rental")
AROUND = ("money", "power", "people", "rule", "price")  # not on the chain: faint until asked for
FAMILY = {  # what is drawn to one scale, with the words of the legend
    "tools": "equipment",
    "memory": "memory",
    "die": "dies",
    "chips": "chips sold",
    "delivered": "chips sold",
    "smuggled": "chips smuggled",
    "rental": "compute rented abroad",
    "service": "AI services",
    "money": "budgets",
    "power": "power",
    "people": "research staff",
    "rule": "rules",
    "price": "prices of sectors",
}
WITHOUT_AMOUNT = {"memory": "supplies memory", "rule": "rules on what it sells"}
CHIPS = "1e3 chips"


@dataclass(frozen=True)
class Link:
    """One flow.

    Attributes:
        stopped: share that rules stop.
        lesser: by which share the chip is slower than the one sold at home.
        note: what else there is to say of it.
    """

    giver: str
    taker: str
    kind: str
    flow: float
    unit: str
    stopped: float = 0.0
    lesser: float = 0.0
    note: str = ""

    @property
    def family(self) -> str:
        """Flows that are drawn to one scale."""
        return FAMILY[self.kind]

    @property
    def state(self) -> str:
        """How it is drawn: `cut`, `curbed`, `leak` or `open`."""
        if self.kind in LEAKS:
            return "leak"
        if self.stopped >= CUT:
            return "cut"
        return "curbed" if max(self.stopped, self.lesser) > CURBED else "open"

    @property
    def is_stopped(self) -> bool:
        """Whether rules stop part of it."""
        return self.stopped >= CURBED

    @property
    def text(self) -> str:
        """The link in words."""
        ends = f"{_name(self.giver)} \N{RIGHTWARDS ARROW} {_name(self.taker)}"
        if self.kind in WITHOUT_AMOUNT:
            parts = [f"{ends}: {WITHOUT_AMOUNT[self.kind]}"]
        else:
            parts = [f"{ends}, {self.family}: {amount(self.flow, self.unit)}"]
        if self.stopped > 0.005:
            by = "" if self.kind == "power" else " by rules"
            parts.append(f"{percent(self.stopped)} stopped{by}")
        return "; ".join([*parts, self.note] if self.note else parts)


def _name(name: str) -> str:
    return f"border of {name.removeprefix(BORDER)}" if name.startswith(BORDER) else name


def amount(flow: float, unit: str) -> str:
    """A flow with its unit, in words."""
    if unit.startswith("1e") and " " in unit:
        factor, what = unit.split(" ", 1)
        return f"{number(flow * float(factor))} {what.removesuffix('/month')} a month"
    if unit.startswith("share of "):
        return f"{percent(flow)} of {unit.removeprefix('share of ')}"
    if unit == "USD bn/month":
        return f"{number(flow * 1e9)} USD a month"
    if unit == "USD bn":
        return f"{number(flow * 1e9)} USD"
    return amount_of(flow, unit)


def links(actors: ActorSeries, month: int) -> list[Link]:
    """Every link whose flow is noticeable, or that rules stop, in a month."""
    found = (*_of_graph(actors, month), *_across_borders(actors, month), *_to_buyers(actors, month))
    return [link for link in found if link.is_stopped or is_noticeable(link.flow, link.unit)]


def _of_graph(actors: ActorSeries, month: int) -> Iterator[Link]:
    """Ties of the network, but for the trade in chips, which is drawn across borders."""
    tied = {(tie.giver, tie.taker) for tie in actors.scenario.ties.values()}
    present = {
        name: on for series in PRESENT.values() for name, on in actors.at(series, month).items()
    }
    for giver, taker, edge in actors.graph(month).edges(data=True):
        kind, flow, stopped = edge["kind"], edge["flow"], edge.get("stopped", 0.0)
        is_absent = min(present.get(giver, 1.0), present.get(taker, 1.0)) < HALF
        is_untied = kind == "die" and (giver, taker) not in tied and flow <= 0
        is_idle = flow <= 0 and stopped < CURBED
        if kind != "trade" and not (is_absent or is_untied or is_idle):
            yield Link(giver, taker, kind, flow, edge["unit"], stopped)


def _across_borders(actors: ActorSeries, month: int) -> Iterator[Link]:
    """Chips from suppliers into blocs, sold and smuggled."""
    sold, smuggled = actors.at("flow_units", month), actors.at("flow_smuggled", month)
    licence, speed = actors.at("flow_licence", month), actors.at("flow_tflops", month)
    for supplier, row in actors.scenario.suppliers.items():
        at_home = speed[f"{supplier} > {row.bloc}"]
        for bloc in actors.scenario.blocs:
            pair, to = f"{supplier} > {bloc}", border(bloc)
            stopped = 1 - licence[pair]
            lesser = max(0.0, 1 - speed[pair] / at_home) if at_home > 0 else 0.0
            note = f"a chip of {number(speed[pair])} TFLOP/s"
            if lesser > CURBED:
                note += f" (at home {number(at_home)})"
            if sold[pair] > 0 or (row.open_market and stopped > CURBED):
                yield Link(supplier, to, "chips", sold[pair], CHIPS, stopped, lesser, note)
            if smuggled[pair] > 0:
                yield Link(supplier, to, "smuggled", smuggled[pair], CHIPS)


def _to_buyers(actors: ActorSeries, month: int) -> Iterator[Link]:
    """Chips from a border to those who bought them, of all makes."""
    bought: dict[str, float] = {}
    for pair, units in actors.at("trade_units", month).items():
        buyer = pair.split(" > ")[1]
        bought[buyer] = bought.get(buyer, 0.0) + units
    buyers = {**actors.scenario.clouds, **actors.scenario.labs}
    for buyer, units in bought.items():
        if units > 0:
            yield Link(border(buyers[buyer].bloc), buyer, "delivered", units, CHIPS)
