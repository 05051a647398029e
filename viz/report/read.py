"""The folders that a report is asked for: opened, sorted by kind, and fit to stand together."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.io import open_discovery, open_optimum, open_sensitivity
from sim.experiments.io import effects_between, open_explanation
from sim.experiments.parts import Explanation
from sim.outcomes.catalogue import OUTCOMES, PAIRED
from sim.record.results import ABOUT, Results
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.sweeps.store import holds_sweep, open_sweep

SAID = ("scenario", "seed", "worlds", "months", "versions", "generator", "finished", "seconds")
SCENARIO = ("name", "title", "files", "hash", "overrides", "resolved", "ensemble")
OLD = "the files are damaged or of another version of moat; make the result again"
VERBS = ("run", "compare", "explain", "sweep", "sensitivity", "discover", "optimise")
Pair = Results | Explanation  # what two scenarios differ in
ALONE: dict[str, Callable[[Path], Any]] = {  # told by themselves
    "sweep": open_sweep,
    "sensitivity": open_sensitivity,
    "discovery": open_discovery,
    "search": open_optimum,
}
KINDS = ("run", "comparison", "explanation", *ALONE)


@dataclass
class Given:
    """What a report tells.

    Attributes:
        runs: in the order asked for; the last is what the others are compared with.
        effects: comparisons, saved ones and those between runs.
        explanations: effects by channel.
        kind: of what stands alone, if anything does.
        alone: as it was opened.
    """

    runs: list[Results] = field(default_factory=list)
    effects: list[Results] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)
    kind: str = ""
    alone: Any = None

    @property
    def pairs(self) -> list[Pair]:
        """All that compares two scenarios."""
        return [*self.effects, *self.explanations]

    @property
    def abouts(self) -> list[dict[str, Any]]:
        """Provenance of all that was given or follows from it."""
        found: list[Pair] = [*self.runs, *self.effects, *self.explanations]
        return [one.about for one in found]


def read(folders: list[Path]) -> Given:
    """Open everything; two runs or more are compared with the last of them.

    Raises:
        FileNotFoundError: a folder holds no result.
        ScenarioError: a result cannot be used, or does not go with the others.
    """
    given = Given()
    kinds = [kind_of(folder) for folder in folders]
    single = next((kind for kind in kinds if kind in ALONE), "")
    if single:
        if len(folders) > 1:
            wrong = f"a {single} is told by itself"
            raise ScenarioError(Problem("report", "", wrong, f"give one report a {single}"))
        given.kind, given.alone = single, _opened(folders[0], ALONE[single])
        return given
    for folder, kind in zip(folders, kinds, strict=True):
        if kind == "explanation":
            given.explanations.append(_opened(folder, open_explanation))
            continue
        results = _whole(folder, _opened(folder, Results.open))
        (given.runs if kind == "run" else given.effects).append(results)
    for run in given.runs[:-1]:
        given.effects.append(effects_between(run, given.runs[-1]))
    _about_one_thing(given)
    return given


def kind_of(folder: Path) -> str:
    """What kind of result lies in a folder.

    Raises:
        FileNotFoundError: none.
        ScenarioError: one that reports do not tell, or one that is damaged.
    """
    if holds_sweep(folder):
        return "sweep"
    if not (folder / ABOUT).is_file():
        hint = f"name a folder that moat {', '.join(VERBS)} has written"
        near = nearest(folder.name, [one.name for one in _beside(folder)])
        near = f"; {near}" if near else ""
        raise FileNotFoundError(f"{folder} holds no moat result ({ABOUT}): {hint}{near}")
    about = _opened(folder, lambda place: json.loads((place / ABOUT).read_text("utf-8")))
    kind = about.get("kind") if isinstance(about, dict) else None
    if kind not in KINDS:
        hint = f"reports tell folders of kind {', '.join(KINDS)}"
        raise ScenarioError(Problem(str(folder), "kind", f"is '{kind}'", hint))
    if kind not in ALONE:
        _check(folder, about)
    return kind


def _check(folder: Path, about: dict[str, Any]) -> None:
    """Refuse a `run.json` that does not say all that a report tells of it."""
    missing = [key for key in SAID if key not in about]
    for role in {"scenario", "against"} & about.keys():
        missing += [f"{role}.{key}" for key in SCENARIO if key not in about[role]]
    if missing:
        wrong = f"{ABOUT} lacks {', '.join(missing[:3])}"
        raise ScenarioError(Problem(str(folder), "", wrong, OLD))


def _beside(folder: Path) -> list[Path]:
    """Folders with results in the place where one was looked for."""
    place = folder.parent
    found = sorted(place.iterdir()) if place.is_dir() else []
    return [one for one in found if (one / ABOUT).is_file()]


def _opened(folder: Path, opener: Callable[[Path], Any]) -> Any:
    """Open a result, or say that it is damaged."""
    try:
        return opener(folder)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        what = f"cannot be read ({type(wrong).__name__}: {wrong})"
        raise ScenarioError(Problem(str(folder), "", what, OLD)) from None


def _whole(folder: Path, results: Results) -> Results:
    """Refuse a result of a version of moat that measured other outcomes."""
    needed = [one.name for one in OUTCOMES]
    if results.is_comparison:
        needed += [one.name for one in PAIRED]
    missing = [name for name in needed if name not in results.names]
    if missing:
        wrong = f"lacks {', '.join(missing[:3])}"
        raise ScenarioError(Problem(str(folder), "", wrong, OLD))
    return results


def _about_one_thing(given: Given) -> None:
    """All comparisons and explanations are of one pair, and of the runs where there are any."""
    pairs = {}
    for one in given.pairs:
        key = tuple(one.about[role]["hash"] for role in ("scenario", "against"))
        names = tuple(one.about[role]["name"] for role in ("scenario", "against"))
        pairs[key] = names
    known = {run.about["scenario"]["hash"] for run in given.runs}
    strange = [names for key, names in pairs.items() if known and not set(key) <= known]
    if strange:
        a, b = strange[0]
        wrong = f"the comparison of {a} and {b} goes with runs of just these two"
        raise ScenarioError(Problem("report", "", wrong, "give both runs, or none"))
    if not given.runs and len(pairs) > 1:
        shown = "; ".join(f"{a} against {b}" for a, b in pairs.values())
        wrong = f"these are about different pairs: {shown}"
        raise ScenarioError(Problem("report", "", wrong, "give one report a pair, or the runs"))
