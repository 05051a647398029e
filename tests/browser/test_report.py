"""A report in a browser: it draws all of itself under a policy that lets no script run."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from viz.report.write import report

INSIDE = """
document.body.insertAdjacentHTML("beforeend", "<img src='x' onerror='window.ran = 1'>");
const script = document.createElement("script");
script.textContent = "window.ran = 2";
document.body.append(script);
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("report")
    sim.run("as_enacted", worlds=4, months=61).save(place / "run")
    return report([place / "run"])


def test_it_is_drawn_and_runs_nothing(chromium, written, picture):
    page, said = chromium.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(written.as_uri())
    heights = "[...document.querySelectorAll('svg')].map(one => one.getBoundingClientRect().height)"
    drawn = page.evaluate(heights)
    assert drawn and min(drawn) > 50
    assert page.evaluate("getComputedStyle(document.querySelector('table')).fontFamily") != ""
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 20
    assert said == [], "the policy forbids something that the report needs"
    picture(page, "report")
    page.evaluate(INSIDE)
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran ?? null") is None
    assert any("Content Security Policy" in text for text in said)
    page.close()
