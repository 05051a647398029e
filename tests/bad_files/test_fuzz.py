"""Whatever is done to a scenario file: it loads, or it is refused with words."""

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

INPUTS = 120  # of which every fifth is made in another way
VALID = """\
extends = "as_enacted"
title = "A valid file"
months = 60
unset = ["events.chips_act_aug_2022"]

[labs.DeepSeek]
openness = 0.5
budget = { prior = { kind = "lognormal", median = 1, p5 = 0.5, p95 = 2 }, unit = "USD bn/yr" }
entry = "2021-06"

[leakage]
source = "a test"
markup = { value = 0.7, unit = "1" }

[regulators."US government"]
withholds = ["enforcement"]

[investors."US capital".lab_growth]
knots = { 2020-01 = 3.2, 2024-12 = 2.4 }

[events.listing]
instrument = "entity_listing"
by = "US government"
announced = 2024-01-10
effective = 2024-02-10
ends = 2026-01-01
supersedes = ["zhipu_listing_jan_2025"]
targets = ["DeepSeek"]
strength = { value = 1, unit = "share" }
source = "a test"

[breakthroughs.reasoning]
active = false

[events.ban]
instrument = "service_ban"
by = "Chinese government"
announced = 2023-01-10
effective = 2023-01-10
market = "China"
origin = "US"
strength = { value = 1, unit = "share", source = "a test" }
source = "a test"

[incidents.winter]
kind = "funding"
bloc = "US"
date = 2026-01-10
ends = 2027-01-10
growth = { value = -1, unit = "log/yr", source = "a test" }
source = "a test"

[incidents.euv]
kind = "leap"
maker = "Chinese tool makers"
date = 2026-01-10
coverage = { value = 0.8, unit = "share", source = "a test" }
source = "a test"

[reactions.merchants]
kind = "relax"
by = "US government"
destination = "China"
loss_above = { value = 9, unit = "USD bn/yr", source = "a test" }
every = { value = 6, unit = "months", source = "a test" }
step = { value = 0.1, unit = "share", source = "a test" }
source = "a test"

[trust.us_of_china]
market = "United States"
of = "China"
utility = { value = -1, unit = "1", source = "a test" }

[markets.China]
bloc = "China"
wallet = 0.5

[sectors."Chip makers"]
activity = "chips"

[correlations.two]
between = ["research.sigma", "training.utilisation"]
rho = { value = 0.5, unit = "1", source = "a test" }
"""
ODD = """\
0|-1|1e400|1e308|nan|-inf|true|"text"|""|[]|{}|[[]]|[{}]|2024-01-10|2024-01-10T10:00:00Z|10:00:00
0x1F|"\\u0000"|"é"|[1, "a"]|{ value = 1 }|{ prior = 1 }|{ prior = {} }|{ kind = "normal" }|"all"
{ source = 3 }|{ unit = "1" }|'a.b'|\"\"\"a\"\"\"|999999999999999999999|{ value = [] }|{ a.b.c = 1 }
{ value = 1, prior = { kind = "uniform", low = 0, high = 1 } }|{ knots = {} }|"2020-1"|"-"|"2020-+1"
""".replace("\n", "|").strip("|")
LINES = VALID.splitlines()
MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "copy", "swap", "value", "key", "table", "letter", "move"]),
        st.integers(0, len(LINES) - 1),
        st.integers(0, len(LINES) - 1),
        st.sampled_from(ODD.split("|")),
    ),
    min_size=1,
    max_size=4,
)


def mutated(lines: list[str], kind: str, at: int, other: int, odd: str) -> list[str]:
    """The lines with one thing done to them."""
    at, other = at % len(lines), other % len(lines)
    key, _, value = lines[at].partition(" = ")
    match kind:
        case "drop":
            return lines[:at] + lines[at + 1 :] or [""]
        case "copy":
            return [*lines[:other], lines[at], *lines[other:]]
        case "move":
            rest = lines[:at] + lines[at + 1 :]
            return [*rest[:other], lines[at], *rest[other:]]
        case "swap":
            new = f"{key} = {lines[other].partition(' = ')[2]}"
        case "value":
            new = f"{key} = {odd}"
        case "key":
            new = f"{lines[other].partition(' = ')[0]} = {value}"
        case "table":
            new = f"[{key}]"
        case _:
            spot = other % (len(lines[at]) or 1)
            new = lines[at][:spot] + odd[0] + lines[at][spot + 1 :]
    return [*lines[:at], new, *lines[at + 1 :]]


def loads_or_is_refused(name: str | Path, overrides: tuple[str, ...] = ()) -> None:
    """Nothing else happens; a refusal has words for people."""
    try:
        load(name, overrides)
    except ScenarioError as refused:
        assert refused.problems
        for problem in refused.problems:
            assert problem.file and problem.wrong
            assert not re.search("pydantic|Input should|Value error", str(problem)), problem


def test_the_file_is_valid(tmp_path):
    file = tmp_path / "valid.toml"
    file.write_text(VALID)
    assert load(file).scenario.months == 60


@pytest.mark.slow
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=MUTATIONS)
def test_a_mutated_file(tmp_path, changes):
    lines = LINES
    for change in changes:
        lines = mutated(lines, *change)
    file = tmp_path / "mutated.toml"
    file.write_text("\n".join(lines), "utf-8")
    loads_or_is_refused(file)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
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
