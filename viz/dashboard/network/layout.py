"""Where actors stand in the drawing of the supply network: fixed layers, left to right.

Tools and memory, foundries, chip makers, borders, labs and clouds, markets; governments and sectors
above; capital, power and people below. Nothing is drawn by chance: an actor never moves.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.schema import Scenario

WIDTH, HEIGHT = 1000.0, 606.0
TOP, BOTTOM = 104.0, 512.0  # the chain lies between
ABOVE, BELOW = 22.0, 562.0  # rows of those around it
COLUMNS = {
    "tool_makers": 78.0,
    "hbm_makers": 78.0,
    "foundries": 226.0,
    "suppliers": 372.0,
    "border": 520.0,
    "labs": 640.0,
    "clouds": 640.0,
    "markets": 918.0,
}
RADIUS = {"labs": 10.0, "clouds": 10.0, "suppliers": 15.0, "markets": 20.0}
USUAL_RADIUS = 11.0
HEADINGS = (
    ("Tools and memory", 78.0),
    ("Foundries", 226.0),
    ("Chip makers", 372.0),
    ("Borders", 520.0),
    ("Labs and clouds", 680.0),
    ("Markets", 918.0),
)
ROWS = {ABOVE: ("regulators", "sectors"), BELOW: ("investors", "power_suppliers", "talent_pools")}
CHARACTER, LINE = 5.7, 12.5  # width and height of a label's character
GAP = 10.0  # between blocs of labs


@dataclass(frozen=True)
class Place:
    """Where an actor stands.

    Attributes:
        radius: of the largest of its kind.
        side: where its label stands: `right` of it or `below`.
        tall: height of a border.
    """

    name: str
    kind: str
    bloc: str
    x: float
    y: float
    radius: float = USUAL_RADIUS
    side: str = "below"
    tall: float = 0.0

    @property
    def lines(self) -> list[str]:
        """Its name, cut into lines that fit beside its neighbours."""
        name = self.name.removeprefix("border:")
        most = 99 if self.side == "right" else 18 if self.y > TOP and self.y < BOTTOM else 12
        return wrapped(name, most)


def wrapped(text: str, most: int) -> list[str]:
    """Text in lines of at most so many characters, where words allow."""
    lines = [""]
    for word in text.split():
        grown = f"{lines[-1]} {word}".strip()
        if len(grown) <= most or not lines[-1]:
            lines[-1] = grown
        else:
            lines.append(word)
    return lines


def border(bloc: str) -> str:
    """Name of the border that chips cross into a bloc."""
    return f"border:{bloc}"


def places(scenario: Scenario) -> dict[str, Place]:
    """Everybody's place by name; borders are called `border:China`."""
    found = [
        *_column(scenario, ("tool_makers", "hbm_makers")),
        *_column(scenario, ("foundries",)),
        *_column(scenario, ("suppliers",)),
        *_buyers(scenario),
        *_column(scenario, ("markets",)),
        *(place for y, tables in ROWS.items() for place in _row(scenario, tables, y)),
    ]
    return {place.name: place for place in found}


def _column(scenario: Scenario, tables: tuple[str, ...]) -> list[Place]:
    rows = [
        (kind, name, one.bloc) for kind in tables for name, one in getattr(scenario, kind).items()
    ]
    step = (BOTTOM - TOP) / max(len(rows), 1)
    return [
        Place(name, kind, bloc, COLUMNS[kind], TOP + step * (n + 0.4), RADIUS.get(kind, 11.0))
        for n, (kind, name, bloc) in enumerate(rows)
    ]


def _row(scenario: Scenario, tables: tuple[str, ...], y: float) -> list[Place]:
    rows = [
        (kind, name, one.bloc) for kind in tables for name, one in getattr(scenario, kind).items()
    ]
    step = WIDTH / max(len(rows), 1)
    return [
        Place(name, kind, bloc, step * (n + 0.5), y) for n, (kind, name, bloc) in enumerate(rows)
    ]


def _buyers(scenario: Scenario) -> list[Place]:
    """Labs and clouds bloc by bloc, and the border before each bloc."""
    groups = {
        bloc: [
            (kind, name)
            for kind in ("labs", "clouds")
            for name, one in getattr(scenario, kind).items()
            if one.bloc == bloc
        ]
        for bloc in scenario.blocs
    }
    count = sum(map(len, groups.values()))
    step = (BOTTOM - TOP - GAP * (len(groups) - 1)) / max(count, 1)
    found, y = [], TOP
    for bloc, rows in groups.items():
        tall = step * max(len(rows), 1)
        middle = y + tall / 2
        found.append(
            Place(border(bloc), "border", bloc, COLUMNS["border"], middle, 4.0, tall=tall - 4)
        )
        for kind, name in rows:
            radius = min(RADIUS[kind], step / 2.2)
            found.append(Place(name, kind, bloc, COLUMNS[kind], y + step / 2, radius, "right"))
            y += step
        y += GAP
    return found


def label_box(place: Place) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a label."""
    wide = CHARACTER * max(map(len, place.lines))
    if place.kind == "border":
        left, top = place.x + 8, place.y - place.tall / 2 + 3
        return left, top, left + wide, top + LINE
    if place.side == "right":
        left = place.x + place.radius + 5
        return left, place.y - LINE / 2, left + wide, place.y + LINE / 2
    top = label_top(place)
    return place.x - wide / 2, top, place.x + wide / 2, top + LINE * len(place.lines)


def label_top(place: Place) -> float:
    """Where a label below its actor begins."""
    return place.y + place.radius + 3
