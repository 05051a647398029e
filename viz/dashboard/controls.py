"""Controls and texts of the page, each with the look of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import solara
from markupsafe import Markup, escape

# An address in a source, without the punctuation after it; nothing but http(s) is a link.
ADDRESS = re.compile(r"(https?://(?:[^\s<>\"'()]|\([^\s<>\"'()]*\))+(?<![.,;:!?]))")
LINK = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>')


def html(inside: str, *looks: str, tag: str = "div", **attributes: str) -> None:
    """A part of the page: elements, as `Markup`; every other text is escaped."""
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    content = str(escape(inside))
    solara.HTML(tag=tag, unsafe_innerHTML=content, classes=[*looks], attributes=named)


def linked(text: str) -> Markup:
    """A text as HTML in which addresses of sources can be clicked."""
    parts = ADDRESS.split(text)  # texts and addresses by turns
    return Markup("").join(LINK.format(part) if at % 2 else part for at, part in enumerate(parts))


def button(
    label: str, on_click: Callable[[], Any], icon: str = "", title: str = "", **look: Any
) -> None:
    """A small button, with a frame unless it is of text alone or in a colour.

    Args:
        title: what is shown on hovering, and read out in place of the label.
    """
    attributes = {"title": title, "aria-label": title} if title else {}
    framed = not {"text", "color"} & look.keys()
    look = {"small": True, "outlined": framed, "attributes": attributes} | look
    solara.Button(label, on_click=on_click, icon_name=icon or None, **look)


def icon_button(icon: str, title: str, on_click: Callable[[], None]) -> None:
    """A button without words; its title is read out."""
    attributes = {"aria-label": title, "title": title}
    solara.Button(icon_name=icon, on_click=on_click, icon=True, small=True, attributes=attributes)


def select[T](
    label: str, values: Sequence[T], value: T, on_value: Callable[[T], None], **look: Any
) -> Any:
    """A list of which one item is chosen."""
    return solara.Select(
        label, values=list(values), value=value, on_value=on_value, dense=True, **look
    )


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
