"""What a browser may set: every value that it sends passes here, whatever the control allows.

A control bounds what a hand can do with it. A message over the websocket may hold anything: values
that are too large, of another type, or names that are not in the list. Checks take such a value
and return one that fits, or raise ValueError with what was wrong; `taken` puts a check before a
function that sets something, and tells the visitor what was not taken.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import solara

from viz.dashboard.state.limits import MAX_TEXT

MOST_TOLD = 3  # messages that stand on the page at a time, the newest
Check = Callable[[Any], Any]

refused: solara.Reactive[tuple[str, ...]] = solara.reactive(())  # of each visitor apart


def one_of(choices: Iterable[Any]) -> Check:
    """A check that lets through what is among the choices, and of their type: True is not 1."""
    allowed = list(choices)

    def check(value: Any) -> Any:
        for choice in allowed:
            if type(choice) is type(value) and choice == value:
                return choice
        some = ", ".join(map(str, allowed[:8]))
        raise ValueError(f"{shown(value)} is none of {some}{' ...' if len(allowed) > 8 else ''}")

    return check


def whole(low: int, high: int) -> Check:
    """A check that makes a number whole and moves it to the nearest end where it lies outside."""

    def check(value: Any) -> int:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or value != value:  # NaN differs from itself
            raise ValueError(f"{shown(value)} is no number")
        return round(max(low, min(high, value)))

    return check


def text(longest: int = MAX_TEXT) -> Check:
    """A check that lets through a text, or a number as one, cut to a length; nothing is empty."""

    def check(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(f"{shown(value)} is no text")
        return str(value)[:longest]

    return check


def of_type(kind: type, is_good: Callable[[Any], bool] = lambda value: True) -> Check:
    """A check that lets through values of a type with some property, for what no browser sets."""

    def check(value: Any) -> Any:
        if type(value) is not kind or not is_good(value):
            raise ValueError(f"{shown(value)} does not fit")
        return value

    return check


def shown(value: Any) -> str:
    """A value of unknown kind and size in a few characters."""
    try:
        short = reprlib.repr(value)
    except ValueError:  # a whole number with thousands of digits
        short = "a very long number"
    return short if len(short) <= 60 else f"{short[:57]}..."


def taken(name: str, check: Check, take: Callable[[Any], Any]) -> Callable[..., None]:
    """A function that checks what a browser sends before it is taken.

    Args:
        name: of the control, for the message to the visitor.
        take: gets the value that fits; a ValueError of its own is shown, too.
    """

    def checked(value: Any = None, *_: Any) -> None:
        try:
            good = check(value)
        except (ValueError, OverflowError) as wrong:
            tell(f"{name}: {wrong}")
        else:
            take(good)

    return checked


def tell(message: str) -> None:
    """Tell the visitor what was not taken."""
    refused.set((*refused.value[1 - MOST_TOLD :], message))


class Checked[T](solara.Reactive[T]):
    """A value of a session that only takes what fits, whoever sets it.

    Args:
        name: for the message to the visitor.
        value: at first.
        check: returns what fits, or raises ValueError.

    Attributes:
        drawn_once: a block at whose end the page is drawn, not after each part that needs it.
    """

    def __init__(self, name: str, value: T, check: Check) -> None:
        super().__init__(value)
        self.drawn_once: AbstractContextManager[Any] = nullcontext()
        self._take = taken(name, check, super().set)

    def set(self, value: T) -> None:
        """Set the value; one that does not fit changes nothing, and the visitor reads why."""
        with self.drawn_once:
            self._take(value)
