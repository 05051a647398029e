"""What stands at a dotted key of a scenario: a number, a switch, a date, a text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from sim.scenario.layers import split_key
from sim.scenario.quantity import Frozen, Path, Quantity
from sim.scenario.schema import Scenario

Kind = Literal["number", "switch", "choice", "date"]
FIXED = "correlations"  # their numbers are read once for all worlds, so they can be no column


@dataclass(frozen=True)
class Place:
    """A key of a scenario and what it holds.

    Attributes:
        parts: of the key, without quotes.
        kind: of the factor that can stand there.
        value: what the scenario says there.
        declared: unit and allowed range of a number, `{}` where the schema gives none.
        column: whether each world of a block can have its own.
    """

    parts: tuple[str, ...]
    kind: Kind
    value: Any
    declared: dict[str, Any]
    column: bool = False

    @property
    def key(self) -> str:
        """The dotted key as the engine's columns are named."""
        return ".".join(self.parts)


def place(scenario: Scenario, key: str) -> Place | None:
    """What a scenario has at a key; None where there is nothing of the kind."""
    parts = split_key(key)
    node: Any = scenario
    declared: dict[str, Any] = {}
    for at, part in enumerate(parts):
        if isinstance(node, Quantity) and parts[at:] == ["value"]:
            parts = parts[:at]
            break
        if isinstance(node, Frozen) and part in type(node).model_fields:
            field = type(node).model_fields[part]
            said: Any = field.json_schema_extra
            declared = said or declared
            node = getattr(node, part)
            if node is None and date in get_args(field.annotation):
                node = date.max  # no date is given: never
        elif isinstance(node, dict) and part in node:
            node = node[part]
        else:
            return None
    return _placed(tuple(parts), node, declared)


def _placed(parts: tuple[str, ...], node: Any, declared: dict[str, Any]) -> Place | None:
    fixed = parts[0] == FIXED
    match node:
        case Quantity():
            return Place(parts, "number", node, declared, column=not fixed)
        case bool():
            return Place(parts, "switch", node, {}, column=parts[0] == "channels")
        case int() | float():
            return Place(parts, "number", node, declared)
        case date():
            return Place(parts, "date", node, {})
        case str():
            return Place(parts, "choice", node, {})
    return None


def known_keys(scenario: Scenario) -> Iterator[str]:
    """Every key that a factor can vary, for hints."""
    yield "scenario"
    yield from _keys(scenario, "")


def _keys(node: Frozen | dict, path: str) -> Iterator[str]:
    for key in node if isinstance(node, dict) else type(node).model_fields:
        value = node[key] if isinstance(node, dict) else getattr(node, key)
        at = f"{path}.{key}" if path else key
        if isinstance(value, Quantity | bool | date):
            yield at
        elif isinstance(value, Frozen | dict) and not isinstance(value, Path):
            yield from _keys(value, at)


def flag(parts: Iterable[str], value: Any) -> str:
    """An override as the command line takes it: `labs."Google DeepMind".openness=0.5`."""
    plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    key = ".".join(p if p and set(p) <= set(plain) else json.dumps(p) for p in parts)
    return f"{key}={_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, date) else repr(value)
