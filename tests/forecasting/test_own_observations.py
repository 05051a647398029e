"""Observations of one's own: as people save them, as others publish them, and drawn."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from sim.research.forecasting import own
from sim.research.forecasting.cells import CellError, month_in
from sim.scenario.errors import ScenarioError
from viz.cli.main import main
from viz.dashboard.state.own import drawn

HEAD = "series,actor,period_end,value,unit,low,high\n"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2025-03", "2025-03"),
        ("2025/03/31", "2025-03"),
        ("31.03.2025", "2025-03"),
        ("01.02.2025", "2025-02"),
        ("31/03/2025", "2025-03"),
        ("03/31/2025", "2025-03"),
        ("2025-Q1", "2025-03"),
        ("Q4 2024", "2024-12"),
        ("2025q2", "2025-06"),
    ],
)
def test_dates_as_people_write_them(text, month):
    assert month_in(text) == month


@pytest.mark.parametrize(
    "text", ["31.02.2025", "2025-13", "Q5 2025", "soon", "2025", "31-03-2025x"]
)
def test_what_is_no_date(text):
    with pytest.raises(CellError, match="is no date"):
        month_in(text)


def test_a_day_that_could_be_two_is_refused_with_both():
    with pytest.raises(CellError) as refused:
        month_in("03/04/2025")
    assert refused.value.args[1] == "write 2025-04-03 or 2025-03-04"


def _read(folder: Path, text: str) -> list[tuple]:
    file = folder / "mine.csv"
    file.write_text(text, "utf-8")
    return [(*one.target.key, one.month, one.value, one.low, one.high) for one in own.read(file)]


def test_semicolons_and_decimal_commas(tmp_path):
    """As a spreadsheet saves them where the comma is the decimal sign; with tabs too."""
    rows = "lead_points;US-China;31.03.2025;4,6;ECI points;2,1;7,1\n"
    wanted = [("lead_points", "US-China", "2025-03", 4.6, 2.1, 7.1)]
    for sign in ";\t":
        text = (HEAD.replace(",", ";") + rows).replace(";", sign)
        assert _read(tmp_path, text) == wanted
    with pytest.raises(ScenarioError, match=r"'1\.234,5' is no number .*no thousands separators"):
        _read(tmp_path, HEAD.replace(",", ";") + rows.replace("4,6", "1.234,5"))


CHIPS = (
    "name,designer,chip_type,start_date,end_date,units_p5,units_med,units_p95,h100e_p5,h100e_med,"
)
CHIPS += "h100e_p95\n"


def test_chips_by_quarter(tmp_path):
    """Chips made for China are the flow to it, all types together that to the world."""
    quarter = "2024-04-01,2024-06-30"
    china = f"Nvidia H20,Nvidia,H20,{quarter},1,2,3,25000,33000,43000\n"
    assert _read(tmp_path, CHIPS + china) == [
        ("nvidia_china_flow", "China", "2024-06", 33000, 25000, 43000)
    ]
    assert len(_read(tmp_path, CHIPS + china + "Total,,,,,,,,,,\n")) == 1
    world = f"Nvidia H100,Nvidia,H100,{quarter},1,2,3,400000,500000,600000\n"
    assert _read(tmp_path, CHIPS + china + world) == [
        ("nvidia_china_flow", "China", "2024-06", 33000, 25000, 43000),
        ("nvidia_flow", "World", "2024-06", 533000, 425000, 643000),
    ]
    ends = ("01-01,2024-03-31", "04-01,2024-06-30", "07-01,2024-09-30", "10-01,2024-12-31")
    huawei = "".join(f"A,Huawei,910B,2024-{end},80e3,100e3,130e3,1,1,1\n" for end in ends)
    assert _read(tmp_path, CHIPS + huawei) == [("huawei_units", "China", "2024-12", 400, 320, 520)]
    with pytest.raises(ScenarioError, match="holds nothing that the model has"):
        _read(tmp_path, CHIPS + f"TPU,Google,v5,{quarter},1,2,3,1,2,3\n")
    with pytest.raises(ScenarioError, match=r"mine.csv:2: h100e_med: 'many' is no number"):
        _read(tmp_path, CHIPS + china.replace("33000", "many"))


def test_scores_of_the_capability_index(tmp_path):
    """The best model of each country so far, at the end of the month in which it came."""
    head = "Model version,ECI Score,Release date,Country (of organization)\n"
    rows = "A,120,2023-03-14,United States of America\nB,110,2023-06-14,China\n"
    rows += "C,119,2023-07-01,United States of America\nD,125.5,2024-12-26,China\n"
    rows += "E,130,2024-01-01,France\n"
    assert _read(tmp_path, head + rows) == [
        ("frontier", "US", "2023-03", 120, 120, 120),
        ("frontier", "China", "2023-06", 110, 110, 110),
        ("frontier", "China", "2024-12", 125.5, 125.5, 125.5),
    ]


def test_the_template_is_filled_in_and_checked(tmp_path, monkeypatch):
    """Rows that are left empty are left out; what is read is printed in the same columns."""
    monkeypatch.chdir(tmp_path)
    template = CliRunner().invoke(main, ["observations", "--template"]).stdout
    empty = "frontier,China,,,ECI points,,"
    assert empty in template
    Path("mine.csv").write_text(template.replace(empty, "frontier,China,2025-Q1,135,ECI points,,"))
    found = CliRunner().invoke(main, ["observations", "mine.csv"])
    assert found.stdout == HEAD + "frontier,China,2025-03,135,ECI points,135,135\n"
    assert CliRunner().invoke(main, ["observations"]).exit_code == 2


def test_commands_of_the_page_work(tmp_path, monkeypatch):
    """From the template to a report, with one row filled in, and few worlds."""
    page = (Path(__file__).parents[2] / "docs" / "observations.md").read_text("utf-8")
    block, _adds_a_quarter = re.findall(r"```sh\n(.*?)```", page, re.S)
    first, *rest = [line for line in block.splitlines() if not line.startswith("#")]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("viz.cli.run.write_figures", lambda *_: None)
    words, _, file = first.partition(" > ")
    template = CliRunner().invoke(main, shlex.split(words)[1:]).stdout
    empty = "lead_points,US-China,,,ECI points,,"
    Path(file).write_text(template.replace(empty, "lead_points,US-China,2025-03,5,ECI points,,"))
    for command in rest:
        quick = ["--worlds", "2", "--months", "64"] * command.startswith("moat run")
        done = CliRunner().invoke(main, [*shlex.split(command)[1:], *quick])
        assert done.exit_code == 0, f"{command}: {done.output}"


def test_they_are_drawn_beside_ours(tmp_path, monkeypatch):
    """Figures and report of a run; what is no outcome, or outside the run, is said."""
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(
        HEAD + "frontier,China,2020-05,90,ECI points,85,95\n"
        "nvidia_china_flow,China,2024-06,33000,H100e,25000,43000\n"
        "lab_compute,OpenAI,2020-04,5000,H100e,,\n",
        "utf-8",
    )
    words = ["run", "--worlds", "2", "--months", "6", "--observations", "mine.csv", "--out", "r"]
    made = CliRunner().invoke(main, words)
    assert made.exit_code == 0 and Path("r/observations.png").is_file()
    assert "not drawn: lab_compute of OpenAI is no outcome of a run" in made.stderr
    assert "not drawn: 1 row lies outside 2020-01 to 2020-06" in made.stderr
    page = CliRunner().invoke(
        main, ["report", "r", "--observations", "mine.csv", "--out", "r.html"]
    )
    assert page.exit_code == 0, page.output
    assert "Open diamonds: observations of the file" in Path("r.html").read_text("utf-8")


def test_the_dashboard_is_given_them(tmp_path, monkeypatch):
    """What cannot be drawn is said before the server starts; a file with mistakes is refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("viz.dashboard.server.serve.check_free", lambda *_: None)
    # Not even made: whoever imports Solara's server cannot draw a page without one afterwards.
    idle = SimpleNamespace(run=lambda: None)
    monkeypatch.setattr("viz.dashboard.server.serve._server", lambda *_, **__: idle)
    for variable in ("MOAT_WATCH", "SOLARA_APP"):  # which the server sets
        monkeypatch.setenv(variable, "")
    rows = "frontier,China,2025-03,135,ECI points,130,140\ncapex,US,2019-12,90,USD bn,,\n"
    Path("mine.csv").write_text(HEAD + rows, "utf-8")
    words = ["watch", "--no-open", "--observations", "mine.csv"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "not drawn: capex of US is no outcome of a run" in done.stderr
    assert "not drawn: 1 row lies outside 2020-01 to 2030-12" in done.stderr
    assert drawn() == tuple(own.read("mine.csv"))
    assert "frontier" not in CliRunner().invoke(main, words[:2]).stderr and drawn() == ()
    Path("mine.csv").write_text(HEAD + rows.replace("135", "many"), "utf-8")
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2 and "mine.csv:2: value: 'many' is no number" in refused.stderr
