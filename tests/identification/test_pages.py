"""Recorded numbers agree with posterior, scenario and model; sentences agree with numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.research.identification.effects import PAIRS
from sim.research.identification.ensemble import Ensemble
from sim.research.identification.studies import instruments, quick
from sim.scenario.load import load
from sim.uncertainty.posterior import shipped
from viz.pages import findings
from viz.pages.render import in_words, ranged, templates
from viz.text.format import number, percent

SENTENCES = templates().get_template("sentences.md.j2").module
DOCS = Path(__file__).parents[2] / "docs"
AGAIN = {
    "evidence": "uv run moat evidence --out docs",
    "findings": "uv run moat findings --out docs",
    "published_results": "uv run moat evidence --published --out docs",
    "signposts": "uv run moat signposts --out docs",
}


def recorded(name: str) -> dict:
    """The numbers behind a page."""
    return json.loads((DOCS / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", AGAIN)
def test_the_numbers_are_of_the_posterior_that_ships(name):
    """And of the history as it is enacted now: else they are to be made again."""
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


def test_a_sentence_names_the_sign_of_an_effect():
    """In the words of all verdicts."""

    def said(median: float, positive: float, **more: object) -> str:
        return in_words(one(median, positive) | more, "lead_months", "2030-12")

    assert said(2, 0.95).startswith("Very likely raised the US lead in time by 2.0 months by Dec")
    assert said(-2, 0.1).startswith("Very likely lowered the US lead in time by 2.0 months by Dec")
    assert said(2, 0.7).startswith("Likely raised") and "since May 2026" in said(
        2, 0.7, since="2026-05"
    )
    assert said(0.3, 0.6).startswith("About as likely as not that the US lead in time rose or fell")
    small = said(0.3, 0.95, small=0.8, threshold="1 month")
    assert small.startswith("No material change") and "below 1 month in 80 % of worlds" in small


def test_a_table_may_leave_out_the_unit():
    assert ranged(one(2, 0.9)) == "2.0 months [1.0, 3.0]"
    assert ranged(one(2, 0.9), with_unit=False) == "2.0 [1.0, 3.0]"


def test_a_sentence_names_the_size_of_a_bayes_factor():
    """What lies within its error, or is hardly more than 1, decides nothing."""

    def sentence(log: float, low: float, high: float, effective: float = 200.0) -> str:
        factor = {"log": log, "low": low, "high": high, "effective": effective}
        return SENTENCES.favours(factor, "the rival")

    assert "cannot tell" in sentence(0.4, 0.3, 0.5)
    assert "cannot tell" in sentence(2.0, -0.5, 3.0)
    assert "favours the rival" in sentence(2.0, 1.5, 2.5)
    assert "favours the full model by 7.4 : 1" in sentence(-2.0, -2.5, -1.5)
    assert "order of magnitude" in sentence(-9.0, -10, -8, effective=3)


def test_shares_and_numbers_are_not_rounded_to_certainty():
    assert [percent(value) for value in (0.999, 1.0, 0.001, 0.0)] == [
        "over 99 %", "100 %", "under 1 %", "0 %",
    ]  # fmt: skip
    assert [number(value, 2) for value in (0.0, 1234.5, 0.01234, -0.5, 2.5e7)] == [
        "0", "1,200", "0.012", "-0.50", "25m",
    ]  # fmt: skip


def test_findings_tell_the_rules_from_the_answers_to_them():
    """Both readings of single rules, and what each instrument adds, in two worlds.

    Between the two readings of the chip rules all is China's own doing.
    """
    few = Ensemble("posterior", 2, 0)
    month = "2026-12"
    answers = instruments(few, ("chips_only", "chips_only_unanswered"), month)
    names = [part["channel"] for part in answers["domestic_share"]["parts"]]
    assert all(name.startswith("China ") for name in names if name not in ("other", "total"))
    whole = {part["channel"]: part["mean"] for part in answers["domestic_share"]["parts"]}
    total = whole.pop("total")
    assert total > 0.05 and sum(whole.values()) == pytest.approx(total, rel=1e-3)

    found = recorded("findings")
    found["instruments"] = {"chips_only-no_controls": {month: answers}}
    for reading in ("chips_only", "tools_only"):
        effects = found["effects"]
        effects[f"{reading}_unanswered-no_controls"] = effects[f"{reading}-no_controls"]
    page = findings.page(found)
    for title in PAIRS.values():
        assert title in page.lower().replace("china's", "China's"), title
    assert "## By instrument" in page and "| China's mandates |" in page
    assert len(findings.figures(found)["findings_effects"].legends[0].get_texts()) == 5


def test_worlds_of_a_rival_form_are_said_to_be_of_it():
    fitted = {"name": "posterior", "hash": "0123456789ab", "until": "2025-12"}
    assert "structure" not in SENTENCES.ensemble({"ensemble": fitted})
    for one in (fitted, {"name": "prior"}):
        said = SENTENCES.ensemble({"ensemble": one | {"structure": "raw_compute"}})
        assert said.endswith(") of the form `raw_compute`")
