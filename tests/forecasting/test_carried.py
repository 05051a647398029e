"""Outcomes that start from the last observations: by hand, and in the worlds that fit history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.core.calendar import Calendar
from sim.outcomes.record import Record
from sim.record.results import Results
from sim.research.forecasting import carried, residuals
from sim.research.forecasting.carried import UNFITTED, CarriedErrors, why_not_carried
from sim.research.forecasting.residuals import CarriedError, ModelError
from sim.research.forecasting.targets import TARGETS
from sim.research.history.observations import ErrorScale, Observation

TARGET = {target.outcome: target for target in TARGETS}
NATURAL, LOG = ErrorScale(False), ErrorScale(True)
CALENDAR = Calendar("2025-11", 3)  # one month past the origin
MONTHS = 75  # to 2026-03


def carried_error(outcome: str, scale: ErrorScale) -> CarriedError:
    return CarriedError(TARGET[outcome], [], scale, ModelError(1.0, 0.5))


def after(raw, drawn, scales):
    """Outcomes of two months up to the origin and one after it, with errors drawn by hand."""
    errors = {name: carried_error(name, scale) for name, scale in scales.items()}
    blocks = {name: np.full((3, 1), float(value)) for name, value in drawn.items()}
    values = {name: np.full((3, 1), float(value)) for name, value in raw.items()}
    return CarriedErrors("2025-12", errors, blocks).outcomes(values, CALENDAR)


def test_the_residual_is_observed_less_simulated():
    """Observed without error 150 where the worlds say 147 and 151: they carry +3 and -1."""
    fact = Observation(0, "x", "2025-12", 150, 150, 150, "", "2025-12", "", "", "")
    target = TARGET["us_frontier"]
    arrays = {"capability": np.full((3, 1, 2), [147.0, 151.0])}
    record = Record(arrays, {"lab": ["A"], "lab_bloc": ["US"]}, CALENDAR)
    drawn = CarriedError(target, [fact], NATURAL, ModelError(2.0, 0.5)).drawn(record, ["2025-12"])
    np.testing.assert_allclose(drawn, [[3.0, -1.0]], atol=1e-6)


def test_errors_multiply_or_add_after_the_origin_alone():
    """Spending twice as high by a log error of ln 2; a share of 0.9 and 0.3 more ends at 1."""
    raw = {"us_investment": 100, "open_use_abroad": 0.9, "us_powered": 0.5}
    drawn = {"us_investment": np.log(2), "open_use_abroad": 0.3}
    scales = {"us_investment": LOG, "open_use_abroad": NATURAL}
    found = after(raw, drawn, scales)
    assert set(found) == {"us_investment", "open_use_abroad"}
    np.testing.assert_allclose(found["us_investment"][:, 0], [100, 100, 200])
    np.testing.assert_allclose(found["open_use_abroad"][:, 0], [0.9, 0.9, 1.0])


def test_the_lead_is_that_of_frontiers_with_their_errors():
    """US 150 + 2 less China 140 + 5: 7 points. No open model is better than the best: 152."""
    raw = {"us_frontier": 150, "china_frontier": 140, "open_frontier": 150, "lead_points": 10}
    drawn = {"us_frontier": 2, "china_frontier": 5, "open_frontier": 9}
    found = after(raw, drawn, dict.fromkeys(drawn, NATURAL))
    assert found["lead_points"][:, 0].tolist() == [10, 10, 7]
    assert found["open_frontier"][:, 0].tolist() == [150, 150, 152]


def test_months_of_lead_are_counted_on_frontiers_with_their_errors():
    """The US gains 2 points a month from 140, with an error of 1 throughout; China, at 138, has an
    error of 4: it stands at 142, where the US stood half a month after the first month."""
    raw = {
        "us_frontier": np.array([[140.0], [142.0], [144.0]]),
        "china_frontier": np.full((3, 1), 138.0),
        "open_frontier": np.full((3, 1), 138.0),
        "lead_months": np.full((3, 1), 9.0),
    }
    drawn = {"us_frontier": 1.0, "china_frontier": 4.0, "open_frontier": 0.0}
    errors = {name: carried_error(name, NATURAL) for name in drawn}
    blocks = {name: np.full((3, 1), value) for name, value in drawn.items()}
    found = CarriedErrors("2025-12", errors, blocks).outcomes(raw, CALENDAR)
    np.testing.assert_allclose(found["lead_months"][:, 0], [9, 9, 1.5])


def test_an_outcome_stays_undefined_where_it_is():
    found = after({"us_investment": np.nan}, {"us_investment": 1}, {"us_investment": LOG})
    assert np.isnan(found["us_investment"]).all()


@pytest.fixture(scope="module", autouse=True)
def _learnt_from_few():
    """The error of the model learnt from four worlds: what is tested does not depend on it."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (carried, residuals):
            patch.setattr(module, "LEARNT_FROM", 4)
        carried.carried_errors.cache_clear()
        yield
    carried.carried_errors.cache_clear()


@pytest.fixture(scope="module")
def simulated() -> dict[str, Results]:
    names = ("as_enacted", "no_controls")
    return {name: sim.run(name, worlds=3, months=MONTHS) for name in names}


@pytest.fixture(scope="module")
def runs(simulated) -> dict[str, Results]:
    return {name: sim.carry_on(run) for name, run in simulated.items()}


def test_a_counterfactual_carries_the_error_of_history(runs):
    """The same factor in the same world, though compute differs between the scenarios."""
    simulated, factors = [], []
    for run in runs.values():
        raw = run.outcomes["china_compute"].values
        simulated.append(raw)
        factors.append(run.carried["china_compute"].values / raw)
    assert (simulated[1][-1] > 1.2 * simulated[0][-1]).all()
    np.testing.assert_allclose(*factors)
    assert (factors[0][-1] != 1).all()


def test_before_the_origin_nothing_is_changed_and_after_it_all_is_possible(runs):
    for run in runs.values():
        for name, values in run.carried.items():
            past = slice(None, "2025-12")
            np.testing.assert_array_equal(
                values.sel(month=past), run.outcomes[name].sel(month=past)
            )
            unit = values.attrs["unit"]
            later = values.sel(month="2026-03")
            assert unit != "share" or bool(((later >= 0) & (later <= 1)).all())
            assert unit in ("months", "ECI points") or bool((later >= 0).all())
        lead = run.carried["us_frontier"] - run.carried["china_frontier"]
        np.testing.assert_allclose(lead, run.carried["lead_points"], atol=1e-9)


def test_a_world_carries_the_same_error_in_runs_of_any_size(simulated, runs):
    run, part = simulated["as_enacted"], {"world": slice(2), "month": slice(MONTHS - 1)}
    other = sim.carry_on(replace(run, outcomes=run.outcomes.isel(part)))
    longer = runs["as_enacted"].carried.isel(part)
    np.testing.assert_array_equal(other.carried["us_compute"], longer["us_compute"])


def test_what_is_simulated_stays_beside_it(simulated, runs, tmp_path):
    """In memory and in files; tables, percentiles and `at` show what is carried."""
    run, raw = runs["as_enacted"], simulated["as_enacted"]
    opened = Results.open(run.save(tmp_path / "run"))
    for result in (run, opened):
        assert result.outcomes.equals(raw.outcomes)
        assert result.carried.equals(run.carried)
        assert result.about["carried_from"] == "2025-12"
        shown = result.at("us_compute", "2026-03")
        np.testing.assert_array_equal(shown, run.carried["us_compute"].sel(month="2026-03"))
    assert "carried_from" not in raw.about


def test_worlds_of_the_priors_and_effects_carry_nothing():
    prior = sim.run("as_enacted", worlds=1, months=1, ensemble="prior")
    assert why_not_carried(prior) == UNFITTED
    assert sim.carry_on(prior) is prior
    with pytest.raises(ValueError, match="cancel"):
        sim.carry_on(sim.compare("as_enacted", "no_controls", worlds=1, months=1))
