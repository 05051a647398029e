"""From the validator's findings about a design or a search to problems a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.bounds import MOST_PROBLEMS
from sim.scenario.errors import Problem, cut, nearest
from sim.scenario.validation_errors import OF_THE_KEY, SAY, shown

_TABLE = ("dict_type", "model_type", "model_attributes_type")
Finding = Mapping[str, Any]  # one error of the validator


@dataclass(frozen=True)
class Schema:
    """What a file may hold, for hints.

    Attributes:
        root: the model of the whole file.
        tables: the model of the rows of a table, by the table's name.
        kinds: for a table that has one of several models, these by `kind`.
        examples: how a key is written, by its name.
        hint: for keys that are missing and have no example.
    """

    root: type[BaseModel]
    tables: Mapping[str, type[BaseModel]]
    kinds: Mapping[str, Mapping[str, type[BaseModel]]]
    examples: Mapping[str, str]
    hint: str = "add it"

    def problems(self, error: ValidationError, file: str) -> list[Problem]:
        """One problem for each key that the validator refused; `file` is named in them."""
        problems: dict[str, Problem] = {}
        for finding in error.errors(include_url=False)[:MOST_PROBLEMS]:
            key = self._key(finding["loc"])
            problems.setdefault(key, self._problem(finding, key, file))
        return list(problems.values())

    def _key(self, loc: tuple) -> str:
        """The dotted key in the file: without tags of unions and positions in lists."""
        parts = [part for part in loc if isinstance(part, str)]
        if parts[-1:] == [OF_THE_KEY]:
            parts.pop()
        if len(parts) > 1 and parts[1] in self.kinds.get(parts[0], ()):
            del parts[1]
        if parts[2:3] == ["values"]:
            del parts[3:]
        return ".".join(parts)

    def _problem(self, finding: Finding, key: str, file: str) -> Problem:
        value, name = finding["input"], key.rpartition(".")[2]
        kinds = self.kinds.get(key, {})
        match finding["type"]:
            case "extra_forbidden":
                return Problem(file, key, "unknown key", nearest(name, self._keys(finding["loc"])))
            case "missing":
                return Problem(file, key, "is missing", self.examples.get(name, self.hint))
            case "union_tag_invalid":
                kind = cut(value.get("kind"))
                wrong = f"unknown {key} '{kind}'"
                return Problem(file, f"{key}.kind", wrong, nearest(kind, kinds))
            case "union_tag_not_found":
                return Problem(file, f"{key}.kind", "is missing", f"one of {', '.join(kinds)}")
            case kind if kind in _TABLE:
                return Problem(file, key, f"must be a table, found {shown(value)}", f"[{key}]")
            case kind if name == "values" and kind != "too_short":
                hint = "numbers, true or false, dates, or texts in quotes, in square brackets"
                wrong = f"must be a list of levels, found {shown(value)}"
                return Problem(file, key, wrong, hint)
        return Problem(file, key, *_wrong(finding))

    def _keys(self, loc: tuple) -> list[str]:
        """Keys of the table in which a finding was made."""
        model = self.root
        if len(loc) > 1:
            model = self.tables.get(loc[0]) or self.kinds.get(loc[0], {}).get(loc[1], model)
        return [field.alias or name for name, field in model.model_fields.items()]


def _wrong(finding: Finding) -> tuple[str, str]:
    """What was wrong with a value, and what to do."""
    value, limits = finding["input"], finding.get("ctx", {})
    match finding["type"]:
        case "greater_than_equal":
            return f"must be at least {limits['ge']}, found {shown(value)}", ""
        case "less_than_equal":
            return f"must be at most {limits['le']:,}, found {shown(value)}", ""
        case "less_than":
            return f"must be below {limits['lt']}, found {shown(value)}", ""
        case "literal_error":
            return f"must be {limits['expected']}, found {shown(value)}", ""
        case "too_short" | "too_long" if "branches" in finding["loc"]:
            return "must name two scenarios, the second is the reference", ""
        case "too_short":
            return "is empty" if not value else "is too short", f"at least {limits['min_length']}"
        case kind if kind in SAY:
            wanted, hint = SAY[kind]
            is_unquoted = hint == "without quotes" and not isinstance(value, str)
            return f"{wanted}, found {shown(value)}", "" if is_unquoted else hint
    text = finding["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:], ""
