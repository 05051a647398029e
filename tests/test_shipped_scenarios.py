"""Every shipped scenario runs to its end, without complaints, and says something of its own."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pytest

from sim.experiments.ensemble import simulate
from sim.outcomes.catalogue import compute_outcomes
from sim.scenario.library import shipped
from sim.scenario.load import ResolvedScenario, load

WORLDS = 3
HISTORY = "as_enacted"
each_scenario = pytest.mark.parametrize("name", shipped())


@cache
def loaded(name: str) -> ResolvedScenario:
    """A shipped scenario, read once."""
    return load(name)


@cache
def outcomes(name: str) -> dict[str, np.ndarray]:
    """All outcomes over the whole horizon, `[month, world]`; any warning is an error."""
    with warnings.catch_warnings(), np.errstate(divide="raise", over="raise", invalid="raise"):
        warnings.simplefilter("error")
        return compute_outcomes(simulate(loaded(name), WORLDS))


@each_scenario
def test_it_runs_to_its_end(name):
    """Over its whole horizon, in every world, without a warning, with outcomes that are finite.

    Where no lab opens its weights there is no best open model.
    """
    wanted = (loaded(name).scenario.months, WORLDS)
    found = outcomes(name)
    assert {key: values.shape for key, values in found.items() if values.shape != wanted} == {}
    gaps = {key for key, values in found.items() if not np.all(np.isfinite(values))}
    allowed = {"open_lag_months", "open_frontier"} if name == "open_weights_closed" else set()
    assert gaps <= allowed


@each_scenario
def test_it_says_what_it_is_for(name):
    """A title and a purpose, in its own words."""
    scenario, history = loaded(name).scenario, loaded(HISTORY).scenario
    assert scenario.title and scenario.why
    if name != HISTORY:
        assert (scenario.title, scenario.why) != (history.title, history.why)


MAY_STAY = ("reacting",)  # its rules wait for something that does not happen in every world


@pytest.mark.parametrize("name", [name for name in shipped() if name != HISTORY])
def test_it_differs_from_the_history(name):
    """In at least one outcome, in every world: else nobody would need it."""
    every = np.any if name in MAY_STAY else np.all
    moved = [
        key
        for key, values in outcomes(name).items()
        if every(np.any(values != outcomes(HISTORY)[key], axis=0))
    ]
    assert moved != []
