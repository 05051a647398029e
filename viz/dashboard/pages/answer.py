"""The answer on top of the page: one sentence, how sure it is, and what is being computed."""

from __future__ import annotations

from html import escape

import solara

from viz.dashboard.pages.answer_text import CERTAINTY, answer
from viz.dashboard.state import available as stories
from viz.dashboard.state.session import Session

PRESETS = (
    "no_controls",
    "strict_enforcement",
    "sell_everything",
    "tools_only",
    "open_weights_closed",
    "efficiency_breakthrough_china",
    "us_power_wall",
)


@solara.component
def AnswerLine(session: Session, offers: bool = True):
    """The answer at the clock's month, or what is being done to find it.

    Args:
        offers: whether scenarios to begin with are offered while nothing differs.
    """
    found = session.found.value
    if found is None:
        Waiting(session)
        return
    told = answer(found, session.at(found), stories.name_of(session.baseline.value))
    certain = CERTAINTY[told.certainty]
    busy = session.progress.value is not None
    if busy:
        certain = ""
    badge = f'<span class="badge {told.certainty}">{certain}</span>' if certain else ""
    if busy:
        badge = '<span class="badge busy">simulating ...</span>'
    text = f"<h2>{escape(told.sentence)} {badge}</h2><p>{escape(told.detail)}</p>"
    with solara.Div(classes=["moat-answer", *(["busy"] if busy else [])]):
        solara.ProgressLinear(busy, style={"visibility": "visible" if busy else "hidden"})
        solara.HTML(unsafe_innerHTML=text, attributes={"aria-live": "polite"})
        if offers and found.effects is None and session.saved is None:
            Presets(session)


@solara.component
def Presets(session: Session):
    """Scenarios to begin with, one click each."""
    with solara.Div(classes=["moat-presets"]):
        for name in PRESETS:
            if name in stories.known() and name != session.case.value.scenario:
                solara.Button(
                    stories.name_of(name),
                    on_click=lambda name=name: session.open(name),
                    small=True,
                    outlined=True,
                )


@solara.component
def Waiting(session: Session):
    """Before the first result: what is going on."""
    with solara.Div(classes=["moat-answer"]):
        if "" not in session.problems.value:
            text = (
                f"<h2>Simulating {session.worlds.value} worlds ...</h2>"
                "<p>Eleven years, month by month, in every world.</p>"
            )
            solara.HTML(unsafe_innerHTML=text)
            solara.ProgressLinear(True)
