"""The scenario file of the page gives `moat run` the same numbers as the page."""

from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from sim.record.results import Results
from viz.cli.main import main
from viz.dashboard.levers.policies import DEFAULT_DATE, POLICIES
from viz.dashboard.pages.downloads import scenario_toml
from viz.dashboard.pages.events import acts_of
from viz.dashboard.state import available
from viz.dashboard.state.edited_scenario import EditedScenario
from viz.dashboard.state.ensemble import SHOWN, simulate_ensemble
from viz.dashboard.state.scenario_file import scenario_file

WORLDS = 3


def changed():
    scenario = (
        EditedScenario("leaky").put("research.sigma", 0.5).put('labs."Google DeepMind".openness', 1)
    )
    scenario = scenario.put("events.chips_oct_2023.active", False)
    scenario = scenario.put('investors."US capital".lab_growth.knots.2026-01', 3)
    tree = available.resolved(scenario).tree
    for policy in (POLICIES[0], POLICIES[4]):
        scenario = scenario.put(policy.key, policy.act(policy.default, DEFAULT_DATE, tree))
    return scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("downloaded")
    (folder / "mine.toml").write_text(scenario_file(changed(), WORLDS, 7), "utf-8")
    command = ["run", str(folder / "mine.toml"), "--worlds", str(WORLDS), "--seed", "7", "--raw"]
    answer = CliRunner().invoke(main, [*command, "--out", str(folder / "run"), "--json"])
    assert answer.exit_code == 0, answer.output
    return folder


def test_the_command_gives_the_numbers_of_the_page(folder):
    ran, shown = Results.open(folder / "run"), simulate_ensemble(changed(), WORLDS, 7)[0]
    for name in SHOWN:
        assert np.array_equal(ran.outcomes[name].values, shown.outcomes[name]), name


def test_the_file_says_only_what_differs(folder):
    lines = (folder / "mine.toml").read_text("utf-8").splitlines()
    assert 'extends = "leaky"' in lines
    assert f"# moat run FILE.toml --worlds {WORLDS} --seed 7" in lines
    assert "sigma = 0.5" in lines
    assert len(lines) < 60


def test_an_unchanged_scenario_keeps_its_name_and_its_file():
    scenario = EditedScenario("no_controls")
    assert 'title = "No controls"' in scenario_file(scenario, WORLDS, 7)
    assert "changed" not in scenario_file(scenario, WORLDS, 7)
    assert "No controls, changed" in scenario_file(scenario.put("research.sigma", 0.5), WORLDS, 7)
    ensemble = SimpleNamespace(worlds=WORLDS, seed=7)
    simulation = SimpleNamespace(scenario=scenario, ensemble=ensemble)
    assert scenario_toml(simulation) == available.paths()["no_controls"].read_text("utf-8")


def test_the_saved_run_is_replayed_with_the_same_numbers(folder):
    from viz.dashboard.state.ensemble import open_saved

    saved = open_saved(folder / "run")
    shown = simulate_ensemble(changed(), WORLDS, 7)[0]
    assert saved.months == shown.months
    assert np.array_equal(saved.quantiles("lead_months"), shown.quantiles("lead_months"))
    assert [act.key for act in acts_of(saved.tree)] == [act.key for act in acts_of(shown.tree)]
