"""A chart as a file to take along: SVG, PNG and CSV, each with caption, source and origin."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.record.provenance import code, versions
from sim.research.history.observations import observed
from viz.dashboard.charts.chart import Chart, Layer
from viz.dashboard.charts.fan_chart import BASELINE
from viz.dashboard.charts.panels import Line
from viz.text.format import axis_unit, capitalised

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUANTILES = ("p5", "p25", "p50", "p75", "p95")
DIGITS = 6  # significant digits in tables
SIZE = (9.0, 5.4)  # inches
LETTERS = 150  # of a line of the caption in a figure


@dataclass(frozen=True)
class Origin:
    """Where the numbers of a chart are from.

    Attributes:
        scenario: in words, with its baseline where there is one.
        link: that opens the page; empty where there is none.
    """

    scenario: str
    worlds: int
    seed: int
    link: str = ""

    def lines(self) -> dict[str, str]:
        """What is said of it, by what it is."""
        about = {
            "scenario": self.scenario,
            "version": f"moat {versions()['moat']}, code {code()}",
            "worlds": str(self.worlds),
            "seed": str(self.seed),
        }
        return about | ({"link": self.link} if self.link else {})

    def sentence(self) -> str:
        """The same as a sentence, for the caption of a figure."""
        about = "; ".join(
            f"{name} {text}" for name, text in self.lines().items() if name != "scenario"
        )
        return f"{capitalised(self.scenario)}; {about}."


def chart_file(chart: Chart, origin: Origin, kind: str) -> str | bytes:
    """A chart as a file: `CSV`, `SVG` or `PNG`."""
    if kind == "CSV":
        return chart_csv(chart, origin)
    return chart_figure(chart, origin, kind.lower())


def chart_csv(chart: Chart, origin: Origin) -> str:
    """Quantiles by month of every line, and the single worlds; notes stand on top after `#`."""
    file = io.StringIO()
    file.write(commented(_notes(chart, origin)))
    names = [f"world_{world}" for world in chart.worlds]
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["month", "scenario", "outcome", "unit", *QUANTILES, *names])
    for layer, line in _lines(chart):
        values = layer.fans.quantiles(line.outcome)
        if names and _has_worlds(chart, layer):
            values = np.vstack([values, layer.fans.outcomes[line.outcome][:, chart.worlds].T])
        for month, row in zip(chart.months, values.T, strict=True):
            numbers = ["" if np.isnan(one) else f"{one:.{DIGITS}g}" for one in row]
            gaps = [""] * (len(QUANTILES) + len(names) - len(numbers))
            unit = chart.panel.unit
            table.writerow([month, layer.name, line.outcome, unit, *numbers, *gaps])
    return file.getvalue()


def chart_figure(chart: Chart, origin: Origin, kind: str) -> bytes:
    """The chart as a figure that stands alone.

    Args:
        kind: `svg` or `png`.
    """
    import matplotlib
    from matplotlib.figure import Figure

    from viz.figures import theme
    from viz.figures.panels import caption, heading

    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        _draw(axes, chart)
        axes.set_ylabel(axis_unit(chart.panel.unit))
        heading(figure, chart.panel.title, 90)
        notes = _notes(chart, origin)
        source = f"Source: {notes['source']}."
        said = (notes["caption"], source, origin.sentence())
        caption(figure, " ".join(said), LETTERS, 7.5)
        file = io.BytesIO()
        figure.savefig(file, format=kind)
    return file.getvalue()


def commented(notes: Mapping[str, str]) -> str:
    """Notes as lines on top of a table."""
    return "".join(f"# {name}: {' '.join(text.split())}\n" for name, text in notes.items())


def _notes(chart: Chart, origin: Origin) -> dict[str, str]:
    facts = [fact for _, line in _lines(chart) if line.history for fact in observed(line.history)]
    sources = dict.fromkeys(fact.source for fact in facts)
    about = {"title": chart.panel.title, "caption": f"{chart.caption} {chart.panel.note}".strip()}
    simulated = "bands: simulated by moat"
    theirs = ["open diamonds: your own observations"] if chart.own else []
    said = "; ".join([simulated, *(f"dots: {source}" for source in sources), *theirs])
    return about | {"source": said} | origin.lines()


def _lines(chart: Chart) -> Iterator[tuple[Layer, Line]]:
    for layer in chart.layers:
        for line in chart.panel.lines:
            if line.outcome in layer.fans.outcomes:
                yield layer, line


def _has_worlds(chart: Chart, layer: Layer) -> bool:
    return layer is chart.layers[-1]


def _draw(axes: Axes, chart: Chart) -> None:
    """Lines, acts, reference and axes."""
    from viz.figures import theme
    from viz.figures.panels import act_lines, log_scale, years

    for layer, line in _lines(chart):
        _draw_line(axes, chart, layer, line)
    if chart.panel.is_log:
        log_scale(axes)
    if chart.panel.reference:
        axes.axhline(chart.panel.reference[0], color=theme.INK, linewidth=0.8)
    at = years(chart.months)
    axes.set_xlim(at[0], at[-1] + 1 / 12)
    act_lines(axes, [mark for mark in chart.marks if mark.is_foremost], not chart.panel.is_log)
    axes.legend(loc="best", fontsize=8)


def _draw_line(axes: Axes, chart: Chart, layer: Layer, line: Line) -> None:
    """Bands, single worlds and dots of one outcome in one scenario."""
    from viz.figures.panels import bands, dots, years

    style, ground = _style(chart, layer, line)
    at, color = years(chart.months), style["color"]
    label = f"{line.label}, {layer.name}" if line.label else layer.name
    quantiles = list(layer.fans.quantiles(line.outcome))
    bands(axes, at, quantiles, style, label.replace("$", r"\$"), ground)
    if chart.worlds and _has_worlds(chart, layer):
        for world in chart.worlds:
            values = layer.fans.outcomes[line.outcome][:, world]
            axes.plot(at, values, linewidth=0.7, color=color, alpha=0.9)
            axes.annotate(f"{world}", (at[-1], values[-1]), fontsize=6.5, color=color)
    if line.history:
        dots(axes, observed(line.history), color)
    theirs = [one for one in chart.own if one.is_of(line.outcome, line.history)]
    if layer is chart.layers[-1]:
        dots(axes, theirs, color, is_own=True)


def _style(chart: Chart, layer: Layer, line: Line) -> tuple[dict[str, Any], str]:
    """Look of a line, and the colour of its bands where that is another one."""
    from viz.figures import theme

    looks: dict[str, dict[str, Any]] = {
        "case": theme.NEUTRAL,
        "us": theme.US,
        "china": theme.CHINA,
        "rest": theme.NEUTRAL,
        BASELINE: theme.line(theme.GREY, "--"),
        "second": theme.line(theme.VERMILION, "--"),
        "third": theme.line(theme.BLUE, ":"),
        "fourth": theme.line(theme.PURPLE, "-."),
    }
    if chart.is_overlay:
        return looks[layer.look], ""
    if layer.look != BASELINE:
        return looks[line.look], ""
    if len(chart.panel.lines) == 1:
        return looks[BASELINE], ""
    return theme.line(looks[line.look]["color"], ":"), theme.GREY
