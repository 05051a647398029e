"""Pages of the documentation from templates: `NAME.md.j2` in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import exp, expm1, log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.outcomes.presentation import PERCENT, adds_up_in, label_of
from sim.research.identification.distribution import (
    LOG_POINTS,
    agreement,
    sign_of,
    verdict_on,
)
from viz.text import format as formatter
from viz.text.sentences import effect

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUANTILES = ("median", "p5", "p95")  # of a recorded distribution


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
    shared = ("capitalised", "date", "number", "percent", "signed", "unit")
    filters = (
        adds_up_in,
        agreement,
        band,
        cell,
        in_words,
        label_of,
        ranged,
        ratio,
        sign_of,
        times,
        trimmed,
        turned,
    )
    environment.filters |= {name: getattr(formatter, name) for name in shared}
    environment.filters |= {function.__name__: function for function in filters}
    environment.globals["table"] = table
    return environment


def ranged(spread: dict[str, Any], with_unit: bool = True, digits: int = 2) -> str:
    """What worlds say of a quantity: `0.12 months [-0.03, 0.4]`; a logarithm in percent."""
    values, name = [spread[key] for key in QUANTILES], spread["unit"]
    if name.startswith(LOG_POINTS):
        values = [100 * expm1(value) for value in values]
        name = name.replace(LOG_POINTS, PERCENT).replace("/yr", " a year")
    middle, low, high = values
    return formatter.ranged(middle, low, high, name if with_unit else "1", digits)


def turned(spread: dict[str, Any]) -> dict[str, Any]:
    """The same with the other sign."""
    low, high = (0.0 - spread[key] for key in ("p95", "p5"))
    return spread | {"median": 0.0 - spread["median"], "p5": low, "p95": high}


def times(spread: dict[str, Any]) -> str:
    """A gain that was recorded as a logarithm, as a factor: `25 times [9.7, 86]`."""
    middle, low, high = (exp(spread[key]) for key in QUANTILES)
    return formatter.ranged(middle, low, high, "times", formatter.SHORT)


def in_words(spread: dict[str, Any], outcome: str, month: str) -> str:
    """The verdict on a recorded effect as a sentence."""
    return effect(verdict_on(spread, outcome, month))


def band(quantiles: Iterable[float]) -> str:
    """Low, middle and high as `middle [low, high]`."""
    low, middle, high = map(float, quantiles)
    return formatter.ranged(middle, low, high)


def trimmed(value: float) -> str:
    """A number with the digits that it has, three at most: no precision that its source lacks."""
    if 100 <= abs(value) < 1e6:  # whole numbers as they were counted
        return formatter.number(value)
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
