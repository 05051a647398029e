"""Elements of inline SVG as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np


def element(tag: str, *inside: str, look: str = "", **attributes: object) -> str:
    """An element: `<tag class="look" key="value">inside</tag>`.

    Args:
        inside: elements; text must be escaped before.
        attributes: numbers are written to a tenth of a unit; `_` in a name stands for `-`.
    """
    named = {"class": look} if look else {}
    texts = "".join(
        f' {name.replace("_", "-")}="{_value(value)}"'
        for name, value in (named | attributes).items()
        if value is not None
    )
    return f"<{tag}{texts}>{''.join(inside)}</{tag}>"


def _value(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))


def path(d: str, look: str = "", *inside: str, **attributes: object) -> str:
    """A path."""
    return element("path", *inside, look=look, d=d, **attributes)


def text(words: str, x: float, y: float, anchor: str | None = None, look: str = "") -> str:
    """A line of text; it is escaped.

    Args:
        anchor: `middle` or `end` (None: it begins at x).
    """
    return element("text", escape(words), look=look, x=float(x), y=float(y), text_anchor=anchor)


def title(words: str) -> str:
    """What is shown on hovering; it is escaped."""
    return f"<title>{escape(words)}</title>"


def group(look: str, *inside: str, **attributes: object) -> str:
    """Elements that belong together."""
    return element("g", *inside, look=look, **attributes)


def picture(look: str, size: Sequence[float], label: str, parts: Iterable[str], role: str) -> str:
    """The whole picture, with words for those who do not see it."""
    box = f"0 0 {size[0]:g} {size[1]:g}"
    return element("svg", *parts, look=look, viewBox=box, role=role, aria_label=label)
