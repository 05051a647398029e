"""Questions that people ask: starting files, search, completion, and three of them answered."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from sim.experiments.ensemble import of_worlds, simulate
from sim.outcomes.catalogue import compute_outcomes
from sim.outcomes.record import Record
from sim.scenario.library import shipped, templates
from sim.scenario.load import load
from viz.cli.completion import outcomes, overrides, scenarios
from viz.cli.main import main
from viz.pages import search_index
from viz.text.notes import notes
from viz.text.search import INDEX, entries, search, synonyms
from viz.text.warnings import warnings

QUESTIONS = Path(__file__).parent / "questions"
MONTHS = 108  # to the end of 2028


def call(*arguments: str):
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("kind", templates())
def test_a_starting_file_is_fine_as_it_is(kind):
    """No problem, no note, no warning; its first line says what it is for."""
    path = templates()[kind]
    resolved = load(str(path))
    assert notes(resolved) == [] and warnings(resolved) == []
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("# ") and lines[0].endswith(".")
    assert max(map(len, lines)) <= 120


def test_new_writes_a_file_that_passes_and_overwrites_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("new", "budget").exit_code == 0
    assert "fine" in call("check", "budget.toml").stdout
    Path("budget.toml").write_text("mine", "utf-8")
    again = call("new", "budget")
    assert again.exit_code == 2 and "exists already" in again.stderr
    assert Path("budget.toml").read_text("utf-8") == "mine"
    assert call("new", "EUV", "other.toml").exit_code == 0 and Path("other.toml").exists()
    lost = call("new", "budgit")
    assert lost.exit_code == 2 and "did you mean 'budget'?" in lost.stderr


def test_new_alone_lists_the_kinds():
    listed = call("new").stdout
    assert len(templates()) >= 12
    assert all(line in listed for line in templates())


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("EUV", "tools"),
        ("EUV in China", "tools"),
        ("Meta budget", "labs.Meta.budget"),
        ("budgt meta", "labs.Meta.budget"),
        ("open weights ban", "open_weights_ban"),
        ("secret breakthrough", "breakthrough"),
        ("H20", "chip_sales"),
        ("data centres", "power"),
        ("lead months", "lead_months"),
        ("deepseek believed", "deepseek_believed"),
    ],
)
def test_search_finds_what_people_ask_for(words, name):
    """Among the first three."""
    assert name in [entry.name for entry in search(words)[:3]]


@pytest.mark.parametrize("words", ["EUV", "power", "openness", "lead", "growth"])
def test_search_prints_few_lines_of_eighty_columns(words):
    done = call("search", words)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert 0 < len(lines) <= 30
    assert max(map(len, lines)) <= 80


def test_search_says_when_nothing_fits():
    done = call("search", "xyzzy")
    assert done.exit_code == 1 and "nothing fits 'xyzzy'" in done.stderr


def test_every_synonym_leads_somewhere():
    names = {entry.what for entry in entries()}
    assert {"question", "number", "instrument", "scenario", "outcome"} <= names
    assert [word for word in synonyms() if not search(word)] == []


def test_what_is_looked_up_is_what_the_model_has():
    """`python -m viz.pages.search_index` writes it."""
    assert INDEX.read_text("utf-8") == search_index.written()


def test_the_shell_completes_scenarios_keys_and_outcomes():
    context, option = click.Context(main), click.Option(["--x"])

    def values(complete, start: str) -> list[str]:
        return [item.value for item in complete(context, option, start) if item.type == "plain"]

    assert values(scenarios, "deepseek_b") == ["deepseek_believed"]
    assert set(values(scenarios, "")) == set(shipped())
    assert values(overrides, "lab") == ["labs."]
    assert values(overrides, "labs.Meta.bud") == ["labs.Meta.budget="]
    assert values(overrides, 'labs."Google DeepMind".cad') == ['labs."Google DeepMind".cadence=']
    assert values(outcomes, "lead_months_") == ["lead_months_observed"]


@pytest.fixture(scope="module")
def usual() -> Record:
    return _run("as_enacted")


def _run(name: str) -> Record:
    return simulate(of_worlds(load(name), "posterior"), 16, months=MONTHS)


def _row(record: Record, series: str, kind: str, name: str, month: str) -> np.ndarray:
    at = record.names[kind].index(name)
    return record.arrays[series][record.calendar.month(month), at].astype(float)


def test_meta_doubles_its_budget(usual):
    """Nearly twice the chips after three years, in every world; others have a little less."""
    asked = _run(str(QUESTIONS / "meta_doubles.toml"))
    ratio = _row(asked, "chips", "lab", "Meta", "2028-12") / _row(
        usual, "chips", "lab", "Meta", "2028-12"
    )
    assert 1.5 < np.median(ratio) < 2.0 and np.all(ratio > 1.3)
    others = _row(asked, "chips", "lab", "OpenAI", "2028-12") / _row(
        usual, "chips", "lab", "OpenAI", "2028-12"
    )
    assert 0.9 < np.median(others) < 1.0
    runs = _row(asked, "largest_run", "lab", "Meta", "2028-12") / _row(
        usual, "largest_run", "lab", "Meta", "2028-12"
    )
    assert 1.2 < np.median(runs) < 2.2


def test_a_secret_breakthrough_is_the_finders_first(usual):
    """A factor of ten at the lab, points of capability within months; others follow slowly."""
    asked = _run(str(QUESTIONS / "secret_breakthrough.toml"))
    series = "log_training_efficiency"
    gained = {
        (lab, month): np.median(
            _row(asked, series, "lab", lab, month) - _row(usual, series, "lab", lab, month)
        )
        for lab in ("Anthropic", "DeepSeek")
        for month in ("2026-06", "2026-12")
    }
    assert gained["Anthropic", "2026-06"] == pytest.approx(np.log(10), abs=0.1)
    assert gained["DeepSeek", "2026-06"] == pytest.approx(0.0, abs=0.05)
    assert gained["DeepSeek", "2026-12"] < 0.6 * gained["Anthropic", "2026-12"]
    points = _row(asked, "capability", "lab", "Anthropic", "2026-12") - _row(
        usual, "capability", "lab", "Anthropic", "2026-12"
    )
    assert 2.0 < np.median(points) < 15.0


def test_tools_for_china_and_no_open_weights(usual):
    """More capacity at SMIC; a frontier of open weights that falls behind."""
    asked = _run(str(QUESTIONS / "euv_and_closed_weights.toml"))
    ratio = _row(asked, "foundry_capacity", "foundry", "SMIC", "2028-12") / _row(
        usual, "foundry_capacity", "foundry", "SMIC", "2028-12"
    )
    assert 1.1 < np.median(ratio) < 3.0 and np.mean(ratio >= 1) > 0.8
    month = usual.calendar.month("2028-12")
    ours, theirs = (compute_outcomes(record)["open_frontier"][month] for record in (asked, usual))
    assert -20.0 < np.median(ours - theirs) < -3.0
