"""Generated pages: they are what the templates make of what is recorded."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from jinja2 import UndefinedError

from viz.pages.__main__ import PAGES, differs, main
from viz.pages.render import cell, render, table, trimmed
from viz.pages.revisions import main as revise
from viz.pages.revisions import revision
from viz.text.structures import recorded

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name):
    assert not differs(name, DOCS), f"run: uv run python -m viz.pages {name}"


def test_the_check_names_the_page_that_differs(tmp_path):
    """The check writes nothing; without it the page and its figures are written."""
    docs = tmp_path / "docs"
    (docs / "figures").mkdir(parents=True)
    shutil.copy(DOCS / "evidence.json", docs)
    (docs / "evidence.md").write_text("old")
    checked = CliRunner().invoke(main, ["evidence", "--check", "--docs", str(docs)])
    assert checked.exit_code == 1
    assert "evidence.md differs" in checked.output
    assert (docs / "evidence.md").read_text() == "old"
    CliRunner().invoke(main, ["evidence", "--docs", str(docs)], catch_exceptions=False)
    assert (docs / "evidence.md").read_text() == (DOCS / "evidence.md").read_text()
    assert {file.name for file in (docs / "figures").iterdir()} == {
        "evidence_profiles.png", "evidence_innovation.png",
    }  # fmt: skip
    assert CliRunner().invoke(main, ["evidence", "--check", "--docs", str(docs)]).exit_code == 0


def test_the_command_says_what_it_needs():
    assert "name a page" in CliRunner().invoke(main, []).output
    assert "'evidnce' is not one of" in CliRunner().invoke(main, ["evidnce"]).output


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError, match="groups"):
        render("sources")


def test_a_name_cannot_break_a_table():
    assert cell("a | b\n <c>") == "a \\| b &lt;c>"
    assert table(["x"], [["a|b"]]) == "| x |\n| --- |\n| a\\|b |"


def test_an_observation_gets_no_digits_that_it_lacks():
    shown = [trimmed(value) for value in (5.0, 0.09, 3.1e23, 420334.0, 17.16, 0.0)]
    assert shown == ["5", "0.09", "3.1e23", "420,334", "17.2", "0"]


def test_the_newest_revision_is_what_the_findings_say():
    newest = json.loads((DOCS / "revisions.json").read_text("utf-8"))[-1]
    findings = json.loads((DOCS / "findings.json").read_text("utf-8"))
    now = revision(
        findings, recorded(), newest["release"], date.fromisoformat(newest["date"]), newest["cause"]
    )
    told = {name: now["headlines"].get(name) for name in newest["headlines"]}
    assert told == newest["headlines"], 'run: uv run python -m viz.pages.revisions "CAUSE"'


def test_a_revision_is_appended_with_its_cause(tmp_path):
    """Those before stay as they were; the page has both, each with its release and date."""
    for name in ("revisions.json", "findings.json"):
        shutil.copy(DOCS / name, tmp_path)
    before = json.loads((tmp_path / "revisions.json").read_text("utf-8"))
    given = ["dies cost more", "--docs", str(tmp_path)]
    CliRunner().invoke(revise, given, catch_exceptions=False)
    after = json.loads((tmp_path / "revisions.json").read_text("utf-8"))
    assert after[:-1] == before
    assert after[-1]["cause"] == "dies cost more"
    assert "domestic_share_value@2030-12" in after[-1]["headlines"]
    assert "dies cost more" in (tmp_path / "revisions.md").read_text("utf-8")
