"""A case as a scenario file: what `moat run` accepts, and gives the same numbers for."""

from __future__ import annotations

from typing import Any

import tomlkit

from sim.scenario.layers import split_key
from sim.scenario.library import shipped
from viz.dashboard.state import available as stories
from viz.dashboard.state.edited_scenario import Case

WHY = "Changes made on the page of moat watch."


def scenario_file(case: Case, worlds: int, seed: int) -> str:
    """The text of a scenario file that says only what differs from its parent."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Made with moat watch. The numbers of the page:"))
    document.add(tomlkit.comment(f"moat run FILE.toml --worlds {worlds} --seed {seed}"))
    if case.scenario not in shipped():
        document.add(tomlkit.comment("Keep this file beside the one that it extends."))
    document.add("extends", _parent(case.scenario))
    document.add("title", f"{stories.name_of(case.scenario)}, changed")
    document.add("why", WHY)
    tree: dict[str, Any] = {}
    for key, _ in case.changes:
        _plant(tree, split_key(key), case.value(key))
    for table, inside in tree.items():
        document.add(table, _table(inside))
    return tomlkit.dumps(document)


def _parent(scenario: str) -> str:
    return scenario if scenario in shipped() else stories.known()[scenario].name


def _plant(tree: dict[str, Any], parts: list[str], value: Any) -> None:
    *above, last = parts
    for part in above:
        tree = tree.setdefault(part, {})
    tree[last] = value


def _table(tree: dict[str, Any], depth: int = 1) -> Any:
    """A table of TOML: two levels as headings, what is deeper within braces."""
    table = tomlkit.table(is_super_table=depth == 1) if depth < 3 else tomlkit.inline_table()
    for key, value in tree.items():
        table.add(key, _table(value, depth + 1) if isinstance(value, dict) else value)
    return table
