"""What a scenario says: its acts by date, its own numbers, and where two scenarios differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.scenario.paths import value_at
from viz.report.page import Section, Table

TEXTS = ("title", "why", "about", "description", "source", "note", "active")
ACT = ("instrument", "by", "announced", "effective", "ends", "supersedes", "destination")
ABSENT = object()


def differences(first: dict[str, Any], second: dict[str, Any], which: str = "") -> Section:
    """Keys in which two scenarios differ, and why each is as it is.

    Args:
        which: names of the two, for the heading.
    """
    a, b = first["resolved"], second["resolved"]
    rows = [
        [key, said(one), said(other), source_of(a, b, key)]
        for key, one, other in different(a, b)
        if key not in ("title", "why")
    ]
    words = [f"“{about['title']}”: {plain(about['resolved']['why'])}" for about in (first, second)]
    title = f"What differs, and why{f': {which}' if which else ''}"
    if not rows:
        return Section(title, [*words, "They differ in nothing else."])
    keys = "one key" if len(rows) == 1 else f"{len(rows)} keys"
    caption = f"The {keys} in which the two differ; all else is the same in both"
    head = ["key", first["title"], second["title"], "source"]
    return Section(title, words, tables=[Table(caption, head, rows)])


def different(a: Any, b: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Leaves in which two trees differ: key, here, there."""
    if isinstance(a, dict) and isinstance(b, dict) and not (is_number(a) or is_number(b)):
        for key in dict.fromkeys([*a, *b]):
            at = f"{path}.{key}" if path else key
            yield from different(a.get(key, ABSENT), b.get(key, ABSENT), at)
    elif a != b:
        yield path, a, b


def is_number(node: Any) -> bool:
    """Whether a table of plain data is a number with unit and source."""
    return isinstance(node, dict) and bool({"value", "prior"} & node.keys())


def said(node: Any) -> str:
    """Plain data as a reader may see it."""
    if node is ABSENT:
        return "not set"
    if is_number(node):
        unit = "" if node.get("unit", "1") == "1" else f" {node['unit']}"
        if "prior" not in node or node["prior"] is None:
            return f"{node['value']:g}{unit}"
        return f"{_prior(node['prior'])}{unit}"
    if isinstance(node, list):
        return ", ".join(map(str, node)) or "nothing"
    if isinstance(node, dict):
        inner = (f"{key} {said(value)}" for key, value in node.items() if key not in TEXTS)
        return "; ".join(inner) or "nothing"
    return {True: "yes", False: "no"}.get(node, str(node)) if isinstance(node, bool) else str(node)


def _prior(prior: dict[str, Any]) -> str:
    if "median" in prior:
        return f"{prior['median']:g} [{prior['p5']:g}, {prior['p95']:g}]"
    return f"{prior['low']:g} to {prior['high']:g}"


def source_of(a: dict[str, Any], b: dict[str, Any], key: str) -> str:
    """The source nearest to a key, in the first scenario or else in the second."""
    for tree in (a, b):
        node: Any = tree
        found = ""
        rest = key
        while rest and isinstance(node, dict):
            name = next((k for k in node if rest == k or rest.startswith(f"{k}.")), None)
            if name is None:
                break
            node, rest = node[name], rest[len(name) + 1 :]
            if isinstance(node, dict):
                found = node.get("source") or found
        if found:
            return plain(found)
    return ""


def plain(text: str) -> str:
    """A text of several lines as one."""
    return " ".join(str(text).split())


def acts(about: dict[str, Any]) -> Section:
    """What governments do in a scenario by date, and what else it sets itself."""
    tree = about["resolved"]
    rows = [_act(name, event) for name, event in _in_force(tree)]
    words = [plain(tree["why"])]
    if len(about["files"]) > 1:
        below = [Path(file).stem for file in about["files"][:-1]]
        words.append(f"It is laid over: {', '.join(reversed(below))}.")
    caption = f"{len(rows)} acts of governments, by the day from which they are in force"
    head = ["from", "announced", "by", "act", "what it sets", "why and how", "source"]
    tables = [Table(caption, head, rows, folded=len(rows) > 12)]
    own = _own(about)
    if own:
        caption = "What the scenario itself sets besides acts"
        tables.insert(0, Table(caption, ["key", "value", "source"], own, folded=len(own) > 30))
    return Section("What the scenario says, and why", words, tables=tables)


def _in_force(tree: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    withheld = {name: set(row.get("withholds", [])) for name, row in tree["regulators"].items()}
    found = [
        (name, event)
        for name, event in tree.get("events", {}).items()
        if event.get("active", True) and event["instrument"] not in withheld[event["by"]]
    ]
    return sorted(found, key=lambda one: (str(one[1]["effective"]), one[0]))


def _act(name: str, event: dict[str, Any]) -> list[str]:
    overrides = {key: value for key, value in event.items() if key not in (*ACT, *TEXTS)}
    numbers = "; ".join(
        f"{key.replace('_', ' ')} {said(value)}" for key, value in overrides.items()
    )
    towards = f" for {event['destination']}" if "destination" in event else ""
    return [
        str(event["effective"]),
        str(event["announced"]),
        event["by"],
        f"{name}: {event['instrument'].replace('_', ' ')}{towards}",
        numbers,
        plain(event.get("description", "")),
        plain(event.get("source", "")),
    ]


def _own(about: dict[str, Any]) -> list[list[str]]:
    """Keys of the last file or of flags, as tables of a number and not as their parts."""
    tree = about["resolved"]
    keys = [key for key in about.get("own", []) if not key.startswith(("events.", "title", "why"))]
    places = dict.fromkeys(_number_key(tree, key) for key in keys)
    found = ([key, said(value_at(tree, key, ABSENT)), source_of(tree, {}, key)] for key in places)
    return [row for row in found if row[0].rpartition(".")[2] not in TEXTS]


def _number_key(tree: dict[str, Any], key: str) -> str:
    """The key of the number that a leaf is a part of, or the leaf's own."""
    short = key
    while short:
        if is_number(value_at(tree, short, ABSENT)):
            return short
        short = short.rpartition(".")[0]
    return key
