"""The first page: the answer in a sentence, the clock, and the fans."""

from __future__ import annotations

import solara

from viz.dashboard.pages.answer import AnswerLine
from viz.dashboard.pages.clock import Clock
from viz.dashboard.pages.downloads import Downloads
from viz.dashboard.pages.fans import Fans
from viz.dashboard.state.session import Session


@solara.component
def Overview(session: Session):
    """Answer, clock and fans of the case against the baseline."""
    with solara.Column(gap="8px"):
        AnswerLine(session)
        Clock(session)
        Fans(session)
        Downloads(session)
