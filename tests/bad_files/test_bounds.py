"""How large a scenario may be: what is larger is refused before anything is done with it."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import load as loading
from sim.scenario.bounds import MOST_ACTORS, MOST_BYTES, MOST_ENTRIES, MOST_FILES, MOST_PROBLEMS
from sim.scenario.errors import ScenarioError
from sim.scenario.layers import ancestry
from sim.scenario.library import find
from sim.scenario.load import load, resolve
from sim.scenario.paths import join_key, leaves, names_at

HEAD = 'extends = "as_enacted"\ntitle = "Large"\n'
LAYERS = ancestry(find("as_enacted"))
TREE = resolve("as_enacted", LAYERS).tree
TEXTS = [join_key(names_at(TREE, key)) for key, value in leaves(TREE) if isinstance(value, str)]


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """What is said about a file that is refused before it is held against the schema."""

    class Unused:
        @staticmethod
        def model_validate(*_: object, **__: object) -> None:
            raise AssertionError("counted too late")

    def refused(text: str) -> str:
        monkeypatch.setattr(loading, "Scenario", Unused)
        file = tmp_path / "large.toml"
        file.write_text(text, "utf-8")
        with pytest.raises(ScenarioError) as found:
            load(file)
        assert len(found.value.problems) == 1
        return str(found.value)

    return refused


def rows(table: str, count: int) -> str:
    return "".join(f"[{table}.n{at}]\na = 1\n" for at in range(count))


def test_too_many_actors(refused):
    said = refused(HEAD + rows("labs", MOST_ACTORS + 1))
    assert "labs: has 201 entries (at most 200 are taken)" in said


@pytest.mark.parametrize(
    "table", ["events", "incidents", "chips", "ties", "labs.OpenAI", "nonsense"]
)
def test_too_many_entries(refused, table):
    said = refused(HEAD + rows(table, MOST_ENTRIES + 1))
    assert f"{table}: has 501 entries (at most 500 are taken)" in said


def test_too_many_names_in_a_list(refused):
    names = ", ".join(f'"a{at}"' for at in range(MOST_ENTRIES + 1))
    assert "unset: has 501 entries" in refused(f"{HEAD}unset = [{names}]\n")


def test_too_many_actors_in_all_files_together(refused, tmp_path):
    (tmp_path / "parent.toml").write_text(HEAD + rows("labs", MOST_ACTORS - 50), "utf-8")
    child = rows("labs", MOST_ACTORS).replace("labs.n", "labs.m")
    said = refused(f'extends = "parent"\n{child}')
    assert "large.toml: labs: has 3" in said


def test_a_file_too_large(refused):
    assert "is larger than 1 MB" in refused(HEAD + "#" * MOST_BYTES)


def test_a_chain_of_files_too_long(refused, tmp_path):
    for at in range(MOST_FILES + 1):
        (tmp_path / f"link{at}.toml").write_text(f'extends = "link{at + 1}"\n', "utf-8")
    said = refused('extends = "link0"\n')
    assert "large.toml: extends: leads on to more than 50 files" in said


def test_a_folder_of_too_many_files(tmp_path):
    for at in range(MOST_FILES + 1):
        (tmp_path / f"part{at}.toml").write_text("a = 1\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"more than 50 \.toml files"):
        load(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ScenarioError, match="is no file"):
        load(tmp_path / "pipe.toml")


def test_of_very_many_faults_some_are_told(tmp_path):
    file = tmp_path / "faulty.toml"
    faults = "".join(f"wrong{at} = 1\n" for at in range(MOST_PROBLEMS + 20))
    file.write_text(HEAD + faults, "utf-8")
    with pytest.raises(ScenarioError) as found:
        load(file)
    assert len(found.value.problems) == MOST_PROBLEMS + 1
    assert "more is wrong than is shown here" in str(found.value.problems[-1])


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    key=st.sampled_from(TEXTS),
    unseen=st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zp"], exclude_characters="\n"),
)
def test_no_text_of_a_scenario_holds_what_is_not_seen(key, unseen):
    with pytest.raises(ScenarioError) as found:
        resolve("as_enacted", LAYERS, (f'{key}="a\\U{ord(unseen):08x}b"',))
    for problem in found.value.problems:
        assert str(problem).isprintable()
