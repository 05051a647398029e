"""What moves an outcome: known answers, words that follow numbers, clear messages."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.given_data import pawn, slices
from sim.analysis.outputs import read_outputs
from sim.analysis.sensitivity import sensitivity
from sim.scenario.errors import ScenarioError
from tests.analysis.sweeps import (
    ISHIGAMI,
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    MONTH,
    factor,
    ishigami,
    made,
    morris_rows,
    random_rows,
    sobol_rows,
)
from viz.text.format import percent
from viz.text.sensitivity import level_means, sentences, summary


def only(sweep, **more):
    """The one ranking of a sweep."""
    (ranking,) = sensitivity(sweep, **more).rankings
    return ranking


@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_ishigami(second):
    """First and total indices as worked out by hand, by our mapping of the unit cube."""
    found = only(made(sobol_rows(4, 2048, second), ISHIGAMI, ishigami, "sobol"))
    for name, known in (("first", ISHIGAMI_FIRST), ("total", ISHIGAMI_TOTAL)):
        measured = found.measures[name]
        assert measured.value == pytest.approx(known, abs=0.04)
        assert np.all(measured.low - 0.02 <= known) and np.all(known <= measured.high + 0.02)
    assert [row["factor"] for row in found.rows()] == ["x1", "x2", "x3", "nothing"]
    assert [row["clear"] for row in found.rows()] == [True, True, True, False]


def test_luck_of_their_own_raises_the_noise_floor():
    """A factor without influence gets what the dummy gets, and the share of luck is known."""
    rows = sobol_rows(4, 1024)
    found = only(made(rows, ISHIGAMI, ishigami, "sobol", 4, 3.0, common=False))
    nothing = found.measures["total"].value[3]
    assert nothing > 0.05 and not found.is_clear[3]
    assert nothing == pytest.approx(found.measures["total"].dummy, rel=0.3)
    assert found.output.luck() == pytest.approx(9 / (9 + 13.84), rel=0.1)


def test_luck_in_common_cancels():
    """The same worlds for all points: no noise floor, and the share of luck all the same."""
    found = only(made(sobol_rows(4, 1024), ISHIGAMI, ishigami, "sobol", 50, 3.0, common=True))
    assert found.measures["total"].value[3] == pytest.approx(0, abs=1e-9)
    assert found.output.same_luck
    assert found.output.luck() == pytest.approx(9 / (9 + 13.84), rel=0.35)


def test_morris_of_a_line():
    """Elementary effects of a linear function are its slopes; those of noise are not clear."""
    factors = [factor(name) for name in "abcd"]

    def line(x):
        return {"lead_months": 4 * x[:, 0] - 2 * x[:, 1] + 0.5 * x[:, 2]}

    found = only(made(morris_rows(4, 12), factors, line, "morris"))
    assert found.measures["mu_star"].value == pytest.approx([4, 2, 0.5, 0])
    assert found.measures["mu"].value == pytest.approx([4, -2, 0.5, 0])
    assert found.measures["sigma"].value == pytest.approx(0, abs=1e-9)
    noisy = only(made(morris_rows(4, 60), factors, line, "morris", 4, 1.0, common=False))
    assert list(noisy.is_clear) == [True, True, False, False]


def test_a_given_sample():
    """Signs, order, and what does nothing; a factor that bends is seen by its distance."""
    factors = [*(factor(name, -1, 1) for name in ("up", "down", "bends", "nothing")), CHOICE]

    def model(x):
        y = 2 * x[:, 0] - x[:, 1] + 3 * x[:, 2] ** 2 + 0.8 * (x[:, 4] == 2)
        return {"lead_months": y}

    found = only(made(random_rows(5, 2000), factors, model))
    signs = found.measures["regression"].value
    assert signs[0] > 0.5 and signs[1] < -0.2
    assert abs(signs[2]) < 0.1 and np.isnan(signs[4])
    assert list(found.is_clear) == [True, True, True, False, True]
    assert found.ends[0, 0] < found.ends[0, 1] and found.ends[1, 0] > found.ends[1, 1]
    json.dumps(found.rows(), allow_nan=False)


CHOICE = factor("rule", 0, 2.999, "choice", levels=("none", "old", "new"))


def test_levels_have_their_names():
    """Those of a choice with the lowest and highest mean; off and on; each level below."""
    factors = [CHOICE, factor("channel", 0, 1, "switch"), factor("number")]

    def model(x):
        return {"lead_months": np.array([5.0, 1.0, 3.0])[x[:, 0].astype(int)] + 0.1 * x[:, 1]}

    found = sensitivity(made(random_rows(3, 300), factors, model))
    (ranking,) = found.rankings
    assert ranking.end_names == [("old", "none"), ("off", "on"), ("its low end", "its high end")]
    assert list(ranking.levels["rule"]) == ["none", "old", "new"]
    assert ranking.levels["rule"]["new"] == pytest.approx(3.05, abs=0.02)
    assert re.search(r"on average 1\.\d* months at old, 5\.\d* months at none", sentences(ranking))
    (line,) = level_means(ranking)
    assert re.fullmatch(r"rule, mean at each level: none 5.*; old 1.*; new 3.* months", line)
    assert list(found.table()["low_end"]) == ["old", "off", "its low end"]


def test_shares_above_all_are_said_to_be_of_too_few_rows():
    """Four base rows give intervals wider than all of the variance, or shares above it."""

    def product(x):
        return {"lead_months": x[:, 0] * x[:, 1] * x[:, 2]}

    few, many = (only(made(sobol_rows(4, n), ISHIGAMI, product, "sobol")) for n in (4, 1024))
    assert few.has_few_rows
    assert "The rows are too few for shares of the variance (4 base rows)" in sentences(few)
    assert not many.has_few_rows and "too few" not in sentences(many)
    total = replace(many.measures["total"], value=np.array([1.55, 1, 1, 0]))
    over = replace(many, measures=many.measures | {"total": total})
    assert "more than 100 %" in sentences(over)


def test_a_pair_is_analysed_for_its_effect():
    """The outcome of the pair that the design names comes first."""
    outcomes = {"lead_months": 1.0, "innovation_effect": 2.0}

    def model(x):
        return {name: slope * x[:, 0] for name, slope in outcomes.items()}

    sweep = made(random_rows(4, 50), ISHIGAMI, lambda x: {"lead_months": x[:, 1]}, effects=model)
    sweep.design.outcomes = list(outcomes)
    asked = sensitivity(sweep)
    assert asked.about["effect"] and asked.rankings[0].output.name == "innovation_effect"
    assert not sensitivity(sweep, effect=False).rankings[0].output.is_effect


def test_pawn_is_that_of_salib():
    """Where SALib can measure it: slices of a continuous factor."""
    from SALib.analyze import pawn as other

    rng = np.random.default_rng(3)
    x = rng.random((1500, 3))
    y = 3 * x[:, 0] + x[:, 1] ** 2 + 0.3 * rng.normal(size=1500)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    known = other.analyze(problem, x, y, S=10)["median"]
    assert [pawn(slices(column), y) for column in x.T] == pytest.approx(known, abs=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_words_follow_the_numbers(seed):
    """Who is named first ranks first; what does not stand out is not named."""
    rng = np.random.default_rng(seed)
    factors = [factor(f"f{at}") for at in range(5)]
    slopes = rng.normal(size=5) * rng.choice([0, 0.1, 3], 5)

    def model(x):
        return {"lead_months": x @ slopes + 5}

    kind = ("sobol", "morris", "lhs")[seed % 3]
    rows = {"sobol": sobol_rows(5, 256), "morris": morris_rows(5, 20), "lhs": random_rows(5, 400)}
    sweep = made(rows[kind], factors, model, kind, 3, 0.5, common=bool(seed % 2))
    found = sensitivity(sweep)
    one = found.rankings[0]
    told = sentences(one)
    clear = [row["factor"] for row in one.rows() if row["clear"]]
    named = sorted((told.index(f" {f.name}"), f.name) for f in factors if f" {f.name}" in told)
    assert [name for _, name in named] == clear[:3]
    assert ("No factor has a clear effect" in told) == (not clear)
    left = len(factors) - len(clear)
    assert not clear or (f"{left} of 5 factors ha" in told) == (left > 0)
    assert f"{percent(one.output.luck())} of the variance" in told
    assert summary(found)["outputs"][one.output.label]["words"] == told


def test_one_number_that_is_missing_is_refused():
    """SALib would answer zeros for every factor, in silence."""

    def broken(x):
        y = ishigami(x)["lead_months"]
        y[7] = np.nan
        return {"lead_months": y}

    with pytest.raises(ScenarioError, match=r"not defined in 1 of 384 worlds"):
        sensitivity(made(sobol_rows(4, 64), ISHIGAMI, broken, "sobol"))


def test_an_outcome_that_nothing_moves_is_said_to_be_still():
    """No division by its variance."""
    sweep = made(sobol_rows(4, 8), ISHIGAMI, lambda x: {"lead_months": 0 * x[:, 0]}, "sobol")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sensitivity(sweep)
    assert not found.rankings and found.still[0].label == f"lead_months@{MONTH}"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"outcomes": ["lead_month"]}, "did you mean 'lead_months'"),
        ({"months": ["2029-12"]}, "kept: 2030-12"),
        ({"effect": True}, "has one branch"),
        ({"outcomes": ["innovation_effect"]}, "has one branch"),
    ],
)
def test_what_the_sweep_does_not_hold(asked, said):
    """One clear message each."""
    with pytest.raises(ScenarioError, match=said):
        sensitivity(made(sobol_rows(4, 8), ISHIGAMI, ishigami, "sobol"), **asked)


def test_designs_that_do_not_fit():
    """Unfinished, cut, too small."""
    unfinished = made(sobol_rows(4, 8), ISHIGAMI, ishigami, "sobol")
    part = unfinished.table()[:-2]
    unfinished.table = lambda: part
    with pytest.raises(ScenarioError, match=r"holds 46 of 48 points.*--resume"):
        sensitivity(unfinished)
    with pytest.raises(ScenarioError, match="fit no Sobol design"):
        sensitivity(made(sobol_rows(4, 8)[:-1], ISHIGAMI, ishigami, "sobol"))
    with pytest.raises(ScenarioError, match="one factor at a time"):
        sensitivity(made(random_rows(4, 50), ISHIGAMI, ishigami, "morris"))
    with pytest.raises(ScenarioError, match="at least 40"):
        sensitivity(made(random_rows(4, 20), ISHIGAMI, ishigami))


@pytest.mark.parametrize("kind", ["sobol", "morris", "lhs"])
def test_figures_are_drawn_without_warnings(kind, tmp_path):
    """Also with more factors than fit."""
    from viz.figures.sensitivity import MOST, influence_figure

    factors = [factor(f"a rather long name {at}") for at in range(MOST + 3)]
    many = len(factors)
    rows = {
        "sobol": sobol_rows(many, 16),
        "morris": morris_rows(many, 5),
        "lhs": random_rows(many, 99),
    }
    sweep = made(
        rows[kind], factors, lambda x: {"lead_months": x.sum(axis=1) + x[:, 0] * x[:, 1]}, kind
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sensitivity(sweep)
        influence_figure(found, found.rankings[0]).savefig(tmp_path / "figure.png")


def test_effects_on_ratios_are_in_percent_of_the_reference():
    """In the same world; as differences where the reference is 0 in some world."""
    sweep = made(
        random_rows(4, 50),
        ISHIGAMI,
        lambda x: {"compute_ratio": x[:, 0]},
        effects=lambda x: {"compute_ratio": x[:, 0]},
    )
    (as_it_is,), _ = read_outputs(sweep, ["compute_ratio"], [MONTH], effect=True)
    rows = sweep.table()
    rows.loc[rows["branch"] == "no_controls", f"compute_ratio@{MONTH}"] = 2.0
    (found,), _ = read_outputs(sweep, ["compute_ratio"], [MONTH], effect=True)
    assert (as_it_is.unit, found.unit) == ("1", "%")
    np.testing.assert_allclose(found.values, 50 * as_it_is.values)
