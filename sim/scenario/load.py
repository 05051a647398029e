"""Reading scenario files: `extends`, deep merge, `--set`, where each key came from."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.explain_errors import problems_of
from sim.scenario.library import find
from sim.scenario.schema import Scenario

Tree = dict[str, Any]
FLAGS = "--set"


@dataclass
class Layer:
    """What one file (or one folder of files, or the flags) sets."""

    name: str
    tree: Tree
    files: dict[str, str] = field(default_factory=dict)  # dotted key -> file that sets it


@dataclass
class Loaded:
    """A scenario with its provenance.

    Attributes:
        name: as asked for.
        scenario: the checked, frozen scenario.
        tree: the resolved tables as plain data.
        origin: for every key the file or flag that set it.
        layers: names of the layers, the ancestor first.
        own: keys set by the last file or by flags, that is what differs from the parent.
    """

    name: str
    scenario: Scenario
    tree: Tree
    origin: dict[str, str]
    layers: list[str]
    own: list[str]

    @property
    def digest(self) -> str:
        """Hash of the resolved scenario: equal for equal runs, however it was written."""
        text = json.dumps(self.tree, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def load(name: str | Path, sets: Iterable[str] = ()) -> Loaded:
    """Read, merge and check a scenario.

    Args:
        name: a shipped scenario's name, or a path to a TOML file or a folder of them.
        sets: overrides `dotted.key=VALUE` with VALUE read as TOML.

    Raises:
        ScenarioError: with file, key, what was wrong and what to do, for everything found.
    """
    layers = _ancestry(find(str(name)))
    flags = _flags(list(sets))
    if flags.tree:
        layers.append(flags)
    tree: Tree = {}
    origin: dict[str, str] = {}
    for layer in layers:
        for path in layer.tree.pop("unset", []):
            _unset(tree, origin, path, layer)
        _merge(tree, layer.tree, "", layer, origin)
    _inherit_sources(tree)
    try:
        scenario = Scenario.model_validate(tree)
    except ValidationError as wrong:
        raise ScenarioError(problems_of(wrong, tree, origin, layers[-1].name)) from None
    own = [key for key, file in origin.items() if file in {*layers[-1].files.values(), FLAGS}]
    return Loaded(str(name), scenario, tree, origin, [layer.name for layer in layers], own)


def _ancestry(path: Path) -> list[Layer]:
    """The layers from the oldest ancestor to the file itself."""
    layers: list[Layer] = []
    seen: list[Path] = []
    while path is not None:
        if path.resolve() in seen:
            circle = " -> ".join(p.stem for p in [*seen, path])
            raise ScenarioError(
                Problem(str(path), "extends", f"goes in a circle: {circle}", "break it")
            )
        seen.append(path.resolve())
        layer = _read_layer(path)
        layers.insert(0, layer)
        parent = layer.tree.pop("extends", None)
        if parent is None:
            return layers
        if not isinstance(parent, str):
            raise ScenarioError(
                Problem(layer.name, "extends", "must be the name of one scenario, in quotes")
            )
        path = find(parent, beside=path, asked_by=layer.name)
    return layers


def _read_layer(path: Path) -> Layer:
    """A file, or a folder whose files may not set the same key twice."""
    layer = Layer(str(path), {})
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise ScenarioError(Problem(str(path), "", "holds no .toml file", "name a scenario file"))
    for file in files:
        _merge_once(layer, _parse(file), str(file))
    return layer


def _parse(file: Path) -> Tree:
    try:
        text = file.read_bytes().decode("utf-8")
        tree = tomllib.loads(text)
    except UnicodeDecodeError as wrong:
        raise ScenarioError(
            Problem(str(file), "", f"is not UTF-8 (byte {wrong.start})", "save it as UTF-8")
        ) from None
    except tomllib.TOMLDecodeError as wrong:
        raise ScenarioError(Problem(str(file), "", f"is not TOML: {wrong}")) from None
    except RecursionError:
        raise ScenarioError(Problem(str(file), "", "is nested too deeply to be read")) from None
    except OSError as wrong:
        raise ScenarioError(Problem(str(file), "", f"cannot be read: {wrong.strerror}")) from None
    if not tree:
        raise ScenarioError(
            Problem(str(file), "", "is empty", 'start with extends = "as_enacted" and a title')
        )
    return tree


def _merge_once(layer: Layer, tree: Tree, file: str) -> None:
    """Add one file of a layer; two files of a layer may not set the same key."""
    for key in leaves(tree):
        if key in layer.files:
            raise ScenarioError(
                Problem(file, key, f"is set in {layer.files[key]} too", "keep one of the two")
            )
        layer.files[key] = file
    _deep_update(layer.tree, tree)


def leaves(tree: Tree, path: str = "") -> Iterable[str]:
    """Dotted keys of everything that is no table."""
    for key, value in tree.items():
        at = f"{path}.{key}" if path else str(key)
        if isinstance(value, dict) and value:
            yield from leaves(value, at)
        else:
            yield at


def _deep_update(into: Tree, tree: Tree) -> None:
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _deep_update(into[key], value)
        else:
            into[key] = value


def _flags(sets: list[str]) -> Layer:
    """The overrides of the command line as one layer."""
    layer = Layer(FLAGS, {})
    for text in sets:
        key, equals, raw = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise ScenarioError(Problem(FLAGS, text, "is no KEY=VALUE", f"{FLAGS} a.b=1.5"))
        try:
            value = tomllib.loads(f"x = {raw}")["x"]
        except tomllib.TOMLDecodeError:
            value = raw  # a bare word is meant as text: --set labs.X.bloc=US
        tree: Tree = value
        for part in reversed(split_key(key)):
            tree = {part: tree}
        _merge_once(layer, tree, FLAGS)
    return layer


def split_key(key: str) -> list[str]:
    """Parts of a dotted key; quotes keep dots: `chips."H100 SXM".price`."""
    try:
        parts: list[str] = []
        tree = tomllib.loads(f"{key} = 0")
        while isinstance(tree, dict):
            part, tree = next(iter(tree.items()))
            parts.append(part)
        return parts
    except tomllib.TOMLDecodeError:
        return key.split(".")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_quantity(value: Any) -> bool:
    return isinstance(value, dict) and bool({"value", "prior"} & value.keys())


def _merge(into: Tree, tree: Tree, path: str, layer: Layer, origin: dict[str, str]) -> None:
    """Deep-merge a layer: tables merge, lists and numbers replace, a bare number is a value."""
    for key, new in tree.items():
        at = f"{path}.{key}" if path else key
        old = into.get(key)
        if _is_quantity(old) and _is_number(new):
            new = {"value": new}
        if isinstance(new, dict) and isinstance(old, dict):
            if _is_quantity(old) and _is_quantity(new):
                _replace_number(old, new, at, layer, origin)
            _merge(old, new, at, layer, origin)
            continue
        into[key] = _copy(new)
        for stale in [k for k in origin if k.startswith(f"{at}.")]:
            del origin[stale]
        inner = [f"{at}.{leaf}" for leaf in leaves(new)] if isinstance(new, dict) else [at]
        for leaf in inner or [at]:
            origin[leaf] = layer.files.get(leaf, layer.files.get(at, layer.name))


def _replace_number(old: Tree, new: Tree, at: str, layer: Layer, origin: dict[str, str]) -> None:
    """A new number drops the old value or prior, and its source, which spoke of the old one."""
    for gone in ("value", "prior", "note"):
        old.pop(gone, None)
        for stale in [k for k in origin if k == f"{at}.{gone}" or k.startswith(f"{at}.{gone}.")]:
            del origin[stale]
    if "source" not in new:
        old["source"] = f"set in {layer.name}"
        origin[f"{at}.source"] = layer.name


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return list(value) if isinstance(value, list) else value


def _unset(tree: Tree, origin: dict[str, str], path: str, layer: Layer) -> None:
    node: Any = tree
    parts = split_key(path)
    for part in parts[:-1]:
        node = node.get(part, {}) if isinstance(node, dict) else {}
    if not isinstance(node, dict) or parts[-1] not in node:
        known = node if isinstance(node, dict) else []
        hint = nearest(parts[-1], known)
        raise ScenarioError(Problem(layer.name, "unset", f"'{path}' is not set before", hint))
    del node[parts[-1]]
    for stale in [k for k in origin if k == path or k.startswith(f"{path}.")]:
        del origin[stale]


def _inherit_sources(node: Tree, source: str | None = None) -> None:
    """A source given once for a table holds for each number in it that names none."""
    if _is_quantity(node) or "knots" in node:
        if source is not None:
            node.setdefault("source", source)
        return
    own = node.get("source", source)
    for value in node.values():
        if isinstance(value, dict):
            _inherit_sources(value, own if isinstance(own, str) else source)
    if "source" in node and not {"announced", "date"} & node.keys():
        del node["source"]
