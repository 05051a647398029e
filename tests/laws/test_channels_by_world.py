"""A channel may be on in one world of a block and off in the next: each goes its own way.

Every channel off alone, in one block, is bit for bit what `channels.NAME = false` gives.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.core.worlds import Worlds
from sim.experiments.ensemble import simulate, simulate_block
from sim.model.race import Race
from sim.outcomes.record import Record
from sim.scenario.load import load
from sim.scenario.parameters import Channels

from .histories import few_quick

NAMES = list(Channels.model_fields)
WORLDS, MONTHS = 3, 84


@cache
def one_off_each(scenario: str) -> Record:
    """The same worlds again and again, each time with another channel off, then with all off."""
    settings = np.vstack([1 - np.eye(len(NAMES)), np.zeros(len(NAMES))])
    columns = {
        f"channels.{name}": np.repeat(settings[:, at], WORLDS) for at, name in enumerate(NAMES)
    }
    worlds = Worlds(np.tile(np.arange(WORLDS), len(settings)))
    return simulate_block(load(scenario), worlds, months=MONTHS, columns=columns)


@pytest.mark.parametrize("scenario", few_quick(["as_enacted", "strict_enforcement"], every=2))
@pytest.mark.parametrize("at", range(len(NAMES) + 1), ids=[*NAMES, "all"])
def test_a_column_is_what_the_scenario_would_say(scenario, at):
    """In every recorded series."""
    off = NAMES[at : at + 1] or NAMES
    alone = simulate(load(scenario, [f"channels.{name}=false" for name in off]), WORLDS, 0, MONTHS)
    block = one_off_each(scenario)
    there = slice(at * WORLDS, (at + 1) * WORLDS)
    differ = [
        name
        for name, values in alone.arrays.items()
        if not np.array_equal(values, block.arrays[name][..., there])
    ]
    assert differ == []


def test_a_channel_is_on_or_off():
    """Nothing between, and no channel that does not exist."""
    with pytest.raises(ValueError, match=r"channels\.leakage is on \(1\) or off \(0\)"):
        Race("as_enacted", 2, columns={"channels.leakage": np.array([1.0, 0.5])})
    with pytest.raises(KeyError, match=r"channels\.leaks"):
        Race("as_enacted", 2, columns={"channels.leaks": np.array([1.0, 0.0])})


def test_without_columns_channels_are_as_the_scenario_has_them():
    """As numbers, the same in all worlds."""
    numbers = Race(load("as_enacted", ["channels.leakage=false"]), 2, months=1).parameters
    found = {name: block.tolist() for name, block in vars(numbers.channels).items()}
    assert found == {name: [0.0 if name == "leakage" else 1.0] for name in NAMES}
