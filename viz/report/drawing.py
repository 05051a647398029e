"""Figures as inline SVG: colours that follow light and dark, names that never clash, alt text."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.record.results import Results
from viz.figures import theme
from viz.report.page import Drawing

SIZE = (7.6, 3.5)  # inches of one panel; a hundred points of the page each
WIDEST = 9.6  # inches: what is wider would be read with a glass
INKS = {  # colours of the figures, and the variables of the page that stand for them
    theme.INK: "--ink",
    theme.GREY: "--axis",
    "#e6e6e6": "--grid",
    "#ececec": "--grid",
    "#ffffff": "--paper",
    "#000000": "--ink",
    theme.BLUE: "--blue",
    theme.ORANGE: "--orange",
    theme.GREEN: "--green",
    theme.VERMILION: "--vermilion",
    theme.SKY: "--sky",
    theme.PURPLE: "--purple",
}
Panel = Callable[[Axes, Results], None]


def panel(draw: Panel, results: Results, caption: str, alt: str) -> Drawing:
    """One panel as a drawing of its own."""
    with matplotlib.rc_context(theme.STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        draw(figure.subplots(), results)
    return drawn(figure, caption, alt)


def whole(figure: Figure, alt: str, plate: bool = False) -> Drawing:
    """A figure made for a file: its title and caption become text of the page."""
    title, caption = figure.get_suptitle(), " ".join(figure.get_supxlabel().split())
    figure.suptitle("")
    figure.supxlabel("")
    width, height = figure.get_size_inches()
    smaller = min(1, WIDEST / width)
    figure.set_size_inches(smaller * width, smaller * height)
    return replace(drawn(figure, caption, alt), title=title, plate=plate)


def drawn(figure: Figure, caption: str, alt: str) -> Drawing:
    """A figure with its caption and the words that stand in for it."""
    return Drawing(_svg(figure, alt), caption)


def _svg(figure: Figure, alt: str) -> str:
    """SVG to stand inside a page."""
    name = f"f{hashlib.sha256(alt.encode()).hexdigest()[:8]}"  # alt texts differ within a page
    sink = io.StringIO()
    plain = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({**theme.STYLE, "svg.hashsalt": name}):
        figure.savefig(sink, format="svg", transparent=True, metadata=plain)
    text = sink.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r'(id="|href="#|url\(#)', rf"\1{name}-", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    for color, variable in INKS.items():
        text = re.sub(color, f"var({variable})", text, flags=re.I)
    label = f'role="img" aria-labelledby="{name}-alt"'
    title = f'<title id="{name}-alt">{escape(alt)}</title>'
    return re.sub(r"<svg([^>]*)>", rf"<svg\1 {label}>{title}", text, count=1).strip()
