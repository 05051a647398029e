"""A matplotlib figure as SVG that stands inside a page."""

from __future__ import annotations

import io

import matplotlib
from matplotlib.figure import Figure

from viz.figures import theme


def as_svg(figure: Figure) -> str:
    """The SVG element alone, as wide as its place."""
    file = io.StringIO()
    with matplotlib.rc_context(theme.STYLE):
        figure.savefig(file, format="svg")
    text = file.getvalue()
    return text[text.index("<svg") :]
