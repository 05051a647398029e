"""Published results: the table is checked, measures and the rule of agreement are by hand."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.research.identification.ensemble import Ensemble
from sim.research.identification.published_comparison import (
    agreement,
    digest,
    values_of,
    verdicts,
)
from sim.research.identification.published_results import (
    TABLE,
    Claim,
    PublishedResults,
    Study,
    published_results,
    read,
)
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.cli.main import main
from viz.pages.sources import sources
from viz.text.published import differences, head, published, question, rows, summary_of

DOCS = Path(__file__).parents[2] / "docs"
RECORDED = json.loads((DOCS / "published_results.json").read_text("utf-8"))
AGAIN = "run: uv run moat evidence --published --out docs"
NAMED = {  # what a reader of the debate looks for
    "liu_2025", "cao_2024", "funke_wende_2022", "ifp_2025", "cnas_2025", "ho_2024",
    "epoch_china_2025", "cottier_2024", "whitfill_wu_2025", "whitfill_2025", "barnett_2025",
    "gundlach_origin_2025", "epoch_price_2025",
}  # fmt: skip
RATE = {
    "study": "a_2024",
    "label": "rate",
    "found": "It doubled.",
    "unit": "x/yr",
    "interval": "90",
    "estimate": 2.0,
    "low": 1.0,
    "high": 4.0,
    "measure": "growth",
    "outcome": "largest_run_us",
    "first": "2021-12",
    "last": "2023-12",
    "mapping": "None.",
}


def claim(**changes: object) -> Claim:
    """A claim like the one above, with some keys changed; None takes a key out."""
    keys = {key: value for key, value in (RATE | changes).items() if value is not None}
    return Claim.model_validate(keys, strict=True)


# --- The table --------------------------------------------------------------------------------


def test_the_table_holds_the_studies_of_the_debate():
    """At least ten, six of them asked; one that was not asked says why."""
    table = published_results()
    asked = [name for name in table.studies if table.claims_of(name)]
    assert set(table.studies) >= NAMED and len(table.studies) >= 10 and len(asked) >= 6
    assert all(study.cannot for name, study in table.studies.items() if name not in asked)


def test_every_study_is_a_source():
    sources = (DOCS / "sources.md").read_text("utf-8").split("## Published results")[1]
    for study in published_results().studies.values():
        assert study.title in sources and study.source.split(",")[0] in sources, study.title


def test_a_study_that_a_number_cites_is_no_test():
    """What stands in the source of a number of the model is marked as used."""
    table, cited = published_results(), " ".join(sources([load("baseline"), load("as_enacted")]))
    citing = [
        name
        for name, study in table.studies.items()
        if any(one in cited for one in re.findall(r"\d{4}\.\d{5}|\b\d{5}\b", study.source))
    ]
    assert len(citing) >= 5
    for name in citing:
        used = [one.used for one in table.claims_of(name).values()] or [table.studies[name].used]
        assert all(used), name


def written(**changes: str) -> str:
    """A small table of one study and one claim, with values replaced as TOML."""
    plain = {key: json.dumps(value) for key, value in RATE.items()}
    study = {"label": '"A 2024"', "title": '"A 2024, Of rates"', "source": '"A journal"'}
    for name, value in changes.items():
        where = study if name in ("cannot", "title") else plain
        where[name] = value
    lines = ["[studies.a_2024]", *(f"{key} = {value}" for key, value in study.items() if value)]
    lines += ["[claims.a_rate]", *(f"{key} = {value}" for key, value in plain.items() if value)]
    return "\n".join(lines)


BAD = {
    "claims.a_rate.outcomes: unknown key (did you mean 'outcome'?)": {"outcomes": '"growth"'},
    "claims.a_rate.mapping: is missing": {"mapping": ""},
    "claims.a_rate.outcome: unknown outcome 'largest_run_uk' (did you mean 'largest_run_us'?)": {
        "outcome": '"largest_run_uk"'
    },
    "claims.a_rate.measure: unknown measure 'grow' (did you mean 'growth'?)": {"measure": '"grow"'},
    "claims.a_rate.scenario: unknown scenario 'no_control' (did you mean 'no_controls'?)": {
        "scenario": '"no_control"'
    },
    "claims.a_rate.study: unknown study 'b_2024' (did you mean 'a_2024'?)": {"study": '"b_2024"'},
    "claims.a_rate.interval: must be '90', '95', 'error', 'range', 'point', 'bound' or 'sign'": {
        "interval": '"99"'
    },
    'claims.a_rate: interval = "90" needs high': {"high": ""},
    'claims.a_rate: interval = "point" takes no low and no high': {"interval": '"point"'},
    'interval = "bound" needs low or high, and not both': {
        "interval": '"bound"',
        "estimate": "",
    },
    "low, estimate and high must be in this order": {"low": "3.0"},
    "log = true needs numbers above 0": {"low": "0.0", "log": "true"},
    "claims.a_rate.last: months must rise from first over middle to last": {"last": '"2021-12"'},
    "claims.a_rate: 2019-12 is not simulated (a month from 2020-01 to 2030-12)": {
        "first": '"2019-12"'
    },
    "claims.a_rate.first: is missing for measure 'growth'": {"first": ""},
    "claims.a_rate.beside: is not used by measure 'growth'": {"beside": '"us_efficiency"'},
    "studies.a_2024: has claims and says that it cannot be asked": {"cannot": '"No series."'},
    "studies.a_2024.title: is missing": {"title": ""},
    "must be a number": {"estimate": '"two"'},
}


@pytest.mark.parametrize("message", BAD)
def test_a_bad_table_is_refused_with_what_to_do(tmp_path, message):
    file = tmp_path / "results.toml"
    file.write_text(written())
    assert read(file).claims["a_rate"].estimate == 2.0
    file.write_text(written(**BAD[message]))
    with pytest.raises(ScenarioError) as wrong:
        read(file)
    assert message in str(wrong.value) and str(file) in str(wrong.value)


def test_a_study_without_claims_says_why(tmp_path):
    file = tmp_path / "results.toml"
    file.write_text(f'{written()}\n[studies.b]\nlabel = "B"\ntitle = "B"\nsource = "C"\n')
    with pytest.raises(ScenarioError, match=r"studies\.b: has no claim"):
        read(file)
    file.write_text("[studies.b]\nlabel = ")
    with pytest.raises(ScenarioError, match=r"results\.toml"):
        read(file)


# --- The rule of agreement --------------------------------------------------------------------


def test_a_95_percent_interval_becomes_one_of_90_percent():
    """By 1.645 / 1.960 around the estimate, in logarithms where it says so."""
    assert claim(interval="95").ends == pytest.approx((2 - 0.8392, 2 + 2 * 0.8392), abs=1e-4)
    in_logs = claim(interval="95", log=True).ends
    assert in_logs == pytest.approx((2 * 0.5**0.8392, 2 * 2**0.8392), abs=1e-3)
    assert claim().ends == (1.0, 4.0)


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"interval": "error", "low": None, "high": None, "error": 1.0}, (0.35515, 3.64485)),
        ({"interval": "range"}, (1.0, 4.0)),
        ({"interval": "point", "low": None, "high": None}, (2.0, 2.0)),
        ({"interval": "bound", "estimate": None, "low": None}, (-np.inf, 4.0)),
        ({"interval": "bound", "estimate": None, "high": None}, (1.0, np.inf)),
        (
            {"interval": "sign", "estimate": None, "low": None, "high": None, "direction": "above"},
            (0.0, np.inf),
        ),
    ],
)
def test_the_interval_that_is_compared(changes, ends):
    assert claim(**changes).ends == pytest.approx(ends, abs=1e-5)


def found(median: float, p5: float, p95: float, above: float = 1.0) -> dict:
    """What worlds say."""
    return {"median": median, "p5": p5, "p95": p95, "above": above, "below": 1 - above}


SIGN = {"interval": "sign", "estimate": None, "low": None, "high": None}


@pytest.mark.parametrize(
    ("changes", "ours", "verdict"),
    [
        ({}, found(5.0, 3.9, 8.0), "agree"),  # from 3.9 to 4 both
        ({}, found(5.0, 4.1, 8.0), "differ"),
        ({"neutral": 1.0}, found(0.9, 0.5, 2.5), "differ"),  # one grows, the other falls
        ({"neutral": 1.0}, found(1.1, 0.5, 2.5), "agree"),
        ({"interval": "range", "estimate": None}, found(-1.0, -3.0, 1.5), "agree"),  # no estimate
        ({"interval": "point", "low": None, "high": None}, found(1.5, 1.0, 2.1), "agree"),
        ({"interval": "point", "low": None, "high": None}, found(1.5, 1.0, 1.9), "differ"),
        ({"interval": "bound", "estimate": None, "low": None}, found(9.0, 4.1, 12.0), "differ"),
        ({"interval": "bound", "estimate": None, "low": None}, found(9.0, 3.9, 12.0), "agree"),
        (SIGN | {"direction": "above"}, found(1.0, -1.0, 2.0, above=0.66), "agree"),
        (SIGN | {"direction": "above"}, found(1.0, -1.0, 2.0, above=0.65), "differ"),
        (SIGN | {"direction": "below"}, found(-1.0, -2.0, 1.0, above=0.3), "agree"),
    ],
)
def test_agreement_by_hand(changes, ours, verdict):
    assert agreement(claim(**changes), ours) == verdict


def table_of(**claims: Claim) -> PublishedResults:
    """A table with a study for each name, and a third one that cannot be asked."""
    studies = {one.study: Study(label=one.study, title="T", source="S") for one in claims.values()}
    none = Study(label="c", title="T", source="S", cannot="No series.")
    return PublishedResults(studies=studies | {"c": none}, claims=claims)


def test_a_study_agrees_in_part_where_one_of_its_results_does():
    table = table_of(
        one=claim(study="a"), two=claim(study="a", label="two"), three=claim(study="b", used="p")
    )
    ours = {"one": found(2, 1, 3), "two": found(9, 8, 10), "three": found(2, 1, 3)}
    assert verdicts(ours, table) == {"a": "agree in part", "b": "agree", "c": "cannot be asked"}
    counts = summary_of(ours, table)
    assert (counts.studies, counts.asked) == (3, 2)
    assert (counts.tests, counts.agreeing, counts.used, counts.used_agreeing) == (2, 1, 1, 1)
    assert head(counts).startswith(
        "Of 2 published results that test the model, which set nothing in it, 1 agrees with our "
        "worlds and 1 differs."
    )
    assert "2 of 3 studies" in head(counts)
    spreads = {name: one | {"inside": 0.5} for name, one in ours.items()}
    assert [row.judged for row in rows(spreads, table)] == [
        "agree", "differ", "agree (consistency only)", "cannot be asked",
    ]  # fmt: skip
    assert differences(spreads, table) == "They differ on: two (a)."


def test_the_number_of_a_study_has_the_digits_that_it_gives():
    assert published(claim()) == "2 times a year [1, 4]"
    assert published(claim(interval="range", unit="share", low=0.6, estimate=None, high=0.95)) == (
        "[60, 95] % (a range)"
    )
    assert published(claim(interval="point", low=None, high=None, unit="months")) == (
        "2 months (no interval)"
    )
    assert published(claim(interval="bound", estimate=None, low=None, unit="times")) == (
        "under 4 times"
    )
    assert published(claim(**SIGN, direction="below", unit="%")) == "below 0 % (a sign)"
    assert question(claim(against="no_controls")) == (
        "effect on growth a year of the largest US training run, Dec 2021 to Dec 2023, "
        "`as_enacted` against `no_controls`"
    )


# --- What is recorded and shown ---------------------------------------------------------------


def test_the_recorded_numbers_are_of_what_is_asked_now():
    assert RECORDED["mappings"] == digest(published_results()), AGAIN
    assert set(RECORDED["claims"]) == set(published_results().claims), AGAIN


def test_every_difference_is_explained():
    for name, one in published_results().claims.items():
        if agreement(one, RECORDED["claims"][name]) == "differ":
            assert one.differs, f"{TABLE}: {name} differs and does not say why"


def test_the_recorded_numbers_are_of_the_model_as_it_is():
    """Those of one history, in the first world, made again; a changed mechanism shows here."""
    record = Ensemble("posterior", 1, RECORDED["about"]["seed"]).record("as_enacted", 72)
    asked = {
        name: one
        for name, one in published_results().claims.items()
        if one.scenarios == ["as_enacted"]
    }
    now = {name: values_of(one, {"as_enacted": record})[0] for name, one in asked.items()}
    then = {name: RECORDED["first_world"][name] for name in asked}
    assert now == pytest.approx(then, rel=1e-3), AGAIN


def test_the_command_shows_what_was_recorded(tmp_path):
    shutil.copy(DOCS / "published_results.json", tmp_path)
    words = ["evidence", "--published", "--page", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0 and done.stdout.startswith("Of ")
    assert (tmp_path / "published_results.md").read_text("utf-8") == (
        DOCS / "published_results.md"
    ).read_text("utf-8")
    in_json = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert in_json["studies"]["liu_2025"] == "cannot be asked"
    assert in_json["claims"]["ho_2024_rate"]["verdict"] in ("agree", "differ")
    (tmp_path / "published_results.json").unlink()
    missing = CliRunner().invoke(main, words)
    assert missing.exit_code == 2 and "run the command without --page first" in missing.stderr
