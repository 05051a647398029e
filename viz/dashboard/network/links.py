"""What the drawing of the supply network draws between actors: one link a flow of a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viz.dashboard.network.layout import border
from viz.dashboard.numbers import short
from viz.dashboard.state.actor_series import Chronicle

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


@dataclass(frozen=True)
class Link:
    """One flow.

    Attributes:
        stopped: share that rules stop.
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
    def state(self) -> str:
        """How it is drawn: `cut`, `curbed`, `leak` or `open`."""
        if self.kind in LEAKS:
            return "leak"
        if self.stopped >= CUT:
            return "cut"
        return "curbed" if max(self.stopped, self.lesser) > CURBED else "open"

    def told(self) -> str:
        """The link in words."""
        ends = f"{plain(self.giver)} \N{RIGHTWARDS ARROW} {plain(self.taker)}"
        words = [f"{ends}, {FAMILY[self.kind]}: {amount(self.flow, self.unit)}"]
        if self.kind == "memory":
            words = [f"{ends}: supplies memory"]
        if self.kind == "rule":
            words = [f"{ends}: rules on what it sells"]
        if self.stopped > 0.005:
            words.append(
                f"{self.stopped:.0%} stopped" + (" by rules" if self.kind != "power" else "")
            )
        return "; ".join([*words, self.note] if self.note else words)


def plain(name: str) -> str:
    """A name for people."""
    return f"border of {name.removeprefix('border:')}" if name.startswith("border:") else name


def amount(flow: float, unit: str) -> str:
    """A flow with its unit, in words."""
    if unit.startswith("1e") and " " in unit:
        factor, what = unit.split(" ", 1)
        return f"{short(flow * float(factor))} {what.removesuffix('/month')} a month"
    if unit.startswith("share of "):
        return f"{flow:.0%} of {unit.removeprefix('share of ')}"
    if unit == "USD bn/month":
        return f"{short(flow * 1e9)} USD a month"
    if unit == "over its start":
        return f"{short(flow)} times its start"
    return f"{short(flow)} {unit}".strip()


def links(told: Chronicle, month: int) -> list[Link]:
    """Every link that has a flow or is stopped, in a month."""
    return [
        *_of_graph(told, month),
        *_across_borders(told, month),
        *_to_buyers(told, month),
    ]


def _of_graph(told: Chronicle, month: int) -> Iterator[Link]:
    """Ties of the network, but for the trade in chips, which goes by borders."""
    tied = {(tie.giver, tie.taker) for tie in told.scenario.ties.values()}
    present = told.at("active", month)
    for giver, taker, edge in told.graph(month).edges(data=True):
        kind, stopped = edge["kind"], edge.get("stopped", 0.0)
        absent = present.get(giver, 1.0) < 0.5 or present.get(taker, 1.0) < 0.5
        untied = kind == "die" and (giver, taker) not in tied and edge["flow"] <= 0
        idle = edge["flow"] <= 0 and stopped < CURBED
        if kind != "trade" and not (absent or untied or idle):
            yield Link(giver, taker, kind, edge["flow"], edge["unit"], stopped)


def _across_borders(told: Chronicle, month: int) -> Iterator[Link]:
    """Chips from suppliers into blocs, sold and smuggled."""
    sold, smuggled = told.at("flow_units", month), told.at("flow_smuggled", month)
    licence, offered = told.at("flow_licence", month), told.at("flow_tflops", month)
    for supplier, row in told.scenario.suppliers.items():
        for bloc in told.scenario.blocs:
            at = f"{supplier} > {bloc}"
            stopped, full = 1 - licence[at], offered[f"{supplier} > {row.bloc}"]
            lesser = max(0.0, 1 - offered[at] / full) if full > 0 else 0.0
            meant = row.open_market or sold[at] > 0
            note = f"a chip of {short(offered[at])} TFLOP/s"
            if lesser > CURBED:
                note += f" (at home {short(full)})"
            if meant and (sold[at] > 0 or stopped > CURBED):
                yield Link(
                    supplier, border(bloc), "chips", sold[at], "1e3 chips", stopped, lesser, note
                )
            if smuggled[at] > 1e-3:
                yield Link(supplier, border(bloc), "smuggled", smuggled[at], "1e3 chips")


def _to_buyers(told: Chronicle, month: int) -> Iterator[Link]:
    """Chips from a border to those who bought them, of all makes."""
    bought: dict[str, float] = {}
    for pair, units in told.at("trade_units", month).items():
        buyer = pair.split(" > ")[1]
        bought[buyer] = bought.get(buyer, 0.0) + units
    for buyer, units in bought.items():
        bloc = (told.scenario.labs.get(buyer) or told.scenario.clouds[buyer]).bloc
        if units > 0:
            yield Link(border(bloc), buyer, "delivered", units, "1e3 chips")
