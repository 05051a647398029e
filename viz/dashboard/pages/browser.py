"""What only the visitor's browser knows: the address, keys pressed, an earlier visit."""

from __future__ import annotations

from collections.abc import Callable

import solara

from viz.dashboard.state import link
from viz.dashboard.state.limits import LONGEST_LINK
from viz.dashboard.state.session import Session

SAVED = "A saved run has no link: it lies in a folder of this computer"
TOO_LONG = "Too much for a link: take the scenario as a file"


@solara.component_vue("browser.vue")
def _Browser(
    query: str,
    toured: bool,
    withheld: str,
    event_pressed: Callable[[str], None],
    event_first_visit: Callable[[object], None],
):
    """Keeps the address equal to the view; a button copies it."""


@solara.component
def Browser(session: Session):
    """Share button, address and keys."""
    keys = {
        "play": session.play,
        "step": session.step,
        "back": lambda: session.step(-1),
        "start": lambda: session.go(0),
        "end": lambda: session.go(10**6),
    }
    is_saved = session.saved is not None
    steady = session.found.value is not None and not session.playing.value
    query = link.query(session.view()) if steady and not is_saved else ""
    too_long = len(query) > LONGEST_LINK

    def first_visit(_: object = None) -> None:
        if not session.greeted:
            session.greeted = True
            session.tour.set(0)

    _Browser(
        query="" if too_long else query,
        withheld=SAVED if is_saved else TOO_LONG if too_long else "",
        toured=session.toured.value,
        event_pressed=lambda name: keys[name]() if name in keys else None,
        event_first_visit=first_visit,
    )
