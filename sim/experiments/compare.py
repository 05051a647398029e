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

from sim.core.worlds import Worlds
from sim.experiments.ensemble import POSTERIOR, Ensemble, Progress, load_in, simulate
from sim.outcomes.binding import shares
from sim.outcomes.catalogue import compute_effects, compute_outcomes
from sim.outcomes.presentation import levels_needed
from sim.record import provenance
from sim.record.results import Results, labelled
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.layers import Overrides, as_texts
from sim.scenario.load import ResolvedScenario, Source


def compare(
    scenario: Source = "as_enacted",
    against: Source = "no_controls",
    worlds: int = 256,
    seed: int = 0,
    months: int | None = None,
    overrides: Overrides = (),
    progress: Progress | None = None,
    ensemble: Ensemble = POSTERIOR,
) -> Results:
    """Effect of `scenario` against `against` in paired worlds: the first less the second.

    `overrides` hold for both; for the rest see `run`.

    Returns:
        effects `[month, world]`, labelled, each in the unit of its outcome.

    Raises:
        ScenarioError: a scenario cannot be used, or their calendars differ.
    """
    overrides, start = as_texts(overrides), time.perf_counter()
    pair = load_pair(scenario, against, overrides, ensemble)
    this, reference = (
        simulate(resolved, worlds, seed, months, _half(progress, at))
        for at, resolved in enumerate(pair)
    )
    effects, horizon = compute_effects(this, reference), len(this.arrays["capability"])
    levels = compute_outcomes(reference, levels_needed(effects), reference)
    labels, numbers = this.calendar.labels()[:horizon], Worlds(range(worlds)).numbers
    return Results(
        labelled(effects, labels, numbers),
        reference=labelled(levels, labels, numbers),
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
    scenario: Source, against: Source, overrides: list[str], ensemble: Ensemble = POSTERIOR
) -> list[ResolvedScenario]:
    """Two scenarios whose worlds can be paired: they have the same months.

    Raises:
        ScenarioError: a scenario cannot be used, or their calendars differ.
    """
    pair = [load_in(name, ensemble, overrides) for name in (scenario, against)]
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
