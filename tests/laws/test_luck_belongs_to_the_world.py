"""Law 2. Luck belongs to the world, not to the order of calls.

A shock is a pure function of seed, world, month and the channel's name. So a lab that is added, a
policy, a longer horizon or another order of asking changes nobody else's luck, and two runs of one
world can be compared.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.chance import TILE, Chance, stream
from sim.core.worlds import Worlds
from sim.model.race import Race
from sim.scenario.load import load
from sim.uncertainty.draw import draw, prior_paths

from .histories import changed

LAB_LUCK = ["research", "research_inference", "quality", "cadence", "lab_capital", "open"]
NEWCOMER = {"bloc": "US", "entry": "2023-06"}

seeds = st.integers(0, 2**64 - 1)
worlds = st.lists(st.integers(0, 5000), min_size=2, max_size=6, unique=True)
channels = st.text(min_size=1, max_size=20)


@settings(max_examples=30, deadline=None)
@given(seeds, worlds, channels, st.integers(1, 30))
def test_a_shock_depends_on_seed_world_month_and_channel_only(seed, numbers, channel, months):
    """Asked again, alone, in another order of worlds or for more months, it is the same."""
    drawn = Chance(seed, Worlds(numbers)).normal(channel, months)
    again = Chance(seed, Worlds(numbers[::-1])).normal(channel, months + 17)[:months, ::-1]
    alone = Chance(seed, Worlds(numbers[:1])).normal(channel, months)
    assert np.array_equal(drawn, again)
    assert np.array_equal(drawn[:, :1], alone)


@settings(max_examples=20, deadline=None)
@given(seeds, worlds, st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_calls_is_irrelevant(seed, numbers, order):
    """A channel gives the same shocks whatever else was drawn before it."""
    fresh = {name: Chance(seed, Worlds(numbers)).uniform(name, 5) for name in order}
    chance = Chance(seed, Worlds(numbers))
    for name in order:
        chance.normal(f"{name} of something else", 50)
        assert np.array_equal(chance.uniform(name, 5), fresh[name])


def test_known_shocks():
    """The very numbers: another generator or key would make old results irreproducible."""
    shocks = Chance(1, Worlds([0, 17, TILE, 1000])).normal("research:DeepSeek", 2)
    again = Chance(1, Worlds([1000, 17])).normal("research:DeepSeek", 2)
    assert np.array_equal(shocks[:, [3, 1]], again)
    known = [
        [-1.730885506905381, -1.6165994728042883, -1.2489679936166038, 0.6294706508768881],
        [1.672699122136323, -0.8153892014677151, 0.5898799460803504, 0.07763056206001759],
    ]
    np.testing.assert_array_equal(shocks, known)


def test_channels_seeds_worlds_and_months_are_independent():
    """No two streams are alike, and shocks are standard normal and uniform."""
    many = Worlds(range(4096))
    one = Chance(0, many)
    streams = [one.normal("a", 2)[0], one.normal("a", 2)[1], one.normal("b")[0]]
    streams += [Chance(1, many).normal("a")[0], np.roll(one.normal("a")[0], TILE)]
    for i, first in enumerate(streams):
        assert abs(first.mean()) < 0.08
        assert abs(first.std() - 1) < 0.05
        for second in streams[:i]:
            assert abs(np.corrcoef(first, second)[0, 1]) < 0.08
    flat = one.uniform("c", 3)
    assert 0 <= flat.min() < 0.01
    assert 0.99 < flat.max() < 1
    assert abs(flat.mean() - 0.5) < 0.02


@pytest.mark.parametrize("seed", [2**53, 2**63, 2**64 - 2])
def test_neighbouring_large_seeds_are_different_luck(seed):
    """Seeds keep all of their 64 bits; floats would keep 53."""
    one, next_one = (Chance(s, Worlds([0, 70])).normal("a", 3) for s in (seed, seed + 1))
    assert not np.any(one == next_one)


def test_channels_keep_all_of_their_name():
    """The counter of a stream is the whole hash of its name, for every name."""
    for name in ("research:DeepSeek", "quality:OpenAI", "cadence:Meta", "start:xAI"):
        digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
        counter = stream(1, 2, name).bit_generator.state["state"]["counter"]
        assert counter.tolist() == [0, 0, 0, int.from_bytes(digest, "little")]


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_out_of_range_are_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        Chance(seed, Worlds([0, 1]))


def test_an_actors_luck_goes_by_its_name():
    """Named actors keep their shocks in whatever company."""
    chance = Chance(3, Worlds(range(5)))
    two = chance.normals("research", ["A", "B"], 4)
    three = chance.normals("research", ["C", "B", "A"], 4)
    assert np.array_equal(two, three[:, [2, 1]])
    assert not np.array_equal(two[:, 0], two[:, 1])


@pytest.fixture(scope="module")
def plain(as_enacted) -> Race:
    return Race(as_enacted, 5, 9)


def newcomer(as_enacted):
    """As enacted with one lab more, first in the list."""
    lab = as_enacted.scenario.labs["Mistral"].model_copy(update=NEWCOMER)
    labs = {"Newcomer": lab, **as_enacted.scenario.labs}
    return as_enacted.scenario.model_copy(update={"labs": labs})


def test_a_new_lab_changes_nobody_elses_luck(as_enacted, plain):
    """Neither shocks nor drawn priors; the newcomer has luck of its own."""
    more = Race(newcomer(as_enacted), 5, 9)
    for channel in LAB_LUCK:
        assert np.array_equal(more.schedule.luck[channel][:, 1:], plain.schedule.luck[channel])
    assert np.array_equal(more.schedule.start[1:], plain.schedule.start)
    assert np.array_equal(more.schedule.luck["cloud_capital"], plain.schedule.luck["cloud_capital"])
    newcomers, mistrals = (
        more.schedule.luck["research"][:, 0],
        more.schedule.luck["research"][:, -1],
    )
    assert not np.array_equal(newcomers, mistrals)
    assert_same_draws(plain.parameters, more.parameters)


def test_policies_and_the_horizon_change_nobodys_luck(as_enacted, plain):
    """Another policy is another history of the same world, a short run its beginning."""
    others = {
        "no controls": Race(load("no_controls"), 5, 9),
        "one event less": Race(
            changed(as_enacted.scenario, "events", "chips_oct_2023", active=False), 5, 9
        ),
        "twenty months": Race(as_enacted, 5, 9, 20),
    }
    for race in others.values():
        for channel, shocks in plain.schedule.luck.items():
            assert np.array_equal(race.schedule.luck[channel], shocks[: race.horizon])
        assert np.array_equal(race.schedule.start, plain.schedule.start)
        assert_same_draws(plain.parameters, race.parameters)


def test_a_prior_is_drawn_by_its_own_path(as_enacted):
    """Fixing one prior, or setting it per world, leaves all other draws as they were."""
    scenario = as_enacted.scenario
    chance = Chance(9, Worlds([3, 70, 1000]))
    fixed = load("as_enacted", ["research.volatility=0.3", "labs.DeepSeek.openness=0"]).scenario
    everywhere = draw(scenario, chance)
    without = draw(fixed, chance)
    column = draw(scenario, chance, {"research.volatility": np.array([0.1, 0.2, 0.3])})
    assert without.research.volatility == [0.3]
    assert column.research.volatility.tolist() == [0.1, 0.2, 0.3]
    for other in (without, column):
        assert_same_draws(everywhere, other, {"research.volatility", "labs.DeepSeek.openness"})


def test_priors_are_drawn_apart(as_enacted):
    """Two priors are not the same luck by another name (but for stated correlations)."""
    scenario = as_enacted.scenario
    stated = {path for pair in scenario.correlations.values() for path in pair.between}
    paths = [path for path in prior_paths(scenario) if path not in stated]
    chance = Chance(0, Worlds(range(256)))
    scores = np.stack([chance.normal(f"prior:{path}")[0] for path in paths])
    together = np.corrcoef(scores) - np.eye(len(paths))
    assert np.abs(together).max() < 0.35


def assert_same_draws(one, other, but=frozenset()) -> None:
    """Every number of `one` is bit for bit the same in `other`."""
    ours, theirs = flat(one), flat(other)
    wrong = [path for path, drawn in ours.items() if not np.array_equal(drawn, theirs[path])]
    assert set(wrong) <= but


def flat(node, path: str = "") -> dict[str, np.ndarray]:
    """The drawn numbers by dotted path."""
    if isinstance(node, np.ndarray):
        return {path: node}
    table = node if isinstance(node, dict) else getattr(node, "__dict__", {})
    found = {}
    for key, value in table.items():
        found |= flat(value, f"{path}.{key}" if path else key)
    return found
