"""What the schema declares at a dotted path: fields, unit, range. For messages about them.

`loc` is the validator's own path: the tags in it tell which model of a union was meant.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from typing_extensions import TypeVar

from sim.scenario.quantity import OneOf
from sim.scenario.schema import Scenario


def field_at(path: tuple[str, ...], loc: tuple) -> Any:
    """The declaration of the field at a path; None for a name in a table of free names."""
    models: list[type[BaseModel]] = [Scenario]
    free, found = False, None
    for part in path:
        if free:
            free, found = False, None
            continue
        found = next((m.model_fields[part] for m in models if part in m.model_fields), None)
        if found is None:
            return None
        free = typing.get_origin(found.annotation) is dict
        models = list(_models(found.annotation))
        models = [m for m in models if _tag(m) in loc] or models
    return found


def known_keys(path: tuple[str, ...], loc: tuple) -> list[str]:
    """Field names of the model at a path."""
    if not path:
        return list(Scenario.model_fields)
    holder = field_at(path, loc) or field_at(path[:-1], loc)
    models = list(_models(holder.annotation)) if holder else []
    models = [m for m in models if _tag(m) in loc] or models
    return [name for model in models for name in model.model_fields]


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models in a type such as `dict[str, X]`, `X | None` or a discriminated union."""
    if isinstance(kind, TypeVar):
        kind = kind.__default__
    if isinstance(kind, OneOf):
        kind = kind.union
    unions = [inner for inner in typing.get_args(kind) if isinstance(inner, OneOf)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in unions or typing.get_args(kind):
        yield from _models(inner)


def _tag(model: type[BaseModel]) -> str:
    for name in ("instrument", "kind"):
        if name in model.model_fields:
            return str(typing.get_args(model.model_fields[name].annotation)[0])
    return ""


def declared_at(path: tuple[str, ...], loc: tuple) -> dict:
    """Unit and range of the number at a path, empty if there is none."""
    found = field_at(path, loc)
    return found.json_schema_extra if found is not None and found.json_schema_extra else {}


def limits_at(path: tuple[str, ...], loc: tuple) -> dict:
    """The limits of a plain number at a path: `ge`, `le`."""
    return {
        name: getattr(limit, name)
        for limit in field_at(path, loc).metadata
        for name in ("ge", "le")
        if hasattr(limit, name)
    }
