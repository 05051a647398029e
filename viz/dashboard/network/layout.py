"""Where actors stand in the drawing of the supply network: fixed layers, left to right.

Tools and memory, foundries, chip makers, borders, labs and clouds, markets; governments and sectors
above; capital, power and people below. Nothing is random: an actor never moves.
"""

from __future__ import annotations

from collections.abc import Iterable
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
DEFAULT_RADIUS = 11.0
RADIUS = {"labs": 10.0, "clouds": 10.0, "suppliers": 15.0, "markets": 20.0}
HEADINGS = (
    ("Tools and memory", 78.0),
    ("Foundries", 226.0),
    ("Chip makers", 372.0),
    ("Borders", 520.0),
    ("Labs and clouds", 680.0),
    ("Markets", 918.0),
)
STACKS = (("tool_makers", "hbm_makers"), ("foundries",), ("suppliers",))
ROWS = {ABOVE: ("regulators", "sectors"), BELOW: ("investors", "power_suppliers", "talent_pools")}
LINE = 12.5  # height of a line of a label
GAP = 10.0  # between blocs of labs
BORDER = "border:"


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
    radius: float = DEFAULT_RADIUS
    side: str = "below"
    tall: float = 0.0

    @property
    def lines(self) -> list[str]:
        """Its name, cut into lines that fit beside its neighbours."""
        most = 99 if self.side == "right" else 18 if TOP < self.y < BOTTOM else 12
        return wrapped(self.name.removeprefix(BORDER), most)

    @property
    def top(self) -> float:
        """Upper end of a border."""
        return self.y - self.tall / 2


def wrapped(text: str, most: int) -> list[str]:
    """Text in lines of at most so many characters, where words allow."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def border(bloc: str) -> str:
    """Name of the border that chips cross into a bloc."""
    return BORDER + bloc


def places(scenario: Scenario) -> dict[str, Place]:
    """Everybody's place by name; borders are called `border:China`."""
    everybody = [
        *(place for tables in STACKS for place in _column(scenario, tables)),
        *_buyers(scenario),
        *_column(scenario, ("markets",)),
        *(place for y, tables in ROWS.items() for place in _row(scenario, tables, y)),
    ]
    return {place.name: place for place in everybody}


def _actors(scenario: Scenario, tables: Iterable[str]) -> list[tuple[str, str, str]]:
    """Name, kind and bloc of all in some tables."""
    return [
        (name, table, row.bloc)
        for table in tables
        for name, row in getattr(scenario, table).items()
    ]


def _column(scenario: Scenario, tables: tuple[str, ...]) -> Iterable[Place]:
    actors = _actors(scenario, tables)
    step = (BOTTOM - TOP) / max(len(actors), 1)
    for n, actor in enumerate(actors):
        radius = RADIUS.get(actor[1], DEFAULT_RADIUS)
        yield Place(*actor, COLUMNS[actor[1]], TOP + step * (n + 0.4), radius)


def _row(scenario: Scenario, tables: tuple[str, ...], y: float) -> Iterable[Place]:
    actors = _actors(scenario, tables)
    step = WIDTH / max(len(actors), 1)
    return [Place(*actor, step * (n + 0.5), y) for n, actor in enumerate(actors)]


def _buyers(scenario: Scenario) -> Iterable[Place]:
    """Labs and clouds bloc by bloc, and the border before each bloc."""
    actors = _actors(scenario, ("labs", "clouds"))
    step = (BOTTOM - TOP - GAP * (len(scenario.blocs) - 1)) / max(len(actors), 1)
    y = TOP
    for bloc in scenario.blocs:
        members = [actor for actor in actors if actor[2] == bloc]
        tall = step * max(len(members), 1)
        x, middle = COLUMNS["border"], y + tall / 2
        yield Place(border(bloc), "border", bloc, x, middle, 4.0, tall=tall - 4)
        for n, actor in enumerate(members):
            radius = min(RADIUS[actor[1]], step / 2.2)
            yield Place(*actor, COLUMNS[actor[1]], y + step * (n + 0.5), radius, "right")
        y += step * len(members) + GAP


def label_top(place: Place) -> float:
    """Where a label below its actor begins."""
    return place.y + place.radius + 3
