"""Laws 1 and 5, the ground they stand on: sums over actors add rows in order, groups keep apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.groups import Groups
from sim.core.worlds import Worlds, at_largest, largest, total


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(2, 300), st.integers(0, 10**6))
def test_a_sum_of_a_world_alone_is_its_sum_among_others(actors, worlds, seed):
    rows = np.random.default_rng(seed).lognormal(0, 9, (actors, worlds))
    at = seed % worlds
    assert total(rows)[at] == total(rows[:, at : at + 1])[0]
    assert total(rows.T, axis=1)[at] == total(rows)[at]
    np.testing.assert_allclose(total(rows), rows.sum(axis=0))


def test_groups_add_and_compare_their_own():
    groups = Groups(["US", "China", "Rest", "Nobody"], ["US", "China", "US", "Rest"])
    rows = np.array([[1.0, 10], [2, 20], [4, -40], [8, 80]])
    assert groups.total(rows).tolist() == [[5, -30], [2, 20], [8, 80], [0, 0]]
    assert groups.largest(rows, -1).tolist() == [[4, 10], [2, 20], [8, 80], [-1, -1]]
    assert groups.spread(groups.total(rows)).tolist() == [[5, -30], [2, 20], [5, -30], [8, 80]]
    assert groups.rows("US").tolist() == [0, 2]


def test_of_equals_the_first_counts():
    rows = np.array([[1.0, 5], [3, 5], [3, 2]])
    assert largest(rows).tolist() == [3, 5]
    assert at_largest(rows)(np.array([[10.0, 11], [20, 21], [30, 31]])).tolist() == [20, 11]


def test_a_block_is_some_worlds():
    worlds = Worlds([5, 3, 900])
    assert worlds.count == 3
    assert [b.numbers.tolist() for b in worlds.blocks(2)] == [[5, 3], [900]]
    for wrong in ([], [3, -1]):
        with pytest.raises(ValueError, match="world"):
            Worlds(wrong)
