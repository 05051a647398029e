"""Law 4. State is a value: rules replace it, nobody edits it.

So whoever kept the array of a month, the recorder or a board, keeps that month, without a copy.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.state import OWN, State, initialise, states
from sim.core.worlds import DTYPE, frozen
from sim.model.public_state import PublicState
from sim.model.race import Race
from sim.record.recorder import Recorder

from .histories import live

WORLDS = 3


@pytest.fixture
def race(as_enacted) -> Race:
    race = Race(as_enacted, WORLDS, 0)
    for _ in range(5):
        race.step()
    return race


def every_state(race: Race):
    for owner in race.owners.values():
        for name in states(type(owner)):
            yield owner, name


def test_every_state_has_a_unit_and_a_meaning(race):
    for population, name in every_state(race):
        state = states(type(population))[name]
        assert state.unit, name
        assert len(state.meaning) > 3, name


def test_every_state_has_the_shape_and_precision_of_the_block(race):
    for population, name in every_state(race):
        block = getattr(population, name)
        assert block.shape == (population.shapes[name] or block.shape), name
        assert block.shape[-1] in (1, WORLDS), name
        assert block.dtype == DTYPE, name


def test_no_state_can_be_edited(race):
    for population, name in every_state(race):
        with pytest.raises(ValueError, match="read-only"):
            getattr(population, name)[..., 0] = 1.0


def test_no_number_of_a_world_can_be_edited(race):
    with pytest.raises(ValueError, match="read-only"):
        race.parameters.research.pace[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        race.labs.own.cadence[0, 0] = 1.0


def test_a_month_that_was_kept_is_not_changed_by_the_next(race):
    """Neither the state, nor the board, nor the flows of a month change with later ones."""
    kept = live(race)
    copies = {name: block.copy() for name, block in kept.items()}
    for _ in range(40):
        race.step()
    assert all(np.array_equal(kept[name], copies[name]) for name in kept)
    assert not np.array_equal(kept["Labs.chips"], race.labs.purchasing.chips)


def test_what_is_recorded_is_what_was(race):
    """The recorder's early months are not touched by later steps."""
    recorder = Recorder(race)
    recorder.take(race)
    early = {name: array.copy() for name, array in recorder.arrays().items()}
    for _ in range(20):
        race.step()
        recorder.take(race)
    assert all(np.array_equal(array[:1], early[name]) for name, array in recorder.arrays().items())


def test_the_public_state_is_frozen(race):
    with pytest.raises(AttributeError):
        race.public_state.frontier = np.zeros(WORLDS)
    assert isinstance(race.public_state, PublicState)


class Pond:
    """The smallest owner of state: two actors in some worlds."""

    depth = State("m", "depth of the water", start=None)

    def __init__(self) -> None:
        initialise(self, {OWN: 2}, WORLDS)


def test_the_giver_of_an_array_cannot_change_the_state_afterwards():
    """Through the array itself, through a view of it, or through what it is a view of."""
    whole, rows, one_row = np.ones((4, WORLDS)), np.ones((2, WORLDS)), np.ones(WORLDS)
    for given, handle in ((rows, rows), (whole[:2], whole), (one_row, one_row)):
        pond = Pond()
        pond.depth = given
        before = pond.depth.copy()
        try:
            handle[...] = 7.0
        except ValueError as refused:
            assert "read-only" in str(refused)
        assert np.array_equal(pond.depth, before)


def test_a_state_spreads_over_worlds_and_refuses_other_shapes():
    pond = Pond()
    pond.depth = np.array([[1], [2]])
    assert pond.depth.tolist() == [[1.0] * WORLDS, [2.0] * WORLDS]
    assert pond.depth.dtype == DTYPE
    with pytest.raises(ValueError, match="broadcast"):
        pond.depth = np.ones((3, WORLDS))


def test_a_state_read_before_it_is_set_says_so():
    with pytest.raises(AttributeError, match="'depth' was read before it was set"):
        _ = Pond().depth


def test_frozen_keeps_masks_and_makes_everything_else_a_number():
    assert frozen(np.array([True, False])).dtype == np.bool_
    assert frozen([1, 2]).dtype == DTYPE
    assert not frozen(np.arange(3.0)).flags.writeable
