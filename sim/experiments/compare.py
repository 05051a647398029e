"""`moat compare`: two scenarios in paired worlds, and what the difference between them did.

>>> import sim
>>> effects = sim.compare("as_enacted", "no_controls", worlds=4, months=12)
>>> effects.outcomes["lead_months"].dims, effects.outcomes["lead_months"].attrs["unit"]
(('month', 'world'), 'months')
>>> same = sim.compare("as_enacted", "as_enacted", worlds=4, months=12)
>>> float(abs(same.outcomes["lead_months"]).max())  # paired worlds: same luck, same numbers
0.0
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from sim.core.worlds import Worlds
from sim.experiments.ensemble import POSTERIOR, Progress, of_worlds, simulate
from sim.outcomes.catalogue import compute_effects
from sim.record import provenance
from sim.record.results import Results, labelled
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario, load


def compare(
    scenario: str | Path = "as_enacted",
    against: str | Path = "no_controls",
    worlds: int = 256,
    seed: int = 0,
    months: int | None = None,
    overrides: Iterable[str] = (),
    progress: Progress | None = None,
    ensemble: str = POSTERIOR,
) -> Results:
    """Effect of `scenario` against `against` in paired worlds: the first less the second.

    `overrides` hold for both; for the rest see `run`.

    Returns:
        effects `[month, world]`, labelled, each in the unit of its outcome.

    Raises:
        ScenarioError: a scenario cannot be used, or their calendars differ.
    """
    overrides = list(overrides)
    both = load_pair(scenario, against, overrides, ensemble)
    began = time.perf_counter()

    def half(part: int) -> Progress | None:
        return progress and (lambda done, of: progress(part * of + done, 2 * of))

    records = [simulate(one, worlds, seed, months, half(at)) for at, one in enumerate(both)]
    effects = compute_effects(records[0], records[1])
    horizon = len(records[0].arrays["capability"])
    labels = records[0].calendar.labels()[:horizon]
    return Results(
        labelled(effects, labels, Worlds(range(worlds)).numbers),
        about={
            "kind": "comparison",
            "scenario": provenance.about_scenario(both[0], overrides),
            "against": provenance.about_scenario(both[1], overrides),
            **provenance.about_run(worlds, seed, horizon, time.perf_counter() - began),
        },
    )


def load_pair(
    scenario: str | Path, against: str | Path, overrides: list[str], ensemble: str = POSTERIOR
) -> list[ResolvedScenario]:
    """Two scenarios whose worlds can be paired: they have the same months.

    Raises:
        ScenarioError: a scenario cannot be used, or their calendars differ.
    """
    both = [of_worlds(load(one, overrides), ensemble) for one in (scenario, against)]
    first, second = ((one.scenario.start, one.scenario.months) for one in both)
    if first != second:
        raise ScenarioError(
            Problem(
                both[1].layers[-1],
                "start, months",
                f"{second} differs from {first} of '{both[0].name}'",
                "paired worlds need the same months",
            )
        )
    return both
