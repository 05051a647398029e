"""`--structure` and `moat structures`: what is asked for, and what is shown."""

import json

import click
import numpy as np
import pytest
from click.testing import CliRunner

from sim.experiments.ensemble import load_in
from sim.record.provenance import about_scenario
from sim.research.forecasting.forecast import Forecast, Row
from sim.scenario.structures import structures
from sim.uncertainty.posterior import newest_fit, shipped
from viz.cli.main import main
from viz.cli.options import ensemble_of
from viz.report.origin import run_command
from viz.text.forecast import print_forecast
from viz.text.structures import beside, depends, recorded, together
from viz.text.worlds import as_options


@pytest.mark.parametrize(
    ("options", "ensemble"),
    [
        ((None, False, "raw_compute"), "raw_compute"),
        ((None, True, "raw_compute"), "prior:raw_compute"),
        ((None, False, "all"), "all"),
        ((None, False, "reference"), "posterior"),
        ((None, True, "reference"), "prior"),
        (("2024-12", False, None), "2024-12"),
    ],
)
def test_options_name_worlds_and_worlds_their_options(options, ensemble):
    assert ensemble_of(*options) == ensemble
    posterior, prior, structure = options
    structure = None if structure == "reference" else structure
    given = {"--structure": structure, "--posterior": posterior}
    words = [word for name, value in given.items() if value for word in (name, value)]
    assert as_options(ensemble) == [*words, *(["--prior"] if prior else [])]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("2024-12", False, "raw_compute"), "--posterior and --structure exclude each other"),
        ((None, False, "raw"), "there is no structure 'raw'.*raw_compute"),
        ((None, True, "all"), "--structure all and --prior exclude each other"),
        ((None, False, ""), "--structure needs a name: moat structures"),
    ],
)
def test_what_cannot_be_is_refused(options, said):
    with pytest.raises(click.UsageError, match=said):
        ensemble_of(*options)


def test_a_file_is_no_structure_whatever_form_was_fitted(tmp_path):
    """`--structure FILE` would be refused."""
    file = tmp_path / "posterior.npz"
    file.write_bytes(newest_fit("raw_compute").packed())
    for name in (str(file), "raw_compute/2025-12"):
        assert as_options(name) == ["--posterior", name]


@pytest.mark.parametrize(
    ("ensemble", "words"),
    [
        ("posterior", f"--posterior {shipped().name}"),
        ("prior", "--prior"),
        ("raw_compute", f"--posterior {newest_fit('raw_compute').name}"),
        ("prior:raw_compute", "--structure raw_compute --prior"),
        ("all", "--structure all"),
    ],
)
def test_a_report_gives_the_command_that_takes_the_same_worlds(ensemble, words):
    scenario = about_scenario(load_in("as_enacted", ensemble), [])
    about = {"kind": "run", "scenario": scenario, "worlds": 4, "seed": 0, "months": 12}
    assert run_command(about) == f"moat run as_enacted --worlds 4 --seed 0 --months 12 {words}"


@pytest.mark.parametrize(
    ("structure", "said"),
    [
        ({}, "8 worlds that fit history"),
        ({"structure": "raw_compute"}, "8 worlds of the form raw_compute that fit"),
        ({"structure": "all"}, "8 worlds of all forms that fit history"),
    ],
)
def test_a_forecast_names_the_form_of_its_worlds(structure, said, capsys):
    about = {"worlds": 8, "origin": "2024-12", "ensemble": {"name": "posterior", **structure}}
    row = Row("frontier", "US", "2025-01", "2025-03", "ECI points", "linear", "as_enacted")
    values = np.zeros((1, 19))
    print_forecast(Forecast([row], values, values, about, {}), "here")
    assert said in " ".join(capsys.readouterr().out.split())


def test_the_command_begins_with_the_answer():
    shown = CliRunner().invoke(main, ["structures"]).output
    found = recorded()
    flat = " ".join(shown.split())
    assert flat.startswith(together(found, "innovation_effect"))
    assert depends(found, "innovation_effect") in flat
    assert all(name in shown for name in structures())
    assert json.loads(CliRunner().invoke(main, ["structures", "--json"]).output) == found


def test_every_structure_has_a_fit_and_a_weight():
    """Weights sum to 1, and no sentence leaves a structure out."""
    found = recorded()
    assert set(found["structures"]) == set(found["weights"]["mean"]) == set(structures())
    assert sum(found["weights"]["mean"].values()) == pytest.approx(1, abs=1e-3)
    for spread in (months for row in found["spread"].values() for months in row.values()):
        assert 0 <= spread["share_between"] <= 1
        assert set(spread["flips"]) <= set(structures())


def test_a_comparison_says_what_all_forms_say_of_the_same_question_alone():
    def compared(scenario, against="no_controls", **ensemble):
        about = {"name": scenario, "overrides": [], "ensemble": ensemble}
        return {"scenario": about, "against": {"name": against}}

    usual = compared("as_enacted", posterior="2025-12", name="posterior")
    assert beside(usual) == together(recorded(), "innovation_effect")
    for other in (
        compared("tools_only", posterior="2025-12", name="posterior"),
        compared("as_enacted", "leaky", posterior="2025-12", name="posterior"),
        compared("as_enacted", name="prior"),
        compared("as_enacted", posterior="all", name="posterior"),
    ):
        assert beside(other) == ""
