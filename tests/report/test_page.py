"""A report is one page that needs nothing else, is easy to navigate, and can be made again."""

from __future__ import annotations

import html
import json
import re
import shutil
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from sim.record.results import Results
from tests.report.conftest import KINDS, moat
from viz.text.format import number


class Page(HTMLParser):
    """What stands on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str):
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(params=KINDS)
def page(request, pages):
    """Text of the page of each kind."""
    return pages(request.param)


def test_it_needs_nothing_else(page):
    """No script, no picture, style or font from elsewhere: it reads the same without a network."""
    found = Page(page)
    assert not found.all("script", "link", "img", "iframe", "object", "base")
    for tag, attrs in found.tags:
        for key in ("src", "href", "xlink:href", "action"):
            assert attrs.get(key, "#").startswith("#"), (tag, attrs)
    assert "@import" not in page
    assert all(url.startswith("#") for url in re.findall(r"url\(([^)]*)\)", page))


def test_everybody_can_find_their_way(page):
    """One headline, figures in words, tables with captions, links that lead to what is there."""
    found = Page(page)
    assert len(found.all("h1")) == 1
    assert {"lang": "en"} in found.all("html")
    drawings = re.findall(r"<svg.*?</svg>", page, re.S)
    assert drawings
    titles = [re.search(r'<title id="([^"]+)">([^<]{20,})</title>', one) for one in drawings]
    assert all(titles)
    assert len({one[2] for one in titles}) == len(titles), "two figures say the same of themselves"
    assert len(found.all("table")) == len(found.all("caption"))
    names = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(names) == len(set(names))
    for attrs in found.all("a"):
        assert attrs["href"][1:] in names
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page


def test_it_says_what_it_cannot(page):
    """Limits and origin stand on every page."""
    assert "What this model cannot tell you" in page
    assert "Military use, espionage, safety, misuse" in page
    assert "Conditional forecasts, not predictions" in page
    assert re.search(r"<td>moat (run|compare|explain|sweep|optimise) ", page)


def test_colours_follow_light_and_dark(page):
    """Figures hold no colour of ink or paper of their own."""
    drawings = "".join(re.findall(r"<svg.*?</svg>", page, re.S))
    assert "var(--ink)" in drawings
    assert not re.search(r"#222222|#ffffff|#e6e6e6|#0072b2", drawings, re.I)


def test_its_command_makes_the_numbers_again(runs, pages, tmp_path):
    """What the page calls the command gives the same table, to the last digit."""
    command = re.search(r"<td>moat (run [^<]+)</td>", pages("short"))[1]
    again = moat(*command.split(), "--out", str(tmp_path / "again"))
    assert again.exit_code == 0, again.output
    first, second = (place / "outcomes.csv" for place in (runs / "unlike", tmp_path / "again"))
    assert first.read_bytes() == second.read_bytes()


def test_the_answer_is_of_the_numbers(runs, pages):
    """The lead in the first sentence is the median of the run."""
    results = Results.open(runs / "ours")
    values = sorted(results.shown("lead_months").values[-1])
    first = re.search(r'<ul class="answer">\s*<li>([^<]+)</li>', pages("run"))[1]
    assert f" leads by {number(float(abs(values[23] + values[24]) / 2), 2)} months [" in first


def test_the_same_results_give_the_same_page(runs, pages, tmp_path):
    """Byte for byte."""
    again = tmp_path / "again.html"
    moat("report", str(runs / "parts"), "--out", str(again))
    assert again.read_text("utf-8") == pages("explanation")


def test_of_three_runs_each_has_its_name(pages):
    """What `--set` changed is part of a title, in the question as in the answers."""
    page, changed = pages("three"), "“As enacted, with labs.DeepSeek.openness=0”"
    asked = f"What difference does it make: {changed} or “As enacted” against “No controls”?"
    assert f"<h1>{asked}</h1>" in page
    assert "Effects of each, compared with “No controls” in the same worlds:" in page
    assert page.count(f"<li>{changed}: ") == 2
    for one in (changed, "“As enacted”"):
        assert f"What differs, and why: {one} and “No controls”</h2>" in page


def test_a_footnote_says_what_is_called_unclear(pages):
    """Parts of an effect have an error, two samples of worlds may disagree."""
    assert "“Likely” means that 66 % of worlds or more agree on the sign" in pages("run")
    clear = "clear where 90 % of worlds agree, or 66 % and its mean is more than two standard"
    assert clear in pages("explanation")
    assert "the worlds searched and as many others do not agree" in pages("search")


def test_means_are_called_means(pages):
    """Parts of an effect add up as means; their answer names the channels that make most of it."""
    page = pages("explanation")
    assert "Numbers are means, which add up" in page and "Numbers are medians" not in page
    assert "Numbers are medians" in pages("comparison")
    parts = r"(, in parts \(the largest\): [^<]+|; no part has a clear sign)"
    assert re.search(rf"<li>[^<]*\. On average [^<]*{parts}\.</li>", page)


def test_figures_of_one_kind_are_told_apart(pages):
    """Their titles name the outcome, which their panels do not."""
    page = pages("sensitivity")
    assert re.search(r'<p class="name">What moves [^<]*\w+ \d{4}[^<]*</p>', page)


SVG = "{http://www.w3.org/2000/svg}"
NASTY = r"A \1 \g<0> \x3cb\x3e <b>& $x$ ${y$"


def test_a_title_is_text_and_nothing_else(runs, tmp_path):
    """No backslash, tag or dollar of it means anything to a pattern, a page or a formula."""
    for name, others in (("ours", []), ("theirs", ["ours"])):
        shutil.copytree(runs / name, tmp_path / name)
        file = tmp_path / name / "run.json"
        about = json.loads(file.read_text())
        about["scenario"]["title"] = about["scenario"]["resolved"]["title"] = f"{NASTY} {name}"
        file.write_text(json.dumps(about))
        out = tmp_path / f"{name}.html"
        folders = [str(tmp_path / one) for one in (name, *others)]
        done = moat("report", *folders, "--out", str(out))
        assert done.exit_code == 0, done.output
        page = out.read_text("utf-8")
        assert html.escape(NASTY, quote=False) in page
        assert "<b>" not in page
        drawings = re.findall(r"<svg.*?</svg>", page, re.S)
        titles = [ElementTree.fromstring(one)[0].text for one in drawings]
        assert any(NASTY in title for title in titles)
    texts = {
        text.text for one in drawings for text in ElementTree.fromstring(one).iter(f"{SVG}text")
    }
    assert any(text and NASTY in text for text in texts)  # the legends of both runs
