"""Acts of a scenario on a time line, as inline SVG: labels in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from viz.dashboard.charts import svg
from viz.dashboard.charts.fan_chart import mark_look, mark_text
from viz.figures.marks import Mark, is_added

WIDTH, NARROW = 1000.0, 340.0  # of the drawing, on a screen and on a phone
ROW, SIZE = 16.0, 12.0  # height of a row of labels, size of their font
LEFT, DOT, GAP = 16.0, 3.5, 8.0  # margin, radius of a dot, space between two labels
TOP, FOOT, YEAR = 12.0, 22.0, 40.0  # above the rows, below them, width that a year needs
KEYS = "Left and right arrow keys tell them one by one."

Span = tuple[float, float]


def timeline(marks: Sequence[Mark], months: Sequence[str], width: float = WIDTH) -> Markup:
    """The time line. Where it is narrow only the foremost acts have a label; all have a dot.

    Args:
        marks: in order of time.
        months: labels of all months.
    """
    shown = [mark for mark in marks if mark.month <= months[-1]]
    rows: list[list[Span]] = []  # what is taken in each
    acts = []
    for mark in shown:
        x = _x(months.index(max(mark.month, months[0])), months, width)
        is_named = width >= WIDTH or mark.is_foremost
        span, is_right = _span(x, mark.title if is_named else "", width)
        row = next((n for n, taken in enumerate(rows) if _is_free(taken, span)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        acts.append(_act(mark, x, TOP + ROW * row, is_right))
    height = TOP + ROW * max(len(rows), 1) + FOOT
    label = f"Time line of {len(acts)} acts. {KEYS}"
    parts = [*_axis(months, width, height), *acts]
    look = "fan timeline"
    return svg.picture(look, (width, height), label, parts, "group", tabindex=0)


def _axis(months: Sequence[str], width: float, height: float) -> list[Markup]:
    """A line and a label a year, as far as there is room for labels."""
    januaries = [n for n, month in enumerate(months) if month.endswith("-01")]
    every = max(1, -int(-len(januaries) * YEAR // (width - 2 * LEFT)))
    parts = []
    for at, month in enumerate(januaries):
        x = _x(month, months, width)
        parts.append(svg.path(f"M{x:.1f} 0V{height - 17:g}", "grid"))
        if at % every == 0:
            parts.append(svg.text(months[month][:4], x, height - 4, "middle"))
    return parts


def _x(month: int, months: Sequence[str], width: float) -> float:
    return LEFT + (width - 2 * LEFT) * month / len(months)


def _span(x: float, words: str, width: float) -> tuple[Span, bool | None]:
    """What a dot and its label take, and whether the label stands right (None: no room)."""
    long = svg.width_of(words, SIZE) + 2 * DOT
    is_right = x + long + DOT < width
    if not words or not (is_right or x - DOT - long > 0):
        return (x - DOT, x + DOT), None
    return (x - DOT, x + DOT + long) if is_right else (x - DOT - long, x + DOT), is_right


def _is_free(taken: Sequence[Span], span: Span) -> bool:
    return all(span[0] > end + GAP or span[1] < start - GAP for start, end in taken)


def _act(mark: Mark, x: float, y: float, is_right: bool | None) -> Markup:
    """A dot and a label, on the side where there is space."""
    place, anchor = (x + 2 * DOT, None) if is_right else (x - 2 * DOT, "end")
    dot = svg.element("circle", cx=x, cy=y - DOT, r=DOT)
    look = mark_look(mark) + (" added" if is_added(mark.name) else "")
    name = svg.text(mark.title, place, y, anchor) if is_right is not None else ""
    return svg.group(look, dot, name, svg.title(mark_text(mark)), data_month=mark.month)
