"""Points of a design: where they lie, and that SALib's rows are SALib's."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from SALib.analyze import sobol as sobol_indices
from SALib.sample import morris, sobol

from sim.scenario.load import load
from sim.sweeps.plan import make_plan
from sim.sweeps.sampling import TAIL
from sim.uncertainty.draw import quantile
from sweeps.small import ETA, SIGMA, STOCK, WHEN, lhs, small

LOG = {"key": "effort.months", "low": 1.0, "high": 100.0, "log": True}
CUBE = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
THREE = {"eta": ETA, "months": LOG, "sigma": SIGMA}


def points(**changes) -> np.ndarray:
    """Values of a design, `[point, factor]`."""
    return make_plan(small(**changes)).values


def test_a_latin_hypercube_cuts_each_range_evenly():
    """Each of n equal parts of each factor holds one point, in the values as in the cube."""
    made = make_plan(small(sampler=lhs(20), factors=THREE))
    for column in made.unit.T:
        assert sorted(np.floor(column * 20)) == list(range(20))
    assert sorted(np.floor(made.values[:, 0] / 4 * 20)) == list(range(20))
    np.testing.assert_allclose(np.log(made.values[:, 1]) / np.log(100), made.unit[:, 1])


def test_a_prior_is_followed_through_its_inverse_distribution():
    """Half the points lie under the median, one in twenty under the fifth percentile."""
    values = np.sort(points(sampler=lhs(1000), factors={"sigma": SIGMA})[:, 0])
    prior = load("as_enacted").scenario.research.sigma.prior
    assert values[499] < prior.median < values[500]
    assert values[49] < prior.p5 < values[50]
    assert values[0] > quantile(prior, -3.3)


def test_sobol_rows_are_those_of_salib():
    """Exactly: so SALib can analyse what comes out."""
    for second, rows in ((False, 8 * 5), (True, 8 * 8)):
        sampler = {"kind": "sobol", "points": 8, "seed": 3, "second_order": second}
        made = make_plan(small(sampler=sampler, factors=THREE))
        theirs = sobol.sample(CUBE, 8, calc_second_order=second, seed=3)
        assert made.unit.shape == (rows, 3) and np.array_equal(made.unit, theirs)
        outcome = made.values[:, 0] + 0.1 * np.log(made.values[:, 1])
        found = sobol_indices.analyze(CUBE, outcome, calc_second_order=second, seed=1)
        assert found["ST"][0] > found["ST"][1] > found["ST"][2] == 0


def test_morris_rows_are_those_of_salib_and_priors_keep_off_their_tails():
    """Numbers step from end to end of their range, priors between 5 and 95 %."""
    sampler = {"kind": "morris", "points": 6, "seed": 3}
    made = make_plan(small(sampler=sampler, factors=THREE))
    assert np.array_equal(made.unit, morris.sample(CUBE, 6, 4, seed=3))
    assert set(made.values[:, 0].round(9)) == {0, round(4 / 3, 9), round(8 / 3, 9), 4}
    prior = load("as_enacted").scenario.research.sigma.prior
    assert TAIL == 0.05
    assert made.values[:, 2].min() == pytest.approx(prior.p5)
    assert made.values[:, 2].max() == pytest.approx(prior.p95)


def test_the_same_seed_gives_the_same_points():
    """Another one gives others."""
    assert np.array_equal(points(sampler=lhs(9, 4)), points(sampler=lhs(9, 4)))
    assert not np.array_equal(points(sampler=lhs(9, 4)), points(sampler=lhs(9, 5)))


def test_a_grid_has_every_combination_in_order():
    """Levels of a number between its ends, of a prior in equally likely parts."""
    grid = points(
        sampler={"kind": "grid"},
        factors={
            "eta": ETA | {"levels": 3},
            "months": LOG | {"levels": 3},
            "stock": STOCK,
            "sigma": SIGMA | {"levels": 2},
        },
    )
    assert grid.shape == (3 * 3 * 2 * 2, 4)
    assert sorted(set(grid[:, 0])) == [0, 2, 4]
    np.testing.assert_allclose(sorted(set(grid[:, 1])), [1, 10, 100])
    assert grid[:4, 2].tolist() == [0, 0, 1, 1] and len(set(map(tuple, grid))) == 36
    prior = load("as_enacted").scenario.research.sigma.prior
    low, high = sorted(set(grid[:, 3]))
    assert low < prior.median < high


def test_a_list_takes_values_side_by_side():
    """Also of switches, texts and dates, and the same one twice."""
    when = [date(2022, 10, 7), date(2023, 10, 7), date(2022, 10, 7)]
    made = make_plan(
        small(
            sampler={"kind": "list"},
            months=["2024-06"],
            factors={
                "eta": {"key": "effort.eta", "values": [0, 1.5, 1.5]},
                "stock": STOCK | {"values": [True, False, True]},
                "when": WHEN | {"values": when},
                "story": {"key": "scenario", "values": ["leaky", "as_enacted", "leaky"]},
            },
        )
    )
    assert made.values.tolist() == [[0, 1, 0, 0], [1.5, 0, 1, 1], [1.5, 1, 0, 0]]
    assert made.job.factors[3].levels == ("leaky", "as_enacted")


def test_levels_share_the_unit_cube_evenly():
    """Switches, choices and numbers with levels."""
    made = make_plan(
        small(
            sampler=lhs(30),
            factors={
                "stock": STOCK,
                "eta": {"key": "effort.eta", "values": [0, 1, 3]},
                "talk": {"choices": {"a": [], "b": ["leakage.markup=1"]}},
            },
        )
    )
    for at, levels in enumerate(([0, 1], [0, 1, 3], [0, 1])):
        assert [(made.values[:, at] == one).sum() for one in levels] == [30 // len(levels)] * len(
            levels
        )


def test_the_prior_of_two_branches_is_that_of_the_first(tmp_path):
    """Both run at the same value."""
    other = tmp_path / "other.toml"
    prior = 'prior = { kind = "uniform", low = 9, high = 10 }, unit = "1", source = "a test"'
    head = 'extends = "as_enacted"\ntitle = "Other"\nwhy = "a test"\n'
    other.write_text(f"{head}[research]\nsigma = {{ {prior} }}\n")
    names = ["as_enacted", str(other)]
    assert points(branches=names, factors={"sigma": SIGMA}).max() < 9
    assert points(branches=names[::-1], factors={"sigma": SIGMA}).min() >= 9
