"""One look for all figures: Okabe-Ito colours, safe for the colour-blind, and line styles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import matplotlib
from matplotlib.colors import LinearSegmentedColormap

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, GREY, INK = "#56B4E9", "#CC79A7", "#8a8a8a", "#222222"
GRID, TRACK = "#e6e6e6", "#ececec"
# From vermilion over white to blue: distinct with every kind of colour blindness.
DIVERGING = LinearSegmentedColormap.from_list("below_above", [VERMILION, "#f7f7f7", BLUE])

Style = dict[str, Any]  # arguments of a matplotlib line


def line(color: str, dashes: str | tuple[float, tuple[float, ...]] = "-") -> Style:
    """Colour and line style together, so that a figure reads in black and white too."""
    return {"color": color, "linestyle": dashes}


US, CHINA, NEUTRAL = line(BLUE), line(VERMILION, "--"), line(GREEN)
SCENARIOS = (  # of several scenarios in one panel
    line(BLUE),
    line(VERMILION, "--"),
    line(GREEN, "-."),
    line(PURPLE, ":"),
    line(ORANGE, (0, (6, 1.5))),
    line(SKY, (0, (3, 1, 1, 1))),
)

STYLE: Any = {  # matplotlib types every key; a dict of ours would need them all
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "figure.facecolor": "white",
    "legend.frameon": False,
    "svg.fonttype": "none",
    "savefig.dpi": 150,
}


def styled[**Arguments, Result](
    draw: Callable[Arguments, Result],
) -> Callable[Arguments, Result]:
    """Draw in this look, whatever the settings of matplotlib are."""

    @wraps(draw)
    def in_style(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with matplotlib.rc_context(STYLE):
            return draw(*args, **kwargs)

    return in_style


def ink(depth: float) -> str:
    """Colour of text on a cell of the diverging map, by how deep its colour is, 0 to 1."""
    return "white" if depth > 0.7 else INK
