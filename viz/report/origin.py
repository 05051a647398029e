"""Where a report's numbers come from: how to make them again, by which code, from which files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from viz.report.page import Section, Table
from viz.text.results import which_worlds

VERBS = {"run": "run", "comparison": "compare", "explanation": "explain"}


def command(about: dict[str, Any]) -> str:
    """The command that makes a result again."""
    words = ["moat", VERBS[about["kind"]], about["scenario"]["name"]]
    if "against" in about:
        words.append(about["against"]["name"])
    words += ["--worlds", str(about["worlds"]), "--seed", str(about["seed"])]
    if about["kind"] == "explanation":
        words += ["--month", about["month"], "--channels", ",".join(about["channels"])]
        if about["orders"]:  # half of them are reverses
            words += ["--orders", str(about["orders"] // 2)]
    elif about["months"] < about["scenario"]["resolved"]["months"]:
        words += ["--months", str(about["months"])]
    if about["scenario"]["ensemble"]["name"] == "prior":
        words.append("--prior")
    for said in about["scenario"]["overrides"]:
        words += ["--set", said]
    return shlex.join(words)


def origin(found: list[dict[str, Any]]) -> Section:
    """One table a result: command, hashes, seed, versions, time."""
    words = [
        "The same command with the same version of moat gives the same numbers, on any machine. A "
        "scenario's hash covers every number that was used; two scenarios with the same hash are "
        "the same."
    ]
    return Section("Where the numbers come from", words, tables=[_table(one) for one in found])


def _drawn(ensemble: dict[str, Any]) -> str:
    """Which worlds these are, with the hash of the posterior."""
    told = which_worlds(ensemble)
    return f"{told} Hash of the posterior: {ensemble['hash']}" if "hash" in ensemble else told


def short(file: str) -> str:
    """A file without the folders of the machine on which it lay."""
    return "/".join(Path(file).parts[-2:])


def _table(about: dict[str, Any]) -> Table:
    rows = [["again", command(about)]]
    for role in ("scenario", "against"):
        if role in about:
            one = about[role]
            rows.append([role, f"{one['name']}: {one['title']}"])
            rows.append([f"{role}: hash", one["hash"]])
            rows.append([f"{role}: files", " < ".join(map(short, one["files"]))])
    rows += [
        ["worlds", f"{about['worlds']}, months {about['months']}"],
        ["drawn", _drawn(about["scenario"]["ensemble"])],
        ["luck", f"seed {about['seed']}; {about['generator']}"],
        ["versions", ", ".join(f"{name} {said}" for name, said in about["versions"].items())],
        ["finished", f"{about['finished']}, after {about['seconds']:g} s"],
    ]
    return Table(f"The {about['kind']}", ["what", "value"], rows)
