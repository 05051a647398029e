"""`moat run`: an ensemble of worlds of one scenario.

>>> import sim
>>> results = sim.run("as_enacted", worlds=4, months=12)
>>> lead = results.outcomes["lead_months"]
>>> dict(lead.sizes), lead.attrs["unit"]
({'month': 12, 'world': 4}, 'months')
>>> bool((results.outcomes["us_frontier"].diff("month") >= 0).all())  # it never falls
True
>>> results.series["capability"].dims
('month', 'lab', 'world')
"""

from __future__ import annotations

import time

from sim.core.worlds import Worlds
from sim.experiments.ensemble import POSTERIOR, Ensemble, Progress, load_in, simulate
from sim.model.race import Race
from sim.outcomes.catalogue import compute_outcomes
from sim.record import provenance
from sim.record.recorder import series
from sim.record.results import Results, labelled, labelled_series
from sim.scenario.layers import Overrides, as_texts
from sim.scenario.load import ResolvedScenario, Source


def run(
    scenario: Source = "as_enacted",
    worlds: int = 256,
    seed: int = 0,
    months: int | None = None,
    overrides: Overrides = (),
    progress: Progress | None = None,
    ensemble: Ensemble = POSTERIOR,
) -> Results:
    """Run a scenario in many worlds.

    Args:
        scenario: name of a shipped scenario, path to a file, or its tables (see `sim.load`).
        worlds: how many; seed: of their luck.
        months: how many months from the start (None: all of the scenario).
        overrides: `{"labs.DeepSeek.openness": 0}`, or texts `"labs.DeepSeek.openness=0"`.
        progress: called with the world-months done and their total.
        ensemble: `posterior`, `prior`, or a posterior: its name or file (see `posterior_of`).

    Returns:
        outcomes `[month, world]` and series `[month, row, world]`, labelled, with their provenance.

    Raises:
        ScenarioError: the scenario is not valid.
    """
    overrides = as_texts(overrides)
    resolved = load_in(scenario, ensemble, overrides)
    began = time.perf_counter()
    record = simulate(resolved, worlds, seed, months, progress)
    horizon = len(record.arrays["capability"])
    labels, numbers = record.calendar.labels()[:horizon], Worlds(range(worlds)).numbers
    return Results(
        labelled(compute_outcomes(record), labels, numbers),
        labelled_series(record, series(Race(_first(resolved), 1, seed, 1)), labels, numbers),
        {
            "kind": "run",
            "scenario": provenance.about_scenario(resolved, overrides),
            **provenance.about_run(worlds, seed, horizon, time.perf_counter() - began),
        },
    )


def _first(resolved: ResolvedScenario) -> ResolvedScenario:
    """A scenario in one structure: all have the same series."""
    return resolved.parts[0] if resolved.parts else resolved
