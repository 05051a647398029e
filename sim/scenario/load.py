"""Reading scenario files: `extends`, deep merge, `--set`, where each key came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.scenario.bounds import MOST_PROBLEMS, too_many
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.fitted_worlds import FittedWorlds
from sim.scenario.layers import (
    FLAGS,
    IN_PYTHON,
    Layer,
    Overrides,
    Tree,
    ancestry,
    ancestry_of,
    as_texts,
    flags,
)
from sim.scenario.library import find
from sim.scenario.paths import children, is_number, leaves, split_key
from sim.scenario.schema import Scenario
from sim.scenario.shorthand import write_out
from sim.scenario.structures import REFERENCE, with_structure
from sim.scenario.validation_errors import Trail, problems_of

ACTS = (
    "events",
    "breakthroughs",
    "incidents",
    "reactions",
    "changes",
)  # tables whose entries keep a source


@dataclass
class ResolvedScenario:
    """A scenario with its provenance.

    Attributes:
        name: by which it was loaded.
        scenario: the checked, frozen scenario.
        tree: the resolved tables as plain data.
        origin: for every key the file or flag that set it.
        layers: names of the layers, the ancestor first.
        own: keys set by the last file or by flags: what differs from the parent.
        posterior: worlds that fit history (None: numbers and luck are drawn freely).
        structure: name of the structure in which it was loaded.
        parts: the same scenario in each of several structures, which its worlds share out by
            `shares` (empty: it has one structure).
    """

    name: str
    scenario: Scenario
    tree: Tree
    origin: dict[str, str]
    layers: list[str]
    own: list[str]
    posterior: FittedWorlds | None = None
    structure: str = REFERENCE
    parts: tuple[ResolvedScenario, ...] = ()
    shares: tuple[float, ...] = ()

    @property
    def digest(self) -> str:
        """Hash of the resolved scenario: equal for equal runs, however acts are called in it.

        Of several parts it is that of their hashes.
        """
        if self.parts:
            return hashlib.sha256("".join(one.digest for one in self.parts).encode()).hexdigest()
        tree = self.tree | {name: _untitled(self.tree[name]) for name in ACTS if name in self.tree}
        text = json.dumps(tree, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def alike(self, other: ResolvedScenario) -> set[str]:
        """Names of the tables that are equal in both (plain data first, which is faster)."""
        return {
            name
            for name in type(self.scenario).model_fields
            if self.tree.get(name) == other.tree.get(name)
            or getattr(self.scenario, name) == getattr(other.scenario, name)
        }


def _untitled(acts: Tree) -> Tree:
    """Acts without their titles, which change no run."""
    return {
        name: {key: value for key, value in act.items() if key != "title"}
        for name, act in acts.items()
    }


Source = str | Path | Mapping[str, Any] | ResolvedScenario  # where a scenario comes from


def load(source: Source, overrides: Overrides = (), structure: str = REFERENCE) -> ResolvedScenario:
    """Read, merge and check a scenario.

    Args:
        source: a shipped scenario's name, a path to a TOML file or a folder of them, the tables of
            such a file (`{"extends": "as_enacted", "title": "...", ...}`), or what this returned.
        overrides: `{"dotted.key": VALUE}`, or texts `dotted.key=VALUE` with VALUE read as TOML.
        structure: name of a rival form of the model (`scenarios/structures/`).

    Raises:
        ScenarioError: lists each problem with file, key, what is wrong and what to do.
    """
    if isinstance(source, ResolvedScenario):
        if texts := as_texts(overrides):
            wrong = "the scenario is loaded already"
            raise ScenarioError(Problem(FLAGS, texts[0], wrong, "give overrides to sim.load"))
        return source
    if isinstance(source, Mapping):
        return resolve(IN_PYTHON, ancestry_of(source), overrides, structure)
    return resolve(source, ancestry(find(str(source))), overrides, structure)


def resolve(
    name: str | Path,
    layers: Iterable[Layer],
    overrides: Overrides = (),
    structure: str = REFERENCE,
) -> ResolvedScenario:
    """Merge and check the layers of a scenario; they are not changed.

    To vary a scenario many times, read its layers once.

    Args:
        layers: the ancestor first (`ancestry`).
    """
    layers = with_structure(list(layers), structure)
    parents = len(layers) - 1
    overriding = flags(overrides)
    if overriding.tree or overriding.problems:
        layers.append(overriding)
    tree: Tree = {}
    trail = Trail({}, {}, [layer.name for layer in layers], parents > 0)
    problems: list[Problem] = []
    for rank, layer in enumerate(layers):
        problems += layer.problems + _unset_all(tree, trail, layer)
        settings = {key: value for key, value in layer.tree.items() if key != "unset"}
        _merge(tree, settings, "", layer, trail.origin)
        trail.ranks |= dict.fromkeys({layer.name, *layer.files.values()}, rank)
    write_out(tree, trail.origin)
    own = [key for key, file in trail.origin.items() if trail.ranks.get(file, 0) >= parents]
    _inherit_sources(tree, trail.origin)
    own = [key for key in own if key in trail.origin]
    scenario = _checked(tree, trail, problems)
    return ResolvedScenario(
        str(name), scenario, tree, trail.origin, trail.layers, own, structure=structure
    )


def _checked(tree: Tree, trail: Trail, found: list[Problem]) -> Scenario:
    """The scenario of merged tables; ScenarioError with all that was found in them, or much of it.

    Args:
        found: problems with the files that they were merged from.
    """
    name = trail.layers[-1]
    if crowded := too_many(tree, name):
        raise ScenarioError([*found[:MOST_PROBLEMS], *crowded])
    more: Iterable[Problem] = ()
    try:
        scenario = Scenario.model_validate(tree, strict=True)
    except ValidationError as wrong:
        more = problems_of(wrong, tree, trail)
    reported = list(islice(chain(found, more), MOST_PROBLEMS + 1))
    if not reported:
        return scenario
    if len(reported) > MOST_PROBLEMS:
        reported[-1] = Problem(name, "", "more is wrong than is shown here", "mend the above first")
    raise ScenarioError(reported)


def _is_bare_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _merge(into: Tree, tree: Tree, path: str, layer: Layer, origin: dict[str, str]) -> None:
    """Deep-merge a layer: tables merge, lists and numbers replace, a bare number is a value."""
    for key, new in tree.items():
        at = f"{path}.{key}" if path else key
        old = into.get(key)
        if is_number(old) and _is_bare_number(new):
            new = {"value": new}
        if isinstance(new, dict) and isinstance(old, dict):
            if is_number(old) and is_number(new):
                _replace_number(old, new, at, layer, origin)
            _merge(old, new, at, layer, origin)
            continue
        set_here = {leaf: layer.file_of(leaf) for leaf, _ in leaves({at: new})}
        if key in into:
            _forget(origin, at, old, but=set_here)
        into[key] = _copy(new)
        origin |= set_here


def _replace_number(old: Tree, new: Tree, at: str, layer: Layer, origin: dict[str, str]) -> None:
    """A new number drops the old value or prior, its note and its source."""
    for part in ("value", "prior", "note"):
        _forget(origin, f"{at}.{part}", old.pop(part, None))
    if "source" not in new:
        origin[f"{at}.source"] = layer.file_of(at)
        old["source"] = f"set in {layer.file_of(at)}"


def _copy(value: Any) -> Any:
    """As `copy.deepcopy`, four times as fast."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return list(value) if isinstance(value, list) else value


def _forget(origin: dict[str, str], key: str, value: Any, but: Collection[str] = ()) -> None:
    """Drop the origins of a key and of all that is in its value, but for some."""
    for leaf, _ in leaves({key: value}):
        if leaf not in but:
            origin.pop(leaf, None)


def _unset_all(tree: Tree, trail: Trail, layer: Layer) -> list[Problem]:
    """Remove what a layer unsets; problems with keys that its parent does not set."""
    paths = layer.tree.get("unset", [])
    file = layer.file_of("unset")
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        wrong = "must be a list of dotted keys in quotes"
        return [Problem(file, "unset", wrong, 'unset = ["events.chips_oct_2023"]')]
    problems = [_unset(tree, trail, path, file) for path in paths]
    return [problem for problem in problems if problem]


def _unset(tree: Tree, trail: Trail, path: str, file: str) -> Problem | None:
    names = split_key(path)
    node: Any = tree
    for name in names:
        if not isinstance(node, dict) or name not in node:
            wrong = f"'{path}' is not set in what this file extends"
            return Problem(file, "unset", wrong, nearest(name, children(node)))
        table, node = node, node[name]
    del table[names[-1]]
    key = ".".join(names)
    trail.removed[key] = file
    _forget(trail.origin, key, node)
    return None


def _inherit_sources(
    node: Tree, origin: dict[str, str], path: tuple = (), source: tuple[str, str] | None = None
) -> None:
    """Give each number without a source that of the nearest table around it."""
    at = ".".join([*path, "source"])
    numeric = bool({"value", "prior", "knots", "unit"} & node.keys())
    if numeric and not any(isinstance(node[k], dict) for k in node.keys() - {"prior", "knots"}):
        if source is not None and "source" not in node:
            node["source"], origin[at] = source
        return
    if isinstance(node.get("source"), str):
        source = node["source"], origin.get(at, "")
    for key, value in node.items():
        if isinstance(value, dict):
            _inherit_sources(value, origin, (*path, key), source)
    is_act = len(path) == 2 and path[0] in ACTS
    if isinstance(node.get("source"), str) and not is_act:
        del node["source"]
        origin.pop(at, None)
