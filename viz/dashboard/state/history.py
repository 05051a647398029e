"""Which changes of a view are states of their own, to which Undo and the browser's Back return.

The browser keeps the list of states: each is an entry of its history, with the link of its view.
Undo and redo move through it as Back and Forward do. Here is only decided what begins a new entry,
and what belongs to the newest one: the clock's month, and a lever that is still being moved.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from viz.dashboard.state.view import View

KEY = "scenario "  # before a changed key among names of fields
TOGETHER = 1.5  # s between two moves of one lever that are one change


@dataclass
class History:
    """States of one visit.

    Attributes:
        last: the view of the newest state, without the clock's month.
        count: states that were begun since the page was opened.
        moved: what the newest state changed; empty: it cannot be added to.
        at: time of the last change, s.
    """

    last: View
    count: int = 0
    moved: frozenset[str] = frozenset()
    at: float = 0.0

    def __post_init__(self) -> None:
        """Leave the clock's month out."""
        self.last = replace(self.last, month="")

    def note(self, view: View, now: float, is_busy: bool = False) -> int:
        """Take in what is on the page; how many states there are now.

        Args:
            now: time by a clock that never goes back, s.
            is_busy: what was changed last is still simulated: nobody has seen what it does.
        """
        view = replace(view, month="")
        if view == self.last:
            return self.count
        differs = differences(self.last, view)
        is_same_lever = differs == self.moved and _are_moved(differs, self.last, view)
        if not (is_same_lever and (is_busy or now - self.at <= TOGETHER)):
            self.count += 1
        self.last, self.moved, self.at = view, differs, now
        return self.count

    def went(self, view: View) -> None:
        """Take in that the browser went to another of its entries: no state is begun by that."""
        self.last, self.moved = replace(view, month=""), frozenset()


def differences(one: View, other: View) -> frozenset[str]:
    """Names of the fields in which two views differ; of the scenario, its changed keys."""
    names = {
        field.name
        for field in fields(View)
        if getattr(one, field.name) != getattr(other, field.name)
    }
    if "scenario" not in names or one.scenario.name != other.scenario.name:
        return frozenset(names)
    before, after = one.scenario.changed, other.scenario.changed
    keys = {key for key in before | after if before.get(key) != after.get(key)}
    return frozenset(names - {"scenario"} | {f"{KEY}{key}" for key in keys})


def _are_moved(differs: frozenset[str], one: View, other: View) -> bool:
    """Whether two views differ by values of changed keys alone, and both change these."""
    is_of_levers = all(name.startswith(KEY) for name in differs)
    return is_of_levers and one.scenario.changed.keys() == other.scenario.changed.keys()
