"""Where a report's numbers come from: how to make them again, by which code, from which files."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.analysis.optimise import Optimum
from sim.scenario.structures import ALL, REFERENCE
from sim.sweeps.store import Sweep
from viz.report.page import Section, Table
from viz.text.policy_search import settings
from viz.text.results import which_worlds

About = Mapping[str, Any]  # provenance of a result, as its run.json holds it
TITLE = "Where the numbers come from"
HEAD = ["what", "value"]
VERBS = {"run": "run", "comparison": "compare", "explanation": "explain"}


def command(verb: str, *arguments: str, **options: object) -> str:
    """A command of moat as it is typed.

    Args:
        options: by name; True is a flag, a list is repeated, a tuple is several words, and what
            is None, False or empty is left out.
    """
    words = ["moat", verb, *arguments]
    for name, value in options.items():
        if value is None or value is False or value in ("", [], ()):
            continue
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif isinstance(value, list):
            words += [word for item in value for word in (flag, str(item))]
        else:
            words += [flag, *map(str, value if isinstance(value, tuple) else (value,))]
    return shlex.join(words)


def run_command(about: About) -> str:
    """The command that makes a run, a comparison or an explanation again."""
    scenario = about["scenario"]
    scenarios = [about[role]["name"] for role in ("scenario", "against") if role in about]
    options: dict[str, object] = {"worlds": about["worlds"], "seed": about["seed"]}
    if about["kind"] == "explanation":
        options["month"] = about["month"]
        if "channels" in about:
            options["channels"] = ",".join(about["channels"])
        else:
            options["by"] = about["by"]
        options["orders"] = about["orders"] // 2 or None  # half of them are reverses
    elif about["months"] < scenario["resolved"]["months"]:
        options["months"] = about["months"]
    worlds = scenario["ensemble"]
    structure, posterior = worlds.get("structure", REFERENCE), worlds.get("posterior")
    if structure == ALL or not posterior:
        options["structure"] = None if structure == REFERENCE else structure
    else:
        options["posterior"] = posterior
    options["prior"] = worlds["name"] == "prior" and structure != ALL
    options |= {"set": scenario["overrides"]}
    return command(VERBS[about["kind"]], *scenarios, **options)


def search_command(optimum: Optimum) -> str:
    """The command that searches again."""
    search = optimum.search
    sizes = {"policies": search.policies, "worlds": search.worlds, "seed": search.seed}
    return command("optimise", optimum.about["problem"], **sizes)


def run_origin(abouts: Sequence[About]) -> Section:
    """One table a result: command, hashes, seed, versions, time."""
    text = (
        "The same command with the same version of moat gives the same numbers, on any machine. A "
        "scenario's hash covers every number that was used: scenarios with the same hash are "
        "identical."
    )
    return Section(TITLE, [text], tables=[_run_table(about) for about in abouts])


def _run_table(about: About) -> Table:
    ensemble = about["scenario"]["ensemble"]
    drawn = which_worlds(ensemble)
    if "hash" in ensemble:
        drawn += f" Hash of the posterior: {ensemble['hash']}"
    rows = [
        ["command", run_command(about)],
        *_scenario_rows(about, "scenario", "against"),
        ["worlds", f"{about['worlds']}, months {about['months']}"],
        ["worlds drawn from", drawn],
        ["luck", f"seed {about['seed']}; {about['generator']}"],
        ["versions", _pairs(about["versions"])],
        ["finished", f"{about['finished']}, after {about['seconds']:g} s"],
    ]
    return Table(f"The {about['kind']}", HEAD, rows)


def _scenario_rows(about: About, *roles: str) -> list[list[str]]:
    """Title, hash and files of the scenarios of a result."""
    rows = []
    for role in roles:
        if role in about:
            scenario = about[role]
            rows.append([role, f"{_short(scenario['name'])}: {scenario['title']}"])
            rows.append([f"{role}: hash", scenario["hash"]])
            rows.append([f"{role}: files", " < ".join(map(_short, scenario["files"]))])
    return rows


def _short(file: str) -> str:
    """A file without the folders of the machine on which it lay."""
    return "/".join(Path(file).parts[-2:])


def _pairs(table: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in table.items())


def sweep_origin(sweep: Sweep, analysis: str = "") -> Section:
    """How to make a sweep again, and how to analyse it again where that was done.

    Args:
        analysis: the command of the analysis.
    """
    rows = [["command of the analysis", analysis]] if analysis else []
    rows.append(["command", f"moat sweep {sweep.folder / 'design.toml'} --out FOLDER"])
    rows += [
        [key, _pairs(value) if isinstance(value, dict) else str(value)]
        for key, value in sweep.about.items()
        if isinstance(value, str | int | dict)
    ]
    rows += [[f"hash of {branch['name']}", branch["hash"]] for branch in sweep.about["branches"]]
    return Section(TITLE, tables=[Table("The sweep", HEAD, rows)])


def search_origin(optimum: Optimum) -> Section:
    """How to search again, in which scenario, and the settings of the policy between the goals."""
    about, search = optimum.about, optimum.search
    rows = [
        ["command", search_command(optimum)],
        *_scenario_rows(about, "scenario", "reference"),
        ["policies", f"{about['policies']} tried, {search.population} at once"],
        ["luck", f"seed {about['seed']}, {search.worlds} worlds, {about['months']} months"],
        ["compromise", settings(optimum, optimum.middle)],
        ["versions", _pairs(about["versions"])],
    ]
    text = "The same command with the same version of moat gives the same policies."
    return Section(TITLE, [text], tables=[Table("The search", HEAD, rows)])
