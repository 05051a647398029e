"""From the validator's findings about a design or a search to problems a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from sim.scenario.bounds import MOST_PROBLEMS
from sim.scenario.errors import Problem, cut, nearest
from sim.scenario.validation_errors import OF_THE_KEY, shown
from sim.scenario.wrong_values import TABLE, Finding, in_words


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
            case kind if kind in TABLE:
                return Problem(file, key, f"must be a table, found {shown(value)}", f"[{key}]")
            case kind if name == "values" and kind != "too_short":
                hint = "numbers, true or false, dates, or texts in quotes, in square brackets"
                wrong = f"must be a list of levels, found {shown(value)}"
                return Problem(file, key, wrong, hint)
            case "too_short" | "too_long" if "branches" in finding["loc"]:
                wrong = "must name two scenarios, the second is the reference"
                return Problem(file, key, wrong)
        return Problem(file, key, *in_words(finding))

    def _keys(self, loc: tuple) -> list[str]:
        """Keys of the table in which a finding was made."""
        model = self.root
        if len(loc) > 1:
            model = self.tables.get(loc[0]) or self.kinds.get(loc[0], {}).get(loc[1], model)
        return [field.alias or name for name, field in model.model_fields.items()]
