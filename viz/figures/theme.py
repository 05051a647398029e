"""One look for all figures: Okabe-Ito colours, safe for the colour-blind, and line styles."""

from __future__ import annotations

from typing import Any

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, GREY, INK = "#56B4E9", "#CC79A7", "#8a8a8a", "#222222"

# Colour and line style together, so that a figure reads in black and white too.
US: dict[str, Any] = {"color": BLUE, "linestyle": "-"}
CHINA: dict[str, Any] = {"color": VERMILION, "linestyle": "--"}
NEUTRAL: dict[str, Any] = {"color": GREEN, "linestyle": "-"}

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
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.6,
    "figure.facecolor": "white",
    "svg.fonttype": "none",
    "savefig.dpi": 150,
}
