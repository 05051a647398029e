"""A view: everything that a share link carries, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field

from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.limits import DEFAULT_WORLDS

START = "as_enacted"


@dataclass(frozen=True)
class View:
    """What is on the page.

    Attributes:
        baseline: name of the scenario drawn behind it, in paired worlds.
        seed: of the ensemble's random numbers.
        month: where the clock stands (`"2027-03"`; empty: at the end).
        pinned: worlds followed as single lines.
        compared: further scenarios of the page Compare.
        actor: whose page is open on the network page (empty: nobody's).
    """

    scenario: EditedScenario = field(default_factory=lambda: EditedScenario(START))
    baseline: str = START
    worlds: int = DEFAULT_WORLDS
    seed: int = 0
    month: str = ""
    pinned: tuple[int, ...] = ()
    compared: tuple[EditedScenario, ...] = ()
    tab: str = "overview"
    actor: str = ""
