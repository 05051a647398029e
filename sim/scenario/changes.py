"""Dated changes: a number of an actor is another one from a month on, or for some time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from pydantic import model_validator

from sim.scenario import actors
from sim.scenario.errors import Finding, nearest
from sim.scenario.paths import is_number
from sim.scenario.plain_tables import names_in, rows_of, table_of
from sim.scenario.quantity import FLOW, MONTHLY, OF_THE_KEY, PATH, STOCK, Frozen, N, number
from sim.scenario.texts import Key, Prose, Source

MODELS: dict[str, type[Frozen]] = {  # of the rows of each table of actors
    "labs": actors.Lab,
    "clouds": actors.Cloud,
    "suppliers": actors.Supplier,
    "foundries": actors.Foundry,
    "tool_makers": actors.ToolMaker,
    "hbm_makers": actors.HbmMaker,
    "investors": actors.Investors,
    "sectors": actors.Sector,
    "markets": actors.Market,
    "power_suppliers": actors.PowerSupplier,
    "talent_pools": actors.TalentPool,
}
HOW = {  # how a change moves a number, by kind: for the documentation and for `moat search`
    MONTHLY: "another number in the months of the change",
    "compound": "another growth in the months of the change; the level grows on from there",
    PATH: "another growth in the months of the change; the level grows on from there",
    FLOW: "raised or cut in the first month and growing on as usual; taken back at `to`",
    STOCK: "raised or cut once, in the first month; what follows is up to the model (no `to`)",
}


class Change(actors.Section[N]):
    """A number of an actor times `factor`, or at `value`, from a month until another one.

    A factor on a growth in x/yr acts on the growth factor: 0.5 turns 2 x/yr into 1 x/yr, no growth.
    A number stays in its allowed range. Several changes of one number act one after the other.
    """

    key: Key
    # `from` is a word of Python, so that no field can be written with it.
    __annotations__["from"] = datetime.date
    to: datetime.date | None = None
    active: bool = True
    factor: N | None = number("1", 0, 1e3, "on the number, while the change holds", default=None)
    value: N | None = number(
        OF_THE_KEY, 0, 1e7, "of the number, while the change holds", default=None
    )
    why: Prose = ""
    source: Source

    @property
    def since(self) -> datetime.date:
        """The day from which it holds (`from` in files)."""
        return getattr(self, "from")

    @model_validator(mode="after")
    def _one_of_two_in_order(self):
        if (self.factor is None) == (self.value is None):
            raise ValueError("give exactly one of 'factor' and 'value'")
        if self.to is not None and self.to <= self.since:
            raise ValueError(f"to {self.to} is not after from {self.since}")
        return self


def target(tree: Mapping[str, Any], key: str) -> tuple[str, str, str] | None:
    """Table, name and field that the key of a change leads to; names may hold dots.

    Args:
        tree: plain tables, or the tables of a scenario.
    """
    table, _, rest = key.partition(".")
    name, _, field = rest.rpartition(".")
    rows = tree.get(table)
    if table in MODELS and isinstance(rows, Mapping) and name in rows:
        return (table, name, field) if field in MODELS[table].model_fields else None
    return None


def declared(table: str, field: str) -> dict[str, Any]:
    """Unit, range and `dated` of a number of an actor; empty for what is no number."""
    extra: Any = MODELS[table].model_fields[field].json_schema_extra
    return extra or {}


def changeable(tree: Mapping[str, Any]) -> list[str]:
    """Keys of all numbers that a dated change can move."""
    return [
        f"{table}.{name}.{field}"
        for table, model in MODELS.items()
        for name in table_of(tree.get(table))
        for field in model.model_fields
        if declared(table, field).get("dated")
    ]


def wrong_changes(tree: dict) -> Iterator[Finding]:
    """Changes of what is no actor's number, in a wrong unit, or that contradict each other."""
    rows = [
        (name, row) for name, row in rows_of(tree, "changes") if isinstance(row.get("key"), str)
    ]
    for name, row in rows:
        found = target(tree, row["key"])
        if found is None:
            yield _unknown(tree, name, row["key"])
            continue
        limits = declared(found[0], found[2])
        if not limits.get("dated"):
            wrong = f"'{row['key']}' cannot change at a date: it is used once, at a start"
            hint = limits.get("instead") or "it is no number"
            yield Finding(f"changes.{name}.key", wrong if limits else "is no number", hint)
            continue
        yield from _wrong_value(name, row, limits)
        if limits["dated"] == STOCK and row.get("to") is not None:
            wrong = f"'{row['key']}' starts a stock, which is changed once"
            hint = "leave 'to' out; write a second change for the way back"
            yield Finding(f"changes.{name}.to", wrong, hint)
    yield from _overlaps(rows)


def _unknown(tree: dict, name: str, key: str) -> Finding:
    """A key that leads to no number of an actor."""
    table = key.partition(".")[0]
    if table in tree and table not in MODELS:
        wrong = f"'{key}' is no number of an actor: it holds for the whole run"
        return Finding(f"changes.{name}.key", wrong, "set it as a number of the scenario")
    inside = [known for known in changeable(tree) if known.startswith(f"{table}.")]
    hint = nearest(key, inside) if inside else f"it starts with one of {', '.join(MODELS)}"
    also = "moat search finds keys"
    hint = hint if hint.endswith("?") or not inside else f"such as {inside[0]}"
    rows = names_in(tree, table)
    if rows and not any(key.startswith(f"{table}.{row}.") for row in rows):
        hint = nearest(key[len(table) + 1 :].rpartition(".")[0], rows)
    return Finding(f"changes.{name}.key", f"unknown number '{key}'", f"{hint} {also}")


def _wrong_value(name: str, row: dict, limits: dict[str, Any]) -> Iterator[Finding]:
    """A value in another unit than its key, or outside the range of its key."""
    value: Any = row.get("value")
    if not is_number(value):
        return
    at, unit = f"changes.{name}.value", limits["unit"]
    if value.get("unit") != unit:
        wrong = f"unit is '{value.get('unit')}', expected '{unit}'"
        yield Finding(at, wrong, f'write unit = "{unit}" and convert the number')
        return
    prior = value.get("prior") if isinstance(value.get("prior"), dict) else {}
    ends = [value.get("value"), *(prior or {}).values()]
    numbers = [end for end in ends if isinstance(end, int | float) and not isinstance(end, bool)]
    outside = [end for end in numbers if not limits["low"] <= end <= limits["high"]]
    if outside:
        allowed = f"{limits['low']:g}..{limits['high']:g} {unit}"
        hint = "a share of 20 % is written 0.2" if unit == "share" else ""
        yield Finding(at, f"{outside[0]:g} is outside the allowed range {allowed}", hint)


def _span(row: dict) -> tuple[datetime.date, datetime.date]:
    """First day of a change and the day on which it ends; an empty span where these are no days."""
    since, to = row.get("from"), row.get("to", datetime.date.max)
    if type(since) is datetime.date and type(to) is datetime.date:
        return since, to
    return datetime.date.max, datetime.date.min


def _overlaps(rows: list[tuple[str, dict]]) -> Iterator[Finding]:
    """Two changes of one number at once of which one gives a value."""
    on = [(name, row) for name, row in rows if row.get("active", True) is True]
    for (one, ours), (other, theirs) in combinations(on, 2):
        if ours["key"] != theirs["key"] or not ("value" in ours or "value" in theirs):
            continue
        spans = [_span(row) for row in (ours, theirs)]
        if max(first for first, _ in spans) < min(last for _, last in spans):
            wrong = f"changes '{ours['key']}' while 'changes.{one}' does"
            yield Finding(f"changes.{other}", wrong, "let one end ('to') before the other begins")
