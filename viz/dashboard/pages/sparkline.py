"""The path of an effect on a card: as wide as the card, with text of the page's own size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from sim.outcomes.record import Array
from viz.dashboard.charts import svg
from viz.dashboard.charts.axes import Frame
from viz.dashboard.state.answers import Effect
from viz.text.format import SHORT, amount, when
from viz.text.sentences import effect, shown

SIZE = (300.0, 64.0)  # units of the drawing, which is stretched to the width of its card
MARGIN = 0.06  # of the height, below and above
FLATTEST = 12.0  # how far the axis reaches at most, in largest medians: beyond, a line looks flat
WAYS = {-1: "down to", 1: "up to"}
CUT = "The band is cut where its edge is dashed: it goes {ways}."
LATE = 0.4  # share of the months after which there is room for words before a cut


@dataclass(frozen=True)
class Cut:
    """Where a band goes beyond the drawing.

    Attributes:
        side: -1 below, 1 above.
        edge: value at which it is cut.
        months: where it is.
        words: how far it goes.
    """

    side: int
    edge: float
    months: Array
    words: str


def sparkline(path: Effect, month: int) -> Markup:
    """The median and 90 % of worlds of an effect by month, with the month of the verdict."""
    low, high = ends(path.quantiles)
    margin = MARGIN * (high - low)
    at = Frame(*SIZE, len(path.months), low - margin, high + margin, False, 0.0, 0.0, 0.0, 0.0)
    unit = shown(path.verdict_at(month).unit)
    found = cuts(path.quantiles, low, high, unit)
    zero = 100 * float(at.y(0.0)) / at.height
    years = Markup("<span>{}</span><span>{}</span>").format(path.months[0][:4], path.months[-1][:4])
    return Markup(
        '<div class="moat-spark"><div class="plot">{}{}<i class="zero" style="top:{:.1f}%">0</i>'
        '</div><div class="years" aria-hidden="true">{}</div></div>'
    ).format(
        _drawing(path, month, at, found, unit),
        Markup("").join(_words_of(cut, len(path.months)) for cut in found),
        zero,
        years,
    )


def ends(quantiles: Array) -> tuple[float, float]:
    """The values between which a path is drawn: all of the band, unless the line would be flat.

    >>> ends(np.array([[-2.0, -3.0], [0.5, 1.0], [4.0, 9.0]]))
    (-3.0, 9.0)
    >>> ends(np.array([[-2.0, -3.0], [0.5, 1.0], [4.0, 90.0]]))
    (-3.0, 12.0)
    """
    finite = np.append(quantiles[np.isfinite(quantiles)], 0.0)
    low, high = float(finite.min()), float(finite.max())
    middle = quantiles[1][np.isfinite(quantiles[1])]
    limit = FLATTEST * float(np.abs(middle).max(initial=0.0))
    if limit:
        low, high = max(low, -limit), min(high, limit)
    return (low, high) if high > low else (-1.0, 1.0)


def cuts(quantiles: Array, low: float, high: float, unit: str) -> list[Cut]:
    """Where the band goes beyond what is drawn."""
    found = []
    for side, edge, values in ((-1, low, quantiles[0]), (1, high, quantiles[2])):
        months = np.flatnonzero(side * values > side * edge)
        if months.size:
            farthest = side * float((side * values[months]).max())
            words = f"{WAYS[side]} {amount(farthest, unit, SHORT)}"
            found.append(Cut(side, edge, months, words))
    return found


def _drawing(path: Effect, month: int, at: Frame, found: list[Cut], unit: str) -> Markup:
    x = at.x(np.arange(len(path.months)))
    low, high = at.low, at.high
    for cut in found:
        low, high = (cut.edge, high) if cut.side < 0 else (low, cut.edge)

    def points(values: Array) -> list[str]:
        y = at.y(np.clip(values, low, high))
        return [f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(b)]

    lower, line, upper = (points(values) for values in path.quantiles)
    zero, now = float(at.y(0.0)), float(at.x(month))
    verdict = effect(path.verdict_at(month))
    cut_words = CUT.format(ways=" and ".join(cut.words for cut in found)) if found else ""
    title = f"{when(path.months[month])}: median and 90 % of worlds, {unit}. {cut_words}"
    parts = [
        svg.path(f"M0 {zero:.1f}H{at.width:g}", "reference"),
        svg.group(
            "case",
            svg.path("M" + "L".join([*upper, *reversed(lower)]) + "Z", "wide"),
            svg.path("M" + "L".join(line), "middle"),
            *(svg.path(_edge(cut, at), "cut") for cut in found),
        ),
        svg.path(f"M{now:.1f} 0V{at.height:g}", "now"),
        svg.title(title.strip()),
    ]
    words = f"Difference in {unit or 'units'} by month; {verdict} {cut_words}".strip()
    return svg.picture("fan spark", SIZE, words, parts, "img", preserveAspectRatio="none")


def _edge(cut: Cut, at: Frame) -> str:
    """The line along which a band is cut, where it is."""
    y, half = float(at.y(cut.edge)), float(at.x(1) - at.x(0)) / 2
    runs = np.split(cut.months, np.flatnonzero(np.diff(cut.months) > 1) + 1)
    return "".join(f"M{at.x(n[0]) - half:.1f} {y:.1f}H{at.x(n[-1]) + half:.1f}" for n in runs)


def _words_of(cut: Cut, months: int) -> Markup:
    """How far a band goes, beside where it is cut: before it, where there is room."""
    share = float(cut.months[0]) / months
    across = f"right:{100 * (1 - share):.1f}%" if share > LATE else f"left:{100 * share:.1f}%"
    up = "top" if cut.side > 0 else "bottom"
    return Markup('<i class="cut" aria-hidden="true" style="{}:0;{}">{}</i>').format(
        up, across, cut.words
    )
