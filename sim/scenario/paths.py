"""Dotted keys such as `labs.Google DeepMind.openness`: the one walker over what they lead to.

A node is a part of a scenario, a part of drawn parameters, or a plain table of a file; all are
walked alike. Names may hold dots and blanks. Where a person writes a key, quotes keep a name's dots
apart (`split_key`, `join_key`); inside the program a key is its names joined by dots.
"""

from __future__ import annotations

import json
import re
import tomllib
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import TypeVar

from sim.scenario.quantity import OneOf

_BARE = re.compile(r"[A-Za-z0-9_-]+")  # a name that TOML takes without quotes


def split_key(key: str) -> list[str]:
    """The names of a key that a person wrote: `chips."H100 SXM".price`."""
    try:
        tree: Any = tomllib.loads(f"{key} = 0")
    except (ValueError, RecursionError):
        return key.split(".")
    names: list[str] = []
    while isinstance(tree, dict) and len(tree) == 1:
        name, tree = next(iter(tree.items()))
        names.append(name)
    return key.split(".") if isinstance(tree, dict) else names


def join_key(names: Iterable[str]) -> str:
    """A key as a person writes it, with quotes around names that need them."""
    return ".".join(
        name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False) for name in names
    )


def is_within(key: str, table: str) -> bool:
    """Whether a key is that of a table, or of something in it."""
    return key == table or key.startswith(f"{table}.")


def below(keys: Iterable[str], table: str) -> list[str]:
    """The keys of what is in a table."""
    start = f"{table}."
    return [key for key in keys if key.startswith(start)]


def above(key: str) -> Iterator[str]:
    """The keys of the tables around a key, the nearest first."""
    while key := key.rpartition(".")[0]:
        yield key


def children(node: Any) -> Mapping[str, Any]:
    """What a node holds by name: the fields of a model, the rows of a table, else nothing."""
    if isinstance(node, Mapping):
        return node
    if isinstance(node, BaseModel):
        return {name: getattr(node, name) for name in type(node).model_fields}
    return {}


def steps(node: Any, key: str) -> Iterator[tuple[Any, str, Any]]:
    """The way to a key: each node on it, the name that leads on, and the value there.

    The way ends early where a name is missing.
    """
    while key:
        inside = children(node)
        head = key.partition(".")[0]
        name = head if head in inside else next((n for n in inside if is_within(key, n)), None)
        if name is None:
            return
        yield node, name, inside[name]
        node, key = inside[name], key[len(name) + 1 :]


def names_at(node: Any, key: str) -> tuple[str, ...]:
    """The names on the way to a key, so far as it leads."""
    return tuple(name for _, name, _ in steps(node, key))


def value_at(node: Any, key: str, absent: Any = None) -> Any:
    """The value at a key."""
    *_, (_, _, value) = way = [(None, "", node), *steps(node, key)]
    return value if ".".join(name for _, name, _ in way[1:]) == key else absent


def set_at(tree: dict[str, Any], names: Iterable[str], value: Any) -> None:
    """Set a value in a plain table; tables on the way are made."""
    *tables, last = names
    for name in tables:
        tree = tree.setdefault(name, {})
    tree[last] = value


def leaves(
    tree: Mapping[str, Any], path: str = "", has_whole_numbers: bool = False
) -> Iterator[tuple[str, Any]]:
    """Keys and values of a plain table and the tables in it; an empty table is a value.

    Args:
        has_whole_numbers: a number with unit and source is one value, not several.
    """
    for name, value in tree.items():
        key = f"{path}.{name}" if path else str(name)
        is_value = has_whole_numbers and is_number(value)
        if isinstance(value, dict) and value and not is_value:
            yield from leaves(value, key, has_whole_numbers)
        else:
            yield key, value


def is_number(node: Any) -> bool:
    """Whether a plain table is a number with unit and source."""
    return (
        isinstance(node, Mapping)
        and bool({"value", "prior"} & node.keys())
        and (
            "key" not in node  # a dated change has a value too
        )
    )


def declaration(node: Any, key: str) -> FieldInfo | None:
    """What the schema declares at a key of a scenario; None for a row of a table.

    Its `description` is the meaning, its `json_schema_extra` holds unit and range.
    """
    table, _, name = key.rpartition(".")
    owner = value_at(node, table)
    return type(owner).model_fields.get(name) if isinstance(owner, BaseModel) else None


def meaning_at(node: Any, key: str) -> str:
    """What the schema says about a key of a scenario; empty for a row of a table."""
    field = declaration(node, key)
    return (field.description if field else None) or ""


def declared_field(
    model: type[BaseModel], names: Iterable[str], kinds: Collection[Any] = ()
) -> FieldInfo | None:
    """The same from the schema alone, for values that are missing or wrong.

    Args:
        kinds: choose the model of a union, by its `instrument` or `kind`.
    """
    models, is_row, field = [model], False, None
    for name in names:
        if is_row:
            is_row, field = False, None
            continue
        field = next((m.model_fields[name] for m in models if name in m.model_fields), None)
        if field is None:
            return None
        is_row = typing.get_origin(field.annotation) is dict
        models = models_of(field, kinds)
    return field


def models_of(field: FieldInfo, kinds: Collection[Any] = ()) -> list[type[BaseModel]]:
    """The models of a field, of its rows if it is a table; those of `kinds` if there are any."""
    models = list(_models(field.annotation))
    return [model for model in models if kind_of(model) in kinds] or models


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, TypeVar):  # of a number
        annotation = annotation.__default__
    if isinstance(annotation, OneOf):
        yield from annotation.kinds.values()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    parts = typing.get_args(annotation)
    for part in [part for part in parts if isinstance(part, OneOf)] or parts:
        yield from _models(part)


def kind_of(model: type[BaseModel]) -> str:
    """The `instrument` or `kind` of a model of a union; empty for other models."""
    field = model.model_fields.get("instrument") or model.model_fields.get("kind")
    return str(typing.get_args(field.annotation)[0]) if field else ""
