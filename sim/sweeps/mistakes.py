"""From the validator's findings about a design to problems a person can act on."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.errors import Problem, cut, nearest
from sim.scenario.validation_errors import SAY, shown

KINDS = ("grid", "list", "lhs", "sobol", "morris", "prior", "posterior")
_EXAMPLE = {
    "title": 'title = "What is asked"',
    "sampler": 'sampler = { kind = "lhs", points = 1000 }',
    "factors": '[factors.eta] with key = "effort.eta" and low, high',
    "kind": f"one of {', '.join(KINDS)}",
    "points": "points = 1000",
}


def no_design(path: Path, shipped: Iterable[str]) -> tuple[str, str]:
    """What is wrong with a name that leads to no design, and what to do."""
    hint = nearest(path.stem, shipped) or "none is shipped"
    if path.is_dir():
        return "is a folder", f"name a design file; {hint}"
    if path.exists():
        return "is no .toml file", "a design's name ends in .toml"
    return "there is no such design", f"{hint}{'' if hint.endswith('?') else ';'} or give a path"


def problems(wrong: ValidationError, file: str) -> list[Problem]:
    """One problem for each finding."""
    found: dict[tuple, Problem] = {}
    for finding in wrong.errors(include_url=False):
        path = _path(finding["loc"])
        found.setdefault(path, _problem(finding, path, file))
    return list(found.values())


def _path(loc: tuple) -> tuple[str, ...]:
    """The dotted path in the file: without tags of unions and places in lists."""
    parts = [part for part in loc if isinstance(part, str)]
    if len(parts) > 1 and parts[0] == "sampler" and parts[1] in KINDS:
        del parts[1]
    if len(parts) > 3 and parts[0] == "factors" and parts[2] == "values":
        del parts[3:]
    return tuple(parts)


def _problem(finding: Mapping[str, Any], path: tuple[str, ...], file: str) -> Problem:
    key, kind, given = ".".join(path), finding["type"], finding["input"]
    if kind == "extra_forbidden":
        return Problem(file, key, "unknown key", nearest(path[-1], _known(finding["loc"])))
    if kind == "missing":
        return Problem(file, key, "is missing", _EXAMPLE.get(path[-1], "add it"))
    if kind == "union_tag_invalid":
        asked = cut(given.get("kind"))
        return Problem(file, f"{key}.kind", f"unknown sampler '{asked}'", nearest(asked, KINDS))
    if kind == "union_tag_not_found":
        return Problem(file, f"{key}.kind", "is missing", _EXAMPLE["kind"])
    if path[:1] == ("factors",) and path[-1] == "values" and kind != "too_short":
        hint = "numbers, true or false, dates, or texts in quotes, in square brackets"
        return Problem(file, key, f"must be a list of levels, found {shown(given)}", hint)
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return Problem(file, key, f"must be a table, found {shown(given)}", f"[{key}]")
    return Problem(file, key, *_said(finding, given))


def _said(finding: Mapping[str, Any], given: Any) -> tuple[str, str]:
    limits = finding.get("ctx", {})
    match finding["type"]:
        case "greater_than_equal":
            return f"must be at least {limits['ge']}, found {shown(given)}", ""
        case "less_than_equal":
            return f"must be at most {limits['le']:,}, found {shown(given)}", ""
        case "less_than":
            return f"must be below {limits['lt']}, found {shown(given)}", ""
        case "literal_error":
            return f"must be {limits['expected']}, found {shown(given)}", ""
        case "too_short" | "too_long" if "branches" in finding["loc"]:
            return "must name two scenarios, the second is the reference", ""
        case "too_short":
            return "is empty", "give at least one"
        case kind if kind in SAY:
            wanted, hint = SAY[kind]
            needs_none = hint == "without quotes" and not isinstance(given, str)
            return f"{wanted}, found {shown(given)}", "" if needs_none else hint
    text = finding["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:], ""


def _known(loc: tuple) -> list[str]:
    """Keys of the table in which an unknown one was found."""
    from sim.sweeps import design

    model: type[BaseModel] = design.Design
    if loc[0] == "factors":
        model = design.Varied
    elif loc[0] == "sampler":
        kinds = typing.get_args(typing.get_args(design.Sampler)[0])
        tags = {typing.get_args(k.model_fields["kind"].annotation)[0]: k for k in kinds}
        model = tags[loc[1]]
    return [field.alias or name for name, field in model.model_fields.items()]
