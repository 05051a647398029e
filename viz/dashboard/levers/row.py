"""One lever: title, slider, number, unit, what the scenario says, undo, and what was wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import solara

from viz.dashboard.controls import (
    button,
    html,
    icon_button,
    linked,
    slider,
    text_field,
    use_parsed,
)
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


@dataclass(frozen=True)
class Lever:
    """What is written on a lever.

    Attributes:
        text: what the scenario says of it.
        span: ends of its slider; `is_log`: it moves by factors.
        scenario: the scenario's value: where it stands, hollow, while it is not set.
        help: what it means and where its numbers come from.
        disabled: why it cannot be moved.
    """

    title: str
    text: str
    unit: str
    span: Span
    is_log: bool
    scenario: float
    help: str = ""
    disabled: str = ""


def _title(lever: Lever, is_open: bool, toggle: Callable[[], None]) -> None:
    """The title of a lever, which opens and closes its explanation."""
    attributes = {"aria-expanded": str(is_open).lower(), "title": "What is this? Source"}
    button(lever.title, toggle, text=True, classes=["lever-title"], attributes=attributes)


@solara.component
def LeverRow(
    lever: Lever,
    value: float | None,
    on_set: Setter,
    on_reset: Callable[[], None],
    problem: str = "",
    more: Callable[[], None] | None = None,
    moved: str = "",
):
    """One lever.

    Args:
        value: where it was set (None: as the scenario says).
        problem: what was wrong with the last change.
        more: draws what else belongs to it.
        moved: what its last move did.
    """
    on_text, wrong = use_parsed(parse_number, on_set)
    is_open, set_open = solara.use_state(False)
    with solara.Div(classes=["lever"] if value is None else ["lever", "changed"]):
        with solara.Div(classes=["lever-head"]):
            _title(lever, is_open, lambda: set_open(not is_open))
            if value is not None:
                icon_button("mdi-undo-variant", f"Reset: {lever.title}", on_reset)
        with solara.Div(classes=["lever-line"]):
            Slide(lever, value, on_set)
            label = ", ".join(filter(None, (lever.title, lever.unit)))
            NumberField(label, "" if value is None else f"{value:g}", on_text, bool(lever.disabled))
            html(lever.unit, "lever-unit", tag="span")
        if is_open:
            html(linked(lever.help), "lever-help")
        if more:
            with solara.Div(classes=["lever-more"]):
                more()
        if wrong or problem:
            html(wrong or problem, "lever-wrong", role="alert")
        html(lever.disabled or lever.text, "lever-text")
        if moved:
            html(f"Last moved: {moved}", "lever-moved")


@solara.component
def NumberField(label: str, value: str, on_text: Callable[[str], None], disabled: bool):
    """The exact number."""
    attributes = {"aria-label": label, "inputmode": "decimal"}
    look = {"disabled": disabled, "hide_details": True, "placeholder": "–"}
    text_field(value, on_text, attributes=attributes, **look)


@solara.component
def Slide(lever: Lever, value: float | None, on_set: Setter):
    """The slider: it shows where it is while it moves, and sets when it is let go.

    Its knob is hollow while it is not set; set, a mark stands where the scenario has it.
    """
    span, is_log = lever.span, lever.is_log
    scenario = position_of(lever.scenario, span, is_log)
    set_position = scenario if value is None else position_of(value, span, is_log)
    position, move = solara.use_state(set_position)
    solara.use_effect(lambda: move(set_position), [set_position])
    is_hollow = value is None and position == set_position

    def let_go(new: int) -> None:
        if new != set_position:
            on_set(value_at(new, span, is_log))

    stands = lever.scenario if value is None else value
    shown = stands if position == set_position else value_at(position, span, is_log)
    ends = f"from {number(span[0])} to {number(span[1])}"
    with solara.Div(classes=["lever-slide", *(["hollow"] if is_hollow else [])]):
        said, off = f"{number(shown)} {lever.unit}".strip(), bool(lever.disabled)
        slider(lever.title, position, POSITIONS, said, move, let_go, ends, off)
        if not is_hollow:
            at = f"--at: {scenario / POSITIONS:g}"
            html("", "lever-mark", style=at, title="where the scenario has it")
