"""A scenario as text: what it says, where each key comes from, and a schema for editors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sim.scenario.load import ResolvedScenario
from sim.scenario.paths import value_at
from sim.scenario.schema import Scenario

ABSENT = object()


def lines(resolved: ResolvedScenario, everything: bool, why: bool) -> Iterator[str]:
    """`key = value` lines: what differs from the parent, or every key; with where it was set."""
    for key in resolved.origin if everything else resolved.own:
        value = value_at(resolved.tree, key, ABSENT)
        if value is not ABSENT:
            yield f"{key} = {_toml(value)}" + (f"  # {resolved.origin[key]}" if why else "")


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return str(value)


def editor_schema() -> dict[str, Any]:
    """JSON schema of scenario files: any part may be left to the parent, numbers may be bare."""
    schema = Scenario.model_json_schema()
    for model in [schema, *schema["$defs"].values()]:
        model.pop("required", None)
    quantity = schema["$defs"]["Quantity"]
    schema["$defs"]["Quantity"] = {"anyOf": [quantity, {"type": "number"}]}
    schema["properties"] |= {
        "extends": {"type": "string", "description": "the scenario this one differs from"},
        "unset": {
            "type": "array",
            "items": {"type": "string"},
            "description": "dotted keys of the parent to drop",
        },
    }
    schema["title"] = "moat scenario"
    return schema
