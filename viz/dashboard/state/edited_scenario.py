"""A case: a shipped scenario with a visitor's changes, as one value that can be compared."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import Any

import tomlkit

from sim.scenario.errors import Problem, ScenarioError, cut
from sim.scenario.layers import split_key
from viz.dashboard.state.limits import LONGEST_VALUE, MOST_CHANGES

FIXED = ("start", "months", "blocs", "extends", "unset", "title", "why", "correlations")
ACTS = ("events", "breakthroughs", "incidents", "reactions")  # tables of dated acts


@dataclass(frozen=True)
class Case:
    """A scenario and what was changed in it.

    Attributes:
        scenario: a name that `stories.known` knows.
        changes: dotted keys and their new values as TOML, as in `--set KEY=VALUE`.
    """

    scenario: str
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
        return None if text is None else plain(text)

    def put(self, key: str, value: Any) -> Case:
        """With a key changed; what was said before of the key, or of parts of it, goes.

        Raises:
            ScenarioError: the key may not be changed here, or there are too many changes.
        """
        text = toml(value)
        check(key, text)
        around = next((k for k in self.changed if key.startswith(f"{k}.")), None)
        if around is not None:  # part of an act that the visitor added
            return self._put_inside(around, key, value)
        kept = [(k, v) for k, v in self.changes if k != key and not k.startswith(f"{key}.")]
        if len(kept) >= MOST_CHANGES:
            raise ScenarioError(
                Problem("page", key, f"more than {MOST_CHANGES} changes", "undo one of them")
            )
        return replace(self, changes=(*kept, (key, text)))

    def _put_inside(self, around: str, key: str, value: Any) -> Case:
        tree = plain(self.changed[around])
        *above, last = split_key(key)[len(split_key(around)) :]
        node = tree
        for part in above:
            node = node.setdefault(part, {})
        old = node.get(last)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        node[last] = {**_without_number(old), "value": value} if _numeric(old, is_number) else value
        return self.put(around, tree)

    def undo(self, *keys: str) -> Case:
        """Without the changes of these keys."""
        return replace(self, changes=tuple(one for one in self.changes if one[0] not in keys))

    def reset(self) -> Case:
        """Without any change."""
        return Case(self.scenario)


def _numeric(old: Any, is_number: bool) -> bool:
    return is_number and isinstance(old, dict) and bool({"value", "prior"} & old.keys())


def _without_number(old: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in old.items() if key not in ("value", "prior")}


def check(key: str, text: str) -> None:
    """Hold a change against what a visitor may change; the scenario's own rules come later.

    Raises:
        ScenarioError: with key, what was wrong and what to do.
    """
    parts = split_key(key)
    wrong = ""
    if parts[0] in FIXED or len(parts) < 2:
        wrong = "cannot be changed on the page"
    elif len(text) > LONGEST_VALUE or len(key) > 200:
        wrong = f"is longer than {LONGEST_VALUE} characters"
    else:
        try:
            value = plain(text)
        except ValueError:
            wrong = f"'{cut(text)}' is no TOML value"
        else:
            whole_act = parts[0] in ACTS and len(parts) == 2
            if isinstance(value, dict) and not whole_act:
                wrong = "takes one number, text or date"
    if wrong:
        raise ScenarioError(Problem("page", cut(key), wrong, "write a scenario file for that"))


def plain(text: str) -> Any:
    """A value written as TOML; ValueError where it is none."""
    try:
        tree = tomllib.loads(f"x = {text}")
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep
    if tree.keys() != {"x"}:
        raise ValueError(f"'{cut(text)}' is more than one value")
    return tree["x"]


def toml(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        inside = ",".join(f"{tomlkit.key(k).as_string()}={toml(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{','.join(map(toml, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return tomlkit.item(value).as_string()


def dotted(*parts: str) -> str:
    """A dotted key; names with blanks or dots in quotes."""
    return ".".join(tomlkit.key(part).as_string() for part in parts)
