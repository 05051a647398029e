"""Scenarios: how files merge, where each key comes from, and that all shipped ones are sound."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError
from sim.scenario.library import folder, shipped
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.paths import leaves
from sim.scenario.schema import quantities

GOOGLE = "Google DeepMind"
ROOT = Path(__file__).parents[1]
DATA = ROOT / "sim" / "research" / "history" / "observations.csv"


@pytest.fixture
def write(tmp_path):
    """Write a scenario file beside the others of the test; gives its path."""

    def write(text: str, name: str = "child.toml") -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    return write


@pytest.fixture(scope="module")
def baseline() -> ResolvedScenario:
    return load("baseline")


# --- what is shipped ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_loads(name):
    resolved = load(name)
    assert resolved.scenario.title
    assert resolved.layers[0] == str(folder() / "baseline")


@pytest.mark.parametrize("name", ["baseline", "as_enacted"])
def test_every_number_has_unit_and_source(name):
    numbers = list(quantities(load(name).scenario))
    assert len(numbers) > 300
    for path, number, declared in numbers:
        assert number.unit == declared["unit"], path
        assert number.source.strip(), path


def test_no_source_is_from_memory():
    """What was looked for and not found is called unverified; it is never from memory."""
    files = [*folder().rglob("*.toml"), DATA, *(ROOT / "docs").glob("*.md")]
    texts = {file: file.read_text("utf-8").replace("\\\n", "") for file in files}
    memory = [str(file) for file, text in texts.items() if "from memory" in " ".join(text.split())]
    assert len(files) > 80 and not memory


def test_every_key_has_an_origin(as_enacted):
    files = {str(path) for path in folder().rglob("*.toml")}
    assert {key for key, _ in leaves(as_enacted.tree)} == set(as_enacted.origin)
    assert set(as_enacted.origin.values()) <= files


# --- merging ------------------------------------------------------------------------------------


def test_tables_merge_deeply(write, as_enacted):
    child = load(write('extends = "as_enacted"\n[labs.DeepSeek]\nentry = "2022-01"\n')).scenario
    parent = as_enacted.scenario
    assert child.labs["DeepSeek"].entry == "2022-01"
    assert child.labs["DeepSeek"].budget == parent.labs["DeepSeek"].budget
    assert child.labs["OpenAI"] == parent.labs["OpenAI"]
    assert child.title == parent.title


def test_lists_replace(write, as_enacted):
    event = "events.chips_oct_2023"
    assert len(as_enacted.scenario.events["chips_oct_2023"].supersedes) == 2
    text = f'extends = "as_enacted"\n[{event}]\nsupersedes = ["chips_oct_2022"]\n'
    assert load(write(text)).scenario.events["chips_oct_2023"].supersedes == ["chips_oct_2022"]


def test_a_bare_number_keeps_the_unit_and_names_the_new_source(write, baseline):
    file = write('extends = "baseline"\n[leakage]\nmarkup = 0.7\n')
    resolved = load(file)
    number, old = resolved.scenario.leakage.markup, baseline.scenario.leakage.markup
    assert old.prior is not None
    assert (number.value, number.prior, number.unit) == (0.7, None, old.unit)
    assert number.source == f"set in {file}"
    for part in ("value", "source"):
        assert resolved.origin[f"leakage.markup.{part}"] == str(file)
    assert resolved.origin["leakage.markup.unit"] == baseline.origin["leakage.markup.unit"]
    assert not any(key.startswith("leakage.markup.prior") for key in resolved.origin)


def test_a_value_replaces_the_parents_prior_and_a_prior_the_value(write, baseline):
    prior = 'prior = { kind = "uniform", low = 0, high = 0.5 }'
    resolved = load(
        write(
            'extends = "baseline"\n'
            '[leakage.markup]\nvalue = 0.7\nsource = "a paper"\n'
            f"[labs.DeepSeek.openness]\n{prior}\n"
        )
    )
    markup, openness = resolved.scenario.leakage.markup, resolved.scenario.labs["DeepSeek"].openness
    assert (markup.value, markup.prior, markup.source) == (0.7, None, "a paper")
    assert baseline.scenario.labs["DeepSeek"].openness.value is not None
    assert (openness.value, openness.prior.kind, openness.unit) == (None, "uniform", "share")


def test_a_new_prior_takes_nothing_from_the_old_one(write):
    text = 'extends = "baseline"\n[leakage.markup.prior]\nkind = "normal"\nmedian = 1\np5 = 0.5\n'
    with pytest.raises(ScenarioError, match=r"leakage\.markup\.prior\.p95: is missing"):
        load(write(text))


def test_the_note_on_an_old_number_goes_with_it(write):
    parent = write('extends = "baseline"\n[leakage.markup]\nnote = "on the old one"\n', "a.toml")
    child = write('extends = "a"\n[leakage]\nmarkup = 0.7\n')
    assert load(parent).scenario.leakage.markup.note == "on the old one"
    assert load(child).scenario.leakage.markup.note is None


def test_unset(write, as_enacted):
    text = """\
extends = "as_enacted"
unset = ["events.chips_oct_2023.supersedes", 'labs."Google DeepMind"', "ties.tpu_google"]
"""
    resolved = load(write(text))
    assert resolved.scenario.events["chips_oct_2023"].supersedes == []
    assert set(as_enacted.scenario.labs) - set(resolved.scenario.labs) == {"Google DeepMind"}
    gone = ("labs.Google DeepMind", "ties.tpu_google", "events.chips_oct_2023.supersedes")
    assert not any(key.startswith(gone) for key in resolved.origin)


def test_unset_happens_before_the_file_sets(write):
    text = """\
extends = "as_enacted"
unset = ["events.crackdown_nov_2020"]
[events.crackdown_nov_2020]
instrument = "crackdown"
by = "Chinese government"
announced = 2020-11-03
effective = 2020-11-03
bloc = "China"
strength = { value = 0.1, unit = "share" }
source = "a test"
"""
    event = load(write(text)).scenario.events["crackdown_nov_2020"]
    assert (event.strength.value, event.ends, event.description) == (0.1, None, "")


def test_a_source_given_for_a_table_holds_for_its_numbers(write):
    text = """\
extends = "baseline"
[ties.again]
giver = "AMD"
taker = "Google DeepMind"
source = "a test"
weight = { value = 0, unit = "1" }
[breakthroughs.leap]
lab = "OpenAI"
date = 2027-01-01
source = "assumption"
training_gain = { value = 4, unit = "1" }
inference_gain = { value = 4, unit = "1", source = "its own" }
pace = { value = 1, unit = "1" }
"""
    file = write(text)
    resolved = load(file)
    leap = resolved.scenario.breakthroughs["leap"]
    assert resolved.scenario.ties["again"].weight.source == "a test"
    assert leap.source == leap.pace.source == "assumption"
    assert leap.inference_gain.source == "its own"
    assert leap.date == date(2027, 1, 1)
    assert resolved.origin["ties.again.weight.source"] == str(file)
    assert "ties.again.source" not in resolved.origin


def test_extends_goes_over_several_files_and_beside_the_file(write):
    write('extends = "baseline"\nmonths = 24\n[leakage]\nmarkup = 0.1\n', "a.toml")
    write('extends = "a"\n[leakage]\nmarkup = 0.2\n', "b.toml")
    resolved = load(write('extends = "b"\ntitle = "Third"\n', "c.toml"))
    assert (resolved.scenario.months, resolved.scenario.leakage.markup.value) == (24, 0.2)
    assert [Path(layer).name for layer in resolved.layers] == [
        "baseline",
        "a.toml",
        "b.toml",
        "c.toml",
    ]
    assert [Path(resolved.origin[k]).name for k in ("months", "leakage.markup.value", "title")] == [
        "a.toml",
        "b.toml",
        "c.toml",
    ]
    assert resolved.own == ["title"]


def test_a_folder_is_one_layer(write):
    write('extends = "baseline"\ntitle = "A folder"\n', "two/a.toml")
    file = write("months = 24\n[leakage]\nmarkup = 0.1\n", "two/b.toml")
    resolved = load(file.parent)
    assert (resolved.scenario.title, resolved.scenario.months) == ("A folder", 24)
    for key in ("months", "leakage.markup.value", "leakage.markup.source"):
        assert resolved.origin[key] == str(file)
    assert resolved.scenario.leakage.markup.source == f"set in {file}"


def test_a_file_of_windows_loads(tmp_path):
    """With a byte order mark and its line ends."""
    file = tmp_path / "windows.toml"
    file.write_bytes(b'\xef\xbb\xbfextends = "baseline"\r\nmonths = 24\r\n')
    assert load(file).scenario.months == 24


# --- flags --------------------------------------------------------------------------------------


def test_a_flag_sets_a_number():
    resolved = load("as_enacted", ["labs.DeepSeek.openness=0"])
    openness = resolved.scenario.labs["DeepSeek"].openness
    assert (openness.value, openness.unit, openness.source) == (0, "share", "set in --set")
    assert resolved.origin["labs.DeepSeek.openness.value"] == "--set"
    assert resolved.layers[-1] == "--set"
    assert "labs.DeepSeek.openness.value" in resolved.own


@pytest.mark.parametrize(
    ("flag", "look", "wanted"),
    [
        ("labs.Google DeepMind.openness=0.5", lambda s: s.labs[GOOGLE].openness.value, 0.5),
        ('labs."Google DeepMind".entry=2021-01', lambda s: s.labs[GOOGLE].entry, "2021-01"),
        (" months = 12 ", lambda s: s.months, 12),
        ("labs.Mistral.bloc=US", lambda s: s.labs["Mistral"].bloc, "US"),
        ("channels.leakage=false", lambda s: s.channels.leakage, False),
        (
            "events.chips_oct_2023.effective=2024-01-01",
            lambda s: s.events["chips_oct_2023"].effective,
            date(2024, 1, 1),
        ),
        ("leakage={markup=0.7}", lambda s: s.leakage.markup.value, 0.7),
        ("title=a b = c", lambda s: s.title, "a b = c"),
    ],
)
def test_a_flag_is_read_as_toml_or_as_text(flag, look, wanted):
    assert look(load("as_enacted", [flag]).scenario) == wanted


def test_what_differs_from_the_parent_includes_file_and_flags(write):
    file = write('extends = "baseline"\ntitle = "Mine"\n')
    assert set(load(file, ["months=12"]).own) == {"title", "months"}


def test_the_hash_is_of_the_content_not_of_how_it_is_written(write):
    one = write('extends = "baseline"\nmonths = 24\ntitle = "Same"\n', "one.toml")
    two = write('# a note\nextends = "one"\n\nmonths = 24\n', "two.toml")
    other = write('extends = "one"\nmonths = 25\n', "other.toml")
    assert load(one).digest == load(two).digest != load(other).digest


def test_a_value_in_place_of_a_correlated_prior_is_fine():
    """Who sets one of two correlated numbers to a value has nothing left to correlate."""
    resolved = load("baseline", ["research.pace=3"])
    assert resolved.scenario.research.pace.value == 3
