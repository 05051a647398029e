"""An outcome is a finite number, or not defined for a reason that it declares; it is said so."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.statistics import mean, percentiles, share, share_defined
from sim.experiments.ensemble import simulate
from sim.experiments.verdict import verdict_of
from sim.outcomes.catalogue import BY_NAME, compute_effects, compute_outcomes, why_undefined
from sim.outcomes.record import Record
from sim.scenario.load import load
from viz.cli.main import main
from viz.text.sentences import effect

from .extreme import ABSENT, NEVER, extremes


def without(who: str, until: str = NEVER) -> list[str]:
    return [f'labs."{name}".entry={until}' for name in ABSENT[who]]


def assert_declared(record: Record) -> None:
    """Series are finite; outcomes are, or they declare why not."""
    for name, values in record.arrays.items():
        assert np.isfinite(values).all(), name
    for name, values in (compute_outcomes(record) | compute_effects(record, record)).items():
        assert not np.isinf(values).any(), name
        assert why_undefined(name) or not np.isnan(values).any(), name


@pytest.mark.parametrize("who", ABSENT)
def test_outcomes_without_labs_are_declared_undefined(who):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        record = simulate(load("as_enacted", without(who)), 2, months=40)
        assert_declared(record)
        found = compute_outcomes(record)
    undefined = {name for name, values in found.items() if np.isnan(values).all()}
    assert ("china_frontier" in undefined) == (who in ("China", "all but one", "all"))
    assert ("us_frontier" in undefined) == (who in ("the US", "all"))
    assert ("lead_months" in undefined) == (who != "nobody")
    assert ("compute_ratio" in undefined) is False, "chips of clouds are there"


def test_reasons_are_words():
    for name in BY_NAME:
        reason = why_undefined(name)
        assert not reason or (len(reason) > 15 and reason[-1] != "."), name


def test_a_lead_is_defined_from_the_first_chinese_model_on():
    late = simulate(load("as_enacted", without("China", "2021-06")), 4, months=40)
    found = compute_outcomes(late, ["lead_points", "china_frontier", "us_frontier"])
    assert np.isnan(found["lead_points"][:17]).all()
    assert np.isfinite(found["lead_points"][-1]).all()
    defined = np.isfinite(found["lead_points"])
    difference = found["us_frontier"] - found["china_frontier"]
    assert np.array_equal(found["lead_points"][defined], difference[defined])
    assert (np.diff(defined.astype(int), axis=0) >= 0).all(), "once defined, it stays so"


def test_statistics_are_of_the_worlds_in_which_a_number_is_defined():
    values = np.array([[1.0, 2.0, 4.0], [np.nan, 3.0, -5.0], [np.nan] * 3])
    whole = percentiles(values[:1], (5, 50))
    assert np.array_equal(whole, np.percentile(values[:1], (5, 50), axis=1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert percentiles(values, (50,))[0].tolist()[:2] == [2.0, -1.0]
        assert np.isnan(percentiles(values, (50,))[0, 2])
        assert mean(values)[1] == -1 and np.isnan(mean(values)[2])
        assert share(values > 0, values)[1] == 0.5 and np.isnan(share(values > 0, values)[2])
        assert share_defined(values).tolist() == [1.0, 2 / 3, 0.0]


def test_verdicts_say_in_how_many_worlds_an_effect_is_defined():
    def said(*last: float) -> str:
        verdict = verdict_of("lead_months", "months", "2024-02", ["2024-02"], np.array([last]))
        return effect(verdict)

    nan, why = np.nan, "no US or no Chinese lab has a model yet"
    assert said(nan, nan) == (
        f"No effect on the US lead in time in February 2024: it is not defined in any world: {why}."
    )
    assert said(nan, 2.0, 3.0, 4.0).endswith(f"; not defined in 1 of 4 worlds: {why}.")
    assert said(nan, 2.0, 3.0, 4.0).startswith("Raised the US lead in time by 3.0 months")
    assert "not defined" not in said(1.0, 2.0)


def called(folder, *arguments: str) -> str:
    """What a command prints; it ends well and warns of nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def flags(overrides: list[str]) -> list[str]:
    return [text for override in overrides for text in ("--set", override)]


def test_files_and_json_without_a_chinese_lab(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = ["--worlds", "2", "--months", "30", *flags(without("China"))]
    said = json.loads(called(tmp_path, "run", "as_enacted", "--json", "--out", "it", *small))
    lead = said["outcomes"]["lead_months"]
    assert lead["undefined"].endswith("no US or no Chinese lab has a model yet")
    last = lead["months"]["2022-06"]
    assert last.pop("share_defined") == 0 and set(last.values()) == {None}
    rows = (tmp_path / "it" / "outcomes.csv").read_text("utf-8").splitlines()
    assert "lead_months,months,2022-06,,,,,,,0.0" in rows


@pytest.mark.slow
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(overrides=extremes(), months=st.sampled_from([1, 2, 13, 30]), prior=st.booleans())
def test_any_extreme_scenario_comes_to_its_printed_end_and_report(
    tmp_path_factory, overrides, months, prior
):
    folder = tmp_path_factory.mktemp("extreme")
    out = str(folder / "run")
    choice = ["--prior"] if prior else []
    small = ["--worlds", "2", "--months", str(months), *choice, *flags(overrides)]
    called(folder, "run", "as_enacted", "--out", out, *small)
    called(folder, "report", out)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(overrides=extremes(), months=st.sampled_from([2, 30, 132]))
def test_any_extreme_scenario_is_numbers_or_declared(overrides, months):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert_declared(simulate(load("as_enacted", overrides), 2, months=months))
