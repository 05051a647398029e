"""Checks across the tables of a scenario: names, what is missing, what stands twice, dates.

They work on the plain tables, of which some may be malformed: those are left to the schema.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel

from sim.core.calendar import Calendar, parse_month
from sim.scenario.actors import ACTORS
from sim.scenario.errors import Finding, cut, nearest
from sim.scenario.instruments import KINDS
from sim.scenario.paths import is_number, leaves, models_of
from sim.scenario.references import Ref, references

MAY_BE_EMPTY = "regulators"
NEEDED = (*(table for table in ACTORS if table != MAY_BE_EMPTY), "chips")
FEW = 3  # dates before the start that are reported one by one
RACERS = ("US", "China")  # the blocs between which the lead is measured


def cross_check(tree: dict, schema: type[BaseModel]) -> list[Finding]:
    """What is wrong between the tables of a scenario.

    Args:
        tree: the plain tables.
        schema: declares which texts name rows of which tables.
    """
    return [
        *_unknown_names(tree, schema),
        *_wrong_makers(tree),
        *_wrong_supersedes(tree),
        *_bad_pairs(tree),
        *_missing(tree),
        *_one_each(tree),
        *_doubled(tree),
        *_impossible_dates(tree),
    ]


def _rows(tree: dict, table: str) -> list[tuple[str, dict]]:
    return [(name, row) for name, row in _dict(tree.get(table)).items() if isinstance(row, dict)]


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str)]


def _keys(tree: dict, *tables: str) -> list[str]:
    return [key for table in tables for key in _dict(tree.get(table))]


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _unknown_names(tree: dict, schema: type[BaseModel]) -> Iterator[Finding]:
    """Names of rows that do not exist, wherever the schema declares a reference."""
    known: dict[Ref, list[str]] = {}
    for table in schema.model_fields:
        for name, row in _rows(tree, table):
            kind = str(row.get("instrument", row.get("kind", "")))
            for field, ref in _references(schema, table, kind).items():
                for text in _texts(row.get(field)):
                    if ref not in known:
                        known[ref] = _known(tree, ref)
                    if text not in known[ref]:
                        wrong = f"unknown {ref.what} '{text}'"
                        yield Finding(f"{table}.{name}.{field}", wrong, nearest(text, known[ref]))


@cache
def _references(schema: type[BaseModel], table: str, kind: str) -> dict[str, Ref]:
    """References of the rows of a table, which may be of several kinds."""
    field = schema.model_fields[table]
    if typing.get_origin(field.annotation) is not dict:
        return {}
    models = reversed(models_of(field, [kind]))  # of an unknown kind: the first that has a field
    return {name: ref for model in models for name, ref in references(model).items()}


def _known(tree: dict, ref: Ref) -> list[str]:
    """The names that a reference may have."""
    known = [*_keys(tree, *ref.tables), *ref.also]
    if "blocs" in ref.tables:
        known += RACERS  # `_missing` reports these
    if "instruments" in ref.tables:
        known += KINDS
    if "numbers" in ref.tables:
        known += [key for key, value in leaves(tree, has_whole_numbers=True) if is_number(value)]
    return known


def _wrong_makers(tree: dict) -> Iterator[Finding]:
    """Leaps of a maker that give the number of the other kind of maker."""
    for name, row in _rows(tree, "incidents"):
        for field, table, other in (
            ("coverage", "hbm_makers", "capacity"),
            ("capacity", "tool_makers", "coverage"),
        ):
            if field in row and row.get("maker") in _keys(tree, table):
                wrong = f"'{row['maker']}' is in [{table}], whose leap is one of {other}"
                yield Finding(f"incidents.{name}.{field}", wrong, f"give '{other}' instead")


def _wrong_supersedes(tree: dict) -> Iterator[Finding]:
    """Acts that supersede themselves, or an act of another instrument."""
    events = dict(_rows(tree, "events"))
    for name, event in events.items():
        key = f"events.{name}.supersedes"
        for older in _texts(event.get("supersedes")):
            ours, theirs = event.get("instrument"), events.get(older, {}).get("instrument")
            if older == name:
                yield Finding(key, "names the event itself", "name older events")
            elif None not in (ours, theirs) and ours != theirs:
                wrong = f"'{older}' is a {theirs}, this is a {ours}"
                yield Finding(key, wrong, "an act supersedes its own kind")


def _bad_pairs(tree: dict) -> Iterator[Finding]:
    """Correlations of a number with itself."""
    for name, row in _rows(tree, "correlations"):
        between = _texts(row.get("between"))
        if len(between) == 2 and between[0] == between[1]:
            wrong = f"names '{between[0]}' twice"
            yield Finding(f"correlations.{name}.between", wrong, "name two different numbers")


def _missing(tree: dict) -> Iterator[Finding]:
    """What the engine cannot do without."""
    for table in NEEDED:
        if tree.get(table) == {}:
            yield Finding(table, "is empty", "the model needs at least one")
    blocs = {table: [row.get("bloc") for _, row in _rows(tree, table)] for table in ACTORS}
    for bloc in RACERS:
        if _keys(tree, "blocs") and bloc not in tree["blocs"]:
            yield Finding(f"blocs.{bloc}", "is missing", "outcomes compare the US with China")
        elif tree.get("labs") and bloc not in blocs["labs"]:
            yield Finding("labs", f"bloc '{bloc}' has none", "outcomes compare the US with China")
    for bloc in _keys(tree, "blocs"):
        for table in ("clouds", "investors"):
            if tree.get(table) and bloc not in blocs[table]:
                hint = f'add a table [{table}.NAME] with bloc = "{bloc}"'
                yield Finding(f"blocs.{bloc}", f"has nobody in [{table}]", hint)
    makers = [chip.get("supplier") for _, chip in _rows(tree, "chips")]
    for name in _keys(tree, "suppliers"):
        if makers and name not in makers:
            hint = f'add a table [chips.NAME] with supplier = "{name}"'
            yield Finding(f"suppliers.{name}", "has no chip", hint)


def _one_each(tree: dict) -> Iterator[Finding]:
    """Power and researchers are counted by bloc: one grid and one pool each."""
    for table in ("power_suppliers", "talent_pools"):
        rows = _rows(tree, table)
        for bloc in _keys(tree, "blocs"):
            names = [name for name, row in rows if row.get("bloc") == bloc]
            if rows and not names:
                yield Finding(f"blocs.{bloc}", f"has 0 in [{table}]", "it needs exactly one")
            for name in names[1:]:
                wrong = f"bloc '{bloc}' has '{names[0]}' in [{table}] already"
                yield Finding(f"{table}.{name}", wrong, "it needs exactly one")


def _doubled(tree: dict) -> Iterator[Finding]:
    """Names of two actors; pairs with two ties; governments with two active rules of a kind."""
    tables: dict[str, str] = {}
    for table in ACTORS:
        for name in _keys(tree, table):
            if name in tables:
                yield Finding(f"{table}.{name}", f"stands in [{tables[name]}] too", "rename one")
            tables[name] = table
    for table, fields, wrong, hint in (
        ("ties", ("giver", "taker"), "'{}' and '{}' have a tie already, {}", "change that one"),
        ("trust", ("market", "of"), "'{}' and '{}' have trust already, {}", "change that one"),
        (
            "reactions",
            ("by", "kind"),
            "'{0}' has such a rule already, {2}",
            "set active = false in one of the two",
        ),
    ):
        first: dict[tuple, str] = {}
        for name, row in _rows(tree, table):
            if row.get("active", True):
                key, pair = f"{table}.{name}", tuple(str(row.get(field)) for field in fields)
                if pair in first:
                    yield Finding(key, wrong.format(*pair, first[pair]), hint)
                first.setdefault(pair, key)


def _impossible_dates(tree: dict) -> Iterator[Finding]:
    """Months that are none, and dates before the start of the scenario."""
    for name, investor in _rows(tree, "investors"):
        for growth in ("lab_growth", "cloud_growth", "venture_growth"):
            for label in _dict(_dict(investor.get(growth)).get("knots")):
                if not _is_month(label):
                    key = f"investors.{name}.{growth}.knots"
                    yield Finding(key, f"'{label}' is not a month written as YYYY-MM")
    if _is_month(tree.get("start")):
        yield from _too_early(tree, tree["start"])


def _too_early(tree: dict, start: str) -> Iterator[Finding]:
    early = []
    for table, field in (("events", "announced"), ("breakthroughs", "date"), ("incidents", "date")):
        hint = "what was in force by then is dated on its first day" if table == "events" else ""
        for name, row in _rows(tree, table):
            day = row.get(field)
            if isinstance(day, date) and Calendar(start, 1).month_of(day) < 0:
                wrong = f"{day} lies before the start {start}"
                early.append(Finding(f"{table}.{name}.{field}", wrong, hint, "start"))
    if len(early) > FEW:
        keys = cut(", ".join(finding.key for finding in early))
        wrong = f"{start} is later than {len(early)} dates: {keys}"
        early = [Finding("start", wrong, "unset those, or start earlier")]
    yield from early


def _is_month(label: Any) -> bool:
    try:
        parse_month(label)
    except (ValueError, AttributeError):
        return False
    return True
