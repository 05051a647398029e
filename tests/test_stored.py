"""Folders that somebody has edited: they open, or are refused in one line with file and key."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import pytest
import xarray as xr
from click.testing import CliRunner

import sim
from sim.outcomes.catalogue import PAIRED
from sim.record.arrays import netcdf
from sim.record.cf import CONVENTIONS, UDUNITS
from sim.record.results import Results
from sim.record.stored import FORMAT, read_about
from sim.scenario.errors import ScenarioError
from viz.cli.main import main
from viz.dashboard.server.serve import check_opened

DEEP: Any = []
for _ in range(250):
    DEEP = [DEEP]
VALUES = (
    None, -1, 0, 10**30, 0.5, 1e300, True, "text", "", "\x1b[31mred", "a\u202eb", "a" * 10_000,
    "2020-13", [], [None], {}, {"a": 1}, [[["x"]]], DEEP,
)  # fmt: skip
GONE = object()


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """A run of few worlds and months."""
    results = sim.run("as_enacted", worlds=2, months=8)
    return results.save(tmp_path_factory.mktemp("saved") / "run")


@pytest.fixture
def edited(saved, tmp_path) -> Path:
    """A copy of it, to be spoiled."""
    return Path(shutil.copytree(saved, tmp_path / "edited"))


def edit(folder: Path, key: tuple[str, ...], value: Any) -> None:
    """Replace what stands at a key of `run.json`, or take it away."""
    about = json.loads((folder / "run.json").read_text("utf-8"))
    table = about
    for name in key[:-1]:
        table = table[name]
    if value is GONE:
        del table[key[-1]]
    else:
        table[key[-1]] = value
    (folder / "run.json").write_text(json.dumps(about), "utf-8")


def keys_of(table: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in table.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from keys_of(value, (*above, name))


def watched(folder: Path) -> None:
    check_opened(str(folder))


def refusal(folder: Path, opening: Callable[[Path], object] = watched) -> str:
    """Why a folder cannot be opened: one line that names its file; empty if it can."""
    try:
        opening(folder)
    except ScenarioError as refused:
        assert len(refused.problems) == 1
        said = str(refused.problems[0])
        assert "\n" not in said and said.isprintable() and len(said) < 1200
        assert str(folder) in said
        assert "pydantic" not in said and "Input should" not in said
        return said
    return ""


def cases(about: dict[str, Any], count: int) -> list[tuple[tuple[str, ...], Any]]:
    """What is done at which key: a draw from all keys and all that can be done."""
    luck, keys = random.Random(count), list(keys_of(about))
    first = [key for key in keys if len(key) < 3 and key[:1] != ("versions",)]
    return [
        (luck.choice(first if at % 2 else keys), luck.choice((GONE, *VALUES)))
        for at in range(count)
    ]


def test_any_key_of_the_provenance(saved, edited):
    """A bounded draw of keys and values: nothing else happens."""
    _fuzz(saved, edited, 40, lambda folder: read_about(folder, "run"))


@pytest.mark.slow
def test_many_keys_of_the_provenance(saved, edited):
    _fuzz(saved, edited, 200, watched)


def _fuzz(saved: Path, edited: Path, count: int, opening: Callable[[Path], object]) -> None:
    content, refused = (saved / "run.json").read_text("utf-8"), 0
    for key, value in cases(json.loads(content), count):
        edit(edited, key, value)
        refused += bool(refusal(edited, opening))
        (edited / "run.json").write_text(content, "utf-8")
    assert refused > count / 2


ACT = ("scenario", "resolved", "events", "chips_oct_2022")
KNOWN = {
    "null": (("worlds",), None, "worlds: must be a whole number"),
    "fewer than none": (("worlds",), -1, "worlds: must be at least 1, found -1"),
    "text for a number": (("seed",), "7", "seed: must be a whole number, found '7'"),
    "number for text": (("scenario", "title"), 7, "scenario.title: must be text, found 7"),
    "an act by nobody": ((*ACT, "by"), GONE, "chips_oct_2022"),
    "other worlds": (("worlds",), 3, "world: has other labels than edited/run.json says: 0 to 2"),
    "other months": (("months",), 7, "month: has other labels"),
    "more months": (("months",), 600, "months: 600 were run, and the scenario has 132"),
    "unseen": (("scenario", "name"), "a\x07", "scenario.name: holds a character that cannot be"),
    "deep": (("scenario", "own"), DEEP, "is no JSON (recursion limit exceeded"),
    "another kind": (("kind",), "forecast", "kind: is 'forecast' (a run or comparison is needed"),
    "later": (("format",), FORMAT + 1, f"format: is {FORMAT + 1}, and this moat reads up to"),
}


@pytest.mark.parametrize("case", KNOWN)
def test_what_is_said(case, edited):
    key, value, wanted = KNOWN[case]
    edit(edited, key, value)
    assert wanted in refusal(edited)


@pytest.mark.parametrize("command", [["report"], ["watch", "--no-open"]])
def test_commands_refuse_with_status_2(command, edited):
    edit(edited, ("scenario", "resolved", "labs"), None)
    done = CliRunner().invoke(main, [*command, str(edited)])
    assert done.exit_code == 2, done.output
    assert done.stderr.startswith(f"error: {edited / 'run.json'}: scenario.resolved.labs: must be")
    assert done.stderr.count("\n") == 1
    (edited / "run.json").write_bytes(b'{"kind": "run", ')
    done = CliRunner().invoke(main, [*command, str(edited)])
    assert done.exit_code == 2 and "run.json: is no JSON" in done.stderr


def test_folders_of_earlier_versions_open(edited):
    """They do not say their format."""
    assert json.loads((edited / "run.json").read_text())["format"] == FORMAT
    edit(edited, ("format",), GONE)
    assert refusal(edited) == ""
    assert Results.open(edited).about == read_about(edited, "run")


def _relabel(file: h5py.File, name: str, labels: list) -> None:
    group, _, _ = name.rpartition("/")
    attributes = dict(file[name].attrs)
    del attributes["_Netcdf4Dimid"], file[name]
    kind = h5py.string_dtype() if isinstance(labels[0], str) else None
    file[group].create_dataset(name.rpartition("/")[2], data=labels, dtype=kind)


def _month(file: h5py.File) -> None:
    months = [f"2020-{n:02d}" for n in range(1, 8)]
    file["outcomes/month"][:] = [*months, "<script>alert(1)</script>"]


def _lab(file: h5py.File) -> None:
    file["series/lab"][0] = "Nobody"


def _unit(file: h5py.File) -> None:
    file["outcomes/lead_months"].attrs["unit"] = "\x1b[31m"


def _elsewhere(file: h5py.File) -> None:
    del file["outcomes/lead_months"]
    file["outcomes/lead_months"] = h5py.ExternalLink("/etc/hostname", "/data")


def _raw(file: h5py.File) -> None:
    del file["outcomes/lead_months"]
    places = [("/etc/hostname", 0, 64)]
    file["outcomes"].create_dataset("lead_months", (8, 1), "f4", external=places)


def _huge(file: h5py.File) -> None:
    file["outcomes"].create_dataset("more", (10**6, 10**4), "f8", chunks=(10**4, 10))


def _no_outcomes(file: h5py.File) -> None:
    del file["outcomes"]


NETCDF = {
    _month: "month: has other labels",
    _lab: "lab: has other labels",
    _unit: "holds a character that cannot be seen",
    _elsewhere: "lead_months is no array of this file",
    _raw: "lead_months is no array of this file",
    _huge: "more has 10,000,000,000 numbers",
    _no_outcomes: "cannot be read",
}


@pytest.mark.parametrize("spoil", NETCDF)
def test_arrays_that_do_not_agree(spoil, edited):
    with h5py.File(edited / "results.nc", "r+") as file:
        spoil(file)
    said = refusal(edited)
    assert NETCDF[spoil] in said and "results.nc" in said


def test_others_can_open_the_arrays(edited):
    """The root says how; a group has dates, units and names, which are not read again."""
    root = xr.open_dataset(edited / "results.nc", engine="h5netcdf")
    assert root.attrs["format"] == str(FORMAT) and root.attrs["groups"].startswith("outcomes")
    command = root.attrs["how_to_open"].partition(", or ")[0].partition(": ")[2]
    found = eval(command.replace("results.nc", str(edited / "results.nc")), {"xarray": xr})
    assert str(found["time"].values[1])[:10] == "2020-02-29"
    lead, compute = found["lead_months"].attrs, found["us_compute"].attrs
    assert (lead["units"], lead["long_name"]) == ("month", f"{lead['meaning']} [months]")
    assert (compute["units"], compute["long_name"]) == ("1", f"{compute['meaning']} [H100e]")
    assert root.attrs["Conventions"] == CONVENTIONS and found["world"].dtype == "int32"
    again = Results.open(edited).outcomes
    assert "time" not in again.coords and set(again["lead_months"].attrs) == {"unit", "meaning"}


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_a_file_that_was_cut(share, edited):
    """It is not said that something could not be written."""
    file = edited / "results.nc"
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    said = refusal(edited)
    assert "cannot be read" in said and "cannot write" not in said
    assert "make it again with moat run" in said


def test_the_arrays_follow_the_cf_conventions(saved, tmp_path):
    """By the checker of IOOS: a variable of every unit, since it takes long for many."""
    run = Results.open(saved)
    variables = dict(run.outcomes.data_vars) | dict(run.series.data_vars)
    few = {values.attrs["unit"]: (name, values) for name, values in variables.items()}
    assert {*few, *(one.unit for one in PAIRED)} <= set(UDUNITS)
    root = {"title": "t", "history": "h", "Conventions": CONVENTIONS}
    (tmp_path / "few.nc").write_bytes(netcdf({"": xr.Dataset(dict(few.values()))}, (), root))
    checker = Path(sys.executable).parent / "compliance-checker"
    test = ["-t", CONVENTIONS.lower().replace("-", ":"), "-s", "check_grid_coordinates", "few.nc"]
    done = subprocess.run([checker, *test], capture_output=True, text=True, cwd=tmp_path)
    assert "All tests passed!" in done.stdout, done.stdout + done.stderr
