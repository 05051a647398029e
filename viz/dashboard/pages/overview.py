"""The first page: the answer in a sentence, the clock, and a fan chart for each outcome."""

from __future__ import annotations

import solara

from viz.dashboard.charts.chart_panel import ChartSwitches, FanPanel, caption_of
from viz.dashboard.charts.panels import LEAD, PANELS, own_panels
from viz.dashboard.controls import html
from viz.dashboard.pages.answer import Question
from viz.dashboard.pages.downloads import Downloads
from viz.dashboard.state.session import Session
from viz.text.binding import METHOD, lines_at


@solara.component
def Overview(session: Session):
    """Answer, clock and fan charts of the scenario over the baseline."""
    with solara.Column(gap="8px"):
        Question(session)
        Fans(session)
        Binding(session)
        Downloads(session)


@solara.component
def Fans(session: Session):
    """All panels."""
    simulation = session.simulation.value
    if simulation is None:
        return
    ensemble = simulation.ensemble
    ChartSwitches(session, simulation)
    with solara.Div(classes=["moat-fans"]):
        FanPanel(session, simulation, LEAD, True)
        for panel in (*PANELS, *own_panels()):
            if any(line.outcome in ensemble.outcomes for line in panel.lines):
                FanPanel(session, simulation, panel, False)
    html(caption_of(session, simulation), "moat-caption", tag="p")


@solara.component
def Binding(session: Session):
    """What held Chinese chips and US compute back in the year to the clock's month."""
    simulation = session.simulation.value
    if simulation is None:
        return
    ensemble = simulation.ensemble
    text = lines_at(ensemble.months, session.at(simulation), ensemble.outcomes)
    if text:
        html(text, "moat-note", title=METHOD, tag="p")
