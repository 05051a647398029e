"""The short answer: what it says agrees with what is recorded, and it fits a screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.experiments.verdict import likelihood
from viz.pages import answer
from viz.text.structures import recorded

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EVIDENCE = json.loads((DOCS / "evidence.json").read_text("utf-8"))
ANSWERS = dict(json.loads(answer.FILE.read_text("utf-8"))["answers"])


def printed(columns: int, *words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from viz.cli.main import main; main()", *words],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": str(columns)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_it_is_made_of_what_is_recorded():
    """In its file, in README and on the home page: `python -m viz.pages.answer` writes all."""
    files = answer.written(DOCS, ROOT)
    assert {path.name for path in files} == {"answer.json", "opening.json", "README.md", "index.md"}
    for path, text in files.items():
        assert path.read_text("utf-8") == text, path


def test_twenty_lines_of_eighty_letters():
    lines = printed(80, "answer")
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    assert printed(80) == lines  # bare `moat`


def test_it_simulates_nothing_and_loads_little():
    """At once: neither numpy nor the model is loaded."""
    code = "import sys; from viz.cli.main import main; main(['answer'], standalone_mode=False)"
    check = "; print(sorted({'numpy', 'xarray', 'mesa', 'sim.model'} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code + check], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_how_sure_it_is_of_the_main_question():
    """The word for the sign by 2030 is that of the share of worlds."""
    far = recorded()["all"]["effects"]["innovation_effect"]["2030-12"]
    said = ANSWERS["Did the controls spur innovation?"].split("by 2030")[1]
    if far["small"] >= 0.66:
        assert "no material change" in said
    elif max(far["positive"], far["negative"]) < 0.66:
        assert "as likely" in said
    else:
        assert likelihood(max(far["positive"], far["negative"])) in said
        assert ("lowered" in said) == (far["negative"] > far["positive"])


def test_what_made_the_gain_adds_up():
    """Percents to a tenth add up to 100, each within a tenth of what is recorded."""
    shares = EVIDENCE["deepseek"]["gains"]["log_training_efficiency"]["shares"]
    exact = {name: 100 * one["mean"] for name, one in shares.items()}
    exact["own"] = sum(exact[name] for name in answer.OWN)
    exact = {name: exact[name] for name in answer.CAUSES}
    found = answer.tenths(exact)
    assert sum(found.values()) == pytest.approx(100)
    assert all(abs(found[name] - exact[name]) <= 0.1 for name in exact)
    said = next(text for question, text in ANSWERS.items() if "DeepSeek" in question)
    assert all(f"{value} %" in said for value in found.values())


@pytest.mark.parametrize(
    ("percents", "rounded"),
    [
        ({"a": 33.34, "b": 33.33, "c": 33.33}, {"a": 33.4, "b": 33.3, "c": 33.3}),
        ({"a": 50.05, "b": 50.04, "c": -0.09}, {"a": 50.1, "b": 50.0, "c": -0.1}),
    ],
)
def test_rounding_by_hand(percents, rounded):
    assert answer.tenths(percents) == rounded
