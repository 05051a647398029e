"""A fan chart as inline SVG: median, 50 % and 90 % of worlds over the baseline's, with marks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from sim.core.calendar import Calendar
from sim.outcomes.measures import Array
from sim.research.history.observations import observed
from viz.dashboard.charts.axes import Frame, frame, ticks
from viz.dashboard.charts.panels import Line, Panel
from viz.dashboard.numbers import ranged, short
from viz.dashboard.state.ensemble import Ensemble
from viz.figures.marks import Mark

LABEL_LANE = 13.0  # height of a row of labels above the plot
YEAR_WIDTH = 36.0  # room that the label of a year needs
CHARACTER = 5.4  # width of a character of a label


def fan_chart(
    panel: Panel,
    this: Ensemble,
    baseline: Ensemble | None,
    marks: Sequence[Mark] = (),
    pinned: Iterable[int] = (),
    size: tuple[float, float] = (360.0, 210.0),
    lanes: int = 0,
) -> tuple[str, Frame]:
    """The chart of a panel.

    Args:
        baseline: drawn behind in grey (None: alone).
        pinned: worlds drawn as single lines.
        size: width and height of the viewBox.
        lanes: rows of labels of marks above the plot; without any, marks tell on hovering.
    """
    shown = [one for one in panel.lines if one.outcome in this.outcomes]
    behind = [(baseline, line, "baseline") for line in shown] if baseline else []
    fans = [*behind, *((this, line, line.look) for line in shown)]
    values = [one.quantiles(line.outcome) for one, line, _ in fans]
    values += [this.outcomes[line.outcome][:, list(pinned)] for line in shown]
    include = panel.reference[0] if panel.reference else None
    top = 8.0 + LABEL_LANE * lanes
    at = frame(
        values, len(this.months), panel.is_log, include, width=size[0], height=size[1], top=top
    )
    parts = [
        _grid(at, this.months),
        _reference(at, panel),
        _marks(at, this.months, marks, lanes),
        *(_fan(at, one.quantiles(line.outcome), look) for one, line, look in fans),
        *(_pins(at, this.outcomes[line.outcome], line, pinned) for line in shown),
        *(_dots(at, line, this.months) for line in shown),
        *_names(at, this, shown),
        _hover(at, panel, this, baseline, shown),
    ]
    return _svg(at, _spoken(panel, this, shown), parts), at


def overlay(
    panel: Panel, cases: Sequence[tuple[Ensemble, str, str]], size: tuple[float, float]
) -> str:
    """Several cases in one chart: medians with the 50 % of worlds around each.

    Args:
        panel: with one line.
        cases: ensemble, look and name of each.
    """
    outcome = panel.lines[0].outcome
    fans = [(one.quantiles(outcome), look, name) for one, look, name in cases]
    include = panel.reference[0] if panel.reference else None
    months = cases[0][0].months
    at = frame(
        [q[1:4] for q, _, _ in fans],
        len(months),
        panel.is_log,
        include,
        width=size[0],
        height=size[1],
    )
    parts = [_grid(at, months), _reference(at, panel)]
    for q, look, name in fans:
        told = f"<title>{escape(name)}</title>"
        parts.append(
            f'<g class="{look} overlaid"><path class="half" d="{_band(at, q[1], q[3])}"/>'
            f'<path class="middle" d="{_path(at, q[2])}"/>{told}</g>'
        )
    spoken = [f"{name}: {ranged(*q[[2, 1, 3], -1], panel.unit)}" for q, _, name in fans]
    return _svg(at, f"{panel.title}; in {months[-1]}, median and 50 %: {'; '.join(spoken)}", parts)


def _svg(at: Frame, spoken: str, parts: Iterable[str]) -> str:
    inside = "".join(parts)
    return (
        f'<svg class="fan" viewBox="0 0 {at.width:g} {at.height:g}" role="img" '
        f'aria-label="{escape(spoken)}">{inside}</svg>'
    )


def _spoken(panel: Panel, this: Ensemble, shown: Sequence[Line]) -> str:
    told = [
        f"{line.label} {ranged(*this.quantiles(line.outcome)[[2, 0, 4], -1], panel.unit)}".strip()
        for line in shown
    ]
    return f"{panel.title}; in {this.months[-1]}: {'; '.join(told)}. {panel.note}"


def _path(at: Frame, values: Array, first: int = 0) -> str:
    x = at.x(np.arange(first, first + len(values)))
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, at.y(values), strict=True))


def _band(at: Frame, low: Array, high: Array) -> str:
    x = at.x(np.arange(len(low)))
    there = [f"{a:.1f} {b:.1f}" for a, b in zip(x, at.y(high), strict=True)]
    back = [f"{a:.1f} {b:.1f}" for a, b in zip(x, at.y(low), strict=True)]
    return "M" + "L".join([*there, *reversed(back)]) + "Z"


def _fan(at: Frame, q: Array, look: str) -> str:
    return (
        f'<g class="{look}"><path class="wide" d="{_band(at, q[0], q[4])}"/>'
        f'<path class="half" d="{_band(at, q[1], q[3])}"/>'
        f'<path class="middle" d="{_path(at, q[2])}"/></g>'
    )


def _pins(at: Frame, values: Array, line: Line, pinned: Iterable[int]) -> str:
    told = []
    for world in pinned:
        one = values[:, world]
        place = f'x="{at.width - at.right - 2:.1f}" y="{float(at.y(one[-1])) - 3:.1f}"'
        told.append(
            f'<path class="pin" d="{_path(at, one)}"><title>world {world}</title></path>'
            f'<text class="pin-name" {place} text-anchor="end">{world}</text>'
        )
    return f'<g class="{line.look}">{"".join(told)}</g>'


def _grid(at: Frame, months: Sequence[str]) -> str:
    lines, right, bottom = [], at.width - at.right, at.height - at.bottom
    for value in ticks(at.low, at.high, at.is_log):
        y = float(at.y(value))
        lines.append(f'<path class="grid" d="M{at.left:g} {y:.1f}H{right:g}"/>')
        lines.append(
            f'<text x="{at.left - 5:g}" y="{y + 3.5:.1f}" text-anchor="end">{short(value)}</text>'
        )
    januaries = [n for n, month in enumerate(months) if month.endswith("-01")]
    every = max(1, math.ceil(len(januaries) * YEAR_WIDTH / (right - at.left)))
    for n in januaries[::every]:
        x = float(at.x(n))
        lines.append(f'<path class="grid" d="M{x:.1f} {bottom:g}v4"/>')
        lines.append(
            f'<text x="{x:.1f}" y="{bottom + 15:g}" text-anchor="middle">{months[n][:4]}</text>'
        )
    return f'<g class="axis">{"".join(lines)}</g>'


def _reference(at: Frame, panel: Panel) -> str:
    if not panel.reference:
        return ""
    value, words = panel.reference
    y = float(at.y(value))
    return (
        f'<path class="reference" d="M{at.left:g} {y:.1f}H{at.width - at.right:g}"/>'
        f'<text class="reference-name" x="{at.left + 4:g}" y="{y - 3:.1f}">{escape(words)}</text>'
    )


def _marks(at: Frame, months: Sequence[str], marks: Sequence[Mark], lanes: int) -> str:
    """Dotted verticals; labels, the foremost first, where there is room in the lanes."""
    inside = [mark for mark in marks if months[0] < mark.month <= months[-1]]
    taken: list[list[tuple[float, float]]] = [[] for _ in range(lanes)]
    drawn = []
    for mark in sorted(inside, key=lambda mark: (mark.rank, mark.month)):
        x = float(at.x(months.index(mark.month)))
        who = "ours" if mark.is_ours else "theirs"
        title = f"<title>{escape(f'{mark.label}: {mark.description}')}</title>"
        foot = at.height - at.bottom
        drawn.append(f'<g class="mark {who}"><path d="M{x:.1f} {at.top - 2:g}V{foot:g}"/>{title}')
        width = CHARACTER * len(mark.label)
        start = min(max(x - width / 2, at.left), at.width - width)
        lane = next((n for n, row in enumerate(taken) if _is_free(row, start, width)), None)
        if lane is not None:
            taken[lane].append((start, start + width))
            y = at.top - 5 - LABEL_LANE * lane
            drawn.append(f'<text x="{start:.1f}" y="{y:.1f}">{escape(mark.label)}</text>')
        drawn.append("</g>")
    return "".join(drawn)


def _is_free(row: Iterable[tuple[float, float]], start: float, width: float) -> bool:
    return all(start > end + 8 or start + width < begin - 8 for begin, end in row)


def _dots(at: Frame, line: Line, months: Sequence[str]) -> str:
    """Observations with their range."""
    calendar = Calendar(months[0], len(months))
    drawn = []
    for fact in observed(line.history) if line.history else []:
        x = float(at.x(calendar.month(fact.month)))
        low, y, high = (float(at.y(v)) for v in (fact.low, fact.value, fact.high))
        told = f"observed {fact.month}: {ranged(fact.value, fact.low, fact.high, fact.unit)}"
        drawn.append(
            f'<g><path d="M{x:.1f} {low:.1f}V{high:.1f}"/><circle cx="{x:.1f}" cy="{y:.1f}" '
            f'r="3"/><title>{escape(f"{told}. {fact.source}")}</title></g>'
        )
    return f'<g class="dots {line.look}">{"".join(drawn)}</g>' if drawn else ""


def _names(at: Frame, this: Ensemble, shown: Sequence[Line]) -> Iterable[str]:
    """Names at the ends of the lines, where there is more than one."""
    for line in shown if len(shown) > 1 else []:
        month = int(0.72 * len(this.months))
        quarter = this.quantiles(line.outcome)[[3, 1], month]
        is_upper = line is shown[0]
        y = float(at.y(quarter[0])) - 12 if is_upper else float(at.y(quarter[1])) + 22
        place = f'x="{float(at.x(month)):.1f}" y="{y:.1f}"'
        yield f'<text class="name {line.look}" {place} text-anchor="middle">{line.label}</text>'


def _hover(
    at: Frame, panel: Panel, this: Ensemble, baseline: Ensemble | None, shown: Sequence[Line]
) -> str:
    """A strip a month that tells its numbers."""
    wide = float(at.x(1) - at.x(0))
    drawn = []
    for month, label in enumerate(this.months):
        told = [f"{label}  {panel.title}"]
        for line in shown:
            q = this.quantiles(line.outcome)[[2, 0, 4], month]
            told.append(f"{line.label or 'this scenario'}: {ranged(*q, panel.unit)}")
            if baseline is not None:
                b = baseline.quantiles(line.outcome)[[2, 0, 4], month]
                told.append(f"{line.label} baseline: {ranged(*b, panel.unit)}".strip())
        text = escape("\n".join(told))
        x = float(at.x(month)) - wide / 2
        drawn.append(f'<rect x="{x:.1f}"><title>{text}</title></rect>')
    height = at.height - at.top - at.bottom
    style = f"--w:{wide:.2f}px;--h:{height:g}px;--y:{at.top:g}px"
    return f'<g class="hover" style="{style}">{"".join(drawn)}</g>'
