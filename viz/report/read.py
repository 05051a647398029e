"""The folders of results that a report is made of: opened, sorted by kind, and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.experiments.io import effects_between, open_explanation
from sim.experiments.parts import Explanation
from sim.outcomes.catalogue import OUTCOMES, PAIRED
from sim.record.results import Results
from sim.record.stored import ABOUT, kind_of, readable
from sim.scenario.errors import Problem, ScenarioError, cut, nearest
from sim.sweeps.store import holds_sweep

OLD = "the files are damaged or from another version of moat; compute the result again"
VERBS = ("run", "compare", "explain", "sweep", "sensitivity", "discover", "optimise")
Pair = Results | Explanation  # what two scenarios differ in
ALONE = ("sweep", "sensitivity", "discovery", "search")  # kinds that are reported by themselves
KINDS = ("run", "comparison", "explanation", *ALONE)


@dataclass
class ReportInput:
    """Results that make one report.

    Attributes:
        runs: in the order of the command line; the last is what the others are compared with.
        comparisons: saved ones, and those between the runs.
        explanations: effects by channel.
    """

    runs: list[Results] = field(default_factory=list)
    comparisons: list[Results] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)

    @property
    def pairs(self) -> list[Pair]:
        """All that compares two scenarios."""
        return [*self.comparisons, *self.explanations]

    @property
    def abouts(self) -> list[dict[str, Any]]:
        """Provenance of every result."""
        return [result.about for result in (*self.runs, *self.pairs)]


def kinds_of(folders: list[Path]) -> list[str]:
    """The kinds of results in folders; some kinds are reported by themselves.

    Raises:
        FileNotFoundError: a folder holds no result.
        ScenarioError: a result cannot be used, or stands with others and may not.
    """
    kinds = [_kind_of(folder) for folder in folders]
    alone = next((kind for kind in kinds if kind in ALONE), "")
    if alone and len(folders) > 1:
        wrong = f"a {alone} needs a report of its own"
        raise ScenarioError(
            Problem("report", "", wrong, f"give each {alone} to a moat report of its own")
        )
    return kinds


def read(folders: list[Path], kinds: list[str]) -> ReportInput:
    """Open runs, comparisons and explanations; runs are compared with the last of them.

    Raises:
        ScenarioError: a result cannot be used, or does not go with the others.
    """
    inputs = ReportInput()
    for folder, kind in zip(folders, kinds, strict=True):
        if kind == "explanation":
            inputs.explanations.append(open_explanation(folder))
            continue
        results = _checked(folder, Results.open(folder))
        (inputs.runs if kind == "run" else inputs.comparisons).append(results)
    with readable(folders[-1], "moat run"):  # a series may be missing, or have other axes
        inputs.comparisons += [effects_between(run, inputs.runs[-1]) for run in inputs.runs[:-1]]
    _check_pairs(inputs)
    return inputs


def _kind_of(folder: Path) -> str:
    if holds_sweep(folder):
        return "sweep"
    if not (folder / ABOUT).is_file():
        hint = f"name a folder that moat {', '.join(VERBS)} has written"
        near = nearest(folder.name, _results_beside(folder))
        near = f"; {near}" if near else ""
        raise FileNotFoundError(f"{folder} holds no moat result ({ABOUT}): {hint}{near}")
    kind = kind_of(folder)
    if kind not in KINDS:
        hint = f"reports are made of folders of kind {', '.join(KINDS)}"
        raise ScenarioError(Problem(str(folder / ABOUT), "kind", f"is '{cut(kind)}'", hint))
    return kind


def _checked(folder: Path, results: Results) -> Results:
    """Refuse a result of a version of moat that measured other outcomes."""
    needed = [outcome.name for outcome in OUTCOMES]
    if results.is_comparison:
        needed += [outcome.name for outcome in PAIRED]
    if missing := [name for name in needed if name not in results.names]:
        wrong = f"lacks {', '.join(missing[:3])}"
        raise ScenarioError(Problem(str(folder), "", wrong, OLD))
    return results


def _results_beside(folder: Path) -> list[str]:
    """Names of the results in the place where one was looked for."""
    place = folder.parent
    folders = sorted(place.iterdir()) if place.is_dir() else []
    return [other.name for other in folders if (other / ABOUT).is_file()]


def _check_pairs(inputs: ReportInput) -> None:
    """Comparisons and explanations are of one pair, and of the runs where there are any."""
    pairs = {}
    for pair in inputs.pairs:
        key = tuple(pair.about[role]["hash"] for role in ("scenario", "against"))
        pairs[key] = tuple(pair.about[role]["name"] for role in ("scenario", "against"))
    hashes = {run.about["scenario"]["hash"] for run in inputs.runs}
    strange = [names for key, names in pairs.items() if hashes and not set(key) <= hashes]
    if strange:
        a, b = strange[0]
        wrong = f"the comparison of {a} and {b} can only be combined with runs of these two"
        raise ScenarioError(Problem("report", "", wrong, "give both of these runs, or no run"))
    if not inputs.runs and len(pairs) > 1:
        named = "; ".join(f"{a} against {b}" for a, b in pairs.values())
        wrong = f"these are about different pairs: {named}"
        raise ScenarioError(
            Problem("report", "", wrong, "make one report for each pair, or give the runs")
        )
