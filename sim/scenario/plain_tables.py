"""The plain tables of a scenario, of which some may be malformed: what they hold all the same."""

from __future__ import annotations

from typing import Any


def table_of(value: Any) -> dict[str, Any]:
    """A table, empty where something else stands."""
    return value if isinstance(value, dict) else {}


def rows_of(tree: dict, table: str) -> list[tuple[str, dict]]:
    """The rows of a table by name, without what is no row."""
    return [(name, row) for name, row in table_of(tree.get(table)).items() if isinstance(row, dict)]


def names_in(tree: dict, *tables: str) -> list[str]:
    """The names of all rows of some tables."""
    return [name for table in tables for name in table_of(tree.get(table))]


def texts_in(value: Any) -> list[str]:
    """A text, or the texts of a list."""
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str)]
