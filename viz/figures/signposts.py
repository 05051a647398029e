"""Figure of the signposts: what tells most of each main headline, and when it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.research.signposts.study import MAIN, best_of
from viz.figures import theme
from viz.figures.panels import bare_rows, heading, nothing, rows
from viz.text.format import percent
from viz.text.signposts import title

SHOWN = 7  # series in a panel
YEARS = {  # of the observation: colour and mark
    "2026": (theme.SKY, "o"),
    "2027": (theme.BLUE, "s"),
    "2028": (theme.INK, "D"),
}
OTHER = (theme.GREY, "v")


@theme.styled
def signposts_figure(found: Mapping[str, Any]) -> Figure:
    """The share of the variance that each observation is expected to take away, by its year."""
    figure = Figure(figsize=(12, 8.2), layout="constrained")
    main = [key for key in MAIN if key in found["headlines"]]
    every = figure.subplots(3, 2, squeeze=False).flat
    for axes, key in zip(every, main, strict=False):
        _headline(axes, found, key)
    marks = {
        label: handle
        for axes in figure.axes
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    if marks:
        figure.legend(marks.values(), marks, loc="outside lower center", ncols=5)
    heading(
        figure,
        "What would tell us: share of the variance that an observation is expected to take away",
    )
    return figure


def _headline(axes: Axes, found: Mapping[str, Any], key: str) -> None:
    one = found["headlines"][key]
    axes.set_title(title(one))
    axes.set_xlabel(f"all observations together: {percent(one['together']['variance'])}")
    best = [row["series"] for row in best_of(found["signposts"], key)][:SHOWN]
    if not best:
        nothing(axes, "no observation does better than chance")
        return
    titles = {row["series"]: row["title"] for row in found["signposts"]}
    rows(axes, [titles[series] for series in best], fontsize=8)
    for row in found["signposts"]:
        if row["series"] in best:
            at, share = best.index(row["series"]), row["gains"][key]["variance"]
            color, mark = YEARS.get(row["month"][:4], OTHER)
            label = f"observation of {row['month'][:4]}"
            axes.plot([0, share], [at, at], color=theme.TRACK, linewidth=5, zorder=1)
            axes.plot([share], [at], mark, color=color, label=label, clip_on=False, zorder=3)
    axes.axvline(
        one["chance"]["variance"], color=theme.VERMILION, linestyle=":", label="reached by chance"
    )
    bare_rows(axes)
    axes.tick_params("y", pad=7)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
