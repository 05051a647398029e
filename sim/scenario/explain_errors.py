"""From the validator's findings to problems a person can act on."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.errors import Problem, nearest
from sim.scenario.instruments import KINDS
from sim.scenario.schema import Scenario

_REMEDY = {
    "missing": "add it",
    "float_type": "write { value = NUMBER, unit = ..., source = ... } or just the number",
    "dict_type": "write a table",
}


def problems_of(
    wrong: ValidationError, tree: dict, origin: dict[str, str], last: str
) -> Iterable[Problem]:
    """One problem for each finding, with the file that set the key."""
    for finding in wrong.errors(include_url=False):
        path = [str(part) for part in finding["loc"] if not _is_tag(part, tree, finding["loc"])]
        text = finding["msg"].removeprefix("Value error, ")
        if text.startswith("@"):
            for line in text.split("\n"):
                _, key, what = line.split("@", 2)
                yield Problem(_file(key, origin, last), key, what)
            continue
        key = ".".join(path)
        yield Problem(_file(key, origin, last), key, *_say(finding, text, path))


def _say(finding: dict, text: str, path: list[str]) -> tuple[str, str]:
    """What was wrong, and what to do."""
    kind = finding["type"]
    if kind == "extra_forbidden":
        return "unknown key", nearest(path[-1], _known_keys(path[:-1], finding))
    if kind == "missing":
        return "is missing", _REMEDY[kind]
    if kind == "union_tag_invalid":
        asked = str(finding["input"].get("instrument", finding["input"].get("kind")))
        known = [t.strip().strip("'") for t in finding["ctx"]["expected_tags"].split(",")]
        return f"unknown kind '{asked}'", nearest(asked, known)
    if kind == "union_tag_not_found":
        return f"needs {finding['ctx']['discriminator']}", "name the kind"
    shown = "" if isinstance(finding["input"], dict) else f" (found {finding['input']!r:.60})"
    return text[:1].lower() + text[1:] + shown, _REMEDY.get(kind, "")


def _is_tag(part: Any, tree: dict, loc: tuple) -> bool:
    """Tags of discriminated unions stand in the validator's path but not in the file."""
    at = loc.index(part)
    tags = {*KINDS, "normal", "lognormal", "logitnormal", "uniform", "triangular"}
    return at > 0 and part in tags and (loc[at - 1] == "prior" or (at == 2 and loc[0] == "events"))


def _file(key: str, origin: dict[str, str], last: str) -> str:
    """The file that set the key, or the nearest key below or above it."""
    if key in origin:
        return origin[key]
    for set_key, file in reversed(list(origin.items())):
        if set_key.startswith(f"{key}."):
            return file
    parent = key.rpartition(".")[0]
    return _file(parent, origin, last) if parent else last


def _known_keys(path: list[str], finding: dict) -> list[str]:
    """Field names of the model at a path."""
    model: Any = Scenario
    tags = [str(part) for part in finding["loc"]]
    for part in path:
        model = _step(model, part, tags)
        if model is None:
            return []
    return list(getattr(model, "model_fields", {}))


def _step(model: Any, part: str, tags: list[str]) -> Any:
    fields = getattr(model, "model_fields", None)
    if fields is None:
        return None
    if part not in fields:
        return None
    return _inner(fields[part].annotation, tags)


def _inner(kind: Any, tags: list[str]) -> Any:
    """The model behind `dict[str, X]`, `X | None` or a discriminated union."""
    origin = typing.get_origin(kind)
    if origin is dict:
        return _Table(_inner(typing.get_args(kind)[1], tags))
    if origin is typing.Annotated:
        return _inner(typing.get_args(kind)[0], tags)
    if origin in (typing.Union, types.UnionType):
        options = [k for k in typing.get_args(kind) if isinstance(k, type)]
        tagged = [k for k in options if _tag(k) in tags]
        return (tagged or [k for k in options if issubclass(k, BaseModel)] or [None])[0]
    return kind


def _tag(kind: type) -> str:
    for name in ("instrument", "kind"):
        if name in getattr(kind, "model_fields", {}):
            return str(kind.model_fields[name].annotation.__args__[0])
    return ""


class _Table:
    """A table with free names: any step leads to the model of its entries."""

    def __init__(self, model: Any) -> None:
        self.model_fields = _Any(model)


class _Any(dict):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self._model = model

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return type("Entry", (), {"annotation": self._model})()
