"""What cannot be reported is refused with one clear message, status 2, and no half a file."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.report.conftest import moat


def refused(*words: str) -> str:
    done = moat("report", *words)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    assert done.stderr.startswith(("error: ", "Usage: "))
    return done.stderr


CASES = {
    "missing": (["ousr"], "holds no moat result", "did you mean 'ours'?"),
    "luck": (["ours", "unlike"], "not paired: seed 0 and 3", "same --seed, --worlds and --months"),
    "sweep": (["sweep", "ours"], "a sweep needs a report of its own", "each sweep"),
    "search": (["search", "search"], "a search needs a report of its own", "each search"),
    "stranger": (
        ["unlike", "pair"],
        "only be combined with runs of these two",
        "give both of these runs",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_does_not_go_together(case, runs, tmp_path):
    names, wrong, hint = CASES[case]
    out = tmp_path / "page.html"
    said = refused(*(str(runs / name) for name in names), "--out", str(out))
    assert wrong in said
    assert hint in said
    assert list(tmp_path.iterdir()) == []


DAMAGE = {
    "no JSON": lambda place: (place / "run.json").write_text("{"),
    "no object": lambda place: (place / "run.json").write_text("[]"),
    "other kind": lambda place: (place / "run.json").write_text('{"kind": "sensitivity"}'),
    "kind without pages": lambda place: (place / "run.json").write_text('{"kind": "forecast"}'),
    "data cut": lambda place: (place / "results.nc").write_bytes(b"CDF"),
    "no data": lambda place: (place / "results.nc").unlink(),
    "no seed": lambda place: edit(place, lambda about: about.pop("seed")),
    "no scenario": lambda place: edit(place, lambda about: about["scenario"].pop("resolved")),
}


def edit(place, change):
    about = json.loads((place / "run.json").read_text())
    change(about)
    (place / "run.json").write_text(json.dumps(about))


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_results(damage, runs, tmp_path):
    place = tmp_path / "broken"
    shutil.copytree(runs / "unlike", place)
    DAMAGE[damage](place)
    assert "broken" in refused(str(place), "--out", str(tmp_path / "page.html"))
    assert [one.name for one in tmp_path.iterdir()] == ["broken"]


def test_a_discovery_whose_sweep_is_gone_or_another(runs, tmp_path):
    """A page about worlds that are no longer there would show others."""
    place = tmp_path / "boxes"
    shutil.copytree(runs / "boxes", place)
    edit(place, lambda about: about.update(sweep=str(tmp_path / "gone")))
    assert "bring the folder of the sweep back" in refused(str(place))
    edit(place, lambda about: about.update(sweep=str(runs / "sweep"), share=0.123))
    assert "its sweep has changed since (share 0.123, now " in refused(str(place))


def test_where_it_may_not_write(runs, tmp_path):
    """No other kind of file, no file of somebody else; a report of moat is replaced."""
    run = str(runs / "parts")
    assert "ends in .html" in refused(run, "--out", str(tmp_path / "page.pdf"))
    theirs = tmp_path / "theirs.html"
    theirs.write_text("<p>precious</p>")
    assert "not a report of moat" in refused(run, "--out", str(theirs))
    assert theirs.read_text() == "<p>precious</p>"
    assert "Missing argument" in refused()
    ours = tmp_path / "ours.html"
    for _ in range(2):
        assert moat("report", run, "--out", str(ours)).exit_code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ours.html", "theirs.html"]


def test_a_page_that_cannot_be_written(runs, tmp_path):
    """A folder of its name's path is a file: what, and why."""
    (tmp_path / "file").write_text("mine")
    said = refused(str(runs / "ours"), "--out", str(tmp_path / "file" / "page.html"))
    assert "cannot write" in said and "choose another file" in said
    assert "Errno" not in said
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
