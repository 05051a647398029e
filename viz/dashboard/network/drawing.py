"""The supply network of a month as inline SVG: pure, the same for the same month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

from viz.dashboard.charts import svg
from viz.dashboard.network.kinds import KINDS
from viz.dashboard.network.layout import (
    BELOW,
    HEADINGS,
    HEIGHT,
    LINE,
    TOP,
    WIDTH,
    Place,
    label_top,
    places,
)
from viz.dashboard.network.links import AROUND, Link, amount, links
from viz.dashboard.state.actor_series import ActorSeries
from viz.text.format import number

CSS = Path(__file__).with_name("network.css")
WIDEST = {"chips sold": 11.0, "dies": 11.0, "AI services": 8.0}  # px of the widest flow; others:
DEFAULT_WIDTH = 5.0
FIXED = {"memory": 1.4, "rule": 1.2, "tools": 3.0, "power": 3.0, "price": 1.2}  # at full flow
MARKED_FROM = 1.5  # px of a rental that has its own mark
LEAST_SHARE = 0.002  # of the widest, below which an open flow is not drawn
MEASURED = ("die", "chips", "smuggled", "rental", "service")  # flows in the legend
TOGETHER = {"clouds": "labs"}  # kinds that are sized on one scale


def network_svg(actors: ActorSeries, month: int, chosen: str = "") -> Markup:
    """The drawing.

    Args:
        chosen: name of the actor whose page is open.
    """
    at, flows = places(actors.scenario), links(actors, month)
    widths, sizes = widths_of(flows), sizes_of(actors, month)
    order = sorted(flows, key=lambda link: (link.kind not in AROUND, link.state != "open"))
    parts = [
        *(svg.text(words, x, TOP - 12, "middle", "heading") for words, x in HEADINGS),
        *(_bloc(place) for place in at.values() if place.kind == "border"),
        *(_link(link, at, widths[link]) for link in order if link in widths),
        *(_node(place, sizes, chosen) for place in at.values()),
    ]
    label = f"Supply network in {actors.months[month]}, medians of {actors.worlds} worlds"
    return svg.picture("net", (WIDTH, HEIGHT), label, parts, "group")


def widths_of(flows: Iterable[Link]) -> dict[Link, float]:
    """Stroke of each link in px, in proportion to its flow within its family of flows.

    What is next to nothing is left out, unless it is stopped.
    """
    flows = list(flows)
    most: dict[str, float] = {}
    for link in flows:
        most[link.family] = max(most.get(link.family, 0.0), link.flow)
    widths = {}
    for link in flows:
        share = link.flow / most[link.family] if most[link.family] > 0 else 0.0
        if link.kind in FIXED:
            widths[link] = FIXED[link.kind] * min(max(link.flow, 0.4), 1.0)
        elif share >= LEAST_SHARE or link.state in ("cut", "curbed"):
            widths[link] = max(0.8, WIDEST.get(link.family, DEFAULT_WIDTH) * share)
    return widths


def legend(actors: ActorSeries, month: int) -> list[tuple[str, str]]:
    """Families of flows with the amount that their widest link stands for this month."""
    widest: dict[str, Link] = {}
    for link in links(actors, month):
        if link.kind in MEASURED and link.flow > 0:
            widest[link.family] = max(widest.get(link.family, link), link, key=lambda at: at.flow)
    return [(family, amount(link.flow, link.unit)) for family, link in widest.items()]


def sizes_of(actors: ActorSeries, month: int) -> dict[str, tuple[float, str]]:
    """Of each actor the share of the largest of its kind, and what is measured, in words."""
    levels = {table: actors.at(kind.size[0], month) for table, kind in KINDS.items() if kind.size}
    most: dict[str, float] = {}
    for kind, rows in levels.items():
        scale = TOGETHER.get(kind, kind)
        most[scale] = max([most.get(scale, 0.0), *rows.values()])
    words = {table: kind.size[1] for table, kind in KINDS.items() if kind.size}
    sizes = {}
    for kind, rows in levels.items():
        largest = most[TOGETHER.get(kind, kind)]
        for name, value in rows.items():
            share = value / largest if largest > 0 else 0.0
            sizes[name] = (share, f"{number(value)} {words[kind]}")
    return sizes


def _look(bloc: str) -> str:
    return {"US": "us", "China": "china"}.get(bloc, "rest")


def _bar(place: Place, x: float, width: float, radius: int, look: str = "") -> Markup:
    """A bar as tall as a border."""
    box = {"x": x, "y": place.top, "width": width, "height": place.tall}
    return svg.element("rect", look=look, rx=radius, **box)


def _bloc(place: Place) -> Markup:
    """The ground behind the labs of a bloc."""
    return _bar(place, place.x, 292.0, 4, f"bloc {_look(place.bloc)}")


def _link(link: Link, at: Mapping[str, Place], width: float) -> Markup:
    """A curve from giver to taker, with a mark on it where it is cut or leaks."""
    curve, (x, y) = _curve(at[link.giver], at[link.taker], link.kind)
    look = f"link {link.kind} {link.state} {_look(at[link.giver].bloc)}"
    look += " around" if link.kind in AROUND else ""
    mark = {
        "cut": f"M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10",
        "leak": f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z",
        "curbed": f"M{x:.1f} {y - 6:.1f}v12",
    }.get(link.state if _is_marked(link, width) else "")
    return svg.group(
        look,
        svg.path(curve, "flow", style=f"stroke-width:{width:.2f}"),
        svg.path(mark, "mark") if mark else "",
        svg.title(link.text),
        data_a=link.giver,
        data_b=link.taker,
    )


def _is_marked(link: Link, width: float) -> bool:
    """Whether there is space for a mark: many thin links of a kind lie side by side."""
    if link.kind in AROUND or (link.kind == "service" and link.state == "curbed"):
        return False
    return link.kind != "rental" or width > MARKED_FROM


def _curve(a: Place, b: Place, kind: str) -> tuple[str, tuple[float, float]]:
    """A path between two places, and the point where a mark stands on it."""
    if kind in AROUND:
        bend = (a.y + b.y) / 2
        return _bezier((a.x, a.y), (a.x, bend), (b.x, bend), (b.x, b.y)), ((a.x + b.x) / 2, bend)
    if kind == "rental":  # between neighbours of one column: a bow before them
        out = a.x - 46
        path = _bezier((a.x, a.y), (out, a.y), (out, b.y), (b.x, b.y))
        return path, (a.x - 34.5, (a.y + b.y) / 2)
    is_smuggled = kind == "smuggled"
    y0 = _inside(a, b.y) if a.kind == "border" else a.y
    y1 = b.y
    if b.kind == "border":  # into the bar at the height from which it comes, as far as it goes
        y1 = min(_inside(b, a.y) + (6 if is_smuggled else 0), b.y + b.tall / 2 - 4)
    x0 = a.x + (150 if kind == "service" else 0)
    bend, lift = (x0 + b.x) / 2, 12 if is_smuggled else 0
    path = _bezier((x0, y0), (bend, y0 + lift), (bend, y1 + lift), (b.x, y1))
    return path, (bend, (y0 + y1) / 2 + 0.75 * lift)


def _bezier(start: tuple[float, float], *points: tuple[float, float]) -> str:
    curve = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{start[0]:.1f} {start[1]:.1f}C{curve}"


def _inside(border: Place, y: float) -> float:
    """The height on a border's bar that is nearest to y."""
    half = border.tall / 2 - 4
    return min(max(y, border.y - half), border.y + half)


def _node(place: Place, sizes: Mapping[str, tuple[float, str]], chosen: str) -> Markup:
    """An actor: its shape, label and what hovering shows; nothing before it is there."""
    if place.kind == "border":
        name = place.lines[0]
        title = svg.title(f"Chips cross into: {name}")
        label = svg.text(name, place.x + 8, place.top + 13)
        bar = _bar(place, place.x - 3, 6.0, 2)
        return svg.group(f"border {_look(place.bloc)}", title, bar, label)
    share, measure = sizes.get(place.name, (1.0, "acts by rules"))
    if place.kind in ("labs", "clouds") and share == 0:
        return Markup("")  # not there yet
    look = f"node {place.kind} {_look(place.bloc)}"
    look += " chosen" if place.name == chosen else ""
    words = f"{place.name} ({place.bloc}): {measure}"
    return svg.group(
        look,
        svg.title(words),
        _shape(place, max(2.5, place.radius * share**0.5)),
        _label(place),
        data_name=place.name,
        tabindex=0,
        role="button",
        aria_label=words,
    )


def _shape(place: Place, radius: float) -> Markup:
    x, y = place.x, place.y
    ring = svg.element("circle", look="ring", cx=x, cy=y, r=radius + 4)
    if place.kind == "regulators":
        return ring + svg.element("rect", look="body", x=x - 8, y=y - 8, width=16, height=16, rx=2)
    if place.y == BELOW:
        r = max(radius, 4.0)
        corners = f"M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z"
        return ring + svg.path(corners, "body")
    return ring + svg.element("circle", look="body", cx=x, cy=y, r=radius)


def _label(place: Place) -> Markup:
    if place.side == "right":
        return svg.text(place.name, place.x + place.radius + 5, place.y + 4)
    top = label_top(place) + LINE - 3
    return svg.join(
        svg.text(line, place.x, top + LINE * n, "middle") for n, line in enumerate(place.lines)
    )
