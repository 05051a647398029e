"""The command line: it starts fast, and gives one clear message when something is wrong."""

import csv
import html
import json
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.outcomes.catalogue import OUTCOMES
from sim.scenario.library import shipped, shipped_designs, shipped_problems
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
    assert "Run a scenario:" in lines
    listed = [line.split()[0] for line in lines if line.startswith("  ") and line.strip()]
    assert all(listed.count(name) == 1 for name in main.commands)


def test_no_help_is_cut_at_80_columns(moat):
    """One line a command, with its whole short help; no help of a command is wider."""
    listed = moat("--help").stdout.splitlines()
    for name, command in main.commands.items():
        short = (command.help or "").strip().split("\n\n")[0]
        assert len(short) <= 60 and "\n" not in short, f"moat {name}: `{short}` is too long"
        assert any(re.fullmatch(f"  {name} +{re.escape(short)}", line) for line in listed), name
        wide = [line for line in moat(name, "--help").stdout.splitlines() if len(line) > 80]
        assert not wide, f"moat {name} --help: {wide}"


def test_run_prints_a_table_and_writes_files(moat, tmp_path):
    """Results, quantiles, provenance and a figure; `--all` has the names of programs."""
    done = moat("run", "--worlds", "2", "--months", "12", "--out", "here", "--all")
    assert done.exit_code == 0
    assert "lead_months" in done.stdout and "Dec 2020" in done.stdout
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
    text = " ".join(done.stdout.split())
    assert text.startswith("“As enacted” compared with “")
    assert "2 paired worlds" in text and "In this model:" in text
    assert "the US lead in time" in text and "US lead in time, months" in text
    assert "Next: moat explain as_enacted baseline" in text
    assert (tmp_path / "runs/as_enacted-against-baseline/figure.png").is_file()


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("command", ["run", "compare"])
def test_the_answer_fits_the_screen(moat, monkeypatch, columns, command):
    """At most 25 lines of a run, none longer than the terminal is wide, and nothing is cut."""
    monkeypatch.setenv("COLUMNS", str(columns))
    done = moat(command, "--worlds", "4", "--months", "132", "--out", "here")
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert max(map(len, lines)) <= columns
    assert "…" not in done.stdout
    assert len(lines) <= (25 if command == "run" else 40), done.stdout
    assert "--all, --outcome NAME, --table csv|md|json" in " ".join(done.stdout.split())


def test_all_outcomes_fit_the_terminal_too(moat, monkeypatch):
    """Every one, with its whole name."""
    monkeypatch.setenv("COLUMNS", "80")
    done = moat("run", "--worlds", "2", "--months", "25", "--out", "here", "--all")
    assert max(map(len, done.stdout.splitlines())) <= 80
    shown = "".join(
        line.split(",")[0].split()[0] for line in done.stdout.splitlines() if line.strip()
    )
    assert all(one.name in shown for one in OUTCOMES)


def test_one_outcome_in_full(moat):
    """Year by year; of a comparison with the verdict."""
    small = ["--worlds", "2", "--months", "25", "--out", "here"]
    text = " ".join(moat("run", *small, "--outcome", "us_frontier").stdout.split())
    assert "Best US model (us_frontier): best US capability" in text
    assert "Dec 2020" in text and "Dec 2021" in text and "lead_months" not in text
    text = " ".join(moat("compare", *small, "--outcome", "us_frontier").stdout.split())
    assert "the best US model" in text and "half of worlds" in text


@pytest.mark.parametrize("command", ["run", "compare"])
def test_tables_for_programs_can_be_parsed(moat, command):
    """CSV, Markdown and JSON: every outcome, nothing else on stdout."""
    small = [command, "--worlds", "2", "--months", "13", "--out", "here"]
    table = list(csv.DictReader(StringIO(moat(*small, "--table", "csv").stdout)))
    names = {row["outcome"] for row in table}
    assert len(table) == 13 * len(names) and {one.name for one in OUTCOMES} <= names
    assert all(float(row["share_defined"]) <= 1 for row in table)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in moat(*small, "--table", "md").stdout.splitlines()
    ]
    assert rows[0][:2] == ["outcome", "unit"] and len({len(row) for row in rows}) == 1
    assert set(rows[1]) == {"---", "---:"} and {row[0] for row in rows[2:]} == names
    found = json.loads(moat(*small, "--table", "json").stdout)
    assert set(found["outcomes" if command == "run" else "effects"]) == names
    assert found == json.loads(moat(*small, "--json").stdout)


def test_one_verdict_in_compare_explain_json_and_report(moat, monkeypatch):
    """The same words of the same worlds, wherever they stand."""
    monkeypatch.setattr("viz.cli.run.VERDICT_WORLDS", 6)
    name, worlds = "compute_ratio", ["--worlds", "6"]
    months = ["--set", "months=60"]
    compared = moat("compare", *worlds, *months, "--out", "c").stdout
    found = json.loads(moat("compare", *worlds, *months, "--out", "c", "--json").stdout)
    words = found["verdicts"][name]["words"].removeprefix("In this model: ")[1:]
    assert words in " ".join(compared.split())
    split = ["explain", "--worlds", "2", "--orders", "2", "--outcome", name, *months]
    split += ["--channels", "compute_denial", "--out", "e"]
    assert words in " ".join(moat(*split).stdout.split())
    told = json.loads(moat(*split, "--json").stdout)
    assert words in told["outcomes"][name]["words"].replace(f" ({name})", "")
    assert moat("report", "c").exit_code == 0
    assert words in html.unescape(Path("c-report.html").read_text("utf-8"))


def test_a_comparison_begins_with_what_its_scenario_asks(moat):
    """Valuations in February 2025, not the lead in 2030."""
    done = moat("compare", "deepseek_believed", "as_enacted", "--worlds", "2", "--months", "64")
    first = " ".join(done.stdout.split("In this model:")[1].split())
    assert "by February 2025" in first
    assert first.index("the worth of chip makers") < first.index("training efficiency")


def test_a_question_about_no_outcome_is_refused(moat, tmp_path):
    """With file, key and the nearest name."""
    file = tmp_path / "mine.toml"
    head = 'extends = "as_enacted"\ntitle = "Mine"\nwhy = "Why."\n'
    file.write_text(f'{head}[question]\noutcomes = ["lead_month"]\n')
    for command in ("run", "compare"):
        done = moat(command, "mine.toml", "--worlds", "1", "--months", "2", "--out", "here")
        assert done.exit_code == 2 and "Traceback" not in done.stderr
        for text in ("mine.toml", "question.outcomes", "'lead_month'", "'lead_months'"):
            assert text in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == [file]


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
    ("name", "told"),
    [
        ("timing", "fine (design of a sweep: "),
        ("us_chips_2027", "fine (policy problem: "),
        ("no_controls", "fine (No"),
    ],
)
def test_check_knows_what_a_file_is(moat, tmp_path, name, told):
    """Shipped, by name or as a file; a mistake is told in the words of its kind."""
    places = {**shipped(), **shipped_designs(), **shipped_problems()}
    copied = Path(shutil.copy(places[name], tmp_path / "copied.toml"))
    shutil.copy(places["us_chips_2027"].with_name("us_levers_2027.toml"), tmp_path)
    for what in (name, "copied.toml"):
        done = moat("check", what)
        assert f"{what}: {told}" in " ".join(done.stdout.split()), done.stderr
    copied.write_text(f"titel = 1\n{copied.read_text('utf-8')}")
    done = moat("check", "copied.toml")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[0].startswith("error: copied.toml: titel: unknown key")
    assert "missing" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "design.toml"], "is the design of a sweep, no scenario (moat sweep design.toml)"),
        (["check", "eta_sigma", "--set", "x=1"], "--set goes with a scenario"),
        (["run", "as_enactd"], "did you mean 'as_enacted'?"),
        (["run", "--set", "labs.DeepSeek.opennes=0"], "openness"),
        (["run", "--worlds", "0"], "0 is not in the range"),
        (["run", "--seed", "-1"], "-1 is not in the range"),
        (["check", "nowhere.toml"], "nowhere.toml"),
        (["compare", "as_enacted", "no_control"], "no_controls"),
        (["run", "--outcome", "lead_month"], "did you mean 'lead_months'?"),
        (["compare", "--outcome", "valu_chips"], "did you mean 'value_chips'?"),
        (["run", "--table", "xml"], "'xml' is not one of"),
        (["runn"], "No such command"),
    ],
)
def test_bad_arguments_get_one_message_and_status_2(moat, tmp_path, arguments, message):
    """No traceback, nothing written."""
    (tmp_path / "design.toml").write_text("[factors.eta]\nlow = 0")
    done = moat(*arguments)
    (tmp_path / "design.toml").unlink()
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
    assert max(map(len, (*own, *everything))) <= 80
    assert tomllib.loads("\n".join(everything))["labs"]["Google DeepMind"]["bloc"] == "US"


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
    assert "interrupted; finished stages are kept in fit/" in done.stderr
    assert Path("fit/stage.npz").exists()
    monkeypatch.setattr(smc, "sample", lambda *arguments: iter(()))
    assert "stage 1:" in moat(*command).stderr  # not from stage 0 again


@pytest.mark.parametrize("command", ["run", "compare", "sweep eta_sigma", "watch", "backtest"])
def test_a_posterior_and_the_prior_exclude_each_other(moat, command):
    """Of whatever runs in worlds; an unknown name, or a file that is none, is refused too."""
    done = moat(*command.split(), "--posterior", "2024-12", "--prior")
    assert done.exit_code == 2
    assert "exclude each other" in done.output
    Path("bad.npz").write_bytes(b"no archive")
    for name, wanted in (("2031-12", "shipped are 2024-12"), ("bad.npz", "bad.npz holds no post")):
        done = moat(*command.split(), "--posterior", name)
        assert done.exit_code == 2 and "Traceback" not in done.output
        assert wanted in done.stderr and "moat calibrate" in done.stderr


def test_worlds_of_a_file_are_named_and_found_again(moat):
    """By its path in the result; a report says so, and takes another place from whoever knows."""
    from sim.uncertainty.posterior import shipped

    chosen = shipped()
    few = replace(chosen, lucks=chosen.lucks[:, :8], scores=chosen.scores[:, :8])
    Path("mine.npz").write_bytes(few.packed())
    run = ["run", "--worlds", "40", "--months", "12", "--out", "r"]
    assert "of mine.npz that fit history" in moat(*run, "--posterior", "mine.npz").output
    said = json.loads(Path("r/run.json").read_text("utf-8"))["scenario"]["ensemble"]
    assert said["posterior"] == "mine.npz" and said["hash"] == few.digest
    assert moat("report", "r").exit_code == 0
    assert "--posterior mine.npz" in Path("r-report.html").read_text("utf-8")
    Path("mine.npz").rename("moved.npz")
    lost = moat("report", "r")
    assert lost.exit_code == 2 and "--posterior FILE" in lost.stderr
    assert moat("report", "r", "--posterior", "moved.npz").exit_code == 0


def test_more_months_than_the_scenario_has_are_refused(moat):
    """With the number that it has."""
    done = moat("run", "--worlds", "2", "--months", "500")
    assert done.exit_code == 2
    assert "500 are asked for" in done.stderr and "give 132 or fewer" in done.stderr
    assert not Path("runs").exists()
