"""How large a scenario may be, counted before anything is done with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sim.scenario.actors import ACTORS
from sim.scenario.errors import Problem

MOST_BYTES = 1_000_000  # of a file
MOST_ACTORS = 200  # of a kind
MOST_ENTRIES = 500  # of any other table or list: acts, chips, ties
MOST_FILES = 50  # of a scenario that is a folder, and in a chain of `extends`
MOST_PROBLEMS = 50  # that are reported at once
DEEPEST = 12  # tables within tables; the schema needs 5

# The parser takes time in proportion to the square of the parts of a dotted key.
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*+\.[ \t]*+){{50}}")


def has_long_key(text: str) -> bool:
    """Whether a dotted key, or what looks like one, has so many parts that parsing takes long."""
    return _LONG_KEY.search(text) is not None


def too_deep(tree: Any) -> bool:
    """Whether tables and lists lie too deep within each other."""
    level = [tree]
    for _ in range(DEEPEST):
        inner = [x for node in level for x in (node.values() if isinstance(node, dict) else node)]
        level = [x for x in inner if isinstance(x, dict | list)]
    return bool(level)


def too_many(tree: dict[str, Any], file: str) -> list[Problem]:
    """Tables and lists with more entries than are taken; `file` is named."""
    return [
        Problem(file, key, f"has {count:,} entries", f"at most {most} are taken")
        for key, count, most in _counts(tree)
        if count > most
    ]


def _counts(tree: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    level: list[tuple[str, Any]] = [("", tree)]
    while level:
        key, node = level.pop()
        yield key, len(node), MOST_ACTORS if key in ACTORS else MOST_ENTRIES
        items: Iterable[tuple[Any, Any]] = node.items() if isinstance(node, dict) else ()
        for name, value in items:
            if isinstance(value, dict | list):
                level.append((f"{key}.{name}" if key else str(name), value))
