"""A shipped scenario with a visitor's changes, as one value that can be compared."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import Any

import tomlkit

from sim.scenario.errors import Problem, ScenarioError, cut
from sim.scenario.paths import is_number, is_within, join_key, set_at, split_key, value_at
from viz.dashboard.state.limits import MAX_CHANGES, MAX_VALUE_LENGTH

FIXED = ("start", "months", "blocs", "extends", "unset", "title", "why", "correlations")
ACTS = ("events", "breakthroughs", "incidents", "reactions", "changes")  # tables of dated acts


@dataclass(frozen=True)
class EditedScenario:
    """A scenario and what was changed in it.

    Attributes:
        name: one that `available.paths` knows.
        changes: dotted keys and their new values as TOML, as in `--set KEY=VALUE`.
    """

    name: str
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def overrides(self) -> list[str]:
        """The changes as flags."""
        return [f"{key}={value}" for key, value in self.changes]

    @property
    def changed(self) -> dict[str, str]:
        """New values, as TOML, by dotted key."""
        return dict(self.changes)

    def value(self, key: str) -> Any:
        """The new value of a key, None where it was not changed."""
        text = self.changed.get(key)
        return None if text is None else from_toml(text)

    def put(self, key: str, value: Any) -> EditedScenario:
        """With a key changed; earlier changes of the key, or of parts of it, are dropped.

        Raises:
            ScenarioError: the key may not be changed here, or there are too many changes.
        """
        text = to_toml(value)
        check_change(key, text)
        parent = next((k for k in self.changed if key.startswith(f"{k}.")), None)
        if parent is not None:  # part of an act that the visitor added
            return self._put_inside(parent, key, value)
        rest = [(k, v) for k, v in self.changes if not is_within(k, key)]
        if len(rest) >= MAX_CHANGES:
            raise ScenarioError(
                Problem("page", key, f"more than {MAX_CHANGES} changes", "undo one of them")
            )
        return replace(self, changes=(*rest, (key, text)))

    def _put_inside(self, parent: str, key: str, value: Any) -> EditedScenario:
        tree = from_toml(self.changed[parent])
        names = split_key(key)[len(split_key(parent)) :]
        old = value_at(tree, ".".join(names))
        if is_number(old) and isinstance(value, int | float) and not isinstance(value, bool):
            value = {k: v for k, v in old.items() if k not in ("value", "prior")} | {"value": value}
        set_at(tree, names, value)
        return self.put(parent, tree)

    def undo(self, *keys: str) -> EditedScenario:
        """Without the changes of these keys."""
        return replace(self, changes=tuple(item for item in self.changes if item[0] not in keys))

    def reset(self) -> EditedScenario:
        """Without any change."""
        return EditedScenario(self.name)


def check_change(key: str, text: str) -> None:
    """Check that a visitor may make a change; the scenario's own rules come later.

    Raises:
        ScenarioError: with key, what was wrong and what to do.
    """
    parts = split_key(key)
    wrong = ""
    if parts[0] in FIXED or len(parts) < 2:
        wrong = "cannot be changed on the page"
    elif len(text) > MAX_VALUE_LENGTH or len(key) > 200:
        wrong = f"is longer than {MAX_VALUE_LENGTH} characters"
    else:
        try:
            value = from_toml(text)
        except ValueError:
            wrong = f"'{cut(text)}' is no TOML value"
        else:
            is_whole_act = parts[0] in ACTS and len(parts) == 2
            if isinstance(value, dict) and not is_whole_act:
                wrong = "takes one number, text or date"
    if wrong:
        raise ScenarioError(Problem("page", cut(key), wrong, "write a scenario file for that"))


def from_toml(text: str) -> Any:
    """A value written as TOML; ValueError where it is none."""
    try:
        tree = tomllib.loads(f"x = {text}")
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep
    if tree.keys() != {"x"}:
        raise ValueError(f"'{cut(text)}' is more than one value")
    return tree["x"]


def to_toml(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        inside = ",".join(f"{join_key([key])}={to_toml(item)}" for key, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{','.join(map(to_toml, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return tomlkit.item(value).as_string()
