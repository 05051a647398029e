"""Acts of a scenario on a time line, as inline SVG: labels in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from viz.marks import Mark, is_added

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
        at = (
            months.index(mark.month)
            if mark.month in months
            else 0
            if mark.month < months[0]
            else -1
        )
        if at < 0:
            continue
        x = LEFT + (WIDTH - 2 * LEFT) * at / len(months)
        row = next((n for n, end in enumerate(rows) if end + 8 < x), len(rows))
        end = x + 8 + CHARACTER * len(mark.label)
        rows[row : row + 1] = [end]
        y = 12 + ROW * row
        who = "ours" if mark.is_ours else "theirs"
        bold = " added" if is_added(mark.name) else ""
        anchor = f'x="{x + 6:.1f}"' if end < WIDTH else f'x="{x - 6:.1f}" text-anchor="end"'
        drawn.append(
            f'<g class="mark {who}{bold}"><circle cx="{x:.1f}" cy="{y - 3.5:.1f}" r="3.5"/>'
            f'<text {anchor} y="{y:.1f}">{escape(mark.label)}</text>'
            f"<title>{escape(f'{mark.label}: {mark.description}')}</title></g>"
        )
    height = 12 + ROW * len(rows) + 22
    axis = [
        f'<path class="grid" d="M{x:.1f} 0V{height - 16:g}"/>'
        f'<text x="{x:.1f}" y="{height - 4:g}" text-anchor="middle">{month[:4]}</text>'
        for n, month in enumerate(months)
        if month.endswith("-01")
        for x in [LEFT + (WIDTH - 2 * LEFT) * n / len(months)]
    ]
    inside = "".join([*axis, *drawn])
    return (
        f'<svg class="fan timeline" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="Time line of {len(drawn)} acts">{inside}</svg>'
    )
