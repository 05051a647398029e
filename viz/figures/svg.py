"""A matplotlib figure as SVG that stands inside a page."""

from __future__ import annotations

import io

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure

from viz.figures import theme


def as_svg(figure: Figure) -> Markup:
    """The SVG element alone, as wide as its place; matplotlib escapes the texts in it."""
    file = io.StringIO()
    with matplotlib.rc_context(theme.STYLE):
        figure.savefig(file, format="svg")
    text = file.getvalue()
    return Markup(text[text.index("<svg") :])
