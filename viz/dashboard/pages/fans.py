"""The fans: one panel an outcome, case over baseline, with policies, history and the clock."""

from __future__ import annotations

from html import escape

import solara

from viz.dashboard.charts.axes import Frame
from viz.dashboard.charts.fan_chart import fan_chart
from viz.dashboard.charts.panels import LEAD, PANELS, Panel
from viz.dashboard.numbers import ranged
from viz.dashboard.pages.answer_text import caption
from viz.dashboard.state.session import Found, Session
from viz.figures.marks import marks

HERO = {"size": (1000.0, 268.0), "lanes": 2}
SMALL = {"size": (360.0, 212.0)}


@solara.component
def Fans(session: Session):
    """All panels."""
    found = session.found.value
    if found is None:
        return
    with solara.Div(classes=["moat-fans"]):
        FanPanel(session, found, LEAD, True)
        for panel in PANELS:
            if any(line.outcome in found.this.outcomes for line in panel.lines):
                FanPanel(session, found, panel, False)
    solara.HTML(tag="p", unsafe_innerHTML=caption(found), classes=["moat-caption"])


@solara.component
def FanPanel(session: Session, found: Found, panel: Panel, is_hero: bool):
    """One chart with its numbers at the clock's month."""
    pinned = tuple(world for world in session.pinned.value if world < found.this.worlds)
    baseline = found.baseline if found.effects is not None else None

    def draw() -> tuple[str, Frame]:
        acts = [one for one in marks(found.this.tree) if is_hero or one.rank <= 0]
        size = HERO if is_hero else SMALL
        return fan_chart(panel, found.this, baseline, acts, pinned, **size)

    svg, frame = solara.use_memo(draw, [found, pinned, panel])
    look = ["moat-panel", "moat-hero"] if is_hero else ["moat-panel"]
    with solara.Div(classes=look, attributes={"data-panel": panel.name}):
        Numbers(session, found, panel)
        with solara.Div(classes=["moat-plot"]):
            solara.HTML(unsafe_innerHTML=svg)
            Veil(session, found, frame)
        solara.HTML(tag="p", unsafe_innerHTML=escape(panel.note), classes=["moat-note"])


@solara.component
def Numbers(session: Session, found: Found, panel: Panel):
    """Title of a panel and its numbers at the clock's month."""
    month = session.at(found)
    told = []
    for line in panel.lines:
        if line.outcome not in found.this.outcomes:
            continue
        q = found.this.quantiles(line.outcome)[[2, 0, 4], month]
        name = f"{line.label} " if line.label else ""
        told.append(f'<span class="{line.look}">{name}{escape(ranged(*q, panel.unit))}</span>')
        if found.effects is not None and len(panel.lines) == 1:
            b = found.baseline.quantiles(line.outcome)[[2, 0, 4], month]
            told.append(f'<span class="baseline">baseline {escape(ranged(*b, panel.unit))}</span>')
    text = f"<h3>{escape(panel.title)}</h3><div>{' '.join(told)}</div>"
    title = f"{found.this.months[month]}: median and 90 % of worlds, {panel.unit}"
    solara.HTML(unsafe_innerHTML=text, classes=["moat-numbers"], attributes={"title": title})


@solara.component
def Veil(session: Session, found: Found, frame: Frame):
    """Dims the months after the clock's: charts are drawn once, only this moves."""
    month = session.at(found)
    style = f"left:{100 * frame.share(month):.3f}%;right:{100 * frame.right / frame.width:.3f}%;"
    style += f"top:{100 * frame.top / frame.height:.2f}%;"
    style += f"bottom:{100 * frame.bottom / frame.height:.2f}%"
    look = ["moat-veil", "playing"] if session.playing.value else ["moat-veil"]
    solara.Div(classes=look, attributes={"style": style, "aria-hidden": "true"})
