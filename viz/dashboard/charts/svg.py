"""Elements of inline SVG. Whatever is no element already is text, and is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from markupsafe import Markup, escape

NARROW, WIDE = "iIjlt.,:;'|!()[] -/", "mwMW%@—"
WIDTHS = (0.34, 0.92, 0.7, 0.58)  # of narrow signs, wide ones, capitals, all others: parts of size


def width_of(words: str, size: float) -> float:
    """About how wide a text is, rather too much than too little, for sans serif letters.

    Args:
        size: of the font, in the units of the drawing.
    """
    narrow, wide, capital, other = WIDTHS
    parts = (
        narrow if sign in NARROW else wide if sign in WIDE else capital if sign.isupper() else other
        for sign in words
    )
    return size * sum(parts)


def element(tag: str, *inside: str, look: str = "", **attributes: object) -> Markup:
    """An element: `<tag class="look" key="value">inside</tag>`.

    Args:
        inside: elements, as `Markup`; every other text is escaped.
        attributes: numbers are written to a tenth of a unit; `_` in a name stands for `-`.
    """
    named = {"class": look} | attributes if look else attributes
    texts = [
        f' {name.replace("_", "-")}="{escape(_value(value))}"'
        for name, value in named.items()
        if value is not None
    ]
    return Markup(f"<{tag}{''.join(texts)}>{join(inside)}</{tag}>")


def join(parts: Iterable[str]) -> Markup:
    """Elements one after the other; what is no element is escaped."""
    return Markup("".join(map(escape, parts)))


def _value(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def path(d: str, look: str = "", *inside: str, **attributes: object) -> Markup:
    """A path."""
    return element("path", *inside, look=look, d=d, **attributes)


def text(words: str, x: float, y: float, anchor: str | None = None, look: str = "") -> Markup:
    """A line of text.

    Args:
        anchor: `middle` or `end` (None: it begins at x).
    """
    return element("text", words, look=look, x=float(x), y=float(y), text_anchor=anchor)


def title(words: str) -> Markup:
    """What is shown on hovering."""
    return element("title", words)


def group(look: str, *inside: str, **attributes: object) -> Markup:
    """Elements that belong together."""
    return element("g", *inside, look=look, **attributes)


def picture(
    look: str,
    size: Sequence[float],
    label: str,
    parts: Iterable[str],
    role: str,
    **attributes: object,
) -> Markup:
    """The whole picture, with words for those who do not see it."""
    box = f"0 0 {size[0]:g} {size[1]:g}"
    return element("svg", *parts, look=look, viewBox=box, role=role, aria_label=label, **attributes)
