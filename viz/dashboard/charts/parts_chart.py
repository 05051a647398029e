"""An effect split into parts: a bar for each, in a column, and its files."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

from markupsafe import Markup

from sim.experiments.parts import WHOLE, Explanation, Part, Split
from viz.dashboard.charts import svg
from viz.dashboard.charts.axes import tick_labels, ticks
from viz.dashboard.charts.files import Origin, commented
from viz.text.acts import with_act_names
from viz.text.explanation import LOOKS, compared, in_points, writer
from viz.text.format import interval
from viz.text.sentences import effect, phrase, shown

GAP = 6.0  # between the last part and the whole
BAR = 12.0  # height of a bar
FOOT = 20.0  # of the axis
VALUE = 52.0  # width of the numbers on the right


@dataclass(frozen=True)
class Rows:
    """Where things stand in a drawing.

    Attributes:
        left: of the bars; names stand before it, or above the bars where it is next to nothing.
        height: of a row.
        name: from the top of a row to the foot of its name; `bar`: to the top of its bar.
    """

    width: float
    left: float
    height: float
    name: float
    bar: float

    @property
    def right(self) -> float:
        """Where bars end at the most."""
        return self.width - VALUE


WIDE = Rows(560.0, 262.0, 20.0, 14.0, 4.0)
NARROW = Rows(320.0, 4.0, 32.0, 12.0, 17.0)


@dataclass(frozen=True, eq=False)
class PartsChart:
    """The parts of the effects on some outcomes.

    Attributes:
        worlds: which ones, and how the effects were split.
    """

    explanation: Explanation
    worlds: str

    @property
    def name(self) -> str:
        """Of its files."""
        about, found = self.explanation.about, self.explanation
        pair = f"{about['scenario']['name']}-{about['against']['name']}"
        return f"why-{pair}-{found.month}-{found.by}".replace(", ", "-")

    @property
    def title(self) -> str:
        """What is split, and by what."""
        return compared(self.explanation)

    @property
    def note(self) -> str:
        """What the drawings show, and where their numbers are from."""
        return f"{LOOKS} {self.worlds}"

    def svg(self, name: str, rows: Rows) -> Markup:
        """The drawing of the parts of one effect; empty where it is defined in no world."""
        split = in_points(with_act_names(self.explanation).splits[name])
        if not split.share_defined:
            return Markup("")
        said = effect(self.explanation.verdict(name))
        return _drawing(split, rows, f"{said} By {self.explanation.by}")


def _drawing(split: Split, rows: Rows, label: str) -> Markup:
    """A row a part, the whole set apart below them, and the axis."""
    write, x = writer(split), _scale(split, rows)
    foot = rows.height * len(split.rows) + GAP
    parts = [_axis(split, rows, foot, x)]
    texts = []
    for n, part in enumerate(split.rows):
        top = rows.height * n + (GAP if part.channel == WHOLE else 0.0)
        parts.append(_row(part, top, rows, x, write(part.mean)))
        texts.append(f"{phrase(part.channel)} {write(part.mean)}")
    words = f"{label}, mean {shown(split.unit)}: {', '.join(texts)}."
    return svg.picture("fan parts", (rows.width, foot + FOOT), words, parts, "img")


def _ends(split: Split) -> tuple[float, float]:
    """Least and greatest of what is drawn; 0 is among it."""
    values = [value for part in split.rows for value in (part.mean, part.p5, part.p95)]
    low, high = min(0.0, *values), max(0.0, *values)
    return (low, high) if high > low else (-1.0, 1.0)


def _scale(split: Split, rows: Rows) -> Callable[[float], float]:
    """From a value to its place."""
    low, high = _ends(split)
    each = (rows.right - rows.left) / (high - low)
    return lambda value: rows.left + each * (value - low)


def _axis(split: Split, rows: Rows, foot: float, x: Callable[[float], float]) -> Markup:
    """Ticks with their numbers, the unit, and the line of no effect."""
    values = ticks(*_ends(split), False, 4)
    lines = [svg.path(f"M{x(value):.1f} 0V{foot:g}", "grid") for value in values]
    names = [
        svg.text(label, x(value), foot + 14, "middle" if x(value) > 12 else None)
        for value, label in zip(values, tick_labels(values, False), strict=True)
    ]
    unit = svg.text(shown(split.unit), rows.width, foot + 14, "end")
    zero = svg.path(f"M{x(0.0):.1f} 0V{foot:g}", "reference")
    return svg.group("axis", *lines, *names, unit, zero)


def _row(part: Part, top: float, rows: Rows, x: Callable[[float], float], size: str) -> Markup:
    """Name, bar, 90 % of worlds with the median, and the mean as a number."""
    whole = " whole" if part.channel == WHOLE else ""
    look = f"part {'up' if part.mean > 0 else 'down'}{whole}{'' if part.sign else ' unclear'}"
    name, middle = phrase(part.channel), top + rows.bar + BAR / 2
    start, end = sorted((x(0.0), x(part.mean)))
    bar = svg.element("rect", x=start, y=top + rows.bar, width=end - start, height=BAR)
    span = f"M{x(part.p5):.1f} {middle:.1f}H{x(part.p95):.1f}"
    return svg.group(
        look,
        svg.text(name, 0.0, top + rows.name),
        bar,
        svg.path(span, "halo"),
        svg.path(span, "range"),
        svg.element("circle", cx=x(part.median), cy=middle, r=3),
        svg.text(size, rows.width, top + rows.name, "end", "mean"),
        svg.title(f"{name}: mean {size}, 90 % of worlds {interval(part.p5, part.p95)}"),
    )


def parts_file(chart: PartsChart, origin: Origin, kind: str) -> str | bytes:
    """The parts as a file: `CSV`, `SVG` or `PNG`, with their own worlds and seed."""
    about = chart.explanation.about
    origin = replace(origin, worlds=about["worlds"], seed=about["seed"])
    if kind == "CSV":
        notes = {"title": chart.title, "caption": chart.worlds, **origin.lines()}
        return commented(notes) + chart.explanation.table().to_csv(index=False)

    import matplotlib

    from viz.figures import theme
    from viz.figures.explanation import parts_figure

    file = io.BytesIO()
    with matplotlib.rc_context(theme.STYLE):
        figure = parts_figure(chart.explanation, f"{chart.worlds} {origin.sentence()}")
        figure.savefig(file, format=kind.lower())
    return file.getvalue()
