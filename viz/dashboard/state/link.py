"""A view as the query of a link, and back; nothing in a link is trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from sim.core.calendar import parse_month
from sim.scenario.errors import ScenarioError, cut
from viz.dashboard.state import limits
from viz.dashboard.state.edited_scenario import EditedScenario, check_change
from viz.dashboard.state.view import START, View

TABS = limits.TABS


def query(view: View) -> str:
    """The query of a share link: `s=leaky&set=...`; defaults are left out."""
    default = View()
    pairs = [("s", view.scenario.name), *(("set", item) for item in view.scenario.overrides)]
    for key, (name, _) in FIELDS.items():
        if getattr(view, name) != getattr(default, name):
            pairs.append((key, str(getattr(view, name))))
    pairs += [("pin", str(world)) for world in view.pinned]
    pairs += [("with", "\n".join([item.name, *item.overrides])) for item in view.compared]
    return "&".join(f"{key}={quote(value, safe='.,:')}" for key, value in pairs)


def read(text: str | None, longest: int = limits.MAX_LINK_LENGTH) -> tuple[View, list[str]]:
    """The view of a query, and what was wrong with it (that part keeps its default).

    Args:
        longest: characters that a query may have.
    """
    text = text or ""
    if len(text) > longest:
        return View(), [f"the link is longer than {longest} characters: not read"]
    values: dict[str, list[str]] = {}
    for key, value in parse_qsl(text.lstrip("?"), max_num_fields=None, keep_blank_values=True):
        values.setdefault(key, []).append(value)
    problems: list[str] = []
    first = [*values.get("s", [START])[:1], *values.get("set", [])]
    fields: dict[str, Any] = {"scenario": _scenario(first, problems)}
    for key, (name, parse) in FIELDS.items():
        if key in values:
            try:
                fields[name] = parse(values[key][0])
            except ValueError as wrong:
                problems.append(f"{name} in the link: {wrong}")
    fields["pinned"] = _pinned(values.get("pin", []), problems)
    compared = [_scenario(item.split("\n"), problems) for item in values.get("with", [])]
    fields["compared"] = tuple(compared[: limits.MAX_COMPARED])
    return View(**fields), problems


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"'{cut(text)}' is none of {', '.join(choices)}")
    return text


def _seed(text: str) -> int:
    is_whole = text.isascii() and text.isdigit() and len(text) <= len(str(limits.MAX_SEED))
    if not is_whole or int(text) > limits.MAX_SEED:
        raise ValueError(f"'{cut(text)}' is not a whole number from 0 to {limits.MAX_SEED}")
    return int(text)


def _month(text: str) -> str:
    try:
        parse_month(text)
    except ValueError as wrong:
        raise ValueError(f"'{cut(text)}' is not a month written as YYYY-MM") from wrong
    return text


FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {  # key in a link: field, how it is read
    "base": ("baseline", str),
    "n": ("worlds", lambda text: int(_choice(text, tuple(map(str, limits.WORLDS))))),
    "seed": ("seed", _seed),
    "start": ("start", lambda text: _choice(text, limits.STARTS)),
    "at": ("month", _month),
    "charts": ("charts", lambda text: _choice(text, limits.CHARTS)),
    "compare": ("compare_charts", lambda text: _choice(text, limits.CHARTS)),
    "singles": ("singles", lambda text: _choice(text, ("False", "True")) == "True"),
    "tab": ("tab", lambda text: _choice(text, TABS)),
    "who": ("actor", cut),
}


def _pinned(texts: list[str], problems: list[str]) -> tuple[int, ...]:
    good = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 5]
    if len(good) < len(texts) or len(good) > limits.MAX_PINNED:
        problems.append(f"pinned worlds in the link: up to {limits.MAX_PINNED} whole numbers")
    return tuple(dict.fromkeys(good))[: limits.MAX_PINNED]


def _scenario(lines: list[str], problems: list[str]) -> EditedScenario:
    name, *overrides = lines
    changes: dict[str, str] = {}
    for override in overrides[: limits.MAX_CHANGES]:
        key, _, value = override.partition("=")
        try:
            check_change(key, value)
        except ScenarioError as wrong:
            problems.append(str(wrong.problems[0]))
        else:
            changes[key] = value
    if len(overrides) > limits.MAX_CHANGES:
        problems.append(f"only the first {limits.MAX_CHANGES} changes of the link are taken")
    return EditedScenario(name, tuple(changes.items()))
