"""Dotted keys of a scenario: what stands at a key, which keys there are, how one is overridden."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from sim.scenario.paths import children, declaration, join_key, split_key, steps
from sim.scenario.quantity import Frozen, Path, Quantity
from sim.scenario.schema import Scenario

Kind = Literal["number", "switch", "choice", "date"]
Value = bool | float | str | date
FIXED = "correlations"  # read once for all worlds, so a world cannot have its own number


@dataclass(frozen=True)
class Entry:
    """What a scenario has at a key.

    Attributes:
        parts: of the key, without quotes.
        kind: of the factor that can vary it.
        value: of the scenario (a date that is not set is `date.max`).
        declared: unit and allowed range of a number, `{}` where the schema gives none.
        column: whether each world of a block can have its own value.
    """

    parts: tuple[str, ...]
    kind: Kind
    value: Quantity | Value | None
    declared: dict[str, Any]
    column: bool = False

    @property
    def key(self) -> str:
        """The dotted key, as columns of the engine are named."""
        return ".".join(self.parts)


def entry_at(scenario: Scenario, key: str) -> Entry | None:
    """The number, switch, text or date at a key; None if there is none."""
    names = split_key(key)
    way = list(steps(scenario, ".".join(names)))
    if [name for _, name, _ in way] != names:
        return None
    if isinstance(way[-1][0], Quantity) and names[-1] == "value":
        names, way = names[:-1], way[:-1]
    node = way[-1][2]
    field = declaration(scenario, ".".join(names))
    if node is None and field and date in get_args(field.annotation):
        node = date.max
    declared: Any = field.json_schema_extra if field else None
    return _entry(tuple(names), node, declared or {})


def _entry(parts: tuple[str, ...], node: Any, declared: dict[str, Any]) -> Entry | None:
    match node:
        case Quantity():
            return Entry(parts, "number", node, declared, column=parts[0] != FIXED)
        case bool():
            return Entry(parts, "switch", node, {}, column=parts[0] == "channels")
        case int() | float():
            return Entry(parts, "number", node, declared)
        case date():
            return Entry(parts, "date", node, {})
        case str():
            return Entry(parts, "choice", node, {})
    return None


def keys_of(node: Frozen | dict, path: str = "") -> Iterator[str]:
    """Dotted keys of the numbers, switches and dates of a scenario, for hints."""
    for key, value in children(node).items():
        at = f"{path}.{key}" if path else key
        if isinstance(value, Quantity | bool | date):
            yield at
        elif isinstance(value, Frozen | dict) and not isinstance(value, Path):
            yield from keys_of(value, at)


def override(parts: Iterable[str], value: Value) -> str:
    """An override as the command line takes it: `labs."Google DeepMind".openness=0.5`."""
    key = join_key(parts)
    match value:
        case bool() | str():
            return f"{key}={json.dumps(value)}"
        case date():
            return f"{key}={value.isoformat()}"
    return f"{key}={value!r}"


def allowed(declared: dict[str, Any]) -> str:
    """The allowed range of a number, for messages: `0..10 share`."""
    return f"{declared['low']:g}..{declared['high']:g} {declared['unit']}"


def is_allowed(value: float, declared: dict[str, Any]) -> bool:
    """Whether a number lies in its allowed range (always where the schema gives none)."""
    return not declared or declared["low"] <= value <= declared["high"]
