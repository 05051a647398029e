"""The small model: its algebra by hand, its numbers, and what was recorded of it."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim.analysis.small_model import fitted
from sim.analysis.small_model.algebra import (
    Constants,
    Numbers,
    Research,
    ResearchConstants,
    innovation,
    lead,
    research_lost,
)
from sim.analysis.small_model.lucks import parameter_sets, repeated
from sim.analysis.small_model.measure import (
    AGAINST,
    EFFECTS,
    MONTHS,
    SCENARIO,
    SERIES,
    Watched,
    at_month,
    numbers_of,
    watch,
)
from sim.analysis.small_model.study import explained, fit, scores, study
from sim.core.calendar import Calendar
from sim.core.worlds import Worlds
from sim.experiments.ensemble import load_in, simulate_block
from sim.outcomes.record import RIVAL, Record
from sim.scenario.load import load
from sim.uncertainty.posterior import newest_fit, shipped
from viz.dashboard.pages.why import SplitRequest, plain_model
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.pages import small_model as page
from viz.text.small_model import account, validity

CONSTANTS = Constants(memory=0.5, per_run=3.0, per_method=2.0, copied=0.4)
NUMBERS = Numbers(
    research_lost=0.2, progress=5.0, catch_up=2 * math.log(4), runs_lost=0.5,
    height=math.e - 1, own_run=0.1,
)  # fmt: skip


def test_the_algebra_by_hand():
    """0.2 of 5 is 1; two half-lives of catching up leave a quarter; (1.5 + 0.5) x 1 x 0.5."""
    assert innovation(NUMBERS, CONSTANTS) == pytest.approx(-0.25)
    assert lead(NUMBERS, CONSTANTS) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("changed", "effect", "months"),
    [
        ({"catch_up": 0.0}, -1.0, 1.75),  # nobody to learn from: (1.5 + 2) x 0.5
        ({"research_lost": -0.2}, 0.25, 0.5),  # controls that spur: (1.5 - 0.5) x 0.5
        ({"height": 0.0}, -0.25, 0.0),  # the second lab is as good
        ({"own_run": 0.6}, -0.25, 2.0),  # the model rests on a run of its own more often
        ({"runs_lost": 0.0}, -0.25, 0.25),  # only methods are lost
    ],
)
def test_what_each_number_does(changed, effect, months):
    numbers = replace(NUMBERS, **changed)
    assert innovation(numbers, CONSTANTS) == pytest.approx(effect)
    assert lead(numbers, CONSTANTS) == pytest.approx(months)


def test_research_is_lost_by_scale_and_kept_by_effort():
    """Runs half as large: 1 - 0.5 ^ (scale x scale_share - effort x effort_return x eta)."""
    constants = ResearchConstants(effort=1.0, inputs=0.0, scale=1.0)
    only_scale = Research(0.0, 0.5, 0.25, 0.9, 0.5, scale_share=1.0)
    assert research_lost(only_scale, 0.5, constants) == pytest.approx(0.5)
    assert research_lost(replace(only_scale, eta=2.0), 0.5, constants) == pytest.approx(0.0)


def test_a_parameter_set_meets_the_lucks_of_others():
    posterior = shipped()
    worlds = repeated(posterior, sets=2, others=1, lucks=4, seed=5)
    by_set = worlds.scores.T.reshape(3, 4, -1)
    assert (by_set == by_set[:, :1]).all()  # the same parameters
    assert len(np.unique(by_set[:, 0], axis=0)) == 3  # of different sets
    for lucks in worlds.lucks.T.reshape(3, 4, -1):
        assert len(np.unique(lucks, axis=0)) == 4
    assert worlds.particles(0, Worlds([7, 2])).tolist() == [7, 2]
    more = repeated(posterior, sets=3, others=1, lucks=4, seed=5)  # others are from the end
    assert (more.scores[:, [0, 4, 12]] == worlds.scores[:, [0, 4, 8]]).all()
    with pytest.raises(ValueError, match="are too many"):
        repeated(posterior, len(parameter_sets(posterior)), 1, 4, 5)


@pytest.mark.parametrize("form", ["reference", "raw_compute"])
def test_watching_the_steps_of_the_month_changes_nothing(form):
    """And what research and learning bring is all that changes the methods of a lab at work."""
    posterior = repeated(newest_fit(form), sets=1, others=1, lucks=2, seed=3)
    watched = watch(SCENARIO, posterior, Worlds(range(4)), 3, "2021-12")
    resolved = load_in(SCENARIO, posterior)
    record = simulate_block(resolved, Worlds(range(4)), 3, 24, only=SERIES)
    for name, series in record.arrays.items():
        assert np.array_equal(series, watched.record.arrays[name])
    methods = record.labs("log_training_efficiency", RIVAL)
    gained = (watched.own + watched.absorbed)[1:]
    at_work = (record.labs("active", RIVAL) > 0).all(axis=0)
    assert np.diff(methods, axis=0)[:, at_work] == pytest.approx(gained[:, at_work], abs=1e-5)
    assert (watched.catch_up[1:][watched.absorbed[1:] > 0] > 0).all()


def of_labs(us: float, first: float, second: float) -> np.ndarray:
    """A recorded series of three labs that never changes, `[84 months, lab, 1 world]`."""
    return np.tile(np.array([[us], [first], [second]]), (84, 1, 1))


def watched(runs: float, own: float) -> Watched:
    """Two Chinese labs: the first has the better methods, the second the better model."""
    arrays = {
        "active": of_labs(1, 1, 1),
        "capability": of_labs(150, 140, 143),
        "flagship_points": of_labs(150, 140, 131.5),
        "largest_run": of_labs(1e26, runs, 1e24),
        "log_training_efficiency": of_labs(5, 4, 3),
    }
    names = {"lab": ["US", "A", "B"], "lab_bloc": ["US", "China", "China"]}
    flow = np.ones((84, 1, 1)) * np.array([[1.0], [7.0]])  # of A; B does not count
    record = Record(arrays, names, Calendar("2020-01", 84))
    return Watched(record, flow * own, flow * 0.03, flow * 0.1)


def test_numbers_are_measured_by_hand():
    """Five years of 60 months: own 0.06 a month, 0.05 of it with controls; absorbed 0.03."""
    numbers = numbers_of(at_month(watched(2e25, 0.05), watched(5e25, 0.06), "2026-12"))
    measured = {name: float(np.asarray(row)[0]) for name, row in numbers.by_name().items()}
    assert measured == pytest.approx(
        {
            "research_lost": 1 / 6,
            "progress": 60 * 0.09,
            "catch_up": 12 * 0.1,
            "runs_lost": 0.6,  # 2e25 in place of 5e25
            "height": 3.0,  # 143 over 140
            "own_run": 1.0,  # 143 is 11.5 points above its run: less than 12
        }
    )


def made(sets: int) -> tuple[Numbers, dict[str, np.ndarray]]:
    """Numbers of sets, and effects that the small model makes of them."""
    draw = np.random.default_rng(0).uniform(0.1, 1.0, (6, sets))
    numbers = Numbers(*draw)
    constants = asdict(CONSTANTS)
    effects = (innovation(numbers, Constants(**constants)), lead(numbers, Constants(**constants)))
    return numbers, dict(zip(EFFECTS, map(np.asarray, effects), strict=True))


def test_a_fit_finds_the_constants_that_made_the_effects():
    assert fit(*made(40)) == CONSTANTS


def test_scores_of_a_perfect_and_of_a_useless_prediction():
    """Luck of a spread of 1 in two lucks leaves half its variance in means."""
    means = np.array([-4.0, -2.0, 2.0, 4.0])
    worlds = means[:, None] + np.array([-1.0, 1.0])
    of_halves = np.column_stack([means, means])
    perfect = scores("lead_months", worlds, means, of_halves, worlds)
    assert (perfect["r2"], perfect["r2_worlds_of_own_numbers"], perfect["same_sign"]) == (1, 1, 1)
    assert perfect["r2_worlds_of_sets"] == perfect["best_r2_of_worlds"] == 0.909  # 1 - 1 / 11
    assert perfect["luck_in_means"] == 0.1  # 2 / 2 over 10
    useless = scores("lead_months", worlds, -means, -of_halves, -worlds)
    assert (useless["r2"], useless["same_sign"]) == (-3, 0)
    assert explained(means, means + 1.0, noise=1.0) == 1  # what is missed is luck


def test_luck_that_moves_numbers_and_effect_alike_explains_nothing():
    """Numbers that repeat the effect in their own lucks: parameters alone would explain all, but
    the luck in the numbers of a half, a quarter of the variance, is in the way."""
    rng = np.random.default_rng(0)
    worlds = rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 8))
    of_halves = worlds.reshape(-1, 2, 4).mean(axis=2)
    found = scores("lead_months", worlds, worlds.mean(axis=1), of_halves, worlds)
    assert found["r2"] == 1 and found["r2_parameters"] == pytest.approx(0.75, abs=0.02)


def test_priors_have_no_parameter_sets_to_repeat():
    with pytest.raises(ValueError, match="particles of a posterior"):
        study("prior")


def test_what_is_recorded_is_of_the_posterior_and_history_that_ship():
    about = fitted.recorded()["about"]
    again = "run: uv run python -m viz.pages.small_model"
    assert about["ensemble"]["hash"] == shipped().digest, again
    assert about["scenario_hash"] == load(SCENARIO).digest, again
    assert about["lucks"] >= 16


def test_the_recorded_model_counts_ten_numbers():
    """And reaches by far the most of the innovation effect; what it misses is on the page."""
    for month in MONTHS:
        model = sim.small_model(month)
        assert len(asdict(model.typical)) + len(asdict(model.constants)) == 10
        assert model.scores["innovation_effect"]["r2_parameters"] > 0.85
        assert model.scores["lead_months"]["r2_parameters"] > 0.65  # across lucks
    with pytest.raises(ValueError, match="no month '2028-12'; it has 2026-12, 2030-12"):
        sim.small_model("2028-12")
    with pytest.raises(TypeError, match="hight_of"):
        sim.small_model().effects(hight_of=1.0)


def test_the_account_speaks_of_its_comparison_alone():
    """On the page Why: for the controls as enacted against none, unchanged."""
    enacted = EditedScenario(SCENARIO)

    def month(scenario: EditedScenario, baseline: str, at: str) -> str | None:
        model = plain_model(SplitRequest(scenario, baseline, at, seed=0))
        return model and model.month

    assert month(enacted, AGAINST, "2024-06") == "2026-12"
    assert month(enacted, AGAINST, "2027-01") == "2030-12"
    assert month(enacted, "baseline", "2030-12") is None
    assert month(EditedScenario("chips_only"), AGAINST, "2030-12") is None
    changed = enacted.put("effort.eta", 0.0)
    assert month(changed, AGAINST, "2030-12") is None


def test_the_account_gives_the_numbers_of_the_model():
    model = replace(sim.small_model("2030-12"), typical=NUMBERS, constants=CONSTANTS)
    runs, methods, height, result = account(model)
    assert "training run 50 % smaller" in runs
    assert "63 % less efficient" in methods  # 1 - 1 / e
    assert "25 % of the loss" in methods
    assert "falls by 22 %" in methods  # 1 - exp(-1 / 4)
    assert "1.7 ECI points" in height
    assert "10 % of worlds" in height
    assert "worse methods count: " in result
    assert "grows by 1.0 months" in result
    assert "to no other" in validity(model)


def test_the_page_sets_the_example_beside_the_simulator():
    """By hand 1 - exp(-1 / 4) of efficiency; of four sets the two with the smaller predictions."""
    sets = {"predicted": [0.4, 3.0, 0.2, 2.0], "simulated": [0.1, 5.0, 0.3, 4.0]}
    model = replace(
        sim.small_model("2030-12"),
        typical=NUMBERS,
        constants=CONSTANTS,
        scores=dict.fromkeys(("innovation_effect", "lead_months"), sets),
    )
    world = {"innovation_effect": {"median": -9.0, "unit": "%"}}
    world["lead_months"] = {"median": 0.5, "unit": "months"}
    by_month = {name: {"2030-12": one} for name, one in world.items()}
    efficiency, lead = page.beside({"2030-12": model}, by_month)
    assert efficiency[1] == "-22 %" and efficiency[-1] == "-9.0 %"
    assert lead[1:] == ["+1.0 months", "+1.2 months", "+2.1 months", "+0.50 months"]
    assert page.smaller_half(sets) == pytest.approx((0.3, 0.2))


def test_the_command_records_what_the_study_finds(tmp_path, monkeypatch):
    asked = []

    def stub(*given):
        asked.append(given[:5])
        given[5](16)
        return {"about": {}}

    monkeypatch.setattr(page, "study", stub)
    monkeypatch.setattr(page, "FILE", tmp_path / "fitted.json")
    given = ["--sets", "8", "--tests", "8", "--lucks", "2", "--seed", "1"]
    said = CliRunner().invoke(page.main, given, catch_exceptions=False).output
    assert asked == [("posterior", 8, 8, 2, 1)]
    assert "16 of 32 worlds" in said
    assert (tmp_path / "fitted.json").read_text() == '{\n "about": {}\n}\n'
