"""Checks across the tables of a scenario: names, what is missing, what stands twice.

They work on the plain tables, of which some may be malformed: those are left to the schema.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from sim.scenario.actors import ACTORS
from sim.scenario.changes import wrong_changes
from sim.scenario.errors import Finding, nearest
from sim.scenario.instruments import KINDS
from sim.scenario.paths import is_number, leaves, models_of
from sim.scenario.plain_tables import names_in, rows_of, texts_in
from sim.scenario.references import Ref, references
from sim.scenario.senseless import senseless

MAY_BE_EMPTY = "regulators"
NEEDED = ("blocs", *(table for table in ACTORS if table != MAY_BE_EMPTY), "chips")
RACERS = ("US", "China")  # the blocs between which the lead is measured


def cross_check(tree: dict, schema: type[BaseModel]) -> Iterator[Finding]:
    """What is wrong between the tables of a scenario, found as it is read.

    Args:
        tree: the plain tables.
        schema: declares which texts name rows of which tables.
    """
    yield from _unknown_names(tree, schema)
    yield from _wrong_makers(tree)
    yield from _missing(tree)
    yield from _one_each(tree)
    yield from _doubled(tree)
    yield from wrong_changes(tree)
    yield from senseless(tree)


def _unknown_names(tree: dict, schema: type[BaseModel]) -> Iterator[Finding]:
    """Names of rows that do not exist, wherever the schema declares a reference."""
    known: dict[Ref, list[str]] = {}
    for table in schema.model_fields:
        for name, row in rows_of(tree, table):
            kind = str(row.get("instrument", row.get("kind", "")))
            for field, ref in _references(schema, table, kind).items():
                named = texts_in(row.get(field))
                if len(set(named)) < len(named) and table != "correlations":
                    again = next(text for text in named if named.count(text) > 1)
                    yield Finding(f"{table}.{name}.{field}", f"names '{again}' twice")
                for text in named:
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
    known = [*names_in(tree, *ref.tables), *ref.also]
    if "blocs" in ref.tables:
        known += RACERS  # `_missing` reports these
    if "instruments" in ref.tables:
        known += KINDS
    if "numbers" in ref.tables:
        known += [key for key, value in leaves(tree, has_whole_numbers=True) if is_number(value)]
    return known


def _wrong_makers(tree: dict) -> Iterator[Finding]:
    """Leaps of a maker that give the number of the other kind of maker."""
    for name, row in rows_of(tree, "incidents"):
        for field, table, other in (
            ("coverage", "hbm_makers", "capacity"),
            ("capacity", "tool_makers", "coverage"),
        ):
            if field in row and row.get("maker") in names_in(tree, table):
                wrong = f"'{row['maker']}' is in [{table}], whose leap is one of {other}"
                yield Finding(f"incidents.{name}.{field}", wrong, f"give '{other}' instead")


def _missing(tree: dict) -> Iterator[Finding]:
    """What the engine cannot do without."""
    for table in NEEDED:
        if tree.get(table) == {}:
            yield Finding(table, "is empty", "the model needs at least one")
    blocs = {table: [row.get("bloc") for _, row in rows_of(tree, table)] for table in ACTORS}
    for bloc in RACERS:
        if names_in(tree, "blocs") and bloc not in tree["blocs"]:
            yield Finding(f"blocs.{bloc}", "is missing", "outcomes compare the US with China")
        elif tree.get("labs") and bloc not in blocs["labs"]:
            yield Finding("labs", f"bloc '{bloc}' has none", "outcomes compare the US with China")
    for bloc in names_in(tree, "blocs"):
        for table in ("clouds", "investors"):
            if tree.get(table) and bloc not in blocs[table]:
                hint = f'add a table [{table}.NAME] with bloc = "{bloc}"'
                yield Finding(f"blocs.{bloc}", f"has nobody in [{table}]", hint)
    makers = [chip.get("supplier") for _, chip in rows_of(tree, "chips")]
    for name in names_in(tree, "suppliers"):
        if makers and name not in makers:
            hint = f'add a table [chips.NAME] with supplier = "{name}"'
            yield Finding(f"suppliers.{name}", "has no chip", hint)


def _one_each(tree: dict) -> Iterator[Finding]:
    """Power and researchers are counted by bloc: one grid and one pool each."""
    for table in ("power_suppliers", "talent_pools"):
        grids = rows_of(tree, table)
        for bloc in names_in(tree, "blocs"):
            names = [name for name, row in grids if row.get("bloc") == bloc]
            if grids and not names:
                yield Finding(f"blocs.{bloc}", f"has 0 in [{table}]", "it needs exactly one")
            for name in names[1:]:
                wrong = f"bloc '{bloc}' has '{names[0]}' in [{table}] already"
                yield Finding(f"{table}.{name}", wrong, "it needs exactly one")


def _doubled(tree: dict) -> Iterator[Finding]:
    """Names of two actors; pairs with two ties; governments with two active rules of a kind."""
    if "all" in names_in(tree, "labs"):
        yield Finding("labs.all", "is the word of breakthroughs for every lab", "rename it")
    tables: dict[str, str] = {}
    for table in ACTORS:
        for name in names_in(tree, table):
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
        for name, row in rows_of(tree, table):
            if row.get("active", True):
                key, pair = f"{table}.{name}", tuple(str(row.get(field)) for field in fields)
                if pair in first:
                    yield Finding(key, wrong.format(*pair, first[pair]), hint)
                first.setdefault(pair, key)
