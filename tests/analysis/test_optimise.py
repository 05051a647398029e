"""Policy search: known fronts, robust values by hand, the shipped problem run small."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from sim.analysis import optimise as module
from sim.analysis.evolution import evolve
from sim.analysis.optimise import optimise
from sim.analysis.policies import Policies
from sim.analysis.problem import Goal, read_problem
from sim.analysis.robust import best_of, compromise, costs, on_front, regret, robust
from sim.core.worlds import Worlds
from sim.scenario.errors import ScenarioError
from sim.scenario.library import shipped, shipped_problems
from viz.text.policy_search import sentences, summary

QUICK = {"worlds": 2, "policies": 10, "population": 5}


def goal(want: str = "more", measure: str = "mean", **more) -> Goal:
    """A goal of the lead."""
    return Goal(outcome="lead_months", month="2027-06", want=want, measure=measure, **more)


def test_a_known_front_is_found():
    """f1 = x0, f2 = 1 - sqrt(x0) where all else is 0 (ZDT1)."""
    seen = []

    def zdt1(x):
        g = 1 + 9 * x[:, 1:].mean(axis=1)
        found = np.column_stack([x[:, 0], g * (1 - np.sqrt(x[:, 0] / g))])
        seen.append(found)
        return found

    evolve(zdt1, levers=4, goals=2, population=40, count=1600, seed=1)
    rows = np.concatenate(seen)
    front = rows[on_front(rows)]
    assert len(rows) == 1600 and len(front) > 25
    assert np.mean(front[:, 1] - (1 - np.sqrt(front[:, 0]))) < 0.06
    assert np.ptp(front[:, 0]) > 0.9


def test_a_search_is_the_same_again():
    """Seeded: the same candidates; another seed, others."""

    def seen(seed):
        found = []
        evolve(lambda x: found.append(x) or x**2, 2, 2, 8, 20, seed)
        return np.concatenate(found)

    assert np.array_equal(seen(3), seen(3)) and not np.array_equal(seen(3), seen(4))
    assert seen(3).shape == (20, 2)


def test_robust_values():
    """Against values worked out by hand, `[policy, future, world]`."""
    values = np.arange(11.0)[None, None] * np.array([1.0, 2.0])[:, None, None]
    best = best_of(goal(), values)
    assert robust(goal(), values, best) == pytest.approx([5, 10])
    assert robust(goal("more", "p10"), values, best) == pytest.approx([1, 2])
    assert robust(goal("less", "p10"), values, best) == pytest.approx([9, 18])
    assert robust(goal("more", "regret"), values, best) == pytest.approx([10, 0])
    least = best_of(goal("less"), values)
    assert robust(goal("less", "regret"), values, least) == pytest.approx([0, 10])
    share = goal("more", "satisficing", at_least=6)
    assert robust(share, values, best) == pytest.approx([5 / 11, 8 / 11])
    assert np.all(regret(goal(), values, best) >= 0)
    assert costs(goal("less"), np.array([3.0])) == costs(goal("more"), np.array([-3.0]))
    assert costs(share, np.array([0.4])) > costs(share, np.array([0.6]))


def test_the_front_and_what_stands_between():
    """Dominated rows are out, of twins the first is in."""
    rows = np.array([[0, 4], [1, 1], [4, 0], [2, 2], [1, 1], [0, 5]], dtype=float)
    assert list(on_front(rows)) == [True, True, True, False, False, False]
    assert compromise(rows[:3]) == 1


@pytest.fixture(scope="module")
def small():
    """The shipped problem with few worlds and policies, to mid-2027."""
    search = read_problem("us_chips_2027")
    goals = {
        name: one.model_copy(update={"month": "2027-12"}) for name, one in search.goals.items()
    }
    return search.model_copy(update={**QUICK, "goals": goals})


@pytest.fixture(scope="module")
def found(small):
    """What is found for it."""
    return optimise(small)


def test_the_shipped_problem_runs(found):
    """All policies are kept, the front is not beaten, the table holds every lever and goal."""
    table = found.table()
    assert len(table) == 10 and found.front.sum() >= 1
    rows = np.column_stack([costs(g, found.robust[:, at]) for at, g in enumerate(found.goals)])
    for row in rows[found.front]:
        assert not np.any(np.all(rows <= row, axis=1) & np.any(rows < row, axis=1))
    assert {"limit, TPP", "lead, mean months"} <= set(table.columns)
    assert found.front[found.middle] and found.about["finished"]
    assert np.isfinite(found.fresh).all()
    assert (found.regret_table()["mean"] >= 0).all()


def test_the_same_again(small, found):
    """Same seed, same policies and values, bit for bit."""
    again = optimise(small)
    assert np.array_equal(again.levers, found.levers)
    assert np.array_equal(again.robust, found.robust)


def test_policies_meet_the_same_worlds(small):
    """A policy is worth the same alone and among others; the reference against itself loses 0."""
    tried = Policies(small)
    worlds = Worlds(range(2))
    shares = np.random.default_rng(0).random((3, len(small.levers)))
    together = tried.outcomes(shares, worlds)
    alone = tried.outcomes(shares[1:2], worlds)
    for name, values in together.items():
        assert values.shape == (3, 1, 2)
        assert np.array_equal(values[1:2], alone[name])
    assert not np.array_equal(together["lead"][0], together["lead"][1])
    assert np.all(tried.at_reference(worlds)["revenue_lost"] == 0)


def test_futures_are_met_by_every_policy(small):
    """Each future is a column of its own; regret is told for each."""
    futures = {"stifle": {"effort.eta": 0.21}, "spur": {"effort.eta": 1.75}}
    search = small.model_copy(update={"futures": futures, "policies": 5})
    found = optimise(search)
    assert found.futures == ["stifle", "spur"]
    assert found.regrets["lead"].shape[1:] == (2, 2)
    assert set(found.regret_table()["future"]) == {"stifle", "spur"}


def test_an_interrupt_keeps_what_was_found(small, monkeypatch):
    """Generations that were done are there, and the search says that it did not finish."""
    real, calls = module.Policies.outcomes, []

    def stop(self, *words):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, *words)

    monkeypatch.setattr(module.Policies, "outcomes", stop)
    found = optimise(small)
    assert len(found.levers) == 5 and not found.about["finished"]
    assert np.isnan(found.fresh).all()
    assert "not searched" not in " ".join(sentences(found))


def test_words_follow_the_numbers(found):
    """Who is called best is best, and numbers are those of the table."""
    told = sentences(found)
    assert told[0].startswith(f"{found.front.sum()} of 10 policies")
    rows = np.flatnonzero(found.front)
    for at, (name, one) in enumerate(found.search.goals.items()):
        line = next(text for text in told if text.startswith(f"Best for {name} "))
        best = int(line.split("policy ")[1].split(" ")[0])
        assert costs(one, found.robust[best, at]) == costs(one, found.robust[rows, at]).min()
    assert summary(found)["words"] == told


def test_the_figure_is_drawn_without_warnings(found, tmp_path):
    """Also in black and white printers' size."""
    from viz.figures.policy_search import front_figure

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        front_figure(found).savefig(tmp_path / "front.png")


def test_problems_are_no_scenarios():
    """`moat list` shows scenarios only."""
    assert "problems" not in shipped() and "us_chips_2027" in shipped_problems()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("events.tools_2027.strength", "events.tools_2027.strenth", "events.tools_2027.strength"),
        ('unit = "TPP"', 'unit = "TFLOPS"', "expected 'TPP'"),
        ("high = 0.95", "high = 1.5", "outside the allowed range"),
        ("high = 0.95", "high = -1", "low < high"),
        ('outcome = "lead_months"', 'outcome = "lead_month"', "did you mean 'lead_months'"),
        ('month = "2030-12"', 'month = "2031-12"', "2020-01 to 2030-12"),
        ('want = "more"', 'want = "most"', "goals.lead.want"),
        ('measure = "mean"', 'measure = "satisficing"', "needs one of at_least and at_most"),
        ("population = 40", "poplation = 40", "did you mean 'population'"),
        ("population = 40", "population = 4000", "goals|population"),
        ('reference = "as_enacted"', 'reference = "as_enactd"', "as_enacted"),
        ("[levers.remote]", "[levers.tools]", "not TOML"),
    ],
)
def test_problems_that_do_not_fit(old, new, said, tmp_path):
    """One clear message each."""
    folder = shipped_problems()["us_chips_2027"].parent
    for name in ("us_chips_2027.toml", "us_levers_2027.toml"):
        text = (folder / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new, 1) if "chips" in name else text)
    with pytest.raises(ScenarioError, match=said):
        optimise(tmp_path / "us_chips_2027.toml", policies=4, worlds=1)
