"""Bad input gets clear messages: file, key, what was wrong, what to do; never a traceback."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from viz.cli.main import main

from .messages import FLAGS, MESSAGES

CASES = Path(__file__).parent / "cases"
LONGEST = 600  # characters of one message
RAW = "pydantic|Input should|Traceback|_type|Value error|Extra inputs|NoneType|dict\\["


def path_of(case: str) -> Path:
    """The file (or folder, or file that is no TOML) of a case."""
    return CASES / (case if "." in case or case.endswith("/") else f"{case}.toml")


@cache
def problems(name: str | Path, overrides: tuple[str, ...] = ()) -> list[str]:
    """What is said about a bad scenario, the place of the test files left out."""
    with pytest.raises(ScenarioError) as refused:
        load(name, overrides)
    return [str(problem).replace(f"{CASES}/", "") for problem in refused.value.problems]


def test_every_bad_file_is_expected():
    found = {path.stem for path in CASES.iterdir()}
    assert found == {case.removesuffix("/").removesuffix(".txt") for case in MESSAGES}


@pytest.mark.parametrize("case", MESSAGES)
def test_message(case):
    place, *words = MESSAGES[case]
    said = problems(path_of(case))
    if not re.search(r"\.\w+: ", place) and not case.endswith("/"):
        place = f"{case}.toml: {place}"
    about = [text for text in said if place in text]
    assert about, f"nothing about {place!r} in {said}"
    assert any(all(word in text for word in words) for text in about), about


@pytest.mark.parametrize("case", MESSAGES)
def test_message_is_fit_for_people(case):
    said = problems(path_of(case))
    assert len(said) <= 7, "one fault, so many messages"
    for text in said:
        assert "\n" not in text
        assert len(text) <= LONGEST
        assert not re.search(RAW, text), text
        assert "()" not in text and not text.endswith(": "), text


@pytest.mark.parametrize("overrides", FLAGS, ids=lambda overrides: " ".join(overrides)[:60])
def test_flag(overrides):
    said = problems("as_enacted", overrides)
    for words in FLAGS[overrides]:
        assert any(words in text for text in said), said
    assert all(text.startswith("--set: ") for text in said), said


def test_a_fault_in_a_flag_names_the_flag_not_the_file():
    said = problems(CASES / "share_above_one.toml", ("leakage.markup=-1",))
    assert {text.split(":")[0] for text in said} == {"--set", "share_above_one.toml"}


def test_all_problems_at_once():
    said = "\n".join(problems(CASES.parent / "six_at_once.toml"))
    for key in ("unset", "months", "openness", "bloc", "chips_oct_2023.by", "chips_oct_2023.foo"):
        assert re.search(rf"six_at_once.toml: \S*{key}:", said), key
    assert said.count("\n") == 5


@pytest.mark.parametrize("name", ["nope", "as_enactd", "", " ", "x" * 5000, "a\0b", "/", ".."])
def test_no_such_scenario(name, tmp_path, monkeypatch):
    (tmp_path / "empty/here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "empty/here")
    assert len(problems(name)) == 1


def test_no_such_scenario_names_the_nearest():
    assert "did you mean 'as_enacted'?" in problems("as_enactd")[0]
    assert "baseline" in problems("zzz")[0]


@pytest.mark.parametrize("case", MESSAGES)
def test_command_line(case):
    """`moat check FILE`: each problem on stderr, exit status 2, no traceback."""
    answer = CliRunner().invoke(main, ["check", str(path_of(case))])
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert isinstance(answer.exception, SystemExit), answer.exception
    assert len(answer.stderr.splitlines()) == len(problems(path_of(case)))
    assert not re.search(RAW, answer.stderr)


def test_command_line_with_a_bad_flag():
    answer = CliRunner().invoke(main, ["check", "as_enacted", "--set", "labs.DeepSeek.openness=2"])
    assert answer.exit_code == 2
    assert "--set: labs.DeepSeek.openness: 2 is outside" in answer.stderr


def test_command_line_with_a_good_file():
    answer = CliRunner().invoke(main, ["check", "as_enacted"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "fine" in answer.stdout
