"""No text of a file becomes markup: pages and drawings hold what their makers made, and no more."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import solara
from click.testing import CliRunner

import sim
from sim.sweeps.receipts import common_digest
from sim.sweeps.store import read_sweep_about
from sim.sweeps.sweep import sweep
from tests.dashboard.test_page import drawn
from viz.cli.main import main
from viz.dashboard.charts import svg
from viz.dashboard.controls import linked
from viz.dashboard.pages.compare import html_table, legend
from viz.dashboard.state.ensemble import open_saved
from viz.dashboard.state.session import Session
from viz.report.write import POLICY

BAD = r"""x"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;</svg>\1\g<0>\x3cb ${x}"""
PROSE = ("title", "why", "description", "source", "about", "note", "name")
Seen = set[tuple[str, str]]  # names of elements with the names of their attributes


class Elements(HTMLParser):
    """The elements of a page, their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: Seen = set()
        self.texts: list[str] = []
        self.values: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def spoiled(tree: Any) -> Any:
    """A tree with hostile prose, whatever it says."""
    if isinstance(tree, dict):
        return {
            key: BAD if key in PROSE and isinstance(value, str) else spoiled(value)
            for key, value in tree.items()
        }
    return tree


def report(folder: Path) -> Elements:
    out = folder.parent / f"{folder.name}.html"
    done = CliRunner().invoke(main, ["report", str(folder), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return Elements(out.read_text("utf-8"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    return sim.run("as_enacted", worlds=2, months=61).save(
        tmp_path_factory.mktemp("markup") / "run"
    )


def test_a_report_of_hostile_texts(saved, tmp_path):
    """In every text of `run.json` that is prose: the same elements as without them."""
    clean = report(saved)
    about = json.loads((saved / "run.json").read_text("utf-8"))
    about["scenario"] |= dict.fromkeys(("name", "title", "hash"), BAD)
    about["scenario"] |= {"files": [BAD, BAD], "overrides": [BAD]}
    about["scenario"]["resolved"] = spoiled(about["scenario"]["resolved"])
    about |= {"generator": BAD, "finished": BAD, "versions": {BAD: BAD}}
    for name in ("outcomes.csv", "results.nc"):
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "run" / name).write_bytes((saved / name).read_bytes())
    (tmp_path / "run" / "run.json").write_text(json.dumps(about), "utf-8")
    hostile = report(tmp_path / "run")
    assert hostile.seen <= clean.seen
    assert sum(BAD in text for text in hostile.texts) > 20
    assert POLICY in hostile.values


def test_a_report_of_a_hostile_store(tmp_path):
    """Texts of a design, of its factors and branches."""
    design = tmp_path / "design.toml"
    design.write_text(
        f"""title = '''{BAD}'''
why = '''{BAD}'''
branches = ["as_enacted", "no_controls"]
sampler = {{ kind = "lhs", points = 8 }}
months = ["2021-12"]
outcomes = ["lead_months"]
[factors.eta]
key = "effort.eta"
low = 0
high = 4
"""
    )
    sweep(str(design), tmp_path / "sweep", workers=1)
    file = tmp_path / "sweep" / "sweep.json"
    about = json.loads(file.read_text("utf-8"))
    about["versions"] |= {BAD: BAD}
    about["factors"][0]["unit"] = BAD
    for branch in about["branches"]:
        branch |= {"title": BAD, "hash": BAD}
    file.write_text(json.dumps(about), "utf-8")
    for receipt in (tmp_path / "sweep" / "receipts").glob("*.json"):  # a forger's, too
        theirs = common_digest(read_sweep_about(tmp_path / "sweep"))
        signed = json.loads(receipt.read_text("utf-8")) | {"sweep": theirs}
        receipt.write_text(json.dumps(signed), "utf-8")
    found = report(tmp_path / "sweep")
    assert not {tag for tag, _ in found.seen} & {"script", "img", "b"}
    assert not [name for _, name in found.seen if name.startswith("on")]


def test_the_page_of_a_hostile_run(saved, monkeypatch):
    """Whatever the page is given as HTML, with hostile texts also where reading refuses them."""
    given: list[str] = []
    original = solara.HTML
    monkeypatch.setattr(
        solara, "HTML", lambda *a, **k: given.append(k["unsafe_innerHTML"]) or original(*a, **k)
    )
    seen: dict[str, Seen] = {}
    run = open_saved(saved)
    months = [*run.months[:-1], f"0{BAD}-12"]
    hostile = replace(run, title=BAD, tree=spoiled(run.tree), months=months)
    for kind, ensemble in (("clean", run), ("hostile", hostile)):
        for tab, until in (
            ("overview", "A saved run is replayed"),
            ("events", "Time line of"),
        ):
            session = Session(saved=ensemble)
            session.tab.set(tab)
            asyncio.run(drawn(session, monkeypatch, until))
        seen[kind] = Elements("".join(given)).seen
        assert BAD in "".join(Elements("".join(given)).texts) or kind == "clean"
        given.clear()
    assert ("svg", "") in seen["clean"]
    assert seen["hostile"] <= seen["clean"]


def test_builders_escape_by_default():
    """Words, attributes and parts; what is made already is not escaped twice."""
    drawing = svg.picture("a", (1, 1), BAD, [svg.text(BAD, 0, 0), svg.title(BAD), BAD], "img")
    table = html_table(BAD, BAD, [BAD], [(BAD, BAD, [BAD])], BAD)
    names = {tag for tag, _ in Elements(drawing + table + legend([BAD]) + linked(BAD)).seen}
    assert names == {
        *("svg", "text", "title", "table", "caption", "thead", "tbody", "tr", "th", "td"),
        *("span", "g", "path"),
    }
    assert svg.group("", svg.title("a & b")) == "<g><title>a &amp; b</title></g>"


ADDRESSES = {
    "see https://a.org/x?a=1&b=2, and": "https://a.org/x?a=1&b=2",
    "(https://a.org/w_(x)).": "https://a.org/w_(x)",
    "HTTPS is not meant; http://a.org/b#c;d": "http://a.org/b#c;d",
    "javascript:alert(1) data:text/html,x //a.org": None,
    'https://a.org/"onmouseover="alert(1)': "https://a.org/",
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses_are_whole_and_of_the_web(text):
    class Links(HTMLParser):
        found: list[str | None] = []

        def handle_starttag(self, tag, attrs):
            assert tag == "a" and {name for name, _ in attrs} == {"href", "target", "rel"}
            self.found = [*self.found, dict(attrs)["href"]]

    links = Links()
    links.feed(linked(text))
    assert links.found == ([ADDRESSES[text]] if ADDRESSES[text] else [])
