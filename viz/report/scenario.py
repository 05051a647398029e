"""What a scenario sets: its acts by date, its own numbers, and where two scenarios differ.

Scenarios are read as plain tables, as a saved result holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.scenario.paths import above, is_number, value_at
from viz.figures.marks import acts_in_force
from viz.report.page import MANY_ROWS, Section, Table
from viz.text.acts import act_name
from viz.text.format import exact, unit

Tree = dict[str, Any]  # plain tables
TEXTS = ("title", "why", "about", "description", "source", "note", "active")
ACT = ("instrument", "by", "announced", "effective", "ends", "supersedes", "destination")
ABSENT = object()


def scenario_section(about: Tree) -> Section:
    """What governments do in a scenario by date, and what else it sets itself.

    Args:
        about: the scenario's provenance in a saved result.
    """
    tree = about["resolved"]
    paragraphs = [one_line(tree["why"])]
    if len(about["files"]) > 1:
        parents = [Path(file).stem for file in about["files"][:-1]]
        paragraphs.append(f"It extends: {', '.join(reversed(parents))}.")
    events = sorted(acts_in_force(tree), key=lambda act: (str(act[1]["effective"]), act[0]))
    acts = Table(
        f"{len(events)} acts of governments, by the day on which they take effect",
        ["from", "announced", "by", "act", "what it sets", "why and how", "source"],
        [_act(name, event, tree) for name, event in events],
        is_folded=len(events) > MANY_ROWS,
    )
    own = _own_values(about)
    caption = "What the scenario itself sets, apart from acts"
    values = Table(caption, ["key", "value", "source"], own, is_folded=len(own) > 30)
    tables = [values, acts] if own else [acts]
    return Section("What the scenario says, and why", paragraphs, tables=tables)


def _act(name: str, event: Tree, tree: Tree) -> list[str]:
    settings = {key: value for key, value in event.items() if key not in (*ACT, *TEXTS)}
    target = f" for {event['destination']}" if "destination" in event else ""
    return [
        str(event["effective"]),
        str(event["announced"]),
        event["by"],
        f"{act_name(name, event, tree)} ({event['instrument'].replace('_', ' ')}{target})",
        "; ".join(f"{key.replace('_', ' ')} {as_text(value)}" for key, value in settings.items()),
        one_line(event.get("description", "")),
        one_line(event.get("source", "")),
    ]


def _own_values(about: Tree) -> list[list[str]]:
    """Keys of the last file or of flags; a number is one row, not its parts."""
    tree = about["resolved"]
    keys = [key for key in about.get("own", []) if not key.startswith(("events.", "title", "why"))]
    keys = list(dict.fromkeys(_number_key(tree, key) for key in keys))
    return [
        [key, as_text(value_at(tree, key, ABSENT)), source_of(tree, key)]
        for key in keys
        if key.rpartition(".")[2] not in TEXTS
    ]


def _number_key(tree: Tree, key: str) -> str:
    """The key of the number that a leaf is a part of, or the leaf's own."""
    return next((k for k in (key, *above(key)) if is_number(value_at(tree, k))), key)


def differences(first: Tree, second: Tree, is_named: bool = False) -> Section:
    """Keys in which two scenarios differ, and why each is as it is.

    Args:
        is_named: whether the heading names the two.
    """
    a, b = first["resolved"], second["resolved"]
    rows = [
        [key, as_text(one), as_text(other), source_of(a, key) or source_of(b, key)]
        for key, one, other in different(a, b)
        if key not in ("title", "why")
    ]
    reasons = [f"“{one['title']}”: {one_line(one['resolved']['why'])}" for one in (first, second)]
    names = f": “{first['title']}” and “{second['title']}”" if is_named else ""
    title = f"What differs, and why{names}"
    if not rows:
        return Section(title, [*reasons, "There are no other differences."])
    keys = "one key" if len(rows) == 1 else f"{len(rows)} keys"
    caption = f"The {keys} in which the two differ; everything else is the same"
    head = ["key", first["title"], second["title"], "source"]
    return Section(title, reasons, tables=[Table(caption, head, rows)])


def different(a: Any, b: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Leaves in which two trees differ: key, value in the first, value in the second."""
    if isinstance(a, dict) and isinstance(b, dict) and not (is_number(a) or is_number(b)):
        for key in dict.fromkeys([*a, *b]):
            at = f"{path}.{key}" if path else key
            yield from different(a.get(key, ABSENT), b.get(key, ABSENT), at)
    elif a != b:
        yield path, a, b


def as_text(node: Any) -> str:
    """A value of a scenario as a reader may see it."""
    if node is ABSENT:
        return "not set"
    if is_number(node):
        value = exact(node["value"]) if node.get("prior") is None else _prior(node["prior"])
        return f"{value} {unit(node.get('unit', '1'))}".strip()
    if isinstance(node, bool):
        return "yes" if node else "no"
    if isinstance(node, list):
        return ", ".join(map(str, node)) or "nothing"
    if isinstance(node, dict):
        inner = (f"{key} {as_text(value)}" for key, value in node.items() if key not in TEXTS)
        return "; ".join(inner) or "nothing"
    return str(node)


def _prior(prior: Tree) -> str:
    if "median" in prior:
        return f"{exact(prior['median'])} [{exact(prior['p5'])}, {exact(prior['p95'])}]"
    return f"[{exact(prior['low'])}, {exact(prior['high'])}]"


def source_of(tree: Tree, key: str) -> str:
    """The source of a key, or the nearest one of the tables around it."""
    nodes = (value_at(tree, k) for k in (key, *above(key)))
    sources = (node.get("source") for node in nodes if isinstance(node, dict))
    return one_line(next(filter(None, sources), ""))


def one_line(text: str) -> str:
    """A text of several lines as one."""
    return " ".join(str(text).split())
