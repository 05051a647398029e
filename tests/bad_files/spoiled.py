"""Scenario files with anything done to them, made at random from what is shipped.

Each way takes a generator of luck and gives files by name, the scenario among them, and flags.
"""

from __future__ import annotations

import copy
import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit

from sim.scenario.library import shipped
from sim.scenario.load import load
from sim.scenario.paths import join_key

Tree = dict[str, Any]
Place = tuple[Tree, str]  # a table, and one of its keys


class Input(NamedTuple):
    """What is given to `load`: files by name (the first is the scenario, or all), and flags."""

    files: dict[str, bytes]
    overrides: tuple[str, ...] = ()


TEXTS = (
    "", " ", "\n", "\x00", "é", "名前", "🙂", "\u202e", "a" * 5000, "a.b.c", "'", '"', "[x]", "-",
    "US", "China", "all", "DeepSeek", "2024-13", "2020-1", "2020-+1", "9999-12", "nan", "1e5", "%s",
    "{0}", "../..", "con", "=1+1", "<b>", "[/x]", "a\nb", "\x1b[31m", "a\u200bb", "\u3164", "TSMC",
    "٢٠٢٠-٠١", "1989-12", "2061-01", "Nvidia", "US government", "lognormal", "chip_rule", "share",
    "USD bn/yr", "as_enacted", "baseline",
)  # fmt: skip
NUMBERS = (
    0, -1, 1, 2, 0.5, 1e-300, 1e300, 1.797e308, 5e-324, 2**31, 2**63 - 1, 2**63, 10**40,
    -(2**64), float("nan"), float("inf"), float("-inf"), 0.1, 100, 1e6, 1e12, -0.0,
)  # fmt: skip
MOMENTS = (
    date(1, 1, 1), date(1969, 12, 31), date(2019, 12, 31), date(2020, 1, 1), date(2024, 2, 29),
    date(2030, 12, 31), date(9999, 12, 31), datetime(2024, 1, 1, 12, 30), time(7, 32),
)  # fmt: skip
TABLES: tuple[Tree, ...] = (
    {}, {"value": 1}, {"value": []}, {"prior": {}}, {"prior": 1}, {"value": 1, "unit": 3},
    {"kind": "normal"}, {"knots": {}}, {"knots": {"2020-01": "a"}}, {"a": {"b": {"c": {}}}},
    {"prior": {"kind": "uniform", "low": 0, "high": 1e9}, "unit": "1", "source": "a test"},
    {"prior": {"kind": "lognormal", "median": 1, "p5": 1e-9, "p95": 1e9}},
    {"value": {"value": {"value": 1}}}, {"source": ["a"]}, {"unset": ["a"]}, {"": {"": 1}},
)  # fmt: skip


def moved(day: date, days: int) -> date:
    """A date so many days later, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def near(luck: random.Random, old: Any) -> Any:
    """A value of the same kind that may well be allowed."""
    if isinstance(old, bool):
        return not old
    if isinstance(old, int | float):
        return luck.choice([old * luck.uniform(0, 2), old * 10 ** luck.randint(-3, 3), 0, 1, -old])
    if isinstance(old, date) and not isinstance(old, datetime):
        return moved(old, luck.randint(-900, 900))
    if isinstance(old, dict):
        return {key: near(luck, value) for key, value in old.items()}
    return old


def odd(luck: random.Random, old: Any = None) -> Any:
    """A value in place of another: near it, or of any other kind."""
    if isinstance(old, bool) and luck.random() < 0.5:
        return not old
    if isinstance(old, int | float) and luck.random() < 0.6:
        return luck.choice([old * 10 ** luck.randint(-6, 6), -old, old + 1, old * luck.random()])
    if isinstance(old, date) and not isinstance(old, datetime) and luck.random() < 0.6:
        return moved(old, luck.randint(-3000, 3000))
    if isinstance(old, str) and old and luck.random() < 0.4:
        at = luck.randrange(len(old))
        return luck.choice([old[:at], old[at:], old[:at] + "x" + old[at:], old.upper(), old * 2])
    return _any(luck)


def _any(luck: random.Random) -> Any:
    kinds = (TEXTS, NUMBERS, MOMENTS, TABLES, (True, False))
    found = luck.choice(luck.choice(kinds))
    shape = luck.random()
    if shape < 0.1:
        return [found] * luck.randint(0, 3)
    return {luck.choice(TEXTS): found} if shape < 0.15 else copy.deepcopy(found)


def places(tree: Tree) -> Iterator[Place]:
    """Every key of a tree with the table that it stands in."""
    for key, value in tree.items():
        yield tree, key
        if isinstance(value, dict):
            yield from places(value)


def tame(luck: random.Random, tree: Tree) -> None:
    """Change a number, a switch or a date of a tree to one that may well be allowed."""
    kinds = (bool, int, float, date)
    known = [(table, key) for table, key in places(tree) if isinstance(table[key], kinds)]
    if known:
        table, key = luck.choice(known)
        table[key] = near(luck, table[key])


def spoil(luck: random.Random, tree: Tree) -> None:
    """Do one thing to a tree."""
    known = list(places(tree))
    if not known:
        return
    table, key = luck.choice(known)
    other, name = luck.choice(known)
    match luck.randrange(7):
        case 0:
            del table[key]
        case 1:
            table[luck.choice([key[:-1], f"{key}s", name, luck.choice(TEXTS)])] = table.pop(key)
        case 2:
            table[key] = copy.deepcopy(other[name])
        case 3:
            table[f"{key}_again"] = copy.deepcopy(table[key])
        case 4 if isinstance(table[key], list):
            table[key] = [*table[key][1:], odd(luck)]
        case _:
            table[key] = odd(luck, table[key])


def written(tree: Tree) -> bytes:
    """A tree as a file."""
    return tomlkit.dumps(tree).encode("utf-8", "replace")


@cache
def texts() -> tuple[str, ...]:
    """The shipped scenarios of one file; as often, one with something of everything."""
    texts = [path.read_text("utf-8") for path in shipped().values() if path.is_file()]
    everything = (Path(__file__).parent / "valid.toml").read_text("utf-8")
    return (*texts, *[everything] * len(texts))


@cache
def keys() -> tuple[tuple[str, Any], ...]:
    """Every key of the history as enacted with its value, dotted (names without dots)."""
    resolved = load("as_enacted")

    def walk(tree: Tree, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for key, value in tree.items():
            at = (*path, key)
            yield join_key(at), value
            if isinstance(value, dict):
                yield from walk(value, at)

    return tuple(walk(resolved.tree, ()))


@cache
def numbers() -> tuple[tuple[str, Any], ...]:
    """Every number, switch and date of it, each as it can be set: a number in place of a prior."""
    found = [(key, value) for key, value in keys() if isinstance(value, bool | date)]
    for key, value in keys():
        if isinstance(value, dict) and "value" in value:
            found.append((key, value["value"]))
        if isinstance(value, dict) and "prior" in value:
            prior = value["prior"]
            found.append((key, prior.get("median", prior.get("mode", prior.get("low", 1)))))
    return tuple(found)


def a_child(luck: random.Random) -> Input:
    """A small file that sets a few keys of the history as enacted to something."""
    lines = ['extends = "as_enacted"', 'title = "Spoiled"']
    lines += [f"{key} = {_inline(value)}" for key, value in _chosen(luck)]
    return Input({"child.toml": "\n".join(lines).encode("utf-8", "replace")})


def a_tree(luck: random.Random) -> Input:
    """A shipped scenario with its keys, values and tables changed, moved, doubled, dropped."""
    tree = tomllib.loads(luck.choice(texts()))
    change = luck.choice([tame, spoil])
    for _ in range(luck.randint(1, 4)):
        change(luck, tree)
    return Input({"tree.toml": written(tree)})


def a_text(luck: random.Random) -> Input:
    """A shipped scenario cut off, with bytes changed or lines moved."""
    text = luck.choice(texts()).encode()
    for _ in range(luck.randint(1, 3)):
        at, to = sorted(luck.randrange(len(text) + 1) for _ in range(2))
        lines = text.split(b"\n")
        luck.shuffle(lines)
        noise = bytes(luck.randrange(256) for _ in range(luck.randint(1, 4)))
        text = luck.choice(
            [text[:at], text[:at] + noise + text[at:], text[:at] + text[to:], b"\n".join(lines)]
        )
    return Input({"text.toml": text})


def a_baseline(luck: random.Random) -> Input:
    """The folder of all numbers with a few of them changed."""
    files = {file.name: file.read_bytes() for file in sorted(shipped()["baseline"].glob("*.toml"))}
    name = luck.choice(sorted(files))
    tree = tomllib.loads(files[name].decode())
    change = luck.choice([tame, spoil])
    for _ in range(luck.randint(1, 3)):
        change(luck, tree)
    return Input(files | {name: written(tree)})


def a_flag(luck: random.Random) -> Input:
    """The history as enacted with a few numbers set by flags."""
    return Input({}, tuple(f"{key}={_inline(value)}" for key, value in _chosen(luck)))


def _chosen(luck: random.Random) -> list[tuple[str, Any]]:
    """A few keys with new values: half of the time only values that may well be allowed."""
    change = luck.choice([near, odd])
    known = keys() if change is odd else numbers()
    return [(key, change(luck, old)) for key, old in luck.choices(known, k=luck.randint(1, 3))]


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        made = tomlkit.inline_table()
        made.update(value)
        return made.as_string()
    return tomlkit.item(value).as_string()


WAYS: tuple[Callable[[random.Random], Input], ...] = (a_child, a_tree, a_text, a_baseline, a_flag)


def put(one: Input, folder: Path) -> Path | str:
    """Write the files of an input into a folder; what to load."""
    for name, content in one.files.items():
        (folder / name).write_bytes(content)
    if not one.files:
        return "as_enacted"
    return folder if len(one.files) > 1 else folder / next(iter(one.files))
