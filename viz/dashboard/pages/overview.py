"""The first page: the answer in a sentence, the clock, and a fan chart for each outcome."""

from __future__ import annotations

import solara
from markupsafe import Markup

from viz.dashboard.charts.axes import Frame
from viz.dashboard.charts.fan_chart import fan_chart, number_text
from viz.dashboard.charts.panels import LEAD, PANELS, Line, Panel
from viz.dashboard.controls import html
from viz.dashboard.pages.answer import AnswerLine
from viz.dashboard.pages.clock import Clock
from viz.dashboard.pages.downloads import Downloads
from viz.dashboard.state.ensemble import Ensemble
from viz.dashboard.state.session import Session, Simulation
from viz.figures.marks import marks
from viz.text.binding import METHOD, lines_at

LARGE, SMALL = (1000.0, 268.0), (360.0, 212.0)
CAPTION = (
    "Lines: median over {worlds} worlds. Dark and light bands: 50 % and 90 % of worlds, which "
    "differ in uncertain parameters and in luck. {behind}Dots: observations to the end of 2024 "
    "with their range. Dotted verticals: acts taking effect, American blue, Chinese vermilion. "
    "Conditional forecasts, not predictions."
)
BEHIND = "Grey, dashed: the baseline in the same worlds. "


@solara.component
def Overview(session: Session):
    """Answer, clock and fan charts of the scenario over the baseline."""
    with solara.Column(gap="8px"):
        AnswerLine(session)
        Clock(session)
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
    with solara.Div(classes=["moat-fans"]):
        FanPanel(session, simulation, LEAD, True)
        for panel in PANELS:
            if any(line.outcome in ensemble.outcomes for line in panel.lines):
                FanPanel(session, simulation, panel, False)
    behind = BEHIND if simulation.effects is not None else ""
    caption = CAPTION.format(worlds=ensemble.worlds, behind=behind)
    html(caption, "moat-caption", tag="p")


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


@solara.component
def FanPanel(session: Session, simulation: Simulation, panel: Panel, is_large: bool):
    """One chart with its numbers at the clock's month."""
    ensemble = simulation.ensemble
    pinned = tuple(world for world in session.pinned.value if world < ensemble.worlds)

    def draw() -> tuple[Markup, Frame]:
        acts = [mark for mark in marks(ensemble.tree) if is_large or mark.rank <= 0]
        size, lanes = (LARGE, 2) if is_large else (SMALL, 0)
        behind = simulation.differing_baseline
        return fan_chart(panel, ensemble, behind, acts, pinned, size, lanes)

    svg, frame = solara.use_memo(draw, [simulation, pinned, panel])
    look = ["moat-panel", "moat-hero"] if is_large else ["moat-panel"]
    with solara.Div(classes=look, attributes={"data-panel": panel.name}):
        Numbers(session, simulation, panel)
        with solara.Div(classes=["moat-plot"]):
            html(svg)
            Veil(session, simulation, frame)
        html(panel.note, "moat-note", tag="p")


@solara.component
def Numbers(session: Session, simulation: Simulation, panel: Panel):
    """Title of a panel and its numbers at the clock's month."""
    month, ensemble = session.at(simulation), simulation.ensemble
    baseline = simulation.differing_baseline

    def span(source: Ensemble, line: Line, look: str, label: str) -> Markup:
        numbers = number_text(source, line.outcome, month, panel.unit)
        return Markup('<span class="{}">{} {}</span>').format(look, label, numbers)

    spans = []
    for line in panel.lines:
        if line.outcome in ensemble.outcomes:
            spans.append(span(ensemble, line, line.look, line.label))
            if baseline is not None and len(panel.lines) == 1:
                spans.append(span(baseline, line, "baseline", "baseline"))
    text = Markup("<h3>{}</h3><div>{}</div>").format(panel.title, Markup(" ").join(spans))
    title = f"{ensemble.months[month]}: median and 90 % of worlds, {panel.unit}"
    html(text, "moat-numbers", title=title)


@solara.component
def Veil(session: Session, simulation: Simulation, frame: Frame):
    """Dims the months after the clock's: charts are drawn once, only this moves."""
    edges = {
        "left": frame.share(session.at(simulation)),
        "right": frame.right / frame.width,
        "top": frame.top / frame.height,
        "bottom": frame.bottom / frame.height,
    }
    style = ";".join(f"{edge}:{100 * share:.3f}%" for edge, share in edges.items())
    look = ["moat-veil", "playing"] if session.playing.value else ["moat-veil"]
    solara.Div(classes=look, attributes={"style": style, "aria-hidden": "true"})
