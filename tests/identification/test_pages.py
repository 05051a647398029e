"""Pages of evidence, findings and forecasts: words agree with numbers, numbers with the model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.research.forecasting import files
from sim.research.identification.ensemble import Ensemble
from sim.research.identification.studies import quick
from sim.scenario.load import load
from sim.uncertainty.posterior import shipped
from viz.pages import backtest as backtest_page
from viz.pages import evidence as evidence_page
from viz.pages import findings as findings_page
from viz.pages.evidence_words import effect, number, prefers, share

DOCS = Path(__file__).parents[2] / "docs"
FORECAST = DOCS / "forecast" / "2024-12"
PAGES = {"evidence": evidence_page, "findings": findings_page}
AGAIN = {
    "evidence": "uv run moat evidence",
    "findings": "uv run moat findings",
    "backtest": "uv run python -m viz.pages.make_backtest",
}


def recorded(name: str) -> dict:
    """The numbers behind a page."""
    return json.loads((DOCS / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_the_words_are_made_of_the_numbers(name):
    written = (DOCS / f"{name}.md").read_text("utf-8")
    assert PAGES[name].page(recorded(name)) == written, f"run: {AGAIN[name]} --page"


def test_the_page_of_the_forecast_is_made_of_its_files():
    rolling = DOCS / "forecast" / "rolling.json"
    found = json.loads(rolling.read_text("utf-8")) if rolling.is_file() else None
    written = (DOCS / "backtest.md").read_text("utf-8")
    assert backtest_page.page(files.read(FORECAST), found) == written, (
        "sim.research.forecasting --page"
    )


@pytest.mark.parametrize("name", AGAIN)
def test_the_numbers_are_of_the_posterior_that_ships(name):
    """And of the history as it is enacted now: else they are to be made again."""
    if name == "backtest":
        about = json.loads((FORECAST / "run.json").read_text("utf-8"))
        scenario = about["scenario"]["hash"]
    else:
        about = recorded(name)["about"]
        scenario = about["scenario_hash"]
    assert about["ensemble"]["hash"] == shipped().digest, f"run: {AGAIN[name]}"
    assert scenario == load("as_enacted").digest, f"run: {AGAIN[name]}"


def test_the_numbers_are_of_the_model_as_it_is():
    """A few effects made again in a few worlds; a changed mechanism shows here."""
    found = recorded("findings")
    now = quick(Ensemble("posterior", found["about"]["worlds"], found["about"]["seed"]))
    assert now == pytest.approx(found["quick"], rel=1e-3), f"run: {AGAIN['findings']}"


def one(median: float, positive: float, unit: str = "months") -> dict:
    """What worlds say, for sentences."""
    spread = {"median": median, "p5": median - 1, "p95": median + 1, "unit": unit}
    return spread | {"positive": positive, "negative": 1 - positive}


def test_an_effect_is_told_by_its_sign():
    assert "raised the US lead in time by 2.0 months" in effect("lead_months", one(2, 0.95), "x")
    assert "lowered the US lead in time by 2.0 months" in effect("lead_months", one(-2, 0.1), "x")
    assert "left the sign" in effect("lead_months", one(0.3, 0.6), "x")


def test_a_bayes_factor_is_told_by_its_size():
    """What lies within its error, or is hardly more than 1, cannot be told apart."""

    def told(log: float, low: float, high: float, effective: float = 200.0) -> str:
        found = {"log": log, "low": low, "high": high, "effective": effective}
        return prefers(found, "the rival")

    assert "cannot tell" in told(0.4, 0.3, 0.5)
    assert "cannot tell" in told(2.0, -0.5, 3.0)
    assert "leans to the rival" in told(2.0, 1.5, 2.5)
    assert "leans to the full model, 7.4 : 1" in told(-2.0, -2.5, -1.5)
    assert "order of magnitude" in told(-9.0, -10, -8, effective=3)


def test_shares_and_numbers_are_not_rounded_to_certainty():
    assert (share(0.999), share(1.0), share(0.001), share(0.0)) == (
        "over 99 %", "100 %", "under 1 %", "0 %",
    )  # fmt: skip
    assert [number(value) for value in (0.0, 1234.5, 0.01234, -0.5, 2.5e7)] == [
        "0", "1,234", "0.012", "-0.50", "2.5e7",
    ]  # fmt: skip
