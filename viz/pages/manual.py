"""The manual of scenario files: every key of the schema, with the numbers of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path as FilePath
from typing import Any, get_args, get_origin

import numpy as np
from pydantic import BaseModel
from typing_extensions import TypeVar

from sim.scenario.actors import ACTORS
from sim.scenario.incidents import Incident
from sim.scenario.instruments import Event
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.paths import models_of
from sim.scenario.quantity import Path, Quantity
from sim.scenario.reactions import Reaction
from sim.scenario.references import Ref, references
from sim.scenario.schema import KINDS_OF_ROWS, Scenario
from sim.uncertainty.draw import P95_SCORE, quantile
from viz.pages.render import Page, render

SHOWN = "baseline"
TOP_LEVEL = ["title", "why", "start", "months", "blocs"]
TABLES = [
    *ACTORS[:3],
    "chips",
    *ACTORS[3:],
    "ties",
    "trust",
    "breakthroughs",
    "changes",
    "correlations",
]
# Tables whose rows are of several kinds: the keys of all of them, and the key that says which.
UNIONS: dict[str, tuple[type[BaseModel], str]] = {
    "events": (Event, "instrument"),
    "incidents": (Incident, "kind"),
    "reactions": (Reaction, "kind"),
}
FEW = 3  # tables that are named where a key refers to them
TYPES = {bool: "true or false", date: "date", int: "whole number", list: "list", tuple: "list"}
TYPES[dict] = "table"


def build(docs: FilePath) -> Page:
    """The page of the documentation."""
    return Page(manual(load(SHOWN)))


def manual(resolved: ResolvedScenario) -> str:
    """Every key of a scenario file, with the numbers of a scenario (Markdown)."""
    scenario = resolved.scenario
    sections = {name: item for name, item in scenario if isinstance(item, BaseModel)}
    return render(
        "manual",
        scenario=resolved.name,
        top_level=keys(Scenario, TOP_LEVEL),
        sections={key: _section(section) for key, section in sections.items()},
        tables={name: _table(getattr(scenario, name), name) for name in TABLES},
        unions={name: _union(name, *kinds) for name, kinds in UNIONS.items()},
    )


def shown(item: Quantity | Path | None) -> str:
    """A number as the manual shows it: the value, `median [5 %, 95 %]`, or a path's knots."""
    if item is None:
        return ""
    if isinstance(item, Path):
        return ", ".join(f"{month}: {level:g}" for month, level in item.knots.items())
    if item.prior is None:
        return f"{item.value:g}"
    low, middle, high = quantile(item.prior, P95_SCORE * np.array([-1.0, 0.0, 1.0]))
    return f"{middle:.3g} [{low:.3g}, {high:.3g}]"


def keys(kind: type[BaseModel], names: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The keys of a table: name, unit or type, allowed range, meaning, whether it is optional."""
    return [_key(kind, name) for name in (kind.model_fields if names is None else names)]


def _key(kind: type[BaseModel], name: str) -> dict[str, Any]:
    field = kind.model_fields[name]
    extra: Any = field.json_schema_extra
    return {
        "name": name,
        "unit": extra["unit"] if extra else _type(field.annotation),
        "allowed": f"{extra['low']:g} to {extra['high']:g}" if extra else "",
        "meaning": field.description,
        "one_of": _one_of(references(kind).get(name)),
        "each": get_origin(field.annotation) is list,
        "optional": not field.is_required(),
    }


def _one_of(ref: Ref | None) -> list[str]:
    """The tables that a key refers to, where they are few, and what it may say beside them."""
    tables = [f"[{table}]" for table in ref.tables if table in Scenario.model_fields] if ref else []
    return [*tables, *ref.also] if ref and 0 < len(tables) <= FEW else []


def _type(annotation: Any) -> str:
    """A type in a word."""
    if isinstance(annotation, TypeVar):  # of a switch
        annotation = annotation.__default__
    first = next(iter(get_args(annotation)), annotation)
    plain = get_origin(annotation) in (list, tuple, dict)
    return TYPES.get(get_origin(annotation) if plain else first, "text")


def _section(section: BaseModel) -> dict[str, Any]:
    """A section of parameters: its keys, each with its number and source."""
    numbers = {
        name: (shown(item), item.source) if isinstance(item, Quantity) else (str(item).lower(), "")
        for name, item in section
    }
    return {"about": type(section).__doc__, "keys": keys(type(section)), "numbers": numbers}


def _table(entries: dict[str, BaseModel], table: str) -> dict[str, Any]:
    """A table of named entries: its keys, and the numbers that the entries hold."""
    kind = models_of(Scenario.model_fields[table])[0]
    first = next(iter(entries.values()), None)
    names = [name for name, item in first or () if isinstance(item, Quantity | Path)]
    rows = [[f"`{key}`", *(shown(getattr(row, n)) for n in names)] for key, row in entries.items()]
    return {"about": kind.__doc__, "keys": keys(kind), "numbers": names, "entries": rows}


def _union(table: str, shared: type[BaseModel], tag: str) -> dict[str, Any]:
    """A table of several kinds: the shared keys, and those of each kind."""
    kinds = {}
    for name, kind in KINDS_OF_ROWS[table].items():
        own = [key for key in kind.model_fields if key not in {*shared.model_fields, tag}]
        kinds[name] = {"about": kind.__doc__, "keys": keys(kind, own)}
    return {"about": shared.__doc__, "keys": keys(shared), "tag": tag, "kinds": kinds}
