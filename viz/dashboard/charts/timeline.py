"""Acts of a scenario on a time line, as inline SVG: labels in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from viz.dashboard.charts import svg
from viz.dashboard.charts.fan_chart import mark_look, mark_text
from viz.figures.marks import Mark, is_added

WIDTH, ROW, CHARACTER, LEFT = 1000.0, 15.0, 5.6, 10.0


def timeline(marks: Sequence[Mark], months: Sequence[str]) -> Markup:
    """The time line.

    Args:
        marks: in order of time.
        months: labels of all months.
    """
    ends: list[float] = []  # of the last label of each row
    acts = []
    for mark in marks:
        if mark.month > months[-1]:
            continue
        x = _x(months.index(max(mark.month, months[0])), months)
        row = next((n for n, end in enumerate(ends) if end + 8 < x), len(ends))
        end = x + 8 + CHARACTER * len(mark.label)
        ends[row : row + 1] = [end]
        acts.append(_act(mark, x, 12 + ROW * row, end < WIDTH))
    height = 12 + ROW * len(ends) + 22
    axis = [
        svg.path(f"M{_x(n, months):.1f} 0V{height - 16:g}", "grid")
        + svg.text(month[:4], _x(n, months), height - 4, "middle")
        for n, month in enumerate(months)
        if month.endswith("-01")
    ]
    label = f"Time line of {len(acts)} acts"
    return svg.picture("fan timeline", (WIDTH, height), label, [*axis, *acts], "img")


def _x(month: int, months: Sequence[str]) -> float:
    return LEFT + (WIDTH - 2 * LEFT) * month / len(months)


def _act(mark: Mark, x: float, y: float, is_right: bool) -> Markup:
    """A dot and a label, on the side where there is space."""
    place, anchor = (x + 6, None) if is_right else (x - 6, "end")
    dot = svg.element("circle", cx=x, cy=y - 3.5, r=3.5)
    look = mark_look(mark) + (" added" if is_added(mark.name) else "")
    return svg.group(look, dot, svg.text(mark.label, place, y, anchor), svg.title(mark_text(mark)))
