"""Acts of a scenario on a time line, as inline SVG: labels in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from viz.figures.marks import Mark, is_added

WIDTH, ROW, CHARACTER, LEFT = 1000.0, 15.0, 5.6, 10.0


def timeline(marks: Sequence[Mark], months: Sequence[str]) -> str:
    """The time line.

    Args:
        marks: in order of time.
        months: labels of all months.
    """
    rows: list[float] = []  # where each row is taken up to
    drawn = []
    for mark in marks:
        if mark.month > months[-1]:
            continue
        x = _x(months.index(max(mark.month, months[0])), months)
        row = next((n for n, end in enumerate(rows) if end + 8 < x), len(rows))
        end = x + 8 + CHARACTER * len(mark.label)
        rows[row : row + 1] = [end]
        drawn.append(_act(mark, x, 12 + ROW * row, end < WIDTH))
    height = 12 + ROW * len(rows) + 22
    axis = [
        f'<path class="grid" d="M{_x(n, months):.1f} 0V{height - 16:g}"/>'
        f'<text x="{_x(n, months):.1f}" y="{height - 4:g}" text-anchor="middle">{month[:4]}</text>'
        for n, month in enumerate(months)
        if month.endswith("-01")
    ]
    inside = "".join([*axis, *drawn])
    return (
        f'<svg class="fan timeline" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="Time line of {len(drawn)} acts">{inside}</svg>'
    )


def _x(month: int, months: Sequence[str]) -> float:
    return LEFT + (WIDTH - 2 * LEFT) * month / len(months)


def _act(mark: Mark, x: float, y: float, is_right: bool) -> str:
    """A dot and a label, on the side where there is room."""
    who = f"{'ours' if mark.is_ours else 'theirs'}{' added' if is_added(mark.name) else ''}"
    anchor = f'x="{x + 6:.1f}"' if is_right else f'x="{x - 6:.1f}" text-anchor="end"'
    return (
        f'<g class="mark {who}"><circle cx="{x:.1f}" cy="{y - 3.5:.1f}" r="3.5"/>'
        f'<text {anchor} y="{y:.1f}">{escape(mark.label)}</text>'
        f"<title>{escape(f'{mark.label}: {mark.description}')}</title></g>"
    )
