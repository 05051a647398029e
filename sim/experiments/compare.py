"""`moat compare`: the effect of one scenario against another, in paired worlds.

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
from sim.outcomes.binding import shares
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
    pair = load_pair(scenario, against, overrides, ensemble)
    start = time.perf_counter()
    this, reference = (
        simulate(resolved, worlds, seed, months, _half(progress, at))
        for at, resolved in enumerate(pair)
    )
    effects = compute_effects(this, reference)
    horizon = len(this.arrays["capability"])
    labels = this.calendar.labels()[:horizon]
    return Results(
        labelled(effects, labels, Worlds(range(worlds)).numbers),
        about={
            "kind": "comparison",
            "scenario": provenance.about_scenario(pair[0], overrides),
            "against": provenance.about_scenario(pair[1], overrides),
            "binds": shares(reference),
            **provenance.about_run(worlds, seed, horizon, time.perf_counter() - start),
        },
    )


def _half(progress: Progress | None, part: int) -> Progress | None:
    """Progress of the first (0) or second (1) run of two."""
    return progress and (lambda done, of: progress(part * of + done, 2 * of))


def load_pair(
    scenario: str | Path, against: str | Path, overrides: list[str], ensemble: str = POSTERIOR
) -> list[ResolvedScenario]:
    """Two scenarios whose worlds can be paired: they have the same months.

    Raises:
        ScenarioError: a scenario cannot be used, or their calendars differ.
    """
    pair = [of_worlds(load(name, overrides), ensemble) for name in (scenario, against)]
    first, second = ((one.scenario.start, one.scenario.months) for one in pair)
    if first != second:
        raise ScenarioError(
            Problem(
                pair[1].layers[-1],
                "start, months",
                f"{second} differs from {first} of '{pair[0].name}'",
                "paired worlds need the same months",
            )
        )
    return pair
