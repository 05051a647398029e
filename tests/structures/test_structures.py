"""Rival forms of the model: files, layers, worlds of several forms, and what each form means."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.worlds import Worlds
from sim.experiments import ensemble
from sim.experiments.ensemble import load_in, simulate, simulate_block, structure_of
from sim.model.race import Race
from sim.record.provenance import about_ensemble, about_scenario
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.structure import UNREAD_BY
from sim.scenario.structures import REFERENCE, structures
from sim.uncertainty.structure_weights import part_of
from viz.report.origin import run_command
from viz.text.notes import notes, notes_on

WORLDS, MONTHS = 4, 60
RIVALS = [name for name in structures() if name != REFERENCE]


def last(name, scenario="as_enacted", overrides=(), structure=REFERENCE):
    """A series at the end of a short run in worlds of the priors, `[actor, world]`."""
    resolved = load(scenario, overrides, structure)
    return simulate(resolved, WORLDS, months=MONTHS).arrays[name][-1]


def test_the_reference_is_the_model_as_it_is(as_enacted):
    assert load("as_enacted", structure=REFERENCE).digest == as_enacted.digest
    assert not structures()[REFERENCE].settings


@pytest.mark.parametrize("name", RIVALS)
def test_every_structure_is_another_model(name, as_enacted):
    """It says where its numbers come from, and changes the run."""
    resolved = load("as_enacted", structure=name)
    assert resolved.structure == name and resolved.digest != as_enacted.digest
    changed = {key: value for key, value in resolved.origin.items() if "structures/" in value}
    assert {key.split(".")[0] for key in changed} <= {"structure", "research", "spillover"}
    assert not np.array_equal(
        last("capability", structure=name), last("capability"), equal_nan=True
    )


def test_what_a_scenario_or_a_flag_says_holds_above_a_structure():
    resolved = load("as_enacted", ["research.sigma=2"], "raw_compute")
    assert resolved.scenario.research.sigma.value == 2
    assert resolved.scenario.structure.research_inputs == "raw_compute"


def test_an_unknown_structure_is_refused_with_the_nearest():
    with pytest.raises(ScenarioError, match="raw_compute"):
        load("as_enacted", structure="raw_computer")


def test_an_unknown_form_is_refused_with_those_that_there_are():
    with pytest.raises(ScenarioError, match="ces") as found:
        load("as_enacted", ['structure.research_inputs="cobb"'])
    assert "structure.research_inputs" in str(found.value)


def test_a_scenario_of_one_structure_does_not_run_in_worlds_of_another(as_enacted):
    with pytest.raises(ScenarioError, match='structure="raw_compute"'):
        load_in(as_enacted, "prior:raw_compute")
    assert structure_of("prior:raw_compute") == "raw_compute"
    assert structure_of("posterior") == REFERENCE


def test_where_compute_sets_the_pace_no_effort_spurs():
    """However strongly effort would answer, efficiency that labs find themselves stays the same."""
    eta = (
        ["effort.eta=0", "channels.spillover=false"],
        ["effort.eta=3", "channels.spillover=false"],
    )
    weak, strong = (
        last("log_training_efficiency", overrides=one, structure="compute_sets_pace") for one in eta
    )
    assert np.array_equal(weak, strong)
    weak, strong = (last("log_training_efficiency", overrides=one) for one in eta)
    assert (strong > weak).any()


def test_without_a_response_effort_stays_what_it_is():
    none = ['structure.scarcity_response="none"']
    assert np.array_equal(
        last("effort", overrides=none), last("effort", overrides=["effort.eta=0"])
    )
    assert not np.array_equal(last("effort"), last("effort", overrides=["effort.eta=0"]))


def test_where_people_replace_compute_scarcity_turns_effort_away():
    """With complements and sigma above 1 the response has the other sign than eta."""
    eta = ["effort.eta=1", 'structure.scarcity_response="complements"']
    spurred = last("effort", overrides=[*eta, "research.sigma=0.1"])
    turned = last("effort", overrides=[*eta, "research.sigma=5"])
    usual = last("effort", overrides=["effort.eta=0"])
    assert (spurred >= usual).all() and (spurred > usual).any()
    assert (turned <= usual).all() and (turned < usual).any()


def test_openness_that_does_not_answer_is_the_reference():
    """Bit by bit where both responses are 0; with one, more labs publish what they have."""
    still = ["structure.openness_response=0", "structure.open_audience=0"]
    assert np.array_equal(
        last("open_capability", overrides=still, structure="open_answer"), last("open_capability")
    )
    moved = ["structure.openness_response=10", "structure.open_audience=0"]
    opened = last("open_capability", overrides=moved, structure="open_answer")
    assert opened.mean() > last("open_capability").mean()


def test_a_ban_on_services_holds_up_who_learns_by_distillation():
    """A ban of American services in China slows Chinese labs where nothing passes it."""
    scenario = load("as_enacted").scenario
    markets = [name for name, one in scenario.markets.items() if one.bloc == "China"]
    chinese = [row for row, lab in enumerate(scenario.labs.values()) if lab.bloc == "China"]
    act = 'instrument="service_ban", by="US government", origin="US", source="a test"'
    dates = "announced=2021-01-01, effective=2021-01-01"
    strength = 'strength={value=1, unit="share", source="a test"}'
    bans = [
        f'events.ban_{number}={{{act}, {dates}, {strength}, market="{market}"}}'
        for number, market in enumerate(markets)
    ]

    def best(share):
        changes = [*bans, f"structure.distilled_despite_ban={share}"]
        return last("capability", "no_controls", changes, "distillation")[chinese].max(axis=0)

    assert best(0).mean() < best(1).mean()


def test_shares_of_worlds_are_those_of_the_weights():
    """Among the first worlds, or any others in a row, each part has nearly its share."""
    shares = np.array([0.5, 0.3, 0.15, 0.05])
    for numbers in (np.arange(200), np.arange(1000, 1400)):
        part = part_of(numbers, shares)
        found = np.bincount(part, minlength=4) / len(numbers)
        assert np.abs(found - shares).max() < 0.02
    assert np.array_equal(part_of(np.array([17]), shares), part_of(np.arange(50), shares)[17:18])


@pytest.fixture
def two_structures(as_enacted):
    """A scenario whose worlds have one of two structures, in equal shares, and the two alone."""
    parts = (as_enacted, load("as_enacted", structure="compute_sets_pace"))
    return replace(as_enacted, parts=parts, shares=(0.5, 0.5)), parts


def test_worlds_of_several_structures_are_those_of_each(two_structures):
    """A world is what it is alone, in the structure that its number chooses, whatever the block."""
    mixed, parts = two_structures
    numbers = np.arange(9)
    record = simulate_block(mixed, Worlds(numbers), months=24)
    part = part_of(numbers, np.array(mixed.shares))
    assert {0, 1} == set(part)
    for number in (0, 1, 5):
        alone = simulate_block(parts[part[number]], Worlds([number]), months=24)
        for name, array in alone.arrays.items():
            assert np.array_equal(array[..., 0], record.arrays[name][..., number], equal_nan=True)
    blocks = simulate(mixed, 9, months=24, block=4)
    assert all(
        np.array_equal(blocks.arrays[n], record.arrays[n], equal_nan=True) for n in record.arrays
    )


def test_columns_follow_their_worlds(two_structures):
    """A number that is set by world goes to that world, whichever structure it has."""
    mixed, _ = two_structures
    eta = np.linspace(0, 3, 6)
    record = simulate_block(mixed, Worlds(range(6)), months=36, columns={"effort.eta": eta})
    for world in (1, 4):
        alone = simulate_block(
            mixed, Worlds([world]), months=36, columns={"effort.eta": eta[[world]]}
        )
        assert np.array_equal(alone.arrays["effort"][..., 0], record.arrays["effort"][..., world])


def test_the_provenance_of_all_structures_is_of_all(as_enacted):
    """Another scenario in any of them is another hash, and a number counts if one form has it."""
    mixed, alone = load_in("as_enacted", "all"), load_in("as_enacted")
    about, usual = about_ensemble(mixed), about_ensemble(alone)
    assert mixed.digest != alone.digest == as_enacted.digest
    assert about["structure"] == "all" and about["hash"] != usual["hash"]
    assert about["fitted"] == about["priors"] > usual["priors"]
    sigma = 'research.sigma={prior={kind="uniform", low=1, high=2}, unit="1", source="a test"}'
    own = load_in("as_enacted", "all", [sigma])
    assert about_ensemble(own) == about | {"fitted": about["fitted"] - 1}
    first, *others = mixed.parts
    assert replace(mixed, parts=(first, own.parts[1], *others[1:])).digest != mixed.digest


def test_forms_are_mixed_without_fits_too():
    """A scenario that starts in another month has no worlds that fit."""
    resolved = load_in("baseline", "all", ['start="2019-01"'])
    assert about_ensemble(resolved) == {"name": "prior", "structure": "all"}
    about = {"kind": "run", "scenario": about_scenario(resolved, [])}
    about |= {"worlds": 4, "seed": 0, "months": 12}
    words = run_command(about).split()
    assert words[-2:] == ["--structure", "all"] and "--prior" not in words


def test_what_needs_one_race_needs_one_structure(two_structures):
    """`moat binds --structure all` would have run the reference alone, and said nothing."""
    mixed, _ = two_structures
    with pytest.raises(ScenarioError, match="worlds of one structure"):
        Race(mixed, 1)


def test_all_structures_have_no_single_posterior():
    with pytest.raises(ScenarioError, match="--structure"):
        ensemble.posterior_of("all")


SHORT = 44  # months in which every number below shows in some form
UNREAD = [(key, choice, form) for key, (choice, forms) in UNREAD_BY.items() for form in forms]


UNITS = {"compute_growth": "x/yr", "distilled_despite_ban": "share"}  # of numbers of the table


def moved(key, *overrides):
    """Series of two scenarios that have another value of a number, and the first of the two."""
    table, name = key.split(".")
    unit = f'unit="{UNITS.get(name, "1")}", source="a test"'
    values = (0.2, 0.6) if name in ("reference", "distilled_despite_ban") else (1.5, 3)
    low, high = (
        load(
            "as_enacted",
            [
                *overrides,
                f"{key}={{value={value}, {unit}}}" if table == "structure" else f"{key}={value}",
            ],
        )
        for value in values
    )
    ours, theirs = (simulate(one, 3, months=SHORT).arrays for one in (low, high))
    return [n for n in ours if not np.array_equal(ours[n], theirs[n], equal_nan=True)], low


@pytest.mark.parametrize(("key", "choice", "form"), UNREAD)
def test_what_is_said_to_have_no_effect_has_none(key, choice, form):
    """Every series is the same, bit by bit."""
    differ, scenario = moved(key, f'structure.{choice}="{form}"')
    assert not differ
    assert f"{key} has no effect: structure.{choice} is {form}." in notes(scenario)


@pytest.mark.parametrize("key", [key for key in UNREAD_BY if not key.startswith("structure.")])
def test_the_same_numbers_move_the_reference(key):
    differ, scenario = moved(key)
    assert differ and notes(scenario) == []


RAW = 'structure.research_inputs="raw_compute"'
UNFITTED = "structure.research_inputs is raw_compute, with which the worlds were not fitted"


@pytest.fixture
def grandchild(tmp_path):
    """A scenario that sets nothing of the form, and extends one that does."""
    head = 'title = "A test"\n'
    parent, child = tmp_path / "parent.toml", tmp_path / "child.toml"
    parent.write_text(
        f'{head}extends = "as_enacted"\n[structure]\nresearch_inputs = "raw_compute"\n'
    )
    child.write_text(f'{head}extends = "parent.toml"\n')
    return child


def about_forms(resolved):
    """What is said of a scenario, now and of its saved result."""
    said = notes(resolved)
    about = {"kind": "run", "scenario": about_scenario(resolved, [])}
    assert notes_on(about) == said
    return said


def test_a_form_is_compared_with_that_of_the_fit(grandchild):
    """Also where a scenario inherits it; worlds of the priors were fitted with no form."""
    for source, overrides in ((grandchild, []), ("as_enacted", [RAW])):
        (said,) = about_forms(load_in(source, "posterior", overrides))
        assert said.startswith(UNFITTED) and "--structure NAME" in said
        assert about_forms(load_in(source, "raw_compute", overrides)) == []
        assert about_forms(load_in(source, "prior", overrides)) == []
        assert about_forms(load_in(source, "prior:open_answer", overrides)) == []
        (said,) = about_forms(load_in(source, "open_answer", overrides))
        assert said.startswith(UNFITTED)


@pytest.mark.parametrize("name", structures())
def test_of_a_structure_itself_there_is_nothing_to_say(name):
    resolved = load_in("as_enacted", name)
    assert resolved.scenario.structure.choices() == structures()[name].choices
    assert about_forms(resolved) == []


def test_in_worlds_of_all_structures_own_choices_count():
    """They hold in all worlds; a number that some of the forms read has an effect."""
    (said,) = about_forms(load_in("as_enacted", "all", [RAW]))
    assert "reference" in said and "open_answer" in said and "of raw_compute" not in said
    assert about_forms(load_in("as_enacted", "all")) == []
    number = 'structure.openness_response={value=2, unit="1", source="a test"}'
    assert about_forms(load_in("as_enacted", "all", [number])) == []
    fixed = [number, 'structure.openness="fixed"']
    (said, of_fits) = about_forms(load_in("as_enacted", "all", fixed))
    assert said == "structure.openness_response has no effect: structure.openness is fixed."
    assert "of open_answer were" in of_fits


def test_two_forms_of_the_same_worlds_share_a_sentence():
    (said,) = about_forms(load_in("as_enacted", "posterior", [RAW, 'structure.openness="fixed"']))
    assert said.startswith(UNFITTED)
    none = 'structure.scarcity_response="none"'
    (said,) = about_forms(load_in("as_enacted", "posterior", [RAW, none]))
    assert "raw_compute and structure.scarcity_response is none, with which" in said


def test_of_two_scenarios_it_is_said_of_which(grandchild):
    pair = [about_scenario(load_in(one), []) for one in ("as_enacted", grandchild)]
    about = {"kind": "comparison", "scenario": pair[0], "against": pair[1]}
    (said,) = notes_on(about)
    assert said.startswith(f"In {grandchild}: {UNFITTED}")
    (said,) = notes_on(about | {"scenario": pair[1]})
    assert said.startswith(UNFITTED)
