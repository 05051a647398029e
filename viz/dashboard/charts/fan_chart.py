"""A fan chart as inline SVG: median, 50 % and 90 % of worlds over the baseline's, with marks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from markupsafe import Markup

from sim.core.calendar import Calendar
from sim.outcomes.record import Array
from sim.research.forecasting.own import OwnObservation
from sim.research.history.observations import Observation, observed
from viz.dashboard.charts import svg
from viz.dashboard.charts.axes import Frame, frame, tick_labels, ticks
from viz.dashboard.charts.differences import Differences
from viz.dashboard.charts.panels import Line, Panel
from viz.figures.marks import Mark
from viz.text.format import axis_unit, day, ranged

UNIT_LANE = 14.0  # height of the row of the unit above everything
LABEL_LANE = 14.0  # height of a row of labels above the plot
YEAR_WIDTH = 38.0  # that the label of a year needs
PIN_HEIGHT = 11.0  # of the number of a single world
LABEL_SIZE = 11.5  # of the font of labels of acts, in px of a chart at its own size
LEAST_STRIP = 4.0  # px of a month that a pointer can find
NUMBERS = [2, 0, 4]  # of the five quantiles: median and 90 % of worlds


SMALL = (320.0, 200.0)  # of a chart that stands in a column; a phone shows it at its own size
NARROW = (320.0, 240.0)  # of a large chart on a phone


DIAMOND = 4.5  # from its middle to its corners
DIAMOND_EDGES = f"l{DIAMOND} {DIAMOND}l{-DIAMOND} {DIAMOND}l{-DIAMOND} {-DIAMOND}Z"
KEYS = "Left and right arrow keys tell its acts one by one."
NOT_THERE = "not there yet"
BASELINE = "baseline"


Owned = Sequence[OwnObservation]


class Fans(Protocol):
    """What a fan chart is drawn from: quantiles of outcomes by month."""

    @property
    def months(self) -> list[str]:
        """Labels of all months."""

    @property
    def outcomes(self) -> Mapping[str, Array]:
        """By name, months first."""

    def quantiles(self, name: str) -> Array:
        """5, 25, 50, 75, 95 % over worlds, `[5, month]`, NaN where an outcome is not defined."""

    def undefined(self, name: str, month: int) -> str:
        """In how many worlds an outcome is not defined in a month, and why; else empty."""


@dataclass(frozen=True)
class Quantiles:
    """Fans of which only the quantiles are known, `[5, month]`."""

    months: list[str]
    outcomes: Mapping[str, Array]

    def quantiles(self, name: str) -> Array:
        """5, 25, 50, 75, 95 % over worlds, `[5, month]`."""
        return self.outcomes[name]

    def undefined(self, name: str, month: int) -> str:
        """Why there is no number in a month: who is not there yet has none."""
        return "" if math.isfinite(self.outcomes[name][2, month]) else NOT_THERE


def fan_chart(
    panel: Panel,
    fans: Fans,
    baseline: Fans | None,
    marks: Sequence[Mark] = (),
    pinned: Sequence[int] = (),
    size: tuple[float, float] = SMALL,
    lanes: int = 0,
    own: Owned = (),
) -> tuple[Markup, Frame]:
    """The chart of a panel.

    Args:
        baseline: drawn behind in grey (None: alone).
        pinned: worlds drawn as single lines.
        size: width and height of the viewBox.
        lanes: rows of labels of marks above the plot; without any, marks show them on hovering.
        own: observations of the reader, of which those of the lines are drawn as diamonds.
    """
    lines = [line for line in panel.lines if line.outcome in fans.outcomes]
    drawn = [(baseline, line, behind(line, lines)) for line in lines] if baseline else []
    drawn += [(fans, line, line.look) for line in lines]
    values = [source.quantiles(line.outcome) for source, line, _ in drawn]
    more = [part for line in lines for part in _beside(fans, line, pinned, own)]
    at = _frame(panel, [*values, *more], len(fans.months), size, LABEL_LANE * lanes)
    parts = [
        _unit(panel),
        _grid(at, fans.months),
        _reference(at, panel),
        *(_fan(at, q, look) for q, (_, _, look) in zip(values, drawn, strict=True)),
        *(_pins(at, fans.outcomes[line.outcome], line.look, pinned) for line in lines),
        *(_observations(at, line, fans.months, own) for line in lines),
        *_names(at, fans, lines),
        _hover(at, panel, fans, baseline, lines, marks),
        _marks(at, fans.months, marks, lanes),  # above the strips: pointing at one tells its source
    ]
    label = _in_words(panel, fans, lines)
    if not lanes:
        return svg.picture("fan", size, label, parts, "img"), at
    return svg.picture("fan", size, f"{label} {KEYS}", parts, "group", tabindex=0), at


def _in_words(panel: Panel, fans: Fans, lines: Sequence[Line]) -> str:
    """What a chart shows in the last month, for those who cannot see it."""
    texts = [
        f"{line.label} {number_text(fans, line.outcome, -1, panel.unit)}".strip() for line in lines
    ]
    return f"{panel.title}; in {fans.months[-1]}: {'; '.join(texts)}. {panel.note}"


def behind(line: Line, lines: Sequence[Line]) -> str:
    """Classes of the baseline of a line: of several, each has the colour of its own."""
    return f"{BASELINE} {line.look}" if len(lines) > 1 else BASELINE


def overlay(
    panel: Panel, scenarios: Sequence[tuple[Fans, str, str]], size: tuple[float, float]
) -> Markup:
    """Several scenarios in one chart: medians with the 50 % of worlds around each.

    Args:
        panel: with one line.
        scenarios: fans, look and name of each.
    """
    quantiles = [fans.quantiles(panel.lines[0].outcome) for fans, _, _ in scenarios]
    months = scenarios[0][0].months
    at = _frame(panel, [q[1:4] for q in quantiles], len(months), size)
    parts, texts = [_unit(panel), _grid(at, months), _reference(at, panel)], []
    for q, (fans, look, name) in zip(quantiles, scenarios, strict=True):
        band, middle = svg.path(_band(at, q[1], q[3]), "half"), svg.path(_path(at, q[2]), "middle")
        parts.append(svg.group(f"{look} overlaid", band, middle, svg.title(name)))
        low, median, high = map(float, q[1:4, -1])
        undefined = fans.undefined(panel.lines[0].outcome, -1)
        texts.append(f"{name}: {undefined or ranged(median, low, high, panel.unit)}")
    label = f"{panel.title}; in {months[-1]}, median and 50 %: {'; '.join(texts)}"
    return svg.picture("fan", size, label, parts, "img")


def _frame(
    panel: Panel, values: list[Array], months: int, size: tuple[float, float], lanes: float = 0.0
) -> Frame:
    include = panel.reference[0] if panel.reference else None
    top = 8.0 + lanes + (UNIT_LANE if axis_unit(panel.unit) else 0.0)
    return frame(values, months, panel.is_log, include, size, top)


def _unit(panel: Panel) -> Markup:
    """The unit of the values, above their axis."""
    unit = axis_unit(panel.unit)
    return svg.text(unit, 0.0, UNIT_LANE - 4, look="unit") if unit else Markup("")


def number_text(fans: Fans, outcome: str, month: int, unit: str) -> str:
    """Median and 90 % of worlds in a month, and in how many it is not defined, and why."""
    if isinstance(fans, Differences):
        return fans.number_text(outcome, month)
    undefined = fans.undefined(outcome, month)
    middle, low, high = map(float, fans.quantiles(outcome)[NUMBERS, month])
    if undefined and math.isnan(middle):
        return undefined
    numbers = ranged(middle, low, high, unit)
    return f"{numbers} ({undefined})" if undefined else numbers


def _spans(values: Array) -> list[slice]:
    """Successive months in which a line is defined."""
    edges = np.flatnonzero(np.diff(np.isfinite(values), prepend=False, append=False))
    return [slice(a, b) for a, b in edges.reshape(-1, 2).tolist()]


def _points(at: Frame, values: Array, months: slice) -> list[str]:
    x = at.x(np.arange(months.start, months.stop))
    return [f"{a:.1f} {b:.1f}" for a, b in zip(x, at.y(values[months]), strict=True)]


def _path(at: Frame, values: Array) -> str:
    return "".join("M" + "L".join(_points(at, values, months)) for months in _spans(values))


def _band(at: Frame, low: Array, high: Array) -> str:
    return "".join(
        "M" + "L".join([*_points(at, high, span), *reversed(_points(at, low, span))]) + "Z"
        for span in _spans(low)
    )


def _fan(at: Frame, q: Array, look: str) -> Markup:
    wide, half = (svg.path(_band(at, q[a], q[b]), name) for a, b, name in WIDTHS)
    return svg.group(look, wide, half, svg.path(_path(at, q[2]), "middle"))


WIDTHS = ((0, 4, "wide"), (1, 3, "half"))


def _pins(at: Frame, values: Array, look: str, pinned: Iterable[int]) -> Markup:
    parts, named = [], list[float]()  # heights at which a number stands
    for world in pinned:
        line = values[:, world]
        parts.append(svg.path(_path(at, line), "pin", svg.title(f"world {world}")))
        y = float(at.y(line[-1])) - 3
        if not math.isfinite(y) or any(abs(y - other) < PIN_HEIGHT for other in named):
            continue
        named.append(y)
        parts.append(svg.text(str(world), at.right_edge - 2, y, "end", "pin-name"))
    return svg.group(look, *parts)


def _grid(at: Frame, months: Sequence[str]) -> Markup:
    parts = []
    values = ticks(at.low, at.high, at.is_log)
    for value, label in zip(values, tick_labels(values, at.is_log), strict=True):
        y = float(at.y(value))
        parts.append(svg.path(f"M{at.left:g} {y:.1f}H{at.right_edge:g}", "grid"))
        parts.append(svg.text(label, at.left - 5, y + 3.5, "end"))
    januaries = [n for n, month in enumerate(months) if month.endswith("-01")]
    every = max(1, math.ceil(len(januaries) * YEAR_WIDTH / (at.right_edge - at.left)))
    for n in januaries[::every]:
        x = float(at.x(n))
        parts.append(svg.path(f"M{x:.1f} {at.foot:g}v4", "grid"))
        parts.append(svg.text(months[n][:4], x, at.foot + 15, "middle"))
    return svg.group("axis", *parts)


def _reference(at: Frame, panel: Panel) -> Markup:
    if not panel.reference:
        return Markup("")
    value, words = panel.reference
    y = float(at.y(value))
    line = svg.path(f"M{at.left:g} {y:.1f}H{at.right_edge:g}", "reference")
    return line + svg.text(words, at.left + 4, y - 3, look="reference-name")


def _marks(at: Frame, months: Sequence[str], marks: Sequence[Mark], lanes: int) -> Markup:
    """Dotted verticals; labels where a lane has space for them, by rank."""
    shown = [mark for mark in marks if months[0] < mark.month <= months[-1]]
    taken: list[list[tuple[float, float]]] = [[] for _ in range(lanes)]
    groups = []
    for mark in sorted(shown, key=lambda mark: (mark.rank, mark.month)):
        x = float(at.x(months.index(mark.month)))
        line = f"M{x:.1f} {at.top - 2:g}V{at.foot:g}"
        parts = [svg.path(line), svg.path(line, "hit"), svg.title(mark_text(mark))]
        width = svg.width_of(mark.title, LABEL_SIZE)
        start = min(max(x - width / 2, at.left), at.width - width)
        lane = next((n for n, row in enumerate(taken) if _is_free(row, start, width)), None)
        if lane is not None:
            taken[lane].append((start, start + width))
            parts.append(svg.text(mark.title, start, at.top - 5 - LABEL_LANE * lane))
        groups.append(svg.group(mark_look(mark), *parts, data_month=mark.month))
    return svg.join(groups)


def mark_text(mark: Mark) -> str:
    """What pointing at a mark tells: act, who, day, what and where it is written."""
    by = f", {mark.by}" if mark.by else ""
    parts = (f"{mark.title}{by}, {day(mark.day)}.", mark.description)
    source = f"Source: {mark.source}" if mark.source else ""
    return " ".join(filter(None, (*parts, source)))


def mark_look(mark: Mark) -> str:
    """Classes of a mark."""
    return f"mark {mark.whose}"


def _is_free(row: Iterable[tuple[float, float]], start: float, width: float) -> bool:
    return all(start > right + 8 or start + width < left - 8 for left, right in row)


def _observations(at: Frame, line: Line, months: Sequence[str], own: Owned) -> Markup:
    """Dots with their range, and those of the reader."""
    dots = []
    for fact in _within(observed(line.history) if line.history else [], months):
        x, y, bar = _place(at, fact, months)
        dot = svg.element("circle", cx=x, cy=y, r=3)
        text = f"observed {fact.month}: {ranged(fact.value, fact.low, fact.high, fact.unit)}"
        dots.append(svg.group("", bar, dot, svg.title(f"{text}. {fact.source}")))
    drawn = svg.group(f"dots {line.look}", *dots) if dots else Markup("")
    return drawn + _own_observations(at, line, months, own)


def _own_facts(line: Line, months: Sequence[str], own: Owned) -> list[OwnObservation]:
    """Observations of the reader that belong to a line, and lie in months of the chart."""
    return _within([one for one in own if one.is_of(line.outcome, line.history)], months)


def _beside(fans: Fans, line: Line, pinned: Sequence[int], own: Owned) -> list[Array]:
    """Values beside the bands that the axis must hold: pinned worlds, ranges of observations."""
    facts = _own_facts(line, fans.months, own)
    ranges = np.array([[one.low, one.high] for one in facts])
    return [fans.outcomes[line.outcome][:, list(pinned)], ranges] if pinned else [ranges]


def _own_observations(at: Frame, line: Line, months: Sequence[str], own: Owned) -> Markup:
    """Open diamonds with their range."""
    diamonds = []
    for fact in _own_facts(line, months, own):
        x, y, bar = _place(at, fact, months)
        diamond = svg.path(f"M{x:.1f} {y - DIAMOND:.1f}{DIAMOND_EDGES}", "diamond")
        numbers = ranged(fact.value, fact.low, fact.high, fact.target.unit)
        title = svg.title(f"your observation, {fact.month}: {numbers}")
        diamonds.append(svg.group("", bar, diamond, title))
    return svg.group(f"own {line.look}", *diamonds) if diamonds else Markup("")


def _within[Fact: (Observation, OwnObservation)](
    facts: Iterable[Fact], months: Sequence[str]
) -> list[Fact]:
    return [fact for fact in facts if months[0] <= fact.month <= months[-1]]


def _place(
    at: Frame, fact: Observation | OwnObservation, months: Sequence[str]
) -> tuple[float, float, Markup]:
    """Where an observation stands, and the line of its range."""
    x = float(at.x(Calendar(months[0], len(months)).month(fact.month)))
    low, y, high = (float(at.y(v)) for v in (fact.low, fact.value, fact.high))
    return x, y, svg.path(f"M{x:.1f} {low:.1f}V{high:.1f}")


def _names(at: Frame, fans: Fans, lines: Sequence[Line]) -> Iterable[Markup]:
    """Names at the lines, where there is more than one: of the highest above, of others below."""
    month = int(0.72 * len(fans.months))
    places = [
        [float(y) for y in at.y(fans.quantiles(line.outcome)[[1, 3], month])] for line in lines
    ]
    highest = min((upper for _, upper in places if math.isfinite(upper)), default=0.0)
    for line, (lower, upper) in zip(lines, places, strict=True):
        if len(lines) == 1 or not math.isfinite(lower):
            continue
        y = max(upper - 12, at.top + 11) if upper == highest else min(lower + 22, at.foot - 3)
        yield svg.text(line.label, float(at.x(month)), y, "middle", f"name {line.look}")


def _hover(
    at: Frame,
    panel: Panel,
    fans: Fans,
    baseline: Fans | None,
    lines: Sequence[Line],
    marks: Sequence[Mark],
) -> Markup:
    """Strips that show the numbers and acts of a month, or of three where a month is too narrow."""
    each = float(at.x(1) - at.x(0))
    months = 1 if each >= LEAST_STRIP else 3
    width = months * each
    acts: dict[str, list[str]] = {}
    for mark in marks:
        acts.setdefault(mark.month, []).append(f"{day(mark.day)}: {mark.title}")
    strips = []
    for first in range(0, len(fans.months), months):
        labels = fans.months[first : first + months]
        month = first + len(labels) - 1  # the last of a quarter
        texts = [f"{fans.months[month]}  {panel.title}"]
        for line in lines:
            name = line.label or "this scenario"
            texts.append(f"{name}: {number_text(fans, line.outcome, month, panel.unit)}")
            if baseline is not None:
                numbers = number_text(baseline, line.outcome, month, panel.unit)
                texts.append(f"{line.label} baseline: {numbers}".strip())
        texts += [act for label in labels for act in acts.get(label, [])]
        x = float(at.x(first)) - each / 2
        strips.append(svg.element("rect", svg.title("\n".join(texts)), x=x))
    style = f"--w:{width:.2f}px;--h:{at.foot - at.top:g}px;--y:{at.top:g}px"
    return svg.group("hover", *strips, style=style)
