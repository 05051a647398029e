"""The answer on top of the page: one sentence, how sure it is, and what is being computed."""

from __future__ import annotations

from functools import partial

import solara
from markupsafe import Markup

from viz.dashboard.controls import button, html
from viz.dashboard.pages.answer_text import answer
from viz.dashboard.state import available
from viz.dashboard.state.session import Session
from viz.text.format import counted
from viz.text.sentences import CERTAINTY

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
def AnswerLine(session: Session, with_presets: bool = True):
    """The answer at the clock's month, or that it is being simulated.

    Args:
        with_presets: whether scenarios to start with are offered while nothing differs.
    """
    simulation = session.simulation.value
    if simulation is None:
        Waiting(session)
        return
    title = available.title_of(session.baseline.value)
    result = answer(simulation, session.at(simulation), title)
    is_busy = session.progress.value is not None
    look = "busy" if is_busy else result.certainty
    words = "" if result.certainty == "none" else CERTAINTY[result.certainty]
    words = busy_words(session) if is_busy else words
    badge = Markup('<span class="badge {}">{}</span>').format(look, words) if words else ""
    text = Markup("<h2>{} {}</h2><p>{}</p>").format(result.sentence, badge, result.detail)
    with solara.Div(classes=["moat-answer", *(["busy"] if is_busy else [])]):
        solara.ProgressLinear(is_busy, style={"visibility": "visible" if is_busy else "hidden"})
        html(text, aria_live="polite")
        if with_presets and simulation.effects is None and session.saved is None:
            Presets(session)


def busy_words(session: Session) -> str:
    """What is being done for a visitor who waits."""
    before = session.waiting.value
    return f"waiting: {before} before you" if before else "simulating ..."


@solara.component
def Presets(session: Session):
    """Scenarios to start with, one click each."""
    with solara.Div(classes=["moat-presets"]):
        for name in PRESETS:
            if name in available.paths() and name != session.scenario.value.name:
                button(available.title_of(name), partial(session.open, name))


@solara.component
def Waiting(session: Session):
    """Before the first result: what is being done."""
    with solara.Div(classes=["moat-answer"]):
        if "" not in session.problems.value:
            text = "Eleven years, month by month, in every world."
            if session.waiting.value:
                text = f"First {counted(session.waiting.value, 'simulation')} of other visitors."
            shown = Markup("<h2>Simulating {} worlds ...</h2><p>{}</p>")
            html(shown.format(session.worlds.value, text))
            solara.ProgressLinear(True)
