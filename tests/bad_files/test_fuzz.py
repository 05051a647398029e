"""Whatever is done to a scenario file: it loads, or it is refused with a message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.errors import ScenarioError
from sim.scenario.library import shipped
from sim.scenario.load import load

from .fuzz import fuzz

INPUTS = 150  # of which every fifth is made in another way
VALID = Path(__file__).parent / "valid.toml"
ODD = """\
0|-1|1e400|1e308|nan|-inf|true|"text"|""|[]|{}|[[]]|[{}]|2024-01-10|2024-01-10T10:00:00Z|10:00:00
0x1F|"\\u0000"|"é"|[1, "a"]|{ value = 1 }|{ prior = 1 }|{ prior = {} }|{ kind = "normal" }|"all"
{ source = 3 }|{ unit = "1" }|'a.b'|\"\"\"a\"\"\"|999999999999999999999|{ value = [] }|{ a.b.c = 1 }
{ value = 1, prior = { kind = "uniform", low = 0, high = 1 } }|{ knots = {} }|"2020-1"|"-"|"2020-+1"
"a\\u202Eb"|"\\u001B[2J"|"\\u3164"|" "|"=1+1"|"a/b"|"2061-01"|9999-12-31|"٢٠٢٠-٠١"|["US", "US"]
""".replace("\n", "|").strip("|")


def loads_or_is_refused(name: str | Path, overrides: tuple[str, ...] = ()) -> None:
    """Nothing else happens; a refusal has words for people."""
    try:
        load(name, overrides)
    except ScenarioError as refused:
        assert refused.problems
        for problem in refused.problems:
            assert problem.file and problem.wrong
            assert not re.search("pydantic|Input should|Value error", str(problem)), problem


def test_the_file_is_valid():
    """The file with something of everything, which is spoiled among the shipped ones."""
    assert load(VALID).scenario.months == 60


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    key=st.sampled_from(sorted(load("as_enacted").origin)) | st.text(max_size=12),
    value=st.sampled_from(ODD.split("|")) | st.text(max_size=8),
)
def test_any_flag(key, value):
    loads_or_is_refused("as_enacted", (f"{key}={value}",))


@pytest.mark.slow
@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.text(max_size=30) | st.sampled_from(sorted(shipped())))
def test_any_name(name):
    loads_or_is_refused(name)


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=40))
def test_any_bytes(tmp_path, content):
    file = tmp_path / "bytes.toml"
    file.write_bytes(content)
    loads_or_is_refused(file)


@pytest.mark.parametrize(
    "flag",
    ["blocs=07:32:00", "blocs=1", "events.chips_oct_2022.announced=0001-01-01"],
)
def test_what_fuzzing_found(flag):
    """Each of these once ended in a traceback."""
    with pytest.raises(ScenarioError):
        load("as_enacted", (flag,))


@pytest.mark.slow
def test_what_is_shipped_spoiled_at_random():
    """A sample of `python -m tests.bad_files.fuzz`: refused with words, or run as a history."""
    counts, failed = fuzz(INPUTS, seed=1)
    assert failed == {}
    assert counts["refused"] > INPUTS / 2
    assert counts["ran"] > INPUTS / 20
