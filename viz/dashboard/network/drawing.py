"""The supply network of a month as inline SVG: pure, the same for the same month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

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
from viz.dashboard.network.links import AROUND, FAMILY, Link, amount, links
from viz.dashboard.numbers import short
from viz.dashboard.state.actor_series import Chronicle

WIDEST = {"chips sold": 11.0, "dies": 11.0, "AI services": 8.0}  # px of the widest flow; others:
USUAL_WIDTH = 5.0
FIXED = {"memory": 1.4, "rule": 1.2, "tools": 3.0, "power": 3.0, "price": 1.2}  # at full flow
MARKED_FROM = 1.5  # px of a rental that has its own mark
LEAST_SHARE = 0.002  # of the widest, below which an open flow is not drawn
SIZE = {  # what the size of an actor shows
    "labs": ("chips", "H100e installed"),
    "clouds": ("cloud_chips", "H100e installed"),
    "suppliers": ("supplier_revenue", "USD bn of sales this month"),
    "foundries": ("foundry_capacity", "thousand reticles a month"),
    "tool_makers": ("tool_maker_coverage", "of a line's steps"),
    "hbm_makers": ("hbm_maker_capacity", "million stacks a year"),
    "markets": ("market_spent", "USD bn on services this month"),
    "investors": ("investor_invested", "USD bn of private investment a year"),
    "power_suppliers": ("power_supplier_capacity", "GW for AI"),
    "talent_pools": ("talent_pool_people", "thousand researchers"),
    "sectors": ("sector_value", "times its worth at the start"),
}
TOGETHER = {"clouds": "labs"}  # kinds that are sized on one scale


def network_svg(told: Chronicle, month: int, chosen: str = "") -> str:
    """The drawing.

    Args:
        chosen: name of the actor whose page is open.
    """
    at, drawn = places(told.scenario), links(told, month)
    widths = widths_of(drawn)
    sizes = sizes_of(told, month)
    order = sorted(drawn, key=lambda one: (one.kind not in AROUND, one.state != "open"))
    parts = [
        *_headings(),
        *_blocs(at.values()),
        *(_link(one, at, widths[one]) for one in order if one in widths),
        *(_node(place, sizes, chosen) for place in at.values()),
    ]
    spoken = f"Supply network in {told.months[month]}, medians of {told.worlds} worlds"
    return (
        f'<svg class="net" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="group" '
        f'aria-label="{escape(spoken)}">{"".join(parts)}</svg>'
    )


def widths_of(drawn: Iterable[Link]) -> dict[Link, float]:
    """Stroke of each link in px, in proportion to its flow within its family of flows.

    What is next to nothing is left out, unless it is stopped.
    """
    drawn = list(drawn)
    most: dict[str, float] = {}
    for one in drawn:
        family = FAMILY[one.kind]
        most[family] = max(most.get(family, 0.0), one.flow)
    found = {}
    for one in drawn:
        family = FAMILY[one.kind]
        share = one.flow / most[family] if most[family] > 0 else 0.0
        if one.kind in FIXED:
            found[one] = FIXED[one.kind] * min(max(one.flow, 0.4), 1.0)
        elif share >= LEAST_SHARE or one.state in ("cut", "curbed"):
            found[one] = max(0.8, WIDEST.get(family, USUAL_WIDTH) * share)
    return found


def legend(told: Chronicle, month: int) -> list[tuple[str, str]]:
    """Families of flows with the amount that their widest link stands for this month."""
    widest: dict[str, Link] = {}
    for one in links(told, month):
        family = FAMILY[one.kind]
        if one.kind in ("die", "chips", "smuggled", "rental", "service") and (
            family not in widest or one.flow > widest[family].flow
        ):
            widest[family] = one
    return [(name, amount(one.flow, one.unit)) for name, one in widest.items() if one.flow > 0]


def sizes_of(told: Chronicle, month: int) -> dict[str, tuple[float, str]]:
    """Of each actor the share of the largest of its kind, and what is measured, in words."""
    levels = {kind: told.at(name, month) for kind, (name, _) in SIZE.items()}
    found = {}
    for kind, rows in levels.items():
        scale = TOGETHER.get(kind, kind)
        like = [
            v for k, them in levels.items() if TOGETHER.get(k, k) == scale for v in them.values()
        ]
        most = max(like, default=0.0)
        for name, value in rows.items():
            share = value / most if most > 0 else 0.0
            found[name] = (share, f"{short(value)} {SIZE[kind][1]}")
    return found


def _headings() -> Iterable[str]:
    for text, x in HEADINGS:
        yield f'<text class="heading" x="{x:g}" y="{TOP - 12:g}" text-anchor="middle">{text}</text>'


def _blocs(them: Iterable[Place]) -> Iterable[str]:
    """The border of each bloc: a bar before its labs, and a ground behind them."""
    for place in them:
        if place.kind == "border":
            top = place.y - place.tall / 2
            yield (
                f'<rect class="bloc {_look(place.bloc)}" x="{place.x:g}" y="{top:.1f}" '
                f'width="292" height="{place.tall:.1f}" rx="4"/>'
            )


def _look(bloc: str) -> str:
    return {"US": "us", "China": "china"}.get(bloc, "rest")


def _link(one: Link, at: Mapping[str, Place], width: float) -> str:
    """A curve from giver to taker, with a mark on it where it is cut or leaks."""
    path, (x, y) = _curve(at[one.giver], at[one.taker], one.kind)
    look = f"link {one.kind} {one.state} {_look(at[one.giver].bloc)}"
    look += " around" if one.kind in AROUND else ""
    mark = {
        "cut": f'<path class="mark" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>',
        "leak": f'<path class="mark" d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z"/>',
        "curbed": f'<path class="mark" d="M{x:.1f} {y - 6:.1f}v12"/>',
    }.get(one.state if _is_marked(one, width) else "", "")
    return (
        f'<g class="{look}" data-a="{escape(one.giver)}" data-b="{escape(one.taker)}">'
        f'<path class="flow" d="{path}" style="stroke-width:{width:.2f}"/>{mark}'
        f"<title>{escape(one.told())}</title></g>"
    )


def _is_marked(one: Link, width: float) -> bool:
    """Whether there is room for a mark: many thin links of a kind lie side by side."""
    if one.kind in AROUND or (one.kind == "service" and one.state == "curbed"):
        return False
    return one.kind != "rental" or width > MARKED_FROM


def _curve(a: Place, b: Place, kind: str) -> tuple[str, tuple[float, float]]:
    """A path between two places, and the point where a mark stands on it."""
    if kind in ("money", "power", "people", "rule", "price"):
        bend = (a.y + b.y) / 2
        path = f"M{a.x:.1f} {a.y:.1f}C{a.x:.1f} {bend:.1f} {b.x:.1f} {bend:.1f} {b.x:.1f} {b.y:.1f}"
        return path, ((a.x + b.x) / 2, bend)
    if kind == "rental":  # between neighbours of one column: a bow before them
        out = a.x - 46
        path = f"M{a.x:.1f} {a.y:.1f}C{out:.1f} {a.y:.1f} {out:.1f} {b.y:.1f} {b.x:.1f} {b.y:.1f}"
        return path, (a.x - 34.5, (a.y + b.y) / 2)
    y0, y1 = a.y, b.y
    if b.kind == "border":  # into the bar at the height from which it comes, as far as it goes
        half = b.tall / 2 - 4
        y1 = min(max(a.y, b.y - half), b.y + half) + (6 if kind == "smuggled" else 0)
        y1 = min(y1, b.y + half)
    if a.kind == "border":
        half = a.tall / 2 - 4
        y0 = min(max(b.y, a.y - half), a.y + half)
    x0 = a.x + (150 if kind == "service" else 0)
    bend = (x0 + b.x) / 2
    lift = 12 if kind == "smuggled" else 0
    path = (
        f"M{x0:.1f} {y0:.1f}C{bend:.1f} {y0 + lift:.1f} {bend:.1f} {y1 + lift:.1f} "
        f"{b.x:.1f} {y1:.1f}"
    )
    return path, (bend, (y0 + y1) / 2 + 0.75 * lift)


def _node(place: Place, sizes: Mapping[str, tuple[float, str]], chosen: str) -> str:
    """An actor: its shape, label and what hovering tells."""
    if place.kind == "border":
        return _border(place)
    share, words = sizes.get(place.name, (1.0, "acts by rules"))
    radius = max(2.5, place.radius * share**0.5)
    is_absent = place.kind in ("labs", "clouds") and share == 0
    look = f"node {place.kind} {_look(place.bloc)}"
    look += " chosen" if place.name == chosen else ""
    look += " absent" if is_absent else ""
    title = f"{place.name} ({place.bloc}): {'not there yet' if is_absent else words}"
    return (
        f'<g class="{look}" data-name="{escape(place.name)}" tabindex="0" role="button" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{_shape(place, radius)}{_label(place)}</g>"
    )


def _shape(place: Place, radius: float) -> str:
    x, y = place.x, place.y
    around = f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{radius + 4:.1f}"/>'
    if place.kind == "regulators":
        side = f'x="{x - 8:.1f}" y="{y - 8:.1f}" width="16" height="16"'
        return f'{around}<rect class="body" {side} rx="2"/>'
    if place.y == BELOW:
        r = max(radius, 4.0)
        corners = f"M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}l{-r:.1f} {r:.1f}l{-r:.1f} {-r:.1f}z"
        return f'{around}<path class="body" d="{corners}"/>'
    return f'{around}<circle class="body" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _label(place: Place) -> str:
    if place.side == "right":
        x, y = place.x + place.radius + 5, place.y + 4
        return f'<text x="{x:.1f}" y="{y:.1f}">{escape(place.name)}</text>'
    top = label_top(place) + LINE - 3
    spans = "".join(
        f'<tspan x="{place.x:.1f}" y="{top + LINE * n:.1f}">{escape(line)}</tspan>'
        for n, line in enumerate(place.lines)
    )
    return f'<text text-anchor="middle">{spans}</text>'


def _border(place: Place) -> str:
    top = place.y - place.tall / 2
    name = escape(place.lines[0])
    return (
        f'<g class="border {_look(place.bloc)}"><title>Chips cross into: {name}</title>'
        f'<rect x="{place.x - 3:.1f}" y="{top:.1f}" width="6" height="{place.tall:.1f}" rx="2"/>'
        f'<text x="{place.x + 8:.1f}" y="{top + 13:.1f}">{name}</text></g>'
    )
