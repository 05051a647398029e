"""The figures of a comparison: paired effects over time, and several runs in one panel."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.outcomes.catalogue import label_of, unit_of
from sim.record.results import Results
from viz.figures import theme
from viz.figures.panels import (
    Line,
    Panel,
    axis_unit,
    caption,
    fan,
    finish,
    heading,
    log_scale,
    nothing,
)
from viz.text.format import capitalised

EFFECTS = (
    "lead_months",
    "innovation_effect",
    "compute_ratio",
    "domestic_share",
    "china_frontier",
    "supplier_loss",
)
CAPTION = (
    "Differences between {worlds} paired worlds (same luck, same parameters): {a} less {b}. "
    "Line: median; dark and light bands: 50 % and 90 % of worlds. Dotted verticals: main "
    "acts of the first scenario taking effect, American blue, Chinese vermilion. Above zero: more "
    "under the first. Conditional forecasts, not predictions."
)


@theme.styled
def effect_figure(effects: Results) -> Figure:
    """What a change did to the main outcomes, as paired differences with bands."""
    a, b = effects.about["scenario"], effects.about["against"]
    figure = Figure(figsize=(12, 10.2), layout="constrained")
    for axes, name in zip(figure.subplots(3, 2).flat, EFFECTS, strict=True):
        effect_panel(name).draw(axes, effects)
    heading(figure, f"“{a['title']}” against “{b['title']}”")
    caption(figure, effect_caption(effects))
    return figure


def effect_caption(effects: Results) -> str:
    """What the bands of effects mean, and which scenario is subtracted."""
    a, b = (effects.about[role]["name"] for role in ("scenario", "against"))
    return CAPTION.format(worlds=effects.about["worlds"], a=a, b=b)


def effect_panel(name: str) -> Panel:
    """A paired difference of an outcome with its bands."""
    is_share = unit_of(name) == "share"
    unit = "percentage points" if is_share else axis_unit(unit_of(name))
    lines = (Line(name, theme.NEUTRAL),)
    scale = 100 if is_share else 1
    title = f"Effect on {label_of(name)}"
    return Panel(title, f"difference, {unit}", lines, scale=scale, level=0)


def runs_panel(axes: Axes, runs: list[Results], name: str, is_log: bool = False) -> None:
    """One outcome of several runs: medians, with bands over worlds behind them."""
    unit = axis_unit(unit_of(name))
    unit, scale = ("%", 100) if unit == "share" else (unit, 1)
    for style, run in zip(theme.SCENARIOS, runs, strict=False):
        fan(axes, run, name, style, run.about["scenario"]["title"], scale)
    if is_log:
        log_scale(axes)
    if all(run.outcomes[name].isnull().all() for run in runs):
        nothing(axes, runs[0].undefined(name))
    axes.legend(loc="best", fontsize=8)
    finish(axes, runs[0], capitalised(label_of(name)), unit)
