"""One lever: title, slider, number, unit, what the scenario says, undo, and what was wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import solara

from viz.dashboard.levers.text_field import use_typed
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


@dataclass(frozen=True)
class Lever:
    """What stands on a lever.

    Attributes:
        told: what the scenario says of it.
        span: ends of its slider; `is_log`: it moves by factors.
        rest: where it stands while it is not set.
        help: what it means and where its numbers come from.
        disabled: why it cannot be moved.
    """

    title: str
    told: str
    unit: str
    span: tuple[float, float]
    is_log: bool
    rest: float
    help: str = ""
    disabled: str = ""


@solara.component
def LeverRow(
    lever: Lever,
    value: float | None,
    on_set: Callable[[float], None],
    on_reset: Callable[[], None],
    problem: str = "",
    more: Callable[[], None] | None = None,
):
    """One lever.

    Args:
        value: where it was set (None: as the scenario says).
        problem: what was wrong with what was asked for last.
        more: draws what else belongs to it.
    """
    wrong, set_wrong = solara.use_state("")
    is_open, set_open = solara.use_state(False)

    def typed(text: str) -> None:
        try:
            on_set(number_in(text))
            set_wrong("")
        except ValueError as what:
            set_wrong(str(what))

    with solara.Div(classes=["lever"] if value is None else ["lever", "changed"]):
        with solara.Div(classes=["lever-head"]):
            Title(lever.title, is_open, lambda: set_open(not is_open))
            if value is not None:
                PutBack(lever.title, on_reset)
        Move(lever, value, on_set, typed)
        if is_open:
            Words("div", "lever-help", linked(lever.help))
        if more:
            with solara.Div(classes=["lever-more"]):
                more()
        if wrong or problem:
            Words("div", "lever-wrong", escape(wrong or problem), {"role": "alert"})
        Words("div", "lever-told", escape(lever.disabled or lever.told))


@solara.component
def Move(
    lever: Lever,
    value: float | None,
    on_set: Callable[[float], None],
    typed: Callable[[str], None],
):
    """Slider, exact number, unit."""
    with solara.Div(classes=["lever-line"]):
        shown = "" if value is None else f"{value:g}"
        Slide(lever, lever.rest if value is None else value, on_set)
        label = ", ".join(filter(None, (lever.title, lever.unit)))
        Typed(label, shown, typed, bool(lever.disabled))
        Words("span", "lever-unit", escape(lever.unit))


@solara.component
def Words(tag: str, look: str, html: str, attributes: dict[str, str] | None = None):
    """A text of a lever."""
    solara.HTML(tag=tag, unsafe_innerHTML=html, classes=[look], attributes=attributes or {})


@solara.component
def PutBack(title: str, on_reset: Callable[[], None]):
    """The way back of one lever."""
    label = f"Put back: {title}"
    solara.Button(
        icon_name="mdi-undo-variant",
        on_click=on_reset,
        icon=True,
        small=True,
        attributes={"aria-label": label, "title": label},
    )


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
    text, follow, watch = use_typed(value, on_text)
    field = solara.v.TextField(
        v_model=text,
        on_v_model=follow,
        disabled=disabled,
        dense=True,
        hide_details=True,
        placeholder="–",
        attributes={"aria-label": label, "inputmode": "decimal", "maxlength": "20"},
    )
    watch(field)


@solara.component
def Slide(lever: Lever, value: float, on_set: Callable[[float], None]):
    """The slider: it shows where it is while it moves, and sets when it is let go."""
    span, is_log = lever.span, lever.is_log
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
        disabled=bool(lever.disabled),
        attributes={
            "aria-label": f"{lever.title}: {short(value_at(at, span, is_log))}",
            "title": f"from {short(span[0])} to {short(span[1])}",
        },
    )
    solara.v.use_event(slider, "change", let_go)
