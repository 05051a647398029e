"""A view: everything that a share link carries, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field

from viz.dashboard.state.edited_scenario import Case
from viz.dashboard.state.limits import USUAL_WORLDS

START = "as_enacted"


@dataclass(frozen=True)
class View:
    """What is on the page.

    Attributes:
        case: the scenario with its changes.
        baseline: the scenario drawn behind it, in paired worlds.
        worlds: how many worlds.
        seed: of the ensemble's luck.
        month: where the clock stands (`"2027-03"`; empty: at the end).
        pinned: worlds followed as single lines.
        compared: further cases of the page Compare.
        tab: which page is open.
        actor: whose page is open on the network page (empty: nobody's).
    """

    case: Case = field(default_factory=lambda: Case(START))
    baseline: str = START
    worlds: int = USUAL_WORLDS
    seed: int = 0
    month: str = ""
    pinned: tuple[int, ...] = ()
    compared: tuple[Case, ...] = ()
    tab: str = "overview"
    actor: str = ""
