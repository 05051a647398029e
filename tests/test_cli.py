"""The command line: it starts fast, and gives one clear message when something is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from viz.cli.main import main

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def moat(tmp_path, monkeypatch):
    """Call `moat ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str):
        return CliRunner().invoke(main, list(arguments), catch_exceptions=False)

    return call


def test_help_imports_nothing_heavy():
    """`moat --help` answers without numpy, Mesa, pandas or matplotlib."""
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from viz.cli.main import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "heavy = ('numpy', 'mesa', 'pandas', 'matplotlib', 'xarray')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_help_lists_every_command_once(moat):
    """Under the heading of its section."""
    lines = moat("--help").stdout.splitlines()
    assert "Run scenarios:" in lines
    listed = [line.split()[0] for line in lines if line.startswith("  ") and line.strip()]
    assert all(listed.count(name) == 1 for name in main.commands)


def test_run_prints_a_table_and_writes_files(moat, tmp_path):
    """Results, quantiles, provenance and a figure."""
    done = moat("run", "--worlds", "2", "--months", "12", "--out", "here")
    assert done.exit_code == 0
    assert "lead_months" in done.stdout and "2020-12" in done.stdout
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names == {"results.nc", "outcomes.csv", "run.json", "figure.png", "economy.png"}


def test_run_as_json_prints_one_object_and_nothing_else(moat):
    """Every outcome and every month, with percentiles and mean."""
    done = moat("run", "no_controls", "--worlds", "3", "--months", "13", "--json")
    outcomes = json.loads(done.stdout)["outcomes"]
    assert len(outcomes["lead_months"]["months"]) == 13
    month = outcomes["lead_points"]["months"]["2021-01"]
    assert set(month) == {"p5", "p25", "p50", "p75", "p95", "mean", "share_defined"}
    assert month["p5"] <= month["p50"] <= month["p95"]
    assert outcomes["lead_points"]["unit"] == "ECI points"


def test_compare_as_json_has_effects_with_shares(moat):
    """The effects of one scenario against another."""
    done = moat("compare", "--worlds", "2", "--months", "6", "--json")
    effects = json.loads(done.stdout)["effects"]
    month = effects["innovation_effect"]["months"]["2020-06"]
    assert set(month) == {
        "p5", "p25", "p50", "p75", "p95", "mean", "share_positive", "share_negative",
        "share_defined",
    }  # fmt: skip
    assert {"supplier_loss", "innovation_effect", "compute_ratio"} <= set(effects)


def test_compare_prints_sentences_and_a_table(moat, tmp_path):
    """Sentences, then the table, then files."""
    done = moat("compare", "as_enacted", "baseline", "--worlds", "2", "--months", "14")
    assert "as_enacted against baseline" in done.stdout
    assert "the US lead in time (lead_months)" in done.stdout
    assert "as_enacted less baseline: median" in done.stdout
    assert (tmp_path / "runs/as_enacted-against-baseline/figure.png").is_file()


def test_overrides_reach_the_model(moat):
    """--set changes the run and is kept in its provenance."""
    arguments = ["run", "--worlds", "2", "--months", "30", "--json"]
    released = json.loads(moat(*arguments).stdout)["outcomes"]["open_frontier"]
    flags = ["--set", "labs.Meta.openness=0", "--set", "labs.DeepSeek.openness=0"]
    closed = json.loads(moat(*arguments, *flags).stdout)["outcomes"]["open_frontier"]
    assert released["months"]["2022-06"]["mean"] > closed["months"]["2022-06"]["mean"]
    about = json.loads(Path("runs/as_enacted/run.json").read_text())
    assert about["scenario"]["overrides"] == ["labs.Meta.openness=0", "labs.DeepSeek.openness=0"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "as_enactd"], "did you mean 'as_enacted'?"),
        (["run", "--set", "labs.DeepSeek.opennes=0"], "openness"),
        (["run", "--worlds", "0"], "0 is not in the range"),
        (["run", "--seed", "-1"], "-1 is not in the range"),
        (["check", "nowhere.toml"], "nowhere.toml"),
        (["compare", "as_enacted", "no_control"], "no_controls"),
        (["runn"], "No such command"),
    ],
)
def test_bad_arguments_get_one_message_and_status_2(moat, tmp_path, arguments, message):
    """No traceback, nothing written."""
    done = moat(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_gets_a_message(moat, tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_text("mine")
    done = moat("run", "--worlds", "1", "--months", "1", "--out", "taken")
    assert done.exit_code == 2 and "taken" in done.stderr
    assert (tmp_path / "taken").read_text() == "mine"


def test_list_shows_every_scenario(moat):
    """One line each, with its title."""
    lines = moat("list").stdout.splitlines()
    assert any(line.startswith("no_controls") and "No controls" in line for line in lines)
    assert len(lines) >= 12


def test_show_prints_what_differs_and_why(moat):
    """Only the differences, or everything; with the file or flag that set it."""
    own = moat("show", "open_weights_closed").stdout.splitlines()
    everything = moat("show", "open_weights_closed", "--resolved", "--why").stdout.splitlines()
    assert len(own) < 60 < 1000 < len(everything)
    assert any("labs.toml" in line for line in everything)
    flagged = moat("show", "--resolved", "--why", "--set", "labs.Meta.openness=0.5").stdout
    assert "labs.Meta.openness.value = 0.5  # --set" in flagged


def test_schema_is_json_schema_for_editors(moat):
    """An editor can complete keys from it; nothing is required of a child file."""
    schema = json.loads(moat("schema").stdout)
    assert {"labs", "events", "extends", "research"} <= set(schema["properties"])
    assert "required" not in schema
    assert "required" not in schema["$defs"]["ResearchParameters"]


def test_the_page_of_a_month_names_its_command(moat):
    """With the overrides."""
    page = moat("month", "--month", "2020-02", "--set", "labs.DeepSeek.openness=0").output
    command = "--month 2020-02 --world 0 --seed 0 --set labs.DeepSeek.openness=0"
    assert f"Made by `moat month as_enacted {command}`" in page


def test_an_interrupted_calibration_says_what_is_kept(moat, monkeypatch):
    """A finished stage stays in the folder, and the same command continues from it."""
    from sim.research.calibration import smc

    sample = smc.sample

    def interrupted(*arguments):
        yield next(sample(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(smc, "sample", interrupted)
    command = ["calibrate", "--worlds", "32", "--passes", "1", "--until", "2020-12", "--out", "fit"]
    done = moat(*command)
    assert done.exit_code == 130
    assert "interrupted; stages that are done are kept in fit/" in done.stderr
    assert Path("fit/stage.npz").exists()
    monkeypatch.setattr(smc, "sample", lambda *arguments: iter(()))
    assert "stage 1:" in moat(*command).stderr  # not from stage 0 again


def test_a_posterior_and_the_prior_exclude_each_other(moat):
    """Of `moat backtest`."""
    done = moat("backtest", "--posterior", "posterior.npz", "--prior")
    assert done.exit_code == 2
    assert "exclude each other" in done.output


def test_more_months_than_the_scenario_has_are_refused(moat):
    """With the number that it has."""
    done = moat("run", "--worlds", "2", "--months", "500")
    assert done.exit_code == 2
    assert "500 are asked for" in done.stderr and "give 132 or fewer" in done.stderr
    assert not Path("runs").exists()
