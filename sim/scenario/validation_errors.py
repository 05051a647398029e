"""From the validator's findings to problems a person can act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from sim.scenario.cross_checks import misfits
from sim.scenario.declared import declared_at, known_keys, limits_at
from sim.scenario.errors import Finding, MisfitError, Problem, close, cut, nearest
from sim.scenario.incidents import INCIDENTS
from sim.scenario.instruments import KINDS
from sim.scenario.reactions import REACTIONS
from sim.scenario.schema import Scenario

Said = Mapping[str, Any]  # a finding of the validator
_PRIORS = {"normal", "lognormal", "logitnormal", "uniform", "triangular"}
_UNIONS = {"events": KINDS, "incidents": INCIDENTS, "reactions": REACTIONS}  # table -> kinds
_NO_QUOTES = "without quotes"
SAY = {  # the validator's finding -> what is wanted, what to do
    "float_type": ("must be a number", _NO_QUOTES),
    "finite_number": ("must be a finite number", ""),
    "int_type": ("must be a whole number", _NO_QUOTES),
    "bool_type": ("must be true or false", _NO_QUOTES),
    "string_type": ("must be text", "in quotes"),
    "date_type": ("must be a date", "written 2023-10-17, without quotes"),
    "list_type": ("must be a list", 'in square brackets: ["...", "..."]'),
    "tuple_type": ("must be a list of two names", 'in square brackets: ["...", "..."]'),
    "string_too_short": ("must not be empty", ""),
    "too_short": ("must name at least one", ""),
    "too_long": ("must be a list of two names", ""),
}
_TABLE = {"dict_type", "model_type", "model_attributes_type"}


@dataclass
class Trail:
    """Where the keys of a merged scenario come from.

    Attributes:
        origin: the file or flag that set a key.
        removed: the file whose `unset` took a key away.
        layers: names of the layers, the ancestor first.
        has_parent: whether the scenario extends another one.
        ranks: a file's layer, later layers higher.
    """

    origin: dict[str, str]
    removed: dict[str, str]
    layers: list[str]
    has_parent: bool
    ranks: dict[str, int] = field(default_factory=dict)

    def file(self, key: str) -> str:
        """The file that set the key, the last one below it, or the one nearest above it."""
        if key in self.origin:
            return self.origin[key]
        if key in self.removed:
            return self.removed[key]
        both = [*self.origin.items(), *self.removed.items()]
        below = [file for at, file in both if at.startswith(f"{key}.")]
        if below:
            return max(below, key=lambda file: self.ranks.get(file, 0))
        parent = key.rpartition(".")[0]
        return self.file(parent) if parent else self.layers[-1]

    def about_unset(self, file: str, wrong: str) -> str:
        """A remark for a problem in an older file that an `unset` may have caused."""
        rank = self.ranks.get(file, 0)
        later = {key: by for key, by in self.removed.items() if self.ranks.get(by, 0) > rank}
        named = [key for key in later if f"'{key.rpartition('.')[2]}'" in wrong]
        shown = named or list(later)
        return f"{later[shown[0]]} unsets {cut(', '.join(shown))}" if shown else ""


def problems_of(wrong: ValidationError, tree: dict, trail: Trail) -> Iterable[Problem]:
    """One problem for each finding, with the file that set the key."""
    findings = wrong.errors(include_url=False)
    whole = [f for f in findings if isinstance(f.get("ctx", {}).get("error"), MisfitError)]
    fitting = [found for f in whole for found in f["ctx"]["error"].found] or misfits(tree)
    single = [f for f in findings if f not in whole]
    lacking: dict[tuple, list[Said]] = {}
    for finding in single:
        if finding["type"] == "missing" and isinstance(finding["loc"][-1], str):
            lacking.setdefault(_path(finding)[:-1], []).append(finding)
    new = {parent for parent, missing in lacking.items() if _is_new(parent, missing, trail)}
    for finding in single:
        unset_number = finding["type"] in _TABLE and _path(finding)[:-1] in new
        if finding not in lacking.get(_path(finding)[:-1], []) and not unset_number:
            yield _problem(finding, tree, trail)
    for parent, missing in lacking.items():
        yield from _lacks(parent, missing, tree, trail)
    if not lacking.get(()) and not any(len(_path(f)) == 1 and f["type"] in _TABLE for f in single):
        # Without whole tables every name in them would be unknown.
        yield from (_misfit(found, trail) for found in fitting)


def _is_new(parent: tuple, missing: list[Said], trail: Trail) -> bool:
    """Whether so much is missing that the table's name seems to be new, or misspelt."""
    unset = any(".".join(_path(finding)) in trail.removed for finding in missing)
    return len(parent) == 2 and len(missing) > 1 and not unset


def _misfit(found: Finding, trail: Trail) -> Problem:
    file = trail.file(found.key)
    remarks = [found.hint, trail.about_unset(file, found.wrong)]
    if found.because in trail.origin:
        remarks.append(f"'{found.because}' is set in {trail.origin[found.because]}")
    return Problem(file, found.key, found.wrong, "; ".join(r for r in remarks if r))


def _lacks(parent: tuple, missing: list[Said], tree: dict, trail: Trail) -> Iterator[Problem]:
    """Missing keys; many in one table are one problem, most often with its name."""
    names = [_path(finding)[-1] for finding in missing]
    if not parent and not trail.has_parent:
        wrong = f"is not given, and {len(names)} keys are missing: {cut(', '.join(names))}"
        yield Problem(trail.layers[-1], "extends", wrong, 'start with extends = "as_enacted"')
    elif _is_new(parent, missing, trail):
        wrong = f"lacks {', '.join(names)}"
        key = ".".join(parent)
        yield Problem(trail.file(key), key, wrong, _new_name(parent, tree, "it needs them all"))
    else:
        for finding in missing:
            path = _path(finding)
            key = ".".join(path)
            yield Problem(trail.file(key), key, "is missing", _example(path, finding["loc"]))


def _problem(finding: Said, tree: dict, trail: Trail) -> Problem:
    path = _path(finding)
    kind, given = finding["type"], finding["input"]
    if kind == "union_tag_invalid":
        path = (*path, finding["ctx"]["discriminator"].strip("'"))
    key = ".".join(path)
    file = trail.file(key)
    if kind == "extra_forbidden" and path[-1] == "source":
        return Problem(file, key, f"must be text, found {shown(given)}", "in quotes")
    if kind == "extra_forbidden":
        return Problem(file, key, "unknown key", _nearest_key(path, finding))
    if kind == "union_tag_invalid":
        what, known = _union(path)
        asked = str(given.get(path[-1]))
        return Problem(file, key, f"unknown {what} '{cut(asked)}'", nearest(asked, known))
    if kind == "union_tag_not_found":
        return Problem(file, key, *_no_kind(path, tree))
    return Problem(file, key, *_say(finding, path))


def _say(finding: Said, path: tuple[str, ...]) -> tuple[str, str]:
    """What was wrong, and what to do."""
    kind, given = finding["type"], finding["input"]
    declared = declared_at(path, finding["loc"])
    if kind in _TABLE:
        if declared:
            number = isinstance(given, int | float) and not isinstance(given, bool)
            wrong = "lacks unit and source" if number else "must be a number"
            hint = _example(path, finding["loc"])
            hint = f"{_NO_QUOTES}: {hint}" if isinstance(given, str) else hint
            return f"{wrong}, found {shown(given)}", hint
        name = path[-1] if " " not in path[-1] else f'"{path[-1]}"'
        return f"must be a table, found {shown(given)}", f"[{'.'.join([*path[:-1], name])}]"
    if kind in ("greater_than_equal", "less_than_equal"):
        limits = limits_at(path, finding["loc"])
        return f"must lie in {limits['ge']}..{limits['le']}, found {shown(given)}", ""
    if kind == "literal_error":
        return f"must be {finding['ctx']['expected']}, found {shown(given)}", ""
    if kind == "missing":  # of a pair
        return "must be a list of two names", ""
    if kind in SAY:
        wanted, hint = SAY[kind]
        hint = "" if hint == _NO_QUOTES and not isinstance(given, str) else hint
        return f"{wanted}, found {shown(given)}", hint
    text = finding["msg"].removeprefix("Value error, ")
    if text.startswith("invalid literal for int"):
        return f"{shown(given)} is not a month written as YYYY-MM", 'such as "2023-10"'
    if declared.get("unit") == "1":
        text = text.removesuffix(" 1")
    return text[:1].lower() + text[1:], _about_number(text, declared)


def _about_number(text: str, declared: dict) -> str:
    if text.startswith("unit is"):
        return f'write unit = "{declared["unit"]}" and convert the number'
    if "outside the allowed range" in text and declared["unit"] == "share":
        return "a share of 20 % is written 0.2"
    return ""


def _union(path: tuple[str, ...]) -> tuple[str, Iterable[str]]:
    """What the kinds at a path are called, and which there are."""
    if len(path) == 3 and path[0] in _UNIONS:
        what = {"incidents": "kind of incident", "reactions": "kind of reaction"}
        return what.get(path[0], "instrument"), _UNIONS[path[0]]
    return "kind of prior", _PRIORS


def _no_kind(path: tuple[str, ...], tree: dict) -> tuple[str, str]:
    if path[0] in ("incidents", "reactions"):
        known = f"it is one of {', '.join(_UNIONS[path[0]])}"
        return "needs a kind", _new_name(path, tree, known)
    if path[-1] == "prior":
        wrong = f"needs a kind: {', '.join(sorted(_PRIORS))}"
        return wrong, "a prior is given as a whole, it does not inherit parts of an older one"
    known = f"it names one of {', '.join(sorted(KINDS))}"
    return "needs an instrument", _new_name(path, tree, known)


def _new_name(path: tuple[str, ...], tree: dict, otherwise: str) -> str:
    """For a name nobody gave before: the near one that was meant, or what a new one needs."""
    table = tree.get(path[0], {})
    meant = close(path[-1], [name for name in table if name != path[-1]])
    return f"did you mean '{meant}'? " * bool(meant) + f"if it is new, {otherwise}"


def _nearest_key(path: tuple[str, ...], finding: Said) -> str:
    known = known_keys(path[:-1], finding["loc"])
    if len(path) > 1:
        return nearest(path[-1], known)
    sections = Scenario.model_fields.items()
    inside = [n for n, f in sections if path[0] in getattr(f.annotation, "model_fields", {})]
    if inside:
        return f"did you mean '{inside[0]}.{path[0]}'?"
    return nearest(path[0], [*known, "extends", "unset"])


def _path(finding: Said) -> tuple[str, ...]:
    """The dotted path: without tags of unions and places in lists."""
    loc = finding["loc"]
    return tuple(
        part for at, part in enumerate(loc) if isinstance(part, str) and not _is_tag(loc, at)
    )


def _is_tag(loc: tuple, at: int) -> bool:
    """Tags of discriminated unions stand in the validator's path but not in the file."""
    if at == 2 and loc[0] in _UNIONS:
        return loc[at] in _UNIONS[loc[0]]
    return at > 1 and loc[at - 1] == "prior" and loc[at] in _PRIORS


def shown(value: Any) -> str:
    """A value as it stands in a file, cut short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return str(value).lower()
    return cut(value if isinstance(value, int | float | date) else f"'{value}'")


def _example(path: tuple[str, ...], loc: tuple) -> str:
    """How a missing key is written."""
    if declared := declared_at(path, loc):
        return f'{path[-1]} = {{ value = NUMBER, unit = "{declared["unit"]}", source = "..." }}'
    if path[-1] == "unit" and (declared := declared_at(path[:-1], loc)):
        return f'add unit = "{declared["unit"]}"'
    return 'add source = "where it comes from"' if path[-1] == "source" else "add it"
