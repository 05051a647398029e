"""Where a condition comes about: known boxes, honest checks, words that follow numbers."""

from __future__ import annotations

import json
import re
import warnings

import numpy as np
import pytest

from sim.analysis.conditions import parse
from sim.analysis.discover import discover
from sim.analysis.limits import describe_limits, inside
from sim.analysis.outputs import factor_matrix
from sim.analysis.prim import find_box, peel, quasi_p
from sim.scenario.errors import ScenarioError
from tests.analysis.sweeps import MONTH, factor, made, random_rows
from viz.text.discovery import sentences, summary
from viz.text.format import percent

FACTORS = [
    factor("eta", 0, 3, key="effort.eta"),
    factor("sigma", 0, 3, key="research.sigma"),
    factor("rule", 0, 2.999, "choice", levels=("none", "old", "new")),
    factor("leaky", kind="switch"),
    factor("nothing", 10, 200, unit="months"),
]


def spur(x: np.ndarray) -> dict[str, np.ndarray]:
    """Controls spur where eta > 1.2 and sigma > 0.9, unless the rule is old: a box of 28 %."""
    spurs = (x[:, 0] > 1.2) & (x[:, 1] > 0.9) & (x[:, 2] != 1)
    rng = np.random.default_rng(3)
    return {"innovation_effect": np.where(spurs, 0.5, -0.5) + 0.3 * rng.normal(size=len(x))}


def flat(x: np.ndarray) -> dict[str, np.ndarray]:
    """An outcome of the first branch."""
    return {"lead_months": x[:, 0] - x[:, 1]}


def spurred(points: int = 2000):
    """A sweep of two branches with a known box."""
    return made(random_rows(5, points), FACTORS, flat, effects=spur)


@pytest.fixture(scope="module")
def found():
    """The default question, asked of it."""
    return discover(spurred())


def test_a_known_box_is_found(found):
    """Its limits, its mass, density and coverage; and no limit on what does nothing."""
    (box,) = found.totals
    limits = {FACTORS[limit.column].name: limit for limit in box.limits}
    assert set(limits) == {"eta", "sigma", "rule"}
    assert limits["eta"].value == pytest.approx(1.2, abs=0.08)
    assert limits["sigma"].value == pytest.approx(0.9, abs=0.08)
    assert limits["rule"].codes == (0, 2)
    assert box.mass == pytest.approx(0.28, abs=0.02)
    assert box.density > 0.92 and box.coverage > 0.82
    one = found.boxes[0]
    assert max(one.quasi_p) < 1e-6 and min(one.again) == 1
    assert one.elsewhere == pytest.approx(box.density, abs=0.06)


def test_measures_are_those_of_the_limits_that_are_said(found):
    """Limits are read back from the words and counted again."""
    x = found_matrix()
    held = np.array(spur(x)["innovation_effect"] > 0)
    for box in [*found.totals, *found.leaves]:
        rows = np.ones(len(x), dtype=bool)
        for text in describe_limits(box.limits, FACTORS).split(" and "):
            name, sign, number = re.match(r"(\w+) (>=|<|is|on|off) ?([\w. ]*)", text).groups()
            column = x[:, [f.name for f in FACTORS].index(name)]
            if sign == "is":
                rows &= np.isin(
                    column, [("none", "old", "new").index(n) for n in number.split(" or ")]
                )
            elif sign in ("on", "off"):
                rows &= column == (sign == "on")
            else:
                value = float(number.removesuffix(" months"))
                rows &= column >= value if sign == ">=" else column < value
        assert box.mass == pytest.approx(rows.mean())
        assert box.density == pytest.approx(held[rows].mean())
        assert box.coverage == pytest.approx(held[rows].sum() / held.sum())


def found_matrix() -> np.ndarray:
    """Factors of `spurred`, `[point, factor]`."""
    sweep = spurred()
    return factor_matrix(sweep, sweep.points.index.to_numpy())


def test_the_tree_says_the_same_in_few_questions(found):
    """Leaves share out all worlds; the best is the box."""
    assert sum(leaf.mass for leaf in found.leaves) == pytest.approx(1)
    assert sum(leaf.coverage for leaf in found.leaves) == pytest.approx(1)
    assert found.leaves[0].density > 0.9 and len(found.leaves) <= 8
    assert {FACTORS[limit.column].name for limit in found.leaves[0].limits} == {
        "eta",
        "sigma",
        "rule",
    }


def test_words_follow_the_numbers(found):
    """Shares in the sentences are those of the table."""
    told = sentences(found)
    share, box = found.cases.share, found.totals[0]
    assert told[0].startswith(
        "“as_enacted”, against “no_controls”, spurs Chinese innovation by December 2030"
    )
    assert f"in {percent(share)} of the runs of this sweep" in told[0]
    for number in (box.density, box.mass, box.coverage):
        assert percent(number) in told[1]
    plane = found.plane
    above = sum(cell["median"] > 0 for cell in plane.cells() if cell["median"] is not None)
    assert f"in {above} of {plane.counts.size} cells" in told[-1]
    json.dumps(summary(found), allow_nan=False)


def test_the_map_is_over_eta_and_sigma(found):
    """Counts are all worlds; signs are where they were put; the smooth line agrees."""
    plane = found.plane
    assert (plane.across.key, plane.up.key) == ("effort.eta", "research.sigma")
    assert plane.counts.sum() == 2000
    middle = [(edges[1:] + edges[:-1]) / 2 for edges in plane.edges]
    inner = (middle[1][:, None] > 1.2) & (middle[0] > 1.5)
    outer = (middle[1][:, None] < 0.7) | (middle[0] < 1.0)
    # A third of each cell has the rule under which nothing spurs.
    assert (plane.median[inner] > 0).mean() > 0.9 and np.all(plane.median[outer] < 0)
    assert np.nanmin(plane.smooth) < 0 < np.nanmax(plane.smooth)


def test_noise_gives_no_box():
    """What chance would have found is taken back."""
    rng = np.random.default_rng(0)
    x, y = rng.random((800, 6)), (rng.random(800) < 0.3).astype(float)
    found = find_box(x, y, ["number"] * 6)
    assert len(found.box.limits) <= 1
    if found.box.limits:
        assert found.again[0] < 0.8


def test_peeling_goes_from_everything_to_a_dense_box():
    """Mass and coverage fall from step to step; density is what the limits give."""
    x = np.random.default_rng(1).random((1000, 3))
    y = ((x[:, 0] > 0.5) & (x[:, 1] < 0.4)).astype(float)
    steps = peel(x, y, ["number"] * 3)
    masses = [step.mass for step in steps]
    assert masses[0] == 1 and masses == sorted(masses, reverse=True)
    assert steps[-1].density == 1 and steps[-1].coverage > 0.8
    for step in steps[::5]:
        assert step.density == pytest.approx(y[inside(step.limits, x)].mean())
    assert max(quasi_p(steps[-1].limits, x, y)) < 1e-9


def test_a_box_as_dense_as_asked_for():
    """--density: the widest that reaches it."""
    found = discover(spurred(), density=0.5)
    assert found.totals[0].density >= 0.5
    assert found.totals[0].mass > discover(spurred()).totals[0].mass


def test_conditions():
    """The whole language."""
    one, two = parse("innovation_effect@2028-12 > 0 and lead_months<=-1.5e1", "2030-12")
    assert (one.name, one.month, one.sign, one.number) == ("innovation_effect", "2028-12", ">", 0)
    assert (two.name, two.month, two.sign, two.number) == ("lead_months", "2030-12", "<=", -15)


@pytest.mark.parametrize(
    "text",
    ["", "lead_months", "lead_months = 3", "lead_months > x", "lead_months > 3 or a < 1",
     "__import__('os') > 1", "lead_months@2028 > 1", "lead_months@2028-13 < 0", "a > 1 and"],
)  # fmt: skip
def test_conditions_that_are_not_understood(text):
    """One message with an example; nothing is evaluated."""
    with pytest.raises(ScenarioError, match="condition: "):
        parse(text, MONTH)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"condition": "innovation_efect > 0"}, "did you mean 'innovation_effect'"),
        ({"condition": "lead_months > 99"}, "holds in no world.*lies between"),
        ({"condition": "lead_months < 99"}, "holds in every world"),
        ({"condition": "innovation_effect@2024-12 > 0"}, "kept: 2030-12"),
        ({"mapped": ("eta", "sigmo")}, "did you mean 'sigma'"),
        ({"mapped": ("effort.eta", "rule")}, "is a choice, a map needs numbers"),
    ],
)
def test_what_cannot_be_discovered(asked, said):
    """One clear message each."""
    with pytest.raises(ScenarioError, match=said):
        discover(spurred(200), **asked)


def test_too_few_points():
    """A box of a handful of worlds would say nothing."""
    with pytest.raises(ScenarioError, match="at least 60"):
        discover(spurred(50))


def test_both_kinds_of_names_in_one_condition():
    """An outcome of the first branch and a paired one; replicates are averaged by point."""
    sweep = made(random_rows(5, 300), FACTORS, flat, "lhs", 3, 0.2, effects=spur)
    found = discover(sweep, "innovation_effect > 0 and lead_months > 0.5")
    assert found.cases.text == f"innovation_effect@{MONTH} > 0 and lead_months@{MONTH} > 0.5"
    assert [one.is_effect for one in found.cases.outputs] == [True, False]
    assert found.cases.holds.shape == (300, 3)


def test_figures_are_drawn_without_warnings(found, tmp_path):
    """Boxes and map; also where there is no box, and over a factor of few values."""
    from viz.figures.discovery import boxes_figure
    from viz.figures.plane import plane_figure

    rows = random_rows(5, 400)
    rows[:, 1] = np.round(rows[:, 1] * 3) / 3
    coarse = discover(made(rows, FACTORS, flat), "lead_months > 0.3")
    rng = np.random.default_rng(5)
    noise = discover(
        made(rows, FACTORS, lambda x: {"lead_months": rng.normal(size=len(x))}), "lead_months > 0"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for at, one in enumerate((found, coarse, noise)):
            boxes_figure(one).savefig(tmp_path / f"boxes{at}.png")
            plane_figure(one.plane, ["as_enacted", "no_controls"]).savefig(
                tmp_path / f"map{at}.png"
            )
