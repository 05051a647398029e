"""A view as the query of a link, and back; nothing in a link is trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from sim.core.calendar import parse_month
from sim.scenario.errors import ScenarioError, cut
from viz.dashboard.state import limits as bounds
from viz.dashboard.state.edited_scenario import Case, check
from viz.dashboard.state.view import START, View

TABS = ("overview", "network", "why", "compare", "events")


def query(view: View) -> str:
    """The query of a share link: `s=leaky&set=...`; what is as usual is left out."""
    usual = View()
    pairs = [("s", view.case.scenario), *(("set", one) for one in view.case.overrides)]
    for key, name in PLAIN.items():
        if getattr(view, name) != getattr(usual, name):
            pairs.append((key, str(getattr(view, name))))
    pairs += [("pin", str(world)) for world in view.pinned]
    pairs += [("with", _packed(case)) for case in view.compared]
    return "&".join(f"{key}={quote(value, safe='.,:')}" for key, value in pairs)


PLAIN = {
    "base": "baseline",
    "n": "worlds",
    "seed": "seed",
    "at": "month",
    "tab": "tab",
    "who": "actor",
}


def _packed(case: Case) -> str:
    return "\n".join([case.scenario, *case.overrides])


def read(text: str | None) -> tuple[View, list[str]]:
    """The view of a query, and what was wrong with it (that part stays as usual)."""
    text = text or ""
    if len(text) > bounds.LONGEST_LINK:
        return View(), [f"the link is longer than {bounds.LONGEST_LINK} characters: not read"]
    found: dict[str, list[str]] = {}
    for key, value in parse_qsl(text.lstrip("?"), max_num_fields=None, keep_blank_values=True):
        found.setdefault(key, []).append(value)
    problems: list[str] = []
    fields: dict[str, Any] = {
        "case": _case([*found.get("s", [START])[:1], *found.get("set", [])], problems)
    }
    for key, name in PLAIN.items():
        if key in found:
            _take(fields, name, found[key][0], problems)
    fields["pinned"] = _pinned(found.get("pin", []), problems)
    compared = [_case(one.split("\n"), problems) for one in found.get("with", [])]
    fields["compared"] = tuple(compared[: bounds.MOST_COMPARED])
    return View(**fields), problems


def _take(fields: dict[str, Any], name: str, text: str, problems: list[str]) -> None:
    try:
        fields[name] = READERS[name](text)
    except ValueError as wrong:
        problems.append(f"{name} in the link: {wrong}")


def _worlds(text: str) -> int:
    if text not in map(str, bounds.WORLDS):
        raise ValueError(f"'{cut(text)}' is none of {', '.join(map(str, bounds.WORLDS))}")
    return int(text)


def _seed(text: str) -> int:
    written = text.isascii() and text.isdigit() and len(text) <= len(str(bounds.MOST_SEED))
    if not written or int(text) > bounds.MOST_SEED:
        raise ValueError(f"'{cut(text)}' is no whole number from 0 to {bounds.MOST_SEED}")
    return int(text)


def _month(text: str) -> str:
    try:
        parse_month(text)
    except ValueError as wrong:
        raise ValueError(f"'{cut(text)}' is not a month written as YYYY-MM") from wrong
    return text


def _tab(text: str) -> str:
    if text not in TABS:
        raise ValueError(f"'{cut(text)}' is none of {', '.join(TABS)}")
    return text


READERS: dict[str, Callable[[str], Any]] = {
    "baseline": str,
    "worlds": _worlds,
    "seed": _seed,
    "month": _month,
    "tab": _tab,
    "actor": cut,
}


def _pinned(texts: list[str], problems: list[str]) -> tuple[int, ...]:
    good = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 5]
    if len(good) < len(texts) or len(good) > bounds.MOST_PINNED:
        problems.append(f"pinned worlds in the link: up to {bounds.MOST_PINNED} whole numbers")
    return tuple(dict.fromkeys(good))[: bounds.MOST_PINNED]


def _case(lines: list[str], problems: list[str]) -> Case:
    scenario, *overrides = lines
    changes: dict[str, str] = {}
    for one in overrides[: bounds.MOST_CHANGES]:
        key, _, value = one.partition("=")
        try:
            check(key, value)
        except ScenarioError as wrong:
            problems.append(str(wrong.problems[0]))
        else:
            changes[key] = value
    if len(overrides) > bounds.MOST_CHANGES:
        problems.append(f"only the first {bounds.MOST_CHANGES} changes of the link are taken")
    return Case(scenario, tuple(changes.items()))
