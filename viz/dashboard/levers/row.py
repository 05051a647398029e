"""One lever: title, slider, number, unit, what the scenario says, undo, and what was wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import solara

from viz.text.format import number

POSITIONS = 100
Setter = Callable[[float], None]
Span = tuple[float, float]


def value_at(position: int, span: Span, is_log: bool) -> float:
    """The value of a slider's position, rounded to what one position can tell apart."""
    low, high = span
    share = position / POSITIONS
    raw = low * (high / low) ** share if is_log else low + (high - low) * share
    if raw in (0.0, low, high):
        return raw
    step = raw * ((high / low) ** (1 / POSITIONS) - 1) if is_log else (high - low) / POSITIONS
    decimals = -math.floor(math.log10(step))
    return min(max(round(raw, decimals), low), high)


def position_of(value: float, span: Span, is_log: bool) -> int:
    """The slider's position of a value; at an end where it lies beyond."""
    low, high = span
    if value <= low:
        return 0
    share = math.log(value / low) / math.log(high / low) if is_log else (value - low) / (high - low)
    return round(POSITIONS * min(share, 1.0))


def parse_number(text: str) -> float:
    """A number that a person typed; ValueError says what is wrong."""
    try:
        value = float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        raise ValueError(f"“{text[:20]}” is not a number; write it like 0.5 or 2400") from None
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


def linked(text: str) -> str:
    """A text as HTML in which addresses of sources can be clicked."""
    link = r'<a href="\1" target="_blank" rel="noopener noreferrer">\1</a>'
    return re.sub(r"(https?://[^\s<>\"',;)]+)", link, escape(text, quote=False))


def text_field(value: str, on_text: Callable[[str], None], **look: Any) -> None:
    """A field whose text is taken when the field is left or Enter is pressed.

    A hook: call it in a component, always in the same place.

    Args:
        value: what stands there unless something is typed.
        on_text: takes what was typed, where it is something else.
        look: of the field.
    """
    text, set_text = solara.use_state(value)
    latest = solara.use_ref(value)

    def follow(new: str | None) -> None:
        latest.current = str(new or "")
        set_text(latest.current)

    solara.use_effect(lambda: follow(value), [value])

    def finished(_widget: Any, _event: str, new: Any) -> None:
        if new is not None and str(new).strip() != value:
            on_text(str(new))

    attributes = {"maxlength": "20", **look.pop("attributes", {})}
    field = solara.v.TextField(
        v_model=text, on_v_model=follow, dense=True, attributes=attributes, **look
    )
    solara.v.use_event(field, "change", finished)
    # On a busy machine a field was seen to forget, before Enter, that it had been changed.
    solara.v.use_event(field, "keyup.enter", lambda *_: finished(None, "", latest.current))


def use_parsed(
    parse: Callable[[str], Any], on_value: Callable[[Any], None]
) -> tuple[Callable[[str], None], str]:
    """Takes a text that was typed and parses it; and what was wrong with the last one."""
    wrong, set_wrong = solara.use_state("")

    def on_text(text: str) -> None:
        try:
            on_value(parse(text))
            set_wrong("")
        except ValueError as problem:
            set_wrong(str(problem))

    return on_text, wrong


@dataclass(frozen=True)
class Lever:
    """What is written on a lever.

    Attributes:
        text: what the scenario says of it.
        span: ends of its slider; `is_log`: it moves by factors.
        default: where it stands while it is not set.
        help: what it means and where its numbers come from.
        disabled: why it cannot be moved.
    """

    title: str
    text: str
    unit: str
    span: Span
    is_log: bool
    default: float
    help: str = ""
    disabled: str = ""


@solara.component
def LeverRow(
    lever: Lever,
    value: float | None,
    on_set: Setter,
    on_reset: Callable[[], None],
    problem: str = "",
    more: Callable[[], None] | None = None,
):
    """One lever.

    Args:
        value: where it was set (None: as the scenario says).
        problem: what was wrong with the last change.
        more: draws what else belongs to it.
    """
    on_text, wrong = use_parsed(parse_number, on_set)
    is_open, set_open = solara.use_state(False)
    with solara.Div(classes=["lever"] if value is None else ["lever", "changed"]):
        with solara.Div(classes=["lever-head"]):
            solara.Button(
                lever.title,
                on_click=lambda: set_open(not is_open),
                text=True,
                small=True,
                classes=["lever-title"],
                attributes={
                    "aria-expanded": str(is_open).lower(),
                    "title": "What is this? Source",
                },
            )
            if value is not None:
                icon_button("mdi-undo-variant", f"Put back: {lever.title}", on_reset)
        with solara.Div(classes=["lever-line"]):
            Slide(lever, lever.default if value is None else value, on_set)
            label = ", ".join(filter(None, (lever.title, lever.unit)))
            Typed(label, "" if value is None else f"{value:g}", on_text, bool(lever.disabled))
            words("lever-unit", escape(lever.unit), "span")
        if is_open:
            words("lever-help", linked(lever.help))
        if more:
            with solara.Div(classes=["lever-more"]):
                more()
        if wrong or problem:
            words("lever-wrong", escape(wrong or problem), role="alert")
        words("lever-told", escape(lever.disabled or lever.text))


def words(look: str, html: str, tag: str = "div", **attributes: str) -> None:
    """A text of a lever."""
    solara.HTML(tag=tag, unsafe_innerHTML=html, classes=[look], attributes=attributes)


def icon_button(icon: str, title: str, on_click: Callable[[], None]) -> None:
    """A button without words; its title is read out."""
    attributes = {"aria-label": title, "title": title}
    solara.Button(icon_name=icon, on_click=on_click, icon=True, small=True, attributes=attributes)


@solara.component
def Typed(label: str, value: str, on_text: Callable[[str], None], disabled: bool):
    """The exact number."""
    attributes = {"aria-label": label, "inputmode": "decimal"}
    look = {"disabled": disabled, "hide_details": True, "placeholder": "–"}
    text_field(value, on_text, attributes=attributes, **look)


@solara.component
def Slide(lever: Lever, value: float, on_set: Setter):
    """The slider: it shows where it is while it moves, and sets when it is let go."""
    span, is_log = lever.span, lever.is_log
    set_position = position_of(value, span, is_log)
    position, move = solara.use_state(set_position)
    solara.use_effect(lambda: move(set_position), [set_position])

    def let_go(_widget: Any, _event: str, new: Any) -> None:
        if new is not None and int(new) != set_position:
            on_set(value_at(int(new), span, is_log))

    slider = solara.v.Slider(
        v_model=position,
        on_v_model=lambda new: move(int(new)),
        min=0,
        max=POSITIONS,
        hide_details=True,
        dense=True,
        disabled=bool(lever.disabled),
        attributes={
            "aria-label": f"{lever.title}: {number(value_at(position, span, is_log))}",
            "title": f"from {number(span[0])} to {number(span[1])}",
        },
    )
    solara.v.use_event(slider, "change", let_go)
