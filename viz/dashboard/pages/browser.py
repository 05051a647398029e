"""What only the visitor's browser knows: list of states, address, keys, an earlier visit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from viz.dashboard.state import link
from viz.dashboard.state.bounds import of_type, one_of, taken, text, whole
from viz.dashboard.state.limits import MAX_LINK_LENGTH, MAX_MESSAGE
from viz.dashboard.state.session import Session

SAVED = "A saved run has no link: it is in a folder of this computer"
TOO_LONG = "Too many changes for a link: download the scenario as a file"
MOST_MOVES = 2**31  # back and on, of one visit


@solara.component_vue("browser.vue")
def _Browser(
    state: dict[str, Any],
    toured: bool,
    withheld: str,
    event_pressed: Callable[[str], None],
    event_went: Callable[[object], None],
    event_first_visit: Callable[[object], None],
):
    """Keeps the browser's list of states and the address; undo, redo, and a link to copy."""


def _move(value: Any) -> tuple[str, int]:
    """The query of the state to which the browser went, and the number of that move, checked."""
    to = of_type(dict)(value)
    return text(MAX_MESSAGE)(to.get("query")), whole(0, MOST_MOVES)(to.get("asked"))


@solara.component
def Browser(session: Session):
    """Undo and redo, the link, and keys."""
    keys = {
        "play": session.play,
        "step": session.step,
        "back": lambda: session.step(-1),
        "start": lambda: session.go(0),
        "end": lambda: session.go(10**6),
    }
    month = solara.use_ref("")  # while the clock runs, the one at which it started
    view = session.view()
    if not session.playing.value:
        month.current = view.month
    query = link.query(replace(view, month=month.current))
    is_too_long = len(query) > MAX_LINK_LENGTH

    def first_visit(_: object = None) -> None:
        if not session.greeted:
            session.greeted = True
            session.tour.set(0)

    _Browser(
        state={
            "query": query,
            "count": session.states(time.monotonic()),
            "answered": session.answered.value,
        },
        withheld=SAVED if session.saved is not None else TOO_LONG if is_too_long else "",
        toured=session.toured.value,
        event_pressed=taken("Key", one_of(keys), lambda name: keys[name]()),
        event_went=taken("Back", _move, lambda to: session.restore(*to)),
        event_first_visit=first_visit,
    )
