"""The clock: play, step, speed, jump to a month, back to the start, other luck."""

from __future__ import annotations

import asyncio

import solara

from viz.dashboard.session import Session

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
    at = min(max(session.month.value, 0), found.last)
    with solara.Row(classes=["moat-clock"], gap="6px"):
        label = "Pause" if playing else "Play"
        icon = "mdi-pause" if playing else "mdi-play"
        solara.Button(label, icon_name=icon, on_click=session.play, color="primary", outlined=True)
        solara.Button(
            "Step", icon_name="mdi-skip-next", on_click=lambda: session.step(), outlined=True
        )
        solara.Button(icon_name="mdi-skip-backward", on_click=lambda: session.go(0), icon=True)
        solara.Button(
            icon_name="mdi-skip-forward", on_click=lambda: session.go(found.last), icon=True
        )
        solara.SliderInt(
            found.this.months[at],
            value=at,
            min=0,
            max=found.last,
            on_value=session.go,
            thumb_label=False,
        )
        solara.Select("months/s", values=list(SPEEDS), value=speed, on_value=session.speed.set)
        solara.Button("New luck", icon_name="mdi-dice-5-outline", on_click=session.new_luck)
