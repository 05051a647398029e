"""An edited scenario as a file: `moat run` accepts it and gives the same numbers."""

from __future__ import annotations

from typing import Any

import tomlkit

from sim.scenario.library import shipped
from sim.scenario.paths import set_at, split_key
from viz.dashboard.state import available
from viz.dashboard.state.edited_scenario import EditedScenario

WHY = "Changes made on the page of moat watch."


def scenario_file(scenario: EditedScenario, worlds: int, seed: int, parent: str = "") -> str:
    """The text of a scenario file that says only what differs from its parent.

    Args:
        parent: what it extends (empty: the scenario's name, or the name of its file).
    """
    is_shipped = scenario.name in shipped()
    document = tomlkit.document()
    document.add(tomlkit.comment("Made with moat watch. The numbers of the page:"))
    command = f"moat run FILE.toml --worlds {worlds} --seed {seed}{available.option()}"
    document.add(tomlkit.comment(command))
    if not is_shipped:
        document.add(tomlkit.comment("Keep this file beside the one that it extends."))
    own = scenario.name if is_shipped else available.paths()[scenario.name].name
    document.add("extends", tomlkit.item(parent or own))
    title = available.title_of(scenario.name)
    document.add("title", tomlkit.item(f"{title}, changed" if scenario.changes else title))
    if scenario.changes:
        document.add("why", tomlkit.item(WHY))
    tree: dict[str, Any] = {}
    for key, _ in scenario.changes:
        set_at(tree, split_key(key), scenario.value(key))
    for name, inside in tree.items():
        document.add(name, _table(inside))
    return tomlkit.dumps(document)


def _table(tree: dict[str, Any], depth: int = 1) -> Any:
    """A table of TOML: two levels as headings, what is deeper within braces."""
    table = tomlkit.table(is_super_table=depth == 1) if depth < 3 else tomlkit.inline_table()
    for key, value in tree.items():
        table.add(key, _table(value, depth + 1) if isinstance(value, dict) else value)
    return table
