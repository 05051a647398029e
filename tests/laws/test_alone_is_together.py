"""Law 1. A world is the same history whether it is run alone or among a thousand.

Without this nobody could look closer at one world of a sweep: running it again would show another.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.experiments.ensemble import simulate
from sim.outcomes.catalogue import compute_outcomes

from .histories import History, differences, of_world, run, same

WORLD = 17
SHORT = 50  # months: past the rules of October 2022 and 2023


@pytest.fixture(scope="module")
def hundred(as_enacted) -> History:
    return run(as_enacted, 100)


@pytest.fixture(scope="module")
def wide(as_enacted) -> History:
    """Worlds of three tiles of luck."""
    return run(as_enacted, 150, SHORT)


def test_a_world_alone_is_the_same_world_among_a_hundred(as_enacted, hundred):
    """All state of all months and everything recorded, bit for bit, over the whole horizon."""
    alone = run(as_enacted, [WORLD])
    assert len(alone.months) == as_enacted.scenario.months
    assert differences(alone, of_world(hundred, WORLD)) == []


def test_a_world_among_three_is_the_same_world_among_a_hundred(as_enacted, hundred):
    """The neighbours may be any, in any order, and from other tiles of luck."""
    three = run(as_enacted, [99, WORLD, 64])
    for position, world in enumerate([99, WORLD, 64]):
        assert differences(of_world(three, position), of_world(hundred, world)) == []


def test_different_worlds_are_different_histories(hundred):
    """Else the tests of this law would prove nothing."""
    capability = hundred.recorded["capability"][-1]
    assert len(np.unique(capability, axis=1).T) == 100


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    chosen=st.lists(st.integers(0, 149), min_size=1, max_size=7, unique=True),
    beside=st.integers(0, 10**6),
)
def test_any_worlds_in_any_company(as_enacted, wide, chosen, beside):
    """Worlds drawn at random, with a far-away world beside them."""
    few = run(as_enacted, [*chosen, 10**6 + beside], SHORT)
    for position, world in enumerate(chosen):
        assert differences(of_world(few, position), of_world(wide, world)) == []


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_the_size_of_the_blocks_changes_nothing(as_enacted, block):
    """An ensemble may be cut into blocks anyhow: recorded arrays and outcomes stay the same."""
    worlds, months = {1: (9, 20), 7: (22, 40)}.get(block, (100, 40))
    whole = simulate(as_enacted, worlds, months=months)
    cut = simulate(as_enacted, worlds, months=months, block=block)
    assert all(same(whole.arrays[name], cut.arrays[name]) for name in whole.arrays)
    ours, theirs = compute_outcomes(whole), compute_outcomes(cut)
    assert all(same(ours[name], theirs[name]) for name in ours)


def test_numbers_set_per_world_move_with_the_world(as_enacted):
    """A design point of a sweep alone is the same point among others."""
    sigma = np.linspace(0.1, 4.0, 21)
    key = "research.sigma"
    together = run(as_enacted, 21, SHORT, columns={key: sigma})
    alone = run(as_enacted, [WORLD], SHORT, columns={key: sigma[WORLD : WORLD + 1]})
    assert differences(alone, of_world(together, WORLD)) == []


def test_the_seed_matters(as_enacted):
    """Another seed is another ensemble."""
    one, other = run(as_enacted, 3, 12), run(as_enacted, 3, 12, seed=1)
    assert differences(one, other) != []
