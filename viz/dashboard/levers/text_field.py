"""A field that is typed into: followed letter by letter, taken when it is finished."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara


def use_typed(
    value: str, done: Callable[[str], None]
) -> tuple[str, Callable[[str], None], Callable[[Any], None]]:
    """What a field shows, and what was typed into it when it is left or Enter is pressed.

    Args:
        value: what stands there unless something is typed.
        done: takes what was typed, where it is something else.

    Returns:
        the text to show, what follows the typing (`on_v_model`), and what watches the field.
    """
    text, set_text = solara.use_state(value)
    known = solara.use_ref(value)

    def follow(new: str) -> None:
        known.current = str(new or "")
        set_text(known.current)

    solara.use_effect(lambda: follow(value), [value])

    def finished(_widget: Any, _event: str, new: Any) -> None:
        if new is not None and str(new).strip() != value:
            done(str(new))

    def watch(field: Any) -> None:
        solara.v.use_event(field, "change", finished)
        # On a busy machine a field was seen to forget, before Enter, that it had been changed.
        solara.v.use_event(field, "keyup.enter", lambda *_: finished(None, "", known.current))

    return text, follow, watch
