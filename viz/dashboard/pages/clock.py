"""The clock: play, step, speed, jump to a month, back to the start, other luck."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import solara

from viz.dashboard.controls import button, html, icon_button, select, slider
from viz.dashboard.state.bounds import taken
from viz.dashboard.state.bounds import text as check_text
from viz.dashboard.state.limits import SPEEDS
from viz.dashboard.state.session import Session
from viz.dashboard.state.simulation import Simulation
from viz.text.format import when


@solara.component
def Clock(session: Session):
    """Buttons and slider of the clock; while it plays, a task moves it."""
    simulation = session.simulation.value
    playing, speed = session.playing.value, session.speed.value

    async def run() -> None:
        began, stepped = time.monotonic(), 0
        while session.playing.value:
            await asyncio.sleep(max(0.0, began + (stepped + 1) / speed - time.monotonic()))
            if not session.playing.value:
                return
            due = int((time.monotonic() - began) * speed)  # several, where drawing takes longer
            session.step(max(1, due - stepped))
            stepped = max(stepped + 1, due)

    # In a thread: another one than the page's may draw the clock, and has no loop of events.
    solara.lab.use_task(run, dependencies=[playing, speed])
    if simulation is None:
        return
    with solara.Div(classes=["moat-clock"]):
        Buttons(session, simulation.last)
        Month(session, simulation)
        with solara.Div(classes=["moat-speed"]):
            label = "Months a second"
            select(label, SPEEDS, speed, session.speed.set)


@solara.component
def Buttons(session: Session, last: int):
    """Play, step, start, end."""
    label, icon = ("Pause", "mdi-pause") if session.playing.value else ("Play", "mdi-play")
    with solara.Div(classes=["moat-row"]):
        button(label, session.play, icon, color="primary")
        with solara.Div(classes=["moat-steps"]):
            button("Step", lambda: session.step(), "mdi-skip-next")
            icon_button("mdi-page-first", "Start", lambda: session.go(0))
            icon_button("mdi-page-last", "End", lambda: session.go(last))


@solara.component
def Month(session: Session, simulation: Simulation):
    """The month, and a slider through all of them."""
    month = session.at(simulation)
    label = when(simulation.ensemble.months[month])
    with solara.Div(classes=["moat-row moat-when"]):
        html(label, tag="strong")
        slider("Month", month, simulation.last, label, session.go)


@solara.component
def Luck(session: Session):
    """Other luck, and worlds that are followed."""
    seed = session.seed.value
    with solara.Div(classes=["moat-row"]):
        if session.saved is None:
            button(
                f"New luck ({seed})",
                session.new_luck,
                "mdi-dice-5-outline",
                attributes={"title": f"The same scenario with other luck; seed {seed}"},
            )
        Pin(session)
        for world in session.pinned.value:
            button(
                f"{world} ×",
                partial(session.pin, world),
                title=f"Stop following world {world}",
                text=True,
            )


@solara.component
def Pin(session: Session):
    """A field for the number of a world that is to be followed."""
    text, set_text = solara.use_state("")
    wrong, set_wrong = solara.use_state("")

    def pin(typed: str) -> None:
        set_wrong(session.pin_text(typed))
        set_text("")

    finished = taken("Pin world", check_text(), pin)

    field = solara.v.TextField(
        v_model=text,
        on_v_model=taken("Pin world", check_text(), set_text),
        label="Pin world",
        dense=True,
        hide_details=not wrong,
        error_messages=wrong,
        class_="moat-pin",
        attributes={"inputmode": "numeric", "maxlength": "4"},
    )
    solara.v.use_event(field, "change", lambda _widget, _event, value: finished(value))
