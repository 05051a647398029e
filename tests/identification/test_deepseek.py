"""What made DeepSeek: parts by hand, and what each cause switches off."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.worlds import Worlds
from sim.research.identification import deepseek
from sim.research.identification.deepseek import CAUSES, CONTROLS, NO_EFFORT, REST, Branches
from sim.research.identification.ensemble import Ensemble
from viz.pages.evidence import _ordered

WORLDS = 3
WORTH = {"controls": -1.0, "money": 2.0, "know_how": 5.0, "old_chips": 0.0, "ability": 3.0}
SERIES = ("log_training_efficiency", "budget", "chips", "scarcity_training")


def toy(worths: dict[str, float], together: float = 0.0) -> np.ndarray:
    """Gains with every set of causes, `[set, 1]`: 10 for nobody, and what each member is worth.

    Args:
        together: what money and know-how are worth beyond that if both are there.
    """
    names = list(CAUSES)
    sets = [{name for bit, name in enumerate(names) if c >> bit & 1} for c in range(32)]
    return np.array(
        [
            [10 + sum(worths[name] for name in one) + together * ({"money", "know_how"} <= one)]
            for one in sets
        ]
    )


def test_parts_by_hand():
    """What two causes are worth only together is halved; the rest is what nobody adds."""
    found = deepseek.parts(toy(WORTH, together=4.0))
    whole = {name: float(part[0]) for name, part in found.items()}
    expected = WORTH | {"money": 4.0, "know_how": 7.0, REST: 10.0}
    assert whole == pytest.approx(expected)
    assert list(whole) == [*CAUSES, REST]


def test_shares_by_hand():
    """Two worlds with a gain of 19 and 18 and one without any, which has no shares."""
    directed, undirected = toy(WORTH), toy(WORTH | {CONTROLS: -2.0})
    gained = np.array([undirected, directed])
    nothing = np.zeros((2, 32, 1))
    found = deepseek.summary(np.concatenate([gained, gained, nothing], axis=-1), "log points", {})
    assert found["whole"]["p95"] == pytest.approx(19)
    assert found["shares"]["know_how"]["median"] == pytest.approx(5 / 19, rel=1e-5)
    assert found["shares"]["know_how"]["worlds"] == 2
    assert sum(share["mean"] for share in found["shares"].values()) == pytest.approx(1, abs=1e-5)
    assert found["by_effort"]["p95"] == pytest.approx(1)
    assert found["last"][CONTROLS]["p5"] == pytest.approx(-1, abs=0.11)
    shares = {"gains": {"log_training_efficiency": found}}
    assert _ordered(shares) == [REST, "know_how", "ability", "money", "old_chips", CONTROLS]


@pytest.fixture(scope="module")
def branches():
    """Three worlds, of which more series than the gains are looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deepseek, "GAINS", dict.fromkeys(SERIES, "1"))
        yield Branches("posterior", Worlds(range(WORLDS)), 0)


@pytest.fixture(scope="module")
def complete(branches):
    """The levels of the history that lacks nothing."""
    return branches.without([])


def test_a_history_that_lacks_nothing_is_the_one_as_enacted(branches, complete):
    """Bit for bit, as it is at the branch."""
    enacted = Ensemble("posterior", WORLDS).record("as_enacted", branches.months)
    lab = enacted.names["lab"].index("DeepSeek")
    for name in SERIES:
        series = enacted.arrays[name][:, lab]
        np.testing.assert_array_equal(complete[name], series[-1])
        np.testing.assert_array_equal(branches.before[name], series[-31])
    assert enacted.last == deepseek.LAST
    assert enacted.calendar.label(branches.months - 30) == deepseek.FIRST


def test_its_money_stays_at_what_it_was(branches, complete):
    """Within a month's growth; as enacted it grows severalfold. The first month is as enacted."""
    held = branches.without([CAUSES["money"]])
    assert np.all(abs(np.log(held["budget"] / branches.before["budget"])) < 0.3)
    assert np.all(complete["budget"] > 3 * branches.before["budget"])
    assert np.all(held["chips"] < complete["chips"])


def test_its_old_chips_are_gone_and_those_of_others_are_not(branches):
    race = branches.branch([CAUSES["old_chips"]])
    past, mine = branches.past.blocks["labs.purchasing"], race.labs.names.index("DeepSeek")
    assert np.all(past["chips"][mine] > 100)
    for name in ("chips", "training", "inference", "training_free", "inference_free", "draw"):
        left = getattr(race.labs.purchasing, name)
        assert not left[mine].any()
        np.testing.assert_array_equal(np.delete(left, mine, 0), np.delete(past[name], mine, 0))
    race.step()
    assert np.all(race.labs.purchasing.chips[mine] > 0)  # it goes on buying


def test_without_controls_it_lacks_no_chip_and_directs_no_effort(branches, complete):
    """Next to nothing, that is: so the part by way of directed effort is that of the controls."""
    free, efficiency = [CAUSES[CONTROLS]], "log_training_efficiency"
    levels, undirected = branches.without(free), branches.without(free, [NO_EFFORT])
    assert np.all(levels["scarcity_training"] < 1e-3)
    assert np.all(complete["scarcity_training"] > 0.1)
    np.testing.assert_allclose(levels[efficiency], undirected[efficiency], atol=1e-4)
    without_effort = branches.without([], [NO_EFFORT])
    assert np.all(abs(without_effort[efficiency] - complete[efficiency]) > 1e-4)


def test_what_others_know_and_its_ability(branches, complete):
    alone = branches.without([CAUSES["know_how"]])
    efficiency = "log_training_efficiency"
    assert np.all(alone[efficiency] <= complete[efficiency])
    usual = branches.branch([CAUSES["ability"]]).labs
    assert np.all(usual.own.ability[usual.names.index("DeepSeek")] == 1)
    assert np.all(usual.own.ability[usual.names.index("Alibaba")] != 1)


def test_the_parts_of_worlds_add_up(branches, monkeypatch):
    """To the gain in every world: in any game, and in the model with one cause."""
    game = np.random.default_rng(0).normal(size=(32, 50))
    np.testing.assert_allclose(sum(deepseek.parts(game).values()), game[-1], rtol=1e-12, atol=1e-12)
    one = {CONTROLS: CAUSES[CONTROLS]}
    monkeypatch.setattr(deepseek, "CAUSES", one)
    gained = deepseek.gains(branches, one)["log_training_efficiency"]
    assert gained.shape == (2, 2, WORLDS)
    for effort in gained:
        np.testing.assert_allclose(sum(deepseek.parts(effort).values()), effort[-1], rtol=1e-12)
