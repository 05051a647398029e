"""A figure of one's own observations: a panel for each series, beside the run and our dots."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from sim.outcomes.catalogue import unit_of
from sim.outcomes.presentation import label_of
from sim.record.results import Results
from sim.research.forecasting.own import OwnObservation
from sim.research.forecasting.targets import TARGETS
from viz.figures.panels import Line, Panel, caption, heading
from viz.figures.theme import SCENARIOS, styled
from viz.text.format import axis_unit, capitalised

MOST = 12  # panels
OWN = "Open diamonds: observations of the file that was given, with their range. "
CAPTION = (
    "Lines: median over {worlds} worlds; dark and light bands: 50 % and 90 % of worlds. Dots: the "
    "project's observations to the end of 2025 with their range. {own}"
    "Conditional forecasts, not predictions."
)


@styled
def observations_figure(run: Results, own: Sequence[OwnObservation]) -> Figure:
    """Every series of a file that is an outcome, in a run."""
    names = dict.fromkeys(one.target.outcome for one in own)
    every = [_panel(name) for name in names if name in run.outcomes]
    panels = every[:MOST]
    rows = max(1, -(-len(panels) // 2))
    figure = Figure(figsize=(12, 1.6 + 3.3 * rows), layout="constrained")
    places = list(figure.subplots(rows, 2, squeeze=False).flat)
    for axes in places[len(panels) :]:
        axes.set_visible(False)
    for axes, panel in zip(places, panels, strict=False):
        panel.draw(axes, run, own)
    cut = f"The first {MOST} of {len(every)} series are drawn. " if len(every) > MOST else ""
    heading(figure, f"{run.about['scenario']['title']}: beside observations of your own")
    caption(figure, CAPTION.format(worlds=run.about["worlds"], own=OWN + cut))
    return figure


def _panel(name: str) -> Panel:
    target = next(one for one in TARGETS if one.outcome == name)
    is_share = unit_of(name) == "share"
    line = Line(name, SCENARIOS[0], "", target.history)
    unit = "%" if is_share else axis_unit(unit_of(name))
    scale = 100.0 if is_share else 1.0
    is_log = target.scale == "log"
    return Panel(capitalised(label_of(name)), unit, (line,), scale=scale, is_log=is_log)
