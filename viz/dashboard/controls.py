"""Controls and texts of the page, each with the look of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import solara
from markupsafe import Markup, escape

from viz.dashboard.state.bounds import taken, text, whole

# An address in a source, without the punctuation after it; nothing but http(s) is a link.
ADDRESS = re.compile(r"(https?://(?:[^\s<>\"()]|\([^\s<>\"()]*\))+(?<![.,;:!?']))")
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


@solara.component_vue("select.vue")
def _Select(
    label: str,
    titles: list[str],
    chosen: int,
    disabled: bool,
    look: str,
    event_took: Callable[[object], None],
):
    """The browser's own list: a phone shows its own, and screen readers know it."""


def select[T](
    label: str,
    values: Sequence[T],
    value: T | None,
    on_value: Callable[[T], None],
    titles: Sequence[str] = (),
    look: str = "",
    disabled: bool = False,
) -> Any:
    """A list of which one item is chosen.

    Args:
        titles: what is shown in place of the values.
        look: a class of page.css.
    """
    take = taken(label, whole(0, len(values) - 1), lambda at: on_value(values[at]))
    chosen = values.index(value) if value in values else -1
    return _Select(
        label=label,
        titles=[*(titles or map(str, values))],
        chosen=chosen,
        disabled=disabled,
        look=look,
        event_took=take,
    )


def slider(
    label: str,
    value: int,
    last: int,
    said: str,
    on_value: Callable[[int], Any],
    on_let_go: Callable[[int], Any] | None = None,
    title: str = "",
    disabled: bool = False,
) -> None:
    """A slider through whole numbers from 0; a hook, as it takes two events.

    Args:
        said: what the number stands for, as it is read out (see `browser.vue`).
        on_value: takes each number on the way.
        on_let_go: takes the number at which it is let go.
    """
    attributes = {"aria-label": label, "aria-valuetext": said}
    attributes |= {"title": title} if title else {}
    drawn = solara.v.Slider(
        v_model=value,
        on_v_model=taken(label, whole(0, last), on_value),
        min=0,
        max=last,
        hide_details=True,
        dense=True,
        disabled=disabled,
        attributes=attributes,
    )
    if on_let_go is None:  # the same in every drawing: a hook may not come and go
        return
    let_go = taken(label, whole(0, last), on_let_go)
    solara.v.use_event(drawn, "change", lambda _widget, _event, new: let_go(new))


def search_field(label: str, value: str, on_value: Callable[[str], None]) -> None:
    """A field whose text is taken as it is typed."""
    solara.v.TextField(label=label, v_model=value, on_v_model=taken(label, text(), on_value))


@solara.component
def Fold(title: str, children: Sequence[Any] = (), draw: Callable[[], None] | None = None):
    """A part of the page that opens and closes by its title.

    Args:
        draw: draws more of it; called only while it is open.
    """
    is_open, set_open = solara.use_state(False)
    with solara.Div():
        solara.Button(
            title,
            on_click=lambda: set_open(not is_open),
            icon_name="mdi-chevron-down" if is_open else "mdi-chevron-right",
            text=True,
            classes=["moat-fold"],
            attributes={"aria-expanded": str(is_open).lower()},
        )
        if is_open:
            with solara.Div(children=[*children]):
                if draw is not None:
                    draw()


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
    typed, set_typed = solara.use_state(value)
    latest = solara.use_ref(value)
    attributes = {"maxlength": "20", **look.pop("attributes", {})}
    name = attributes.get("aria-label", look.get("label", ""))

    def follow(new: str) -> None:
        latest.current = new
        set_typed(new)

    solara.use_effect(lambda: follow(value), [value])

    def finish(new: str) -> None:
        if new.strip() != value:
            on_text(new)

    finished = taken(name, text(), finish)
    field = solara.v.TextField(
        v_model=typed,
        on_v_model=taken(name, text(), follow),
        dense=True,
        attributes=attributes,
        **look,
    )
    solara.v.use_event(
        field, "change", lambda _widget, _event, new: None if new is None else finished(new)
    )
    # On a busy machine a field was seen to forget, before Enter, that it had been changed.
    solara.v.use_event(field, "keyup.enter", lambda *_: finished(latest.current))
