"""Pages of the documentation from templates: `NAME.md.j2` in this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from viz.pages import evidence_words as words
from viz.text import format as formatter

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATES = Path(__file__).resolve().parent


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
    text = _environment().get_template(f"{page}.md.j2").render(values)
    return f"{text.rstrip()}\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "band": band,
        "cell": cell,
        "number": formatter.number,
        "odds": words.odds,
        "percent": formatter.percent,
        "ranged": words.median_and_range,
        "ratio": words.ratio,
        "sentence": sentence,
        "signed": formatter.signed,
        "trimmed": trimmed,
        "unit": formatter.unit,
    }
    environment.globals |= {
        "agreement": words.agreement,
        "ensemble": words.ensemble,
        "sign_of": words.sign_of,
        "table": table,
    }
    return environment


def band(quantiles: Iterable[float]) -> str:
    """Low, middle and high as `middle [low, high]`."""
    low, middle, high = map(float, quantiles)
    return formatter.ranged(middle, low, high)


def trimmed(value: float) -> str:
    """A number with the digits that it has, three at most: no precision that its source lacks."""
    mantissa, _ = f"{abs(value):.{formatter.DIGITS - 1}e}".split("e")
    return formatter.number(value, max(1, len(mantissa.replace(".", "").rstrip("0"))))


def cell(text: object) -> str:
    """Text for a cell of a table: one line, with nothing that Markdown reads as a border or tag."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def sentence(text: str) -> str:
    """The text with a capital as its first letter."""
    return text[0].upper() + text[1:]


def table(head: list[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table, for tables whose columns depend on the values."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)
