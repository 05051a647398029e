"""The pages work: what they print is run, what they list is there, what is made is up to date."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.experiments.compare import compare
from sim.experiments.verdict import verdict
from sim.scenario.load import load
from viz.cli.main import main

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.S)
SAVED = re.compile(r"[Ss]ave as `([\w.]+)`:\n\n```toml\n(.*?)```", re.S)
README = (ROOT / "README.md").read_text("utf-8")
# Run elsewhere, with what belongs to them made small: tests/sweeps/test_worked_sweeps.py,
# tests/analysis/test_page.py, tests/test_doctests.py, tests/test_shown_commands.py,
# tests/forecasting/test_own_observations.py. That no block
# of any page is left out is seen to by tests/test_blocks.py.
ELSEWHERE = {"sweeps.md", "analysis.md", "python.md", "backtest.md", "trust.md", "dashboard.md"}
ELSEWHERE |= {"observations.md", "notebooks.md", "ema_workbench.md"}
PAGES = sorted(page.name for page in DOCS.glob("*.md") if page.name not in ELSEWHERE)
SET_UP = ("pip install uv",)
MONTH = "2021-02"


def commands(page: str) -> list[str]:
    """Commands of a page that are to be run, `moat ...` each."""
    text = (DOCS / page).read_text("utf-8")
    blocks = [body for kind, body in BLOCK.findall(text) if kind == "sh"]
    lines = [line for body in blocks for line in body.splitlines() if line]
    return [line.removeprefix("uv run ") for line in lines if line not in SET_UP]


def quick(command: str) -> list[str]:
    """The same command for two worlds and a few months."""
    words = shlex.split(command)[1:]
    if words[0] in ("run", "compare"):
        words += ["--worlds", "2", "--months", "14"]
    if words[0] == "optimise":
        words += ["--policies", "4", "--worlds", "1"]
    if words[0] == "explain":
        words = [MONTH if re.fullmatch(r"20\d\d-\d\d", word) else word for word in words]
        words += ["--worlds", "2", "--month", MONTH]
        if "--by" not in words:
            words += ["--channels", "compute_denial,leakage"]
    return words


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_commands_of_a_page_work(page, tmp_path, monkeypatch):
    """One after the other in an empty folder that holds the files which the page says to save."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("viz.cli.run.write_figures", lambda *_: None)  # figures: tests/test_cli.py
    for name, body in SAVED.findall((DOCS / page).read_text("utf-8")):
        Path(name).write_text(body)
    for command in commands(page):
        if command in README:  # run there
            continue
        assert command.startswith("moat "), f"{page}: what runs `{command}`?"
        done = CliRunner().invoke(main, quick(command), catch_exceptions=False)
        assert done.exit_code == 0, f"{page}: {command}\n{done.output}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if "```python\n" in (DOCS / page).read_text() and page != "mesa.md"],
)
def test_code_of_a_page_works(page, tmp_path, monkeypatch):
    """All Python of a page, in order, with fewer worlds (mesa.md: test_doctests.py)."""
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((DOCS / page).read_text("utf-8"))
    code = "\n".join(body for kind, body in blocks if kind == "python")
    code = re.sub(r"worlds=\d+", "worlds=2", code)
    code = re.sub(r'month="[\d-]+"', f'month="{MONTH}"', code)
    exec(compile(code, page, "exec"), {})


@pytest.mark.parametrize("page", [page for page in PAGES if "```toml" in (DOCS / page).read_text()])
def test_pieces_of_scenarios_are_fine(page, tmp_path):
    """Every TOML block on its own: a whole file, or a piece that is laid over the history."""
    text = (DOCS / page).read_text("utf-8")
    if page == "extending.md":
        text = text.partition("## An instrument")[0]  # the rest needs the code of that page
    for number, (kind, body) in enumerate(BLOCK.findall(text)):
        if kind == "toml":
            whole = (
                body if "extends" in body else f'extends = "as_enacted"\ntitle = "piece"\n{body}'
            )
            file = tmp_path / f"{number}.toml"
            file.write_text(whole)
            load(file)


def test_the_page_of_a_month_is_up_to_date():
    """It is what the command prints today; tests/test_pages.py checks the other generated pages."""
    printed = CliRunner().invoke(main, ["month"], catch_exceptions=False).output
    same = printed == (DOCS / "month.md").read_text("utf-8")
    assert same, "docs/month.md is out of date: run `uv run moat month > docs/month.md`"


def test_the_list_of_decisions_is_whole():
    """Every decision, by its title."""
    listed = (DOCS / "decisions" / "index.md").read_text("utf-8")
    for page in sorted((DOCS / "decisions").glob("0*.md")):
        title = page.read_text("utf-8").splitlines()[0].lstrip("# ")
        assert f"[{title}]({page.name})" in listed, f"docs/decisions/index.md lacks {page.name}"


def test_evidence_names_tests_that_exist():
    """Every test that docs/trace.md points at is there under that name."""
    text = (DOCS / "trace.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 30
    for file, name in named:
        assert (ROOT / file).is_file(), file
        assert not name or f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"


def changes(text: str) -> list[tuple[str, str, str]]:
    """The changes of code that a page prints: file, old text, new text."""
    found = []
    for kind, body in BLOCK.findall(text):
        for part in re.split(r"^\+\+\+ ", body, flags=re.M)[1:] if kind == "diff" else ():
            file, _, hunks = part.partition("\n")
            for hunk in hunks.split("@@\n")[1:]:
                lines = hunk.splitlines(keepends=True)
                old = "".join(line[1:] for line in lines if line[0] in " -")
                new = "".join(line[1:] for line in lines if line[0] in " +")
                found.append((file, old, new))
    return found


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of the project with the changes of docs/extending.md in it."""
    place = tmp_path_factory.mktemp("extended")
    for name in ("sim", "scenarios"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    text = (DOCS / "extending.md").read_text("utf-8")
    for file, old, new in changes(text):
        path = place / file
        before = path.read_text("utf-8")
        assert before.count(old) == 1, f"docs/extending.md no longer fits {file}:\n{old}"
        path.write_text(before.replace(old, new), "utf-8")
    for name, body in SAVED.findall(text):
        (place / name).write_text(body)
    return place


def told(place: Path, *overrides: str) -> str:
    """What the changed copy says of the grant against the history, with other numbers set."""
    code = (
        "import sys\n"
        "from sim import compare, verdict\n"
        "e = compare('grant.toml', 'as_enacted', worlds=8, months=48, overrides=sys.argv[1:])\n"
        "v = [verdict(e, n, '2023-12').median for n in ('china_efficiency', 'us_efficiency')]\n"
        "felt = ['china_frontier', 'us_efficiency', 'china_compute', 'us_investment']\n"
        "print(*v, abs(e.outcomes[felt].sel(month='2021-12').to_array()).max().item())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *overrides],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_the_worked_example_does_what_it_says(extended):
    """The grant lifts Chinese efficiency from its date on; forgetting lowers everybody's."""
    china, us, early = map(float, told(extended, "research.forgetting=0").split())
    assert china > 0.2
    assert abs(us) < china / 2
    assert early == 0, "something happened before the grant"
    poorer = (extended / "scenarios" / "as_enacted.toml").read_text("utf-8")
    assert "forgetting" not in poorer
    code = (
        "from sim.experiments.run import run\n"
        "r = [run('as_enacted', 4, months=48, overrides=[f'research.forgetting={x}'])"
        ".outcomes['us_efficiency'][-1].median().item() for x in (0, 0.4)]\n"
        "print(r[0] - r[1], run('as_enacted', 4, months=48).outcomes['us_efficiency'][-1]"
        ".values.tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=extended,
        env=os.environ | {"PYTHONPATH": str(extended)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lost, as_before = done.stdout.split(" ", 1)
    assert float(lost) > 0.1
    from sim.experiments.run import run

    ours = run("as_enacted", 4, months=48).outcomes["us_efficiency"][-1].values.tolist()
    assert as_before.strip() == str(ours), "with nothing forgotten the model is what it was"


@pytest.mark.slow
def test_newcomers_take_part(tmp_path):
    """The lab and the chip of docs/extending.md change what they should, from their date on."""
    name, body = SAVED.findall((DOCS / "extending.md").read_text("utf-8"))[0]
    (tmp_path / name).write_text(body)
    effects = compare(tmp_path / name, "as_enacted", worlds=4, months=84)
    assert (effects.outcomes.sel(month="2024-12").to_array() == 0).all()
    assert verdict(effects, "open_frontier", "2026-12").share_positive > 0
    assert verdict(effects, "china_compute", "2026-12").share_positive == 1


@pytest.mark.slow
def test_the_site_builds(tmp_path):
    """Every page, every link and anchor; nothing is loaded from elsewhere."""
    zensical = shutil.which("zensical", path=Path(sys.executable).parent)
    if zensical is None:
        pytest.skip("the group docs is not installed: uv run --group docs pytest")
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    done = subprocess.run(
        [zensical, "build", "--strict"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text("utf-8")
        assert not re.search(r'<(?:script|img|link)[^>]*(?:src|href)="(?:https?:)?//', text), page
        assert "--8<--" not in text.partition("<article")[2].partition("</article>")[0], page
