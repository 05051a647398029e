"""A tour of five steps for a first visit; it can be left at any step and is not shown again."""

from __future__ import annotations

import solara
from markupsafe import Markup

from viz.dashboard.controls import button, html
from viz.dashboard.state.session import Session

STEPS = (
    (
        "What you see",
        "Many possible histories of US-China AI competition run side by side, from 2020 to 2030. "
        "Lines are medians, bands hold 50 % and 90 % of them.",
    ),
    (
        "Move a lever",
        "On the left, policies and choices come first: what somebody can decide. Assumptions, with "
        "the dashed edge, are how the world may work. Every lever shows its unit and source.",
    ),
    (
        "Read the difference",
        "The grey dashed line is the baseline in the same worlds: same luck, same parameters. "
        "The sentence on top says how large the difference is, and how sure.",
    ),
    (
        "Let time run",
        "Play, step, or drag the clock (keys: space, comma, full stop). Pin single worlds to "
        "follow them, or ask for new luck.",
    ),
    (
        "Go on",
        "Why splits a difference by its causes, Compare sets up to four scenarios side by side, "
        "Events moves single acts. The share link holds everything, also as a file for moat run.",
    ),
)


@solara.component
def Tour(session: Session):
    """The step that is open, if any."""
    step = session.tour.value
    if step is None:
        solara.Div()  # keeps its place: what is beside it need not be drawn anew
        return
    title, text = STEPS[step]
    is_last = step + 1 == len(STEPS)

    def leave() -> None:
        session.toured.set(True)  # first: whoever reloads as soon as it is gone is not toured again
        session.tour.set(None)

    with solara.Div(classes=["moat-tour"], attributes={"role": "dialog", "aria-label": "Tour"}):
        inside = Markup("<h3>{} of {}: {}</h3><p>{}</p>")
        html(inside.format(step + 1, len(STEPS), title, text), aria_live="polite")
        with solara.Row(gap="8px"):
            go_on = leave if is_last else lambda: session.tour.set(step + 1)
            label = "Done" if is_last else "Next"
            button(label, go_on, color="primary")
            button("Leave the tour", leave, text=True)
