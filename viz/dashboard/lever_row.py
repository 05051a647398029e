"""One lever: title, slider, number, unit, what the scenario says, undo, and what was wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from html import escape

import solara

from viz.dashboard.numbers import short

POSITIONS = 100


def value_at(position: int, span: tuple[float, float], is_log: bool) -> float:
    """The value of a slider's position, rounded as a person would."""
    low, high = span
    share = position / POSITIONS
    raw = low * (high / low) ** share if is_log else low + (high - low) * share
    if raw in (0.0, low, high):
        return raw
    step = raw * ((high / low) ** (1 / POSITIONS) - 1) if is_log else (high - low) / POSITIONS
    decimals = -math.floor(math.log10(step))
    return min(max(round(raw, decimals), low), high)


def position_of(value: float, span: tuple[float, float], is_log: bool) -> int:
    """The slider's position of a value; at an end where it lies beyond."""
    low, high = span
    if value <= low:
        return 0
    share = math.log(value / low) / math.log(high / low) if is_log else (value - low) / (high - low)
    return round(POSITIONS * min(share, 1.0))


def number_in(text: str) -> float:
    """A number that a person typed; ValueError says what is wrong."""
    try:
        value = float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        raise ValueError(f"“{text[:20]}” is not a number; write it like 0.5 or 2400") from None
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


@solara.component
def LeverRow(
    title: str,
    told: str,
    unit: str,
    span: tuple[float, float],
    is_log: bool,
    value: float | None,
    rest: float,
    on_set: Callable[[float], None],
    on_reset: Callable[[], None],
    help: str = "",
    problem: str = "",
    disabled: str = "",
    more: Callable[[], None] | None = None,
):
    """One lever.

    Args:
        told: what the scenario says of it.
        value: where it was set (None: as the scenario says).
        rest: where it stands while it is not set.
        problem: what was wrong with what was asked for last.
        disabled: why it cannot be moved.
        more: draws what else belongs to it.
    """
    wrong, set_wrong = solara.use_state("")
    is_open, set_open = solara.use_state(False)
    is_set = value is not None

    def typed(text: str) -> None:
        try:
            number = number_in(text)
        except ValueError as what:
            set_wrong(str(what))
            return
        set_wrong("")
        on_set(number)

    look = ["lever", "changed"] if is_set else ["lever"]
    with solara.Div(classes=look):
        with solara.Div(classes=["lever-head"]):
            Title(title, is_open, lambda: set_open(not is_open))
            if is_set:
                label = f"Put back: {title}"
                solara.Button(
                    icon_name="mdi-undo-variant",
                    on_click=on_reset,
                    icon=True,
                    small=True,
                    attributes={"aria-label": label, "title": label},
                )
        with solara.Div(classes=["lever-line"]):
            Slide(title, value if is_set else rest, span, is_log, on_set, bool(disabled))
            Typed(f"{title}, {unit}", f"{value:g}" if is_set else "", typed, bool(disabled))
            solara.HTML(tag="span", unsafe_innerHTML=escape(unit), classes=["lever-unit"])
        if is_open:
            solara.HTML(tag="div", unsafe_innerHTML=linked(help), classes=["lever-help"])
        if more:
            with solara.Div(classes=["lever-more"]):
                more()
        message = wrong or problem
        if message:
            solara.HTML(
                tag="div",
                unsafe_innerHTML=escape(message),
                classes=["lever-wrong"],
                attributes={"role": "alert"},
            )
        solara.HTML(tag="div", unsafe_innerHTML=escape(disabled or told), classes=["lever-told"])


def linked(text: str) -> str:
    """A text as HTML in which addresses of sources can be clicked."""
    link = r'<a href="\1" target="_blank" rel="noopener noreferrer">\1</a>'
    return re.sub(r"(https?://[^\s<>\"',;)]+)", link, escape(text, quote=False))


@solara.component
def Title(title: str, is_open: bool, toggle: Callable[[], None]):
    """The lever's name; a click tells what it means and where its numbers come from."""
    solara.Button(
        title,
        on_click=toggle,
        text=True,
        small=True,
        classes=["lever-title"],
        attributes={"aria-expanded": str(is_open).lower(), "title": "What is this? Source"},
    )


@solara.component
def Typed(label: str, value: str, on_text: Callable[[str], None], disabled: bool):
    """The exact number, taken when the field is left or Enter is pressed."""
    text, set_text = solara.use_state(value)
    solara.use_effect(lambda: set_text(value), [value])

    def done(_widget, _event, new) -> None:
        if new is not None and str(new).strip() != value:
            on_text(str(new))

    field = solara.v.TextField(
        v_model=text,
        on_v_model=set_text,
        disabled=disabled,
        dense=True,
        hide_details=True,
        placeholder="–",
        attributes={"aria-label": label, "inputmode": "decimal", "maxlength": "20"},
    )
    solara.v.use_event(field, "change", done)


@solara.component
def Slide(
    title: str,
    value: float,
    span: tuple[float, float],
    is_log: bool,
    on_set: Callable[[float], None],
    disabled: bool,
):
    """The slider: it shows where it is while it moves, and sets when it is let go."""
    there = position_of(value, span, is_log)
    at, move = solara.use_state(there)
    solara.use_effect(lambda: move(there), [there])

    def let_go(_widget, _event, position) -> None:
        if position is not None and int(position) != there:
            on_set(value_at(int(position), span, is_log))

    slider = solara.v.Slider(
        v_model=at,
        on_v_model=lambda position: move(int(position)),
        min=0,
        max=POSITIONS,
        hide_details=True,
        dense=True,
        disabled=disabled,
        attributes={
            "aria-label": f"{title}: {short(value_at(at, span, is_log))}",
            "title": f"from {short(span[0])} to {short(span[1])}",
        },
    )
    solara.v.use_event(slider, "change", let_go)
