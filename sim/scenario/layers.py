"""Layers of a scenario, before merging: the settings of a file, a folder of files or the flags."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from sim.scenario.bounds import (
    DEEPEST,
    MOST_BYTES,
    MOST_FILES,
    has_long_key,
    too_deep,
    too_many,
)
from sim.scenario.errors import Problem, ScenarioError, cut
from sim.scenario.library import find
from sim.scenario.paths import above, below, leaves, set_at, split_key

Tree = dict[str, Any]
Overrides = Iterable[str] | Mapping[str, Any]  # `"effort.eta=1.5"`, or `{"effort.eta": 1.5}`
FLAGS = "--set"
IN_PYTHON = "scenario"  # what a scenario without a file is called
# Files that are no scenarios: what they are called, tables that no scenario has, what runs them.
OTHER_FILES = {
    "design": ("the design of a sweep", {"factors", "sampler"}, "moat sweep"),
    "problem": ("a policy problem", {"levers", "goals"}, "moat optimise"),
}

_HALF_A_DATE = re.compile(r"=\s*\d{4}(-\d{1,2}\s*(#|$)|/\d|-\d{1,2}-\d\b|-\d-)")
_TOML_HINTS = {  # words of the parser -> what to do
    "Invalid date": "is there such a day? write 2023-10-17",
    "Cannot overwrite": "the key is set above already; keep one of the two",
    "Cannot declare": "the table is written above already; put the keys under one heading",
    "Cannot mutate": "the table is complete in its { }; add the key inside",
    "Expected '='": 'a line is KEY = VALUE, and a name with spaces takes quotes: "Google DeepMind"',
    "Expected newline": "one key a line; decimals take a point: 0.7",
    "Expected ']'": 'is a ] missing? a name with spaces takes quotes: [labs."Google DeepMind"]',
    "Invalid value": "texts take quotes; numbers, dates, true and false take none",
    "Invalid statement": "a line is KEY = VALUE, or a [table]; a comment starts with #",
    "Illegal character": "is a closing quote missing?",
    "Unterminated string": "is a closing quote missing?",
}


@dataclass
class Layer:
    """The settings of one file, of one folder of files, or of the flags."""

    name: str
    tree: Tree = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # dotted key -> file that sets it
    tables: set[str] = field(default_factory=set)  # dotted keys of the tables above them
    problems: list[Problem] = field(default_factory=list)

    def file_of(self, key: str) -> str:
        """The file that sets a key, something in it, or the table around it."""
        if key in self.tables:
            return self.files[below(self.files, key)[0]]
        places = chain((key,), above(key))
        return next((self.files[k] for k in places if k in self.files), self.name)


def ancestry(path: Path) -> list[Layer]:
    """The layers from the oldest ancestor to the file itself."""
    layers: list[Layer] = []
    seen: list[Path] = []
    while True:
        if path.resolve() in seen:
            raise ScenarioError(_circle([*seen, path.resolve()], layers[-1]))
        if len(seen) == MOST_FILES:
            wrong = f"leads on to more than {MOST_FILES} files"
            raise ScenarioError(Problem(layers[-1].file_of("extends"), "extends", wrong))
        seen.append(path.resolve())
        layer = _read_layer(path)
        layers.insert(0, layer)
        if (kind := kind_of(layer.tree)) in OTHER_FILES:
            what, _, command = OTHER_FILES[kind]
            raise ScenarioError(
                Problem(layer.name, "", f"is {what}, no scenario", f"{command} {path}")
            )
        parent = layer.tree.pop("extends", None)
        if parent is None:
            return layers
        asked_by = layer.file_of("extends")
        if not isinstance(parent, str):
            raise ScenarioError(
                Problem(asked_by, "extends", "must be one name in quotes", 'extends = "as_enacted"')
            )
        path = find(parent, beside=path, asked_by=asked_by)


def ancestry_of(tables: Mapping[str, Any]) -> list[Layer]:
    """The layers of a scenario that is built in Python, the oldest ancestor first."""
    try:
        tree = tomllib.loads(tomlkit.dumps(tables))  # the values of a file, and no others
    except (ValueError, TypeError, TOMLKitError) as error:
        trouble = f"cannot be a scenario: {cut(error)}"
        raise ScenarioError(Problem(IN_PYTHON, "", trouble, VALUES)) from None
    if too_deep(tree):
        deep = "is nested too deeply", "tables need no more than five levels"
        raise ScenarioError(Problem(IN_PYTHON, "", *deep))
    if crowded := too_many(tree, IN_PYTHON):
        raise ScenarioError(crowded)
    layer = Layer(IN_PYTHON)
    parent = tree.pop("extends", None)
    _add(layer, tree, IN_PYTHON)
    if parent is None:
        return [layer]
    if not isinstance(parent, str):
        wrong = "must be one name in quotes"
        raise ScenarioError(Problem(IN_PYTHON, "extends", wrong, '"extends": "as_enacted"'))
    return [*ancestry(find(parent)), layer]


def kind_of(tree: Tree) -> str:
    """What a file is by its tables: a `scenario`, or a kind of `OTHER_FILES`."""
    if "extends" in tree:
        return "scenario"
    kinds = (kind for kind, (_, tables, _) in OTHER_FILES.items() if tables & tree.keys())
    return next(kinds, "scenario")


def _circle(seen: list[Path], layer: Layer) -> Problem:
    """A chain of `extends` that comes back to a file; `layer` was asked for first."""
    if seen[0] == seen[1]:
        wrong, hint = "names the file itself", "name another scenario, or rename this file"
    else:
        names = " -> ".join(path.stem for path in seen)
        wrong, hint = f"goes in a circle: {names}", "let one of them extend something else"
    return Problem(layer.file_of("extends"), "extends", wrong, hint)


def _read_layer(path: Path) -> Layer:
    """A file, or a folder whose files may not set the same key twice."""
    layer = Layer(str(path))
    trouble = []
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if len(files) > MOST_FILES:
        raise ScenarioError(Problem(str(path), "", f"holds more than {MOST_FILES} .toml files"))
    for file in files:
        try:
            tree = parse(file)
            if crowded := too_many(tree, str(file)):
                raise ScenarioError(crowded)
            _add(layer, tree, str(file))
        except ScenarioError as wrong:
            trouble += wrong.problems
    if trouble:
        raise ScenarioError(trouble + layer.problems)
    return layer


def parse(file: Path) -> Tree:
    """The tables of a TOML file; ScenarioError if it cannot be read."""
    text = _text(file)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        trouble = _not_toml(text, str(wrong))
    except RecursionError:
        trouble = "is nested too deeply", "tables need no more than five levels"
    except ValueError as wrong:  # a number of thousands of digits
        trouble = f"cannot be read: {cut(wrong)}", "is a number too long?"
    else:
        if tree and not too_deep(tree):
            return tree
        trouble = (
            ("is nested too deeply", "tables need no more than five levels")
            if tree
            else ("sets nothing", 'start with extends = "as_enacted" and a title')
        )
    raise ScenarioError(Problem(str(file), "", *trouble))


def _text(file: Path) -> str:
    """The text of a file that is not too large for the parser."""
    try:
        if not file.is_file():  # a pipe would be waited for
            trouble = "is no file", ""
        else:
            with file.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
            text = content.decode("utf-8-sig")
            if len(content) <= MOST_BYTES and not has_long_key(text):
                return text
            trouble = (
                (f"is larger than {MOST_BYTES / 1e6:.0f} MB", "a scenario says only what differs")
                if len(content) > MOST_BYTES
                else ("is nested too deeply", "tables need no more than five levels")
            )
    except UnicodeDecodeError as wrong:
        trouble = f"is not UTF-8 (byte {wrong.start})", "save it as UTF-8"
    except OSError as wrong:
        trouble = f"cannot be read: {wrong.strerror}", ""
    raise ScenarioError(Problem(str(file), "", *trouble))


def _not_toml(text: str, wrong: str) -> tuple[str, str]:
    """The parser's complaint with the line it is about, and what to do."""
    parts = re.search(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", wrong)
    complaint = parts[1] if parts else wrong
    lines = text.splitlines()
    number = int(parts[2]) if parts and parts[2] else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    hint = next((do for words, do in _TOML_HINTS.items() if complaint.startswith(words)), "")
    if _HALF_A_DATE.search(line):
        hint = 'a date is written 2023-10-17, a month "2023-10" in quotes'
    return f"line {number} is not TOML: {complaint}: {cut(line)}", hint


def _add(layer: Layer, tree: Tree, file: str) -> None:
    """Add one file or flag to a layer; nothing may be set twice."""
    fresh = dict(leaves(tree))
    layer.problems += _sets_nothing(fresh, file)
    doubled = [(key, other) for key in fresh if (other := _set_before(layer, key, fresh[key]))]
    for key, other in doubled:
        also = "" if key == other else f", as '{other}'"
        where = "by another --set" if file == FLAGS else f"in {layer.file_of(other)}"
        wrong = f"is set {where} too{also}"
        layer.problems.append(Problem(file, key, wrong, "keep one of the two"))
    for key in fresh:
        layer.files.setdefault(key, file)
        layer.tables.update(above(key))
    _deep_update(layer.tree, tree)


def _sets_nothing(fresh: Tree, file: str) -> Iterator[Problem]:
    """Empty tables, and paths whose knots are out of order."""
    months: dict[str, list[str]] = {}
    for key, value in fresh.items():
        if value == {}:
            wrong, hint = (
                "is empty and changes nothing",
                f'to drop the parent\'s: unset = ["{key}"]',
            )
            yield Problem(file, key, wrong, hint)
        path, knots, month = key.rpartition(".knots.")
        if knots:
            months.setdefault(path + knots[:-1], []).append(month)
    for key, listed in months.items():
        if listed != sorted(listed):
            yield Problem(file, key, "months are out of order", f"write {min(listed)} first")


def _set_before(layer: Layer, key: str, value: Any) -> str | None:
    """The key of the layer that a new setting would overwrite."""
    if value == {}:
        return None
    if key in layer.tables:
        return below(layer.files, key)[0]
    return next((at for at in (key, *above(key)) if at in layer.files), None)


def _deep_update(into: Tree, tree: Tree) -> None:
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _deep_update(into[key], value)
        else:
            into[key] = value


VALUES = "values are numbers, texts, true or false, dates, lists and tables, as in a file"


def as_texts(overrides: Overrides) -> list[str]:
    """Overrides as they stand in a command, `"KEY=VALUE"` with VALUE as in TOML."""
    if isinstance(overrides, str):
        return [overrides]
    if not isinstance(overrides, Mapping):
        return list(overrides)
    return [f"{key}={_as_toml(key, value)}" for key, value in overrides.items()]


def _as_toml(key: str, value: Any) -> str:
    try:
        if isinstance(value, Mapping):
            table = tomlkit.inline_table()
            table.update(value)
            return table.as_string()
        return tomlkit.item(value).as_string()
    except (ValueError, TypeError, TOMLKitError):
        wrong = f"cannot be {cut(repr(value))}"
        raise ScenarioError(Problem(FLAGS, cut(key), wrong, VALUES)) from None


def flags(overrides: Overrides) -> Layer:
    """The overrides of the command line as one layer."""
    layer = Layer(FLAGS)
    for text in as_texts(overrides):
        try:
            _add(layer, _flag(text), FLAGS)
        except ScenarioError as wrong:
            layer.problems += wrong.problems
    return layer


def _flag(text: str) -> Tree:
    key, equals, raw = (part.strip() for part in text.partition("="))
    parts = split_key(key)
    if not equals or not raw or not all(parts):
        wrong = f"'{cut(text)}' is not KEY=VALUE"
        raise ScenarioError(Problem(FLAGS, "", wrong, "such as labs.DeepSeek.openness=0.5"))
    if parts == ["extends"]:
        raise ScenarioError(
            Problem(FLAGS, key, "cannot be set by a flag", "name that scenario instead of this one")
        )
    tree: Tree = {}
    set_at(tree, parts, _flag_value(raw))
    if len(parts) > DEEPEST or too_deep(tree):
        raise ScenarioError(Problem(FLAGS, cut(key), "is nested too deeply"))
    return tree


def _flag_value(raw: str) -> Any:
    """A flag's value read as TOML; a bare word is meant as text: `--set labs.X.bloc=US`."""
    try:
        tree = tomllib.loads(f"x = {raw}")
    except (ValueError, RecursionError):
        return raw
    return tree["x"] if tree.keys() == {"x"} else raw
