"""The clock: play, step, speed, jump to a month, back to the start, other luck."""

from __future__ import annotations

import asyncio

import solara

from viz.dashboard.state.session import Found, Session
from viz.figures.marks import when

SPEEDS = (2, 6, 12, 24)  # months per second


@solara.component
def Clock(session: Session):
    """Buttons and slider of the clock; while it plays, a task moves it."""
    found = session.found.value
    playing, speed = session.playing.value, session.speed.value

    async def run() -> None:
        while session.playing.value:
            await asyncio.sleep(1 / speed)
            session.step()

    solara.lab.use_task(run, dependencies=[playing, speed], prefer_threaded=False)
    if found is None:
        return
    with solara.Div(classes=["moat-clock"]):
        Buttons(session, found.last)
        When(session, found)
        with solara.Div(classes=["moat-speed"]):
            solara.Select(
                "Months a second",
                values=list(SPEEDS),
                value=speed,
                on_value=session.speed.set,
                dense=True,
            )
        Luck(session)


@solara.component
def Buttons(session: Session, last: int):
    """Play, step, start, end."""
    with solara.Div(classes=["moat-row"]):
        playing = session.playing.value
        label, icon = ("Pause", "mdi-pause") if playing else ("Play", "mdi-play")
        solara.Button(label, icon_name=icon, on_click=session.play, color="primary", small=True)
        solara.Button(
            "Step",
            icon_name="mdi-skip-next",
            on_click=lambda: session.step(),
            small=True,
            outlined=True,
        )
        for name, icon, month in (("Start", "mdi-page-first", 0), ("End", "mdi-page-last", last)):
            solara.Button(
                icon_name=icon,
                on_click=lambda month=month: session.go(month),
                icon=True,
                small=True,
                attributes={"aria-label": name, "title": name},
            )


@solara.component
def When(session: Session, found: Found):
    """The month, and a slider through all of them."""
    with solara.Div(classes=["moat-row moat-when"]):
        at = session.at(found)
        solara.HTML(tag="strong", unsafe_innerHTML=when(found.this.months[at]))
        solara.v.Slider(
            v_model=at,
            on_v_model=lambda month: session.go(int(month)),
            min=0,
            max=found.last,
            hide_details=True,
            dense=True,
            attributes={"aria-label": f"Month: {when(found.this.months[at])}"},
        )


@solara.component
def Luck(session: Session):
    """Other luck, and worlds that are followed."""
    with solara.Div(classes=["moat-row"]):
        if session.saved is None:
            solara.Button(
                f"New luck ({session.seed.value})",
                icon_name="mdi-dice-5-outline",
                on_click=session.new_luck,
                small=True,
                outlined=True,
                attributes={
                    "title": f"The same scenario with other luck; seed {session.seed.value}"
                },
            )
        Pin(session)
        for world in session.pinned.value:
            solara.Button(
                f"{world} ×",
                on_click=lambda world=world: session.pin(world),
                small=True,
                text=True,
                attributes={"aria-label": f"Stop following world {world}", "title": "Unpin"},
            )


@solara.component
def Pin(session: Session):
    """A field for the number of a world that is to be followed."""
    text, set_text = solara.use_state("")
    wrong, set_wrong = solara.use_state("")

    def pin(_widget, _event, value) -> None:
        typed = str(value or "").strip()
        set_wrong(session.pin_text(typed))
        set_text("")

    field = solara.v.TextField(
        v_model=text,
        on_v_model=set_text,
        label="Pin world",
        dense=True,
        hide_details=not wrong,
        error_messages=wrong,
        class_="moat-pin",
        attributes={"inputmode": "numeric", "maxlength": "4"},
    )
    solara.v.use_event(field, "change", pin)
