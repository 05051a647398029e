"""A view: everything that a share link carries, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field

from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.limits import CHARTS, DEFAULT_WORLDS, STARTS

START, AGAINST = "as_enacted", "no_controls"  # the question with which the page opens


def reference_of(scenario: EditedScenario) -> str:
    """The scenario with which another is compared unless a visitor chooses one.

    What a visitor changed is compared with what it was; the acts as enacted with a world without
    controls, and every other scenario with the acts as enacted.
    """
    if scenario.changes:
        return scenario.name
    return AGAINST if scenario.name == START else START


@dataclass(frozen=True)
class View:
    """What is on the page.

    Attributes:
        baseline: name of the scenario drawn behind it, in paired worlds (empty: `reference_of`).
        seed: of the ensemble's random numbers.
        start: whether bands start from the last observations: `observed`, or `simulated`.
        month: where the clock stands (`"2027-03"`; empty: at the end).
        pinned: worlds followed as single lines.
        compared: further scenarios of the page Compare.
        charts: whether they show levels, or paired differences from the baseline.
        compare_charts: the same of the page Compare.
        singles: whether some single worlds are drawn through the bands.
        actor: whose page is open on the network page (empty: nobody's).
    """

    scenario: EditedScenario = field(default_factory=lambda: EditedScenario(START))
    baseline: str = ""
    worlds: int = DEFAULT_WORLDS
    seed: int = 0
    start: str = STARTS[0]
    month: str = ""
    pinned: tuple[int, ...] = ()
    compared: tuple[EditedScenario, ...] = ()
    charts: str = CHARTS[0]
    compare_charts: str = CHARTS[1]
    singles: bool = False
    tab: str = "overview"
    actor: str = ""
