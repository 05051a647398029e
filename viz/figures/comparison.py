"""The figures of a comparison: paired effects over time, and several runs in one panel."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.statistics import percentiles
from sim.outcomes.catalogue import unit_of
from sim.outcomes.presentation import label_of, presentation_of, size_of_effect
from sim.record.results import Results
from viz.figures import theme
from viz.figures.panels import (
    bands,
    caption,
    fan,
    finish,
    heading,
    log_scale,
    nothing,
    years,
)
from viz.text.format import axis_unit, capitalised
from viz.text.results import leading

EFFECTS = (
    "lead_months",
    "innovation_effect",
    "compute_ratio",
    "domestic_share",
    "china_frontier",
    "supplier_loss",
)
QUANTILES = (5, 25, 50, 75, 95)
ODDS = "probability"  # unit of what is the case or not in a world: it has no bands
CAPTION = (
    "Differences between {worlds} paired worlds (same luck, same parameters): {a} minus {b}. "
    "Line: median of the differences; dark and light bands: 50 % and 90 % of worlds. Dotted "
    "vertical lines: main acts of the first scenario, American blue, Chinese vermilion. "
    "Above zero: more under the first. Conditional forecasts, not predictions."
)


@theme.styled
def effect_figure(effects: Results) -> Figure:
    """What a change did to the main outcomes, as paired differences with bands."""
    a, b = effects.about["scenario"], effects.about["against"]
    figure = Figure(figsize=(12, 10.2), layout="constrained")
    for axes, name in zip(figure.subplots(3, 2).flat, names_of(effects), strict=True):
        effect_panel(axes, effects, name)
    heading(figure, f"“{a['title']}” against “{b['title']}”")
    caption(figure, effect_caption(effects))
    return figure


def effect_caption(effects: Results) -> str:
    """What the bands of effects mean, and which scenario is subtracted."""
    a, b = (effects.about[role]["name"] for role in ("scenario", "against"))
    return CAPTION.format(worlds=effects.about["worlds"], a=a, b=b)


def names_of(effects: Results) -> list[str]:
    """Outcomes of the figure: those that its scenario is about, then the main ones."""
    names = [name for name, _ in leading(effects) if effects.outcomes[name].attrs["unit"] != ODDS]
    return list(dict.fromkeys([*names, *EFFECTS]))[: len(EFFECTS)]


def effect_panel(axes: Axes, results: Results, name: str) -> None:
    """A paired difference of an outcome with its bands, sized as the verdict sizes it."""
    effect, levels = results.outcomes[name], results.reference
    known = {str(key): levels[key].values for key in levels.data_vars}
    size = size_of_effect(name, effect.values, effect.attrs["unit"], known)
    values = np.where(np.isfinite(size.values), size.values, np.nan)
    bands(axes, years(results.months), list(percentiles(values, QUANTILES)), theme.NEUTRAL)
    if np.isnan(values).all():
        nothing(axes, results.undefined(name))
    axes.axhline(0, color=theme.INK, linewidth=0.8)
    unit = "" if size.unit == "1" else f", {size.unit}"
    finish(axes, results, f"Effect on {label_of(name)}", f"difference{unit}")


def runs_panel(axes: Axes, runs: list[Results], name: str, is_log: bool = False) -> None:
    """One outcome of several runs: the medians of each run, with bands over its worlds."""
    is_part = unit_of(name) == "share" or presentation_of(name).effect == "relative"
    is_ratio = is_part and unit_of(name) in ("share", "1")
    unit, scale = ("%", 100) if is_ratio else (axis_unit(unit_of(name)), 1)
    for style, run in zip(theme.SCENARIOS, runs, strict=False):
        fan(axes, run, name, style, run.about["scenario"]["title"], scale)
    if is_log:
        log_scale(axes)
    if all(run.outcomes[name].isnull().all() for run in runs):
        nothing(axes, runs[0].undefined(name))
    axes.legend(loc="best", fontsize=8)
    finish(axes, runs[0], f"{capitalised(label_of(name))}: medians of each run", unit)
