"""What `moat search` and the shell look up, written down so that both answer at once.

`uv run python -m viz.pages.search_index` writes `viz/search_index.json` from the schema, the
baseline and the catalogue of outcomes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from sim.outcomes.catalogue import BY_NAME
from sim.scenario.incidents import INCIDENTS
from sim.scenario.instruments import KINDS
from sim.scenario.layers import ancestry
from sim.scenario.library import find
from sim.scenario.paths import declared_field, is_number, join_key
from sim.scenario.plain_tables import table_of
from sim.scenario.schema import Scenario
from viz.text.search import INDEX, Entry


def written() -> str:
    """The file as it should be, an entry a line."""
    tree = ancestry(find("baseline"))[-1].tree
    entries = [*_acts(), *_numbers(tree, ()), *_outcomes()]
    lines = ",\n".join(json.dumps(astuple(one), ensure_ascii=False) for one in entries)
    keys = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(inside, ensure_ascii=False)}"
        for name, inside in _keys(tree).items()
    )
    return f'{{"entries": [\n{lines}\n], "keys": {{\n{keys}\n}}}}\n'


def _acts() -> Iterator[Entry]:
    for what, table, kinds in (
        ("instrument", "events", KINDS),
        ("incident", "incidents", INCIDENTS),
    ):
        for name, model in kinds.items():
            text = str(model.__doc__).partition("\n")[0]
            yield Entry(what, name, text, f"manual: [{table}.NAME]")


def _numbers(node: dict[str, Any], names: tuple[str, ...]) -> Iterator[Entry]:
    for name, value in node.items():
        if not isinstance(value, dict):
            continue
        if not (is_number(value) or "knots" in value):
            yield from _numbers(table_of(value), (*names, name))
        elif field := declared_field(Scenario, (*names, name)):
            extra: Any = field.json_schema_extra or {}
            unit = "" if extra.get("unit") in ("1", None) else f", {extra['unit']}"
            then = "--set, [changes]" if extra.get("dated") else "--set"
            yield Entry("number", join_key((*names, name)), f"{field.description}{unit}", then)


def _outcomes() -> Iterator[Entry]:
    for name, outcome in BY_NAME.items():
        text = f"{outcome.meaning}, {outcome.unit}"
        yield Entry("outcome", name, text, "moat explain --outcome")


def _keys(node: dict[str, Any]) -> dict[str, Any]:
    """Numbers and switches by name as it is typed, with nothing in them, in their tables."""
    return {
        join_key([name]): _keys(value) if isinstance(value, dict) and not is_number(value) else None
        for name, value in node.items()
        if isinstance(value, dict | bool)
    }


def main() -> None:
    """Write the file."""
    INDEX.write_text(written(), "utf-8")


if __name__ == "__main__":
    main()
