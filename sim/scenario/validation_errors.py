"""From the errors of pydantic to problems that a person can act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from sim.scenario.cross_checks import cross_check
from sim.scenario.errors import CrossCheckError, Finding, Problem, close, cut, nearest
from sim.scenario.instruments import KINDS
from sim.scenario.paths import above, below, declared_field, models_of
from sim.scenario.schema import KINDS_OF_ROWS, Scenario

Error = Mapping[str, Any]  # of pydantic
_PRIORS = {"normal", "lognormal", "logitnormal", "uniform", "triangular"}
_NO_QUOTES = "without quotes"
SAY = {  # pydantic's type of error -> what is wanted, what to do
    "float_type": ("must be a number", _NO_QUOTES),
    "finite_number": ("must be a finite number", ""),
    "int_type": ("must be a whole number", _NO_QUOTES),
    "bool_type": ("must be true or false", _NO_QUOTES),
    "string_type": ("must be text", "in quotes"),
    "date_type": ("must be a date", 'written 2023-10-17 without quotes, or "2023-10"'),
    "list_type": ("must be a list", 'in square brackets: ["...", "..."]'),
    "tuple_type": ("must be a list of two names", 'in square brackets: ["...", "..."]'),
    "too_short": ("must name at least one", ""),
    "too_long": ("must be a list of two names", ""),
}
OF_THE_KEY = "[key]"  # ends pydantic's location of an error about a name, not what it names
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
        files = {**self.removed, **self.origin}
        for place in (key, *above(key)):
            if place in files:
                return files[place]
            if inside := below(files, place):
                return max((files[at] for at in inside), key=lambda file: self.ranks.get(file, 0))
        return self.layers[-1]

    def about_unset(self, file: str, wrong: str) -> str:
        """A remark for a problem in an older file that an `unset` may have caused."""
        rank = self.ranks.get(file, 0)
        later = {key: by for key, by in self.removed.items() if self.ranks.get(by, 0) > rank}
        named = [key for key in later if f"'{key.rpartition('.')[2]}'" in wrong]
        shown = named or list(later)
        return f"{later[shown[0]]} unsets {cut(', '.join(shown))}" if shown else ""


def problems_of(wrong: ValidationError, tree: dict, trail: Trail) -> Iterable[Problem]:
    """One problem for each error, with the file that set the key; they are made as they are read.

    What is near a misspelt word takes time to find: a file of a stranger may hold very many.
    """
    errors = wrong.errors(include_url=False)
    single = [e for e in errors if not isinstance(e.get("ctx", {}).get("error"), CrossCheckError)]
    misnamed = {_names(error) for error in single if error["loc"][-1] == OF_THE_KEY}
    single = [e for e in single if e["loc"][-1] == OF_THE_KEY or _names(e)[:2] not in misnamed]
    missing: dict[tuple, list[Error]] = {}
    for error in single:
        if _is_missing_key(error):
            missing.setdefault(_names(error)[:-1], []).append(error)
    new = {table for table, lacking in missing.items() if _is_new(table, lacking, trail)}
    for error in single:
        unset_number = error["type"] in _TABLE and _names(error)[:-1] in new
        if not _is_missing_key(error) and not unset_number:
            yield _problem(error, tree, trail)
    for table, lacking in missing.items():
        yield from _lacks(table, lacking, tree, trail)
    if not missing.get(()) and not any(len(_names(e)) == 1 and e["type"] in _TABLE for e in single):
        # Without whole tables every name in them would be unknown.
        yield from (_from_finding(finding, trail) for finding in cross_check(tree, Scenario))


def _is_missing_key(error: Error) -> bool:
    return error["type"] == "missing" and isinstance(error["loc"][-1], str)


def _is_new(table: tuple, missing: list[Error], trail: Trail) -> bool:
    """Whether so much is missing that the table's name seems to be new, or misspelt."""
    unset = any(".".join(_names(error)) in trail.removed for error in missing)
    return len(table) == 2 and len(missing) > 1 and not unset


def _from_finding(finding: Finding, trail: Trail) -> Problem:
    file = trail.file(finding.key)
    remarks = [finding.hint, trail.about_unset(file, finding.wrong)]
    if finding.because in trail.origin:
        remarks.append(f"'{finding.because}' is set in {trail.origin[finding.because]}")
    return Problem(file, finding.key, finding.wrong, "; ".join(r for r in remarks if r))


def _lacks(table: tuple, missing: list[Error], tree: dict, trail: Trail) -> Iterator[Problem]:
    """Missing keys; many in one table are one problem, most often with its name."""
    fields = [_names(error)[-1] for error in missing]
    if not table and not trail.has_parent:
        wrong = f"is not given, and {len(fields)} keys are missing: {cut(', '.join(fields))}"
        yield Problem(trail.layers[-1], "extends", wrong, 'start with extends = "as_enacted"')
    elif _is_new(table, missing, trail):
        key = ".".join(table)
        hint = _new_name(table, tree, "it needs them all")
        yield Problem(trail.file(key), key, f"lacks {', '.join(fields)}", hint)
    else:
        for error in missing:
            names = _names(error)
            key = ".".join(names)
            yield Problem(trail.file(key), key, "is missing", _example(names, error["loc"]))


def _problem(error: Error, tree: dict, trail: Trail) -> Problem:
    names = _names(error)
    kind, value = error["type"], error["input"]
    if kind == "union_tag_invalid":
        names = (*names, error["ctx"]["discriminator"].strip("'"))
    key = ".".join(names)
    file = trail.file(key)
    if kind == "extra_forbidden" and names[-1] == "source":
        return Problem(file, key, f"must be text, found {shown(value)}", "in quotes")
    if kind == "extra_forbidden":
        return Problem(file, key, "unknown key", _nearest_key(names, error))
    if kind == "union_tag_invalid":
        what, known = _union(names)
        word = str(value.get(names[-1]))
        return Problem(file, key, f"unknown {what} '{cut(word)}'", nearest(word, known))
    if kind == "union_tag_not_found":
        return Problem(file, key, *_no_kind(names, tree))
    return Problem(file, key, *_wrong_and_hint(error, names))


def _wrong_and_hint(error: Error, names: tuple[str, ...]) -> tuple[str, str]:
    """What was wrong, and what to do."""
    kind, value = error["type"], error["input"]
    declared = _unit_and_range(names, error["loc"])
    if kind in _TABLE and declared:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        wrong = "lacks unit and source" if number else "must be a number"
        hint = _example(names, error["loc"])
        hint = f"{_NO_QUOTES}: {hint}" if isinstance(value, str) else hint
        return f"{wrong}, found {shown(value)}", hint
    if kind in _TABLE:
        name = names[-1] if " " not in names[-1] else f'"{names[-1]}"'
        return f"must be a table, found {shown(value)}", f"[{'.'.join([*names[:-1], name])}]"
    if kind in ("greater_than_equal", "less_than_equal"):
        field = declared_field(Scenario, names)
        limits = [astuple(limit) for limit in field.metadata] if field else []
        ends = "..".join(str(end) for limit in limits for end in limit)
        return f"must lie in {ends}, found {shown(value)}", ""
    if kind == "literal_error":
        return f"must be {error['ctx']['expected']}, found {shown(value)}", ""
    if kind == "missing":  # of a pair
        return "must be a list of two names", ""
    if kind in SAY:
        wanted, hint = SAY[kind]
        hint = "" if hint == _NO_QUOTES and not isinstance(value, str) else hint
        return f"{wanted}, found {shown(value)}", hint
    text = error["msg"].removeprefix("Value error, ")
    if declared.get("unit") == "1":
        text = text.removesuffix(" 1")
    return text[:1].lower() + text[1:], _about_number(text, declared)


def _unit_and_range(names: tuple[str, ...], loc: tuple) -> dict[str, Any]:
    """Declared unit and range of the number at a key, empty if there is none."""
    field = declared_field(Scenario, names, loc)
    declared: Any = field.json_schema_extra if field else None
    return declared or {}


def _about_number(text: str, declared: dict) -> str:
    if text.startswith("unit is"):
        return f'write unit = "{declared["unit"]}" and convert the number'
    if "outside the allowed range" in text and declared["unit"] == "share":
        return "a share of 20 % is written 0.2"
    return ""


def _union(names: tuple[str, ...]) -> tuple[str, Iterable[str]]:
    """What the kinds at a key are called, and which there are."""
    if len(names) == 3 and names[0] in KINDS_OF_ROWS:
        what = {"incidents": "kind of incident", "reactions": "kind of reaction"}
        return what.get(names[0], "instrument"), KINDS_OF_ROWS[names[0]]
    return "kind of prior", _PRIORS


def _no_kind(names: tuple[str, ...], tree: dict) -> tuple[str, str]:
    if names[-1] == "prior":
        wrong = f"needs a kind: {', '.join(sorted(_PRIORS))}"
        return wrong, "a prior is given as a whole, it does not inherit parts of an older one"
    if names[0] == "events":
        known = f"it names one of {', '.join(sorted(KINDS))}"
        return "needs an instrument", _new_name(names, tree, known)
    known = f"it is one of {', '.join(KINDS_OF_ROWS[names[0]])}"
    return "needs a kind", _new_name(names, tree, known)


def _new_name(names: tuple[str, ...], tree: dict, otherwise: str) -> str:
    """For a new name: the near one that was meant, or what a new one needs."""
    table = tree.get(names[0], {})
    meant = close(names[-1], [name for name in table if name != names[-1]])
    return f"did you mean '{meant}'? " * bool(meant) + f"if it is new, {otherwise}"


def _nearest_key(names: tuple[str, ...], error: Error) -> str:
    *table, name = names
    if table:
        field = declared_field(Scenario, table, error["loc"])
        holder = field or declared_field(Scenario, table[:-1], error["loc"])
        models = models_of(holder, error["loc"]) if holder else []
        return nearest(name, [known for model in models for known in model.model_fields])
    sections = Scenario.model_fields.items()
    inside = [n for n, f in sections if name in getattr(f.annotation, "model_fields", {})]
    if inside:
        return f"did you mean '{inside[0]}.{name}'?"
    return nearest(name, [*Scenario.model_fields, "extends", "unset"])


def _names(error: Error) -> tuple[str, ...]:
    """The names of the key: without tags of unions and places in lists."""
    loc = error["loc"]
    if loc[-1] == OF_THE_KEY:
        loc = loc[:-1]
    return tuple(
        part for at, part in enumerate(loc) if isinstance(part, str) and not _is_tag(loc, at)
    )


def _is_tag(loc: tuple, at: int) -> bool:
    """Whether it is the tag of a union, which pydantic puts into its locations."""
    if at == 2 and loc[0] in KINDS_OF_ROWS:
        return loc[at] in KINDS_OF_ROWS[loc[0]]
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


def _example(names: tuple[str, ...], loc: tuple) -> str:
    """How a missing key is written."""
    if declared := _unit_and_range(names, loc):
        return f'{names[-1]} = {{ value = NUMBER, unit = "{declared["unit"]}", source = "..." }}'
    if names[-1] == "unit" and (declared := _unit_and_range(names[:-1], loc)):
        return f'add unit = "{declared["unit"]}"'
    return 'add source = "where it comes from"' if names[-1] == "source" else "add it"
