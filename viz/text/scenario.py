"""A scenario as text: what it says, where each key comes from, and a schema for editors."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.scenario.library import folder
from sim.scenario.load import ResolvedScenario
from sim.scenario.paths import join_key, steps, value_at
from sim.scenario.schema import Scenario
from viz.text.terminal import USUAL

ABSENT = object()
INDENT = "    "  # of the lines of a value that needs several


def lines(
    resolved: ResolvedScenario, everything: bool, why: bool, width: int = USUAL
) -> Iterator[str]:
    """A scenario in TOML, key by key: what differs from the parent, or every key.

    Args:
        why: with the file or option that set each key, after it or on the line above.
        width: letters of a line.
    """
    for key in resolved.origin if everything else resolved.own:
        value = value_at(resolved.tree, key, ABSENT)
        if value is ABSENT:
            continue
        comment = f"# {_place(resolved.origin[key])}" if why else ""
        key = join_key(name for _, name, _ in steps(resolved.tree, key))
        if len(line := f"{key} = {_toml(value)}  {comment}".rstrip()) <= width:
            yield line
            continue
        yield from textwrap.wrap(comment, width, subsequent_indent="# ")
        yield from _in_lines(f"{key} = ", value, "", width)


def _place(origin: str) -> str:
    """Where a key was set: a shipped file by its name among them, one of the user's by its path."""
    path = Path(origin)
    for place in (folder(), Path.cwd()):
        if path.is_relative_to(place):
            return path.relative_to(place).as_posix()
    return origin


def _in_lines(head: str, value: Any, tail: str, width: int, indent: str = "") -> Iterator[str]:
    """A value over as many lines as it needs.

    Args:
        head, tail: what stands before and after it.
    """
    whole = f"{indent}{head}{_toml(value)}{tail}"
    if len(whole) <= width or not isinstance(value, str | list):
        yield whole
    elif isinstance(value, list):
        yield f"{indent}{head}["
        for item in value:
            yield from _in_lines("", item, ",", width, indent + INDENT)
        yield f"{indent}]{tail}"
    else:
        yield f'{indent}{head}"""\\'
        yield from _continued(_toml(value)[1:-1], f'"""{tail}', width, indent + INDENT)


def _continued(text: str, tail: str, width: int, indent: str) -> Iterator[str]:
    """A long text of TOML: each line ends with a backslash, which joins it to the next."""
    *others, last = textwrap.wrap(text, width - len(indent + tail), break_on_hyphens=False)
    for chunk in others:
        text = text.removeprefix(chunk)
        gap = text[: len(text) - len(text.lstrip(" "))]
        text = text.lstrip(" ")
        yield f"{indent}{chunk}{gap}\\"
    yield f"{indent}{last}{tail}"


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
