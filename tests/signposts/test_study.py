"""The study: what it says of numbers whose relation is known, of worlds, and of its own record."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.research.forecasting import frozen
from sim.research.signposts import registered
from sim.research.signposts.simulated import (
    Headline,
    headline_values,
    observed_values,
    paired_worlds,
)
from sim.research.signposts.study import HEADLINES, MAIN, best_of, first_series, learnt
from sim.research.signposts.table import shipped
from sim.scenario.errors import ScenarioError
from viz.cli.main import main
from viz.text.signposts import (
    answer,
    meaning,
    of_headline,
    print_signposts,
    reading,
    silent,
    table_of_signposts,
)

DOCS = Path(__file__).parents[2] / "docs"
LEAD, COMPUTE = Headline("lead_months", "2030-12"), Headline("compute_ratio", "2030-12")
EFFICIENCY = Headline("innovation_effect", "2030-12")
SERIES = ("ascend_units", "frugality", "worth:Chip makers")


@pytest.fixture(scope="module")
def found():
    """600 worlds: chips inform compute, nothing informs efficiency, half of the lead informs it."""
    rng = np.random.default_rng(0)
    one, two, noise, luck = rng.standard_normal((4, 600))
    rows = [row for row in shipped() if row.series in SERIES and row.month == "2028-12"]
    observed = np.exp(np.stack([two, one, noise], axis=1))  # in the order of the table
    numbers = np.stack([two + luck, 10 * one - 60, 100 * np.expm1(0.2 * luck)], axis=1)
    return learnt(rows, (LEAD, COMPUTE, EFFICIENCY), observed, numbers, ("months", "%", "%"))


@pytest.fixture(scope="module")
def recorded():
    return json.loads((DOCS / "signposts.json").read_text("utf-8"))


def test_what_is_told_and_what_is_not(found):
    lean, chips, worth = found["signposts"]
    assert [row["series"] for row in (lean, chips, worth)] == [
        "frugality",
        "ascend_units",
        SERIES[2],
    ]
    assert chips["gains"][COMPUTE.key]["variance"] == pytest.approx(1, abs=0.01)
    assert lean["gains"][LEAD.key]["variance"] == pytest.approx(0.5, abs=0.08)
    assert all(gain["variance"] == 0 for gain in worth["gains"].values())
    assert [row["series"] for row in best_of(found["signposts"], LEAD.key)] == ["frugality"]
    assert silent({"signposts": found["signposts"]}) == ["Worth of chip makers"]


def test_what_each_outcome_would_mean(found):
    """Compute is 10 x - 60 %: in the middle of the upper third of a normal x, 9.7 above -60 %."""
    below, between, above = found["signposts"][1]["gains"][COMPUTE.key]["thirds"]
    assert [below[0], between[0], above[0]] == pytest.approx([-69.7, -60, -50.3], abs=1.5)
    words = meaning(found, found["signposts"][1], COMPUTE.key)
    assert words.startswith("If it is above 1,500 chips (upper third of worlds), the effect of the")
    assert "chips (lower third), to -70 % [" in words and "below 0 in 100 % of worlds" in words


def test_the_first_are_the_best_of_each_question_and_then_the_best_on_average(found):
    assert first_series(found["signposts"]) == ["ascend_units", "frugality"]
    assert first_series(found["signposts"], most=1) == ["frugality"]  # the lead is asked first


def test_the_answer_says_little_where_little_is_learnt(found):
    said = answer(found)
    assert said.startswith("Little will be known to the end of 2028 of the effect of the controls")
    assert "No observation can be distinguished from one without information." in said
    assert "The sign is known already." in of_headline(found, COMPUTE.key)
    assert "guessed right in" in of_headline(found, LEAD.key)


def test_what_is_the_same_in_every_row_is_said_once(found):
    """Chips tell only of compute, whose sign is known already: no column of signs is needed."""
    shown = table_of_signposts(found, COMPUTE.key)
    assert "sign" not in shown.head and len(shown.rows) == 1
    assert "true one in 100 % of worlds; without, in 100 %" in reading(found, COMPUTE.key, shown)
    row = found["signposts"][0]
    other = row | {
        "series": "other",
        "gains": {LEAD.key: row["gains"][LEAD.key] | {"agreement": 0.9}},
    }
    two = {**found, "signposts": [row, other]}
    shown = table_of_signposts(two, LEAD.key)
    assert shown.head[-1] == "sign" and shown.rows[1][-1] == "90 %"
    assert "Sign: share of worlds" in reading(two, LEAD.key, shown)


def test_the_main_headlines_fit_a_narrow_terminal(recorded, monkeypatch, capsys):
    """At 80 columns every headline has two lines at most, and its range stays whole."""
    monkeypatch.setenv("COLUMNS", "80")
    print_signposts(recorded, EFFICIENCY.key)
    said = capsys.readouterr().out
    body = said.split("range\n", 1)[1].split("\n\n")[0].splitlines()[1:]
    assert len(body) <= 2 * len(MAIN) and max(map(len, said.splitlines())) <= 80
    assert any("[410, 1,800]" in line for line in body)
    assert "Over all 6 rival forms" in said and "No better than chance for any headline:" in said


def test_worlds_are_paired_and_measured():
    """Shapes, units and bounds in a few worlds, with the error of the model and without."""
    series = ("leaked_share", "revenue:OpenAI", "capex:US", "us_frontier")
    rows = [row for row in shipped() if row.series in series and row.month == "2027-12"]
    asked = (COMPUTE, HEADLINES[12])
    pair = paired_worlds(rows, asked, 2)
    for one in (pair, replace(pair, fitted=None)):
        numbers, units = headline_values(asked, one)
        observed = observed_values(rows, one)
        assert numbers.shape == (2, 2) and units == ["%", "months"] and (numbers[:, 0] > -100).all()
        assert observed.shape == (2, 4) and np.isfinite(observed).all() and (observed >= 0).all()
        assert observed[:, [row.unit == "share" for row in rows]].max() <= 1
    nothing = {name: 0 * array for name, array in pair.enacted.arrays.items()}
    empty = replace(pair, enacted=replace(pair.enacted, arrays=nothing))
    with pytest.raises(ScenarioError, match="is not defined in 2 of 2 worlds"):
        headline_values([COMPUTE], empty)


@pytest.mark.parametrize("ensemble", ["raw_compute", "prior:raw_compute"])
def test_worlds_of_a_rival_form_run_in_that_form(ensemble):
    """`moat signposts --structure raw_compute`, with and without `--prior`."""
    rows = [row for row in shipped() if row.series == "us_frontier" and row.month == "2027-12"]
    pair = paired_worlds(rows, [COMPUTE], 2, ensemble=ensemble)
    assert pair.resolved.structure == "raw_compute"
    assert (pair.fitted is None) == ensemble.startswith("prior")
    assert np.isfinite(observed_values(rows, pair)).all()


def test_the_record_is_of_the_worlds_of_the_findings(recorded):
    """The same effects in the same worlds, to the last digit that is recorded."""
    effects = json.loads((DOCS / "findings.json").read_text("utf-8"))["effects"]
    for key, one in recorded["headlines"].items():
        if not one["is_level"]:
            same = effects["as_enacted-no_controls"][one["name"]][one["month"]]
            assert [one[name] for name in ("median", "p5", "p95")] == pytest.approx(
                [same[name] for name in ("median", "p5", "p95")], rel=1e-4
            ), key
    assert set(MAIN) <= set(recorded["headlines"]) and len(recorded["signposts"]) >= 20
    for row in recorded["signposts"]:
        assert all(0 <= gain["variance"] <= 1 for gain in row["gains"].values())


def test_the_first_ten_are_registered_with_what_they_mean(recorded):
    kept = registered.newest()
    series = list(dict.fromkeys(row["series"] for row in kept["signposts"]))
    assert len(series) == 10 and kept["rule"]
    assert all(row["known"] > "2026-11" for row in kept["signposts"])
    assert any(
        "upper third" in words for row in kept["signposts"] for words in row["means"].values()
    )
    name = f"{kept['about']['ensemble']['until']}-signposts/{registered.NAME}"
    assert frozen.manifest()[name]["date"] >= "2026-11-30"


def test_what_is_registered_is_written_once(found, tmp_path):
    content = registered.registered(
        {"about": {}, **found}, lambda row, key: meaning(found, row, key)
    )
    assert list(content["signposts"][0]["means"]) == [COMPUTE.key]
    file = registered.place("2030-12", tmp_path)
    registered.save(content, file)
    assert registered.newest(tmp_path)["rule"] == content["rule"]
    with pytest.raises(FileExistsError, match="never made again"):
        registered.save(content, file)
    assert registered.newest(tmp_path / "none") == {}


def run(*words: str):
    return CliRunner().invoke(main, ["signposts", *words])


def test_the_command_answers_first_and_writes_the_page(tmp_path):
    (tmp_path / "signposts.json").write_bytes((DOCS / "signposts.json").read_bytes())
    ran = run("--page", "--out", str(tmp_path), "--headline", "lead_months")
    assert ran.exit_code == 0 and ran.stdout.startswith(
        "In this model, in 1024 worlds of the reference form"
    )
    assert "What tells most of the effect of the controls on the US lead in time" in ran.stdout
    page = (tmp_path / "signposts.md").read_text("utf-8")
    assert page.startswith("# What would tell us") and "10.1" not in page.split("## Limits")[0]
    assert (tmp_path / "figures" / "signposts.png").stat().st_size > 10_000
    printed = json.loads(run("--page", "--out", str(tmp_path), "--json").stdout)
    assert printed["answer"] and set(printed["words"]) == set(printed["headlines"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--headline", "lead_month"], "did you mean 'lead_months 2030-12'?"),
        (["--table", "none.csv"], "there is no such file"),
        (["--page"], "run the command without --page first"),
        (["--posterior", "2019-12", "--worlds", "64"], "2019-12"),
        (["--structure", "all"], "this needs worlds of one structure"),
    ],
)
def test_the_command_says_what_is_wrong(words, said, tmp_path):
    ran = run(*words, "--out", str(tmp_path))
    assert ran.exit_code == 2 and said in ran.stderr and "Traceback" not in ran.output
