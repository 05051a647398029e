"""Short forms of dated tables, written out: months for days, bare numbers, sources by default.

>>> tree = {"breakthroughs": {"leap": {"date": "2026-06", "training_gain": 10}}}
>>> write_out(tree, {})
>>> tree["breakthroughs"]["leap"]["date"]
datetime.date(2026, 6, 1)
>>> tree["breakthroughs"]["leap"]["training_gain"]
{'value': 10, 'unit': '1'}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sim.core.calendar import parse_month
from sim.scenario.changes import Change, declared, target
from sim.scenario.incidents import INCIDENTS
from sim.scenario.instruments import KINDS, Breakthrough
from sim.scenario.paths import split_key
from sim.scenario.plain_tables import rows_of
from sim.scenario.quantity import OF_THE_KEY, Frozen
from sim.scenario.reactions import REACTIONS

DATES = ("announced", "effective", "ends", "date", "since", "from", "to")
NO_UNIT = ("1", "share")  # numbers in these may be bare: there is nothing to convert
ASSUMED = "assumption of the scenario"  # source of what is a what-if by its nature
ALL = "all"  # in `supersedes`: all older acts of the same instrument on the same bloc
SAME = ("instrument", "destination", "bloc", "market", "origin", "targets")
WHAT_IF = ("breakthroughs", "changes")
TABLES = ("events", "incidents", "reactions", *WHAT_IF)
Tree = dict[str, Any]


def write_out(tree: Tree, origin: dict[str, str]) -> None:
    """Write out the short forms of merged tables, in place.

    Args:
        origin: for every key the file that set it; kept in step.
    """
    for table in TABLES:
        for name, row in rows_of(tree, table):
            _write_row(tree, table, row, origin, f"{table}.{name}")
    events = rows_of(tree, "events")
    for name, event in events:
        if event.get("supersedes") in (ALL, [ALL]):
            event["supersedes"] = [
                other for other, older in events if other != name and _is_older(older, event)
            ]


def _is_older(older: Tree, newer: Tree) -> bool:
    """Whether an act is of the same instrument, on the same bloc, and no later than another."""
    first, second = older.get("effective"), newer.get("effective")
    is_before = type(first) is date and type(second) is date and first <= second
    return is_before and all(older.get(field) == newer.get(field) for field in SAME)


def _write_row(tree: Tree, table: str, row: Tree, origin: dict[str, str], at: str) -> None:
    if table == "changes" and isinstance(row.get("key"), str):
        row["key"] = ".".join(split_key(row["key"]))
    model = _model(table, row)
    for field, value in list(row.items()):
        if field in DATES and isinstance(value, str):
            row[field] = _first_day(value)
        elif _is_bare_number(value) and (unit := _unit(tree, model, row, field)):
            row[field] = {"value": value, "unit": unit}
            file = origin.pop(f"{at}.{field}", "")
            origin |= {f"{at}.{field}.{part}": file for part in ("value", "unit")}
    if table in WHAT_IF and "source" not in row:
        row["source"] = ASSUMED
        origin[f"{at}.source"] = "by default"


def _is_bare_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _model(table: str, row: Tree) -> type[Frozen] | None:
    """The model of a row; None where its kind is not known."""
    kinds: dict[str, Mapping[str, type[Frozen]]] = {
        "events": KINDS,
        "incidents": INCIDENTS,
        "reactions": REACTIONS,
    }
    if table in kinds:
        kind = row.get("instrument", row.get("kind"))
        return kinds[table].get(kind) if isinstance(kind, str) else None
    return Breakthrough if table == "breakthroughs" else Change


def _unit(tree: Tree, model: type[Frozen] | None, row: Tree, field: str) -> str:
    """The unit of a bare number; empty where a unit has to be written."""
    known = model.model_fields.get(field) if model else None
    extra: Any = known.json_schema_extra if known else None
    unit = (extra or {}).get("unit", "")
    if unit == OF_THE_KEY:
        key = row.get("key")
        found = target(tree, key) if isinstance(key, str) else None
        unit = declared(found[0], found[2]).get("unit", "") if found else "1"
    return unit if unit in NO_UNIT else ""


def _first_day(text: str) -> str | date:
    """The first day of a month written as text; any other text stays."""
    try:
        return date(*parse_month(text), 1)
    except ValueError:
        return text
