"""Files that moat wrote, read again: whoever made or edited them, they are checked on entry.

A folder of results may come from a stranger. `run.json` (of a sweep also `sweep.json`) is held
against a schema of its kind, tables and arrays against what it says; what does not agree is refused
in one sentence with file and key. Nothing of what was read is used before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.record.schemas import KINDS, Head, Stored
from sim.scenario.errors import Problem, ScenarioError, cut
from sim.scenario.wrong_values import in_words

FORMAT = 1  # of the files of results; those of earlier versions say none, and are read all the same
ABOUT = "run.json"
LARGEST = 32_000_000  # bytes of a JSON file; a large scenario has less than one million
AGAIN = "damaged, or of another version of moat: make it again with"


def dumped(about: Mapping[str, Any]) -> str:
    """Provenance as the text of a file, with the version of its format."""
    return json.dumps({"format": FORMAT, **about}, indent=1, default=str) + "\n"


def kind_of(folder: Path) -> str:
    """What kind of result a folder says that it holds; it may be none that we know.

    Raises:
        ScenarioError: the file cannot be read, or is of a later version.
    """
    file = folder / ABOUT
    return checked(Head, read_bytes(file), file, "moat run").get("kind", "")


def read_about(folder: Path, *kinds: str) -> dict[str, Any]:
    """The provenance of a result, checked.

    Args:
        kinds: that may be in the folder.

    Raises:
        FileNotFoundError: there is none.
        ScenarioError: it is of another kind, or does not fit the schema: the first thing wrong.
    """
    file, kind = folder / ABOUT, kind_of(folder)
    if kind not in kinds:
        wrong, wanted = f"is '{cut(kind)}'", " or ".join(kinds)
        hint = f"a {wanted} is needed: open what {KINDS[kinds[0]][1]} wrote"
        raise ScenarioError(Problem(str(file), "kind", wrong, hint))
    schema, command = KINDS[kind]
    return checked(schema, read_bytes(file), file, command)


def read_bytes(file: Path, largest: int = LARGEST) -> bytes:
    """The content of a file.

    Raises:
        FileNotFoundError: there is none.
        ScenarioError: it is too large, or cannot be read.
    """
    with readable(file):
        if (size := file.stat().st_size) > largest:
            raise ValueError(f"it has {size:,} bytes, at most {largest:,} are read")
        return file.read_bytes()


def checked(schema: type[Stored], content: bytes, file: Path, command: str) -> dict[str, Any]:
    """What a JSON file holds of the keys of a schema, as plain tables.

    Args:
        command: that makes the file again.

    Raises:
        ScenarioError: with the first key that is wrong.
    """
    head = _validated(Head, content, file, command)
    if head.format > FORMAT:
        wrong = f"is {head.format}, and this moat reads up to {FORMAT}"
        raise ScenarioError(Problem(str(file), "format", wrong, "open it with a later moat"))
    _validated(schema, content, file, command)
    found = json.loads(content)
    return {name: found[name] for name in schema.model_fields if name in found}


def _validated[Schema: Stored](
    schema: type[Schema], content: bytes, file: Path, command: str
) -> Schema:
    try:
        return schema.model_validate_json(content)
    except ValidationError as wrong:
        raise ScenarioError(_problem(wrong, file, f"{AGAIN} {command}")) from None


def _problem(error: ValidationError, file: Path, hint: str) -> Problem:
    """The first thing that is wrong with a file, and how many more there are."""
    findings = error.errors(include_url=False)
    first = findings[0]
    if first["type"] == "json_invalid":
        return Problem(str(file), "", f"is no JSON ({first['ctx']['error']})", hint)
    wrong, what = in_words(first)
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    key = ".".join(str(part) for part in first["loc"])
    return Problem(str(file), key, wrong + more, f"{what}; {hint}" if what else hint)


@contextmanager
def readable(file: Path, command: str = "", more: str = "") -> Iterator[None]:
    """Turn whatever goes wrong in reading a file into one sentence.

    Libraries of formats fail in ways of their own where a file is cut, damaged or made to harm, so
    that every error counts here.

    Args:
        command: that makes the file again.
        more: to be said beside it.

    Raises:
        ScenarioError: something went wrong.
        FileNotFoundError: the file is not there.
    """
    try:
        yield
    except (ScenarioError, FileNotFoundError):
        raise
    except Exception as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        hint = f"{AGAIN} {command}" if command else "is it damaged, or may it not be read?"
        hint = f"{hint}; {more}" if more else hint
        raise ScenarioError(Problem(str(file), "", f"cannot be read: {said}", hint)) from None
