"""Pages of the documentation from templates: `NAME.md.j2` in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.outcomes.catalogue import label_of
from sim.research.identification.distribution import agreement, sign_of
from viz.text import format as formatter

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Page:
    """One generated page.

    Attributes:
        text: the Markdown.
        figures: draws the figures of the page, by the name of their file in docs/figures.
    """

    text: str
    figures: Callable[[], dict[str, Figure]] = dict


def render(page: str, **values: Any) -> str:
    """Fill the template of a page.

    Raises:
        jinja2.UndefinedError: the template reads a value that is not there.
    """
    text = templates().get_template(f"{page}.md.j2").render(values)
    return f"{text.rstrip()}\n"


@cache
def templates() -> Environment:
    """The templates of this folder, with what they may use beside the values of a page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shared = ("capitalised", "number", "percent", "signed", "unit")
    filters = (agreement, band, cell, label_of, ranged, ratio, sign_of, trimmed)
    environment.filters |= {name: getattr(formatter, name) for name in shared}
    environment.filters |= {function.__name__: function for function in filters}
    environment.globals["table"] = table
    return environment


def ranged(spread: dict[str, Any], with_unit: bool = True, digits: int = 2) -> str:
    """What worlds say of a quantity: `0.12 log points [-0.03, 0.4]`."""
    name = spread["unit"] if with_unit else "1"
    return formatter.ranged(spread["median"], spread["p5"], spread["p95"], name, digits)


def band(quantiles: Iterable[float]) -> str:
    """Low, middle and high as `middle [low, high]`."""
    low, middle, high = map(float, quantiles)
    return formatter.ranged(middle, low, high)


def trimmed(value: float) -> str:
    """A number with the digits that it has, three at most: no precision that its source lacks."""
    mantissa, _ = f"{abs(value):.{formatter.DIGITS - 1}e}".split("e")
    return formatter.number(value, max(1, len(mantissa.replace(".", "").rstrip("0"))))


def ratio(logarithm: float) -> str:
    """A ratio given by its natural logarithm; only a power of ten where it is extreme."""
    if abs(logarithm) > 9:
        return f"1e{round(logarithm / log(10))}"
    return formatter.number(exp(logarithm), 3 if abs(logarithm) < 1 else 2)


def cell(text: object) -> str:
    """Text for a cell of a table: one line, with nothing that Markdown reads as a border or tag."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def table(head: list[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table, for tables whose columns depend on the values."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)
