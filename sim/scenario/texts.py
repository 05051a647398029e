"""Texts of files: the one rule of what they may hold.

A file may come from a stranger. What it says ends in terminals, pages, tables and names of columns:
no text may hold what is not seen, or what turns the direction of writing, or ends a line where one
line is meant.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sim.core.calendar import parse_month
from sim.core.seen import is_seen

LONGEST_KEY = 300  # characters of a key or a path

_NOT_IN_NAMES = re.compile(r"""[/\\<>&|"`*\[\]{}]""")


@dataclass(frozen=True)
class Text:
    """What a text of a file may hold; every text of a schema declares one.

    Attributes:
        longest: how many characters it has at most.
        has_lines: whether it may have several lines.
        may_be_blank: whether it may be empty, or hold nothing but spaces.
        is_name: whether it names something: it then starts with a letter or a digit, and holds
            no slash and no sign that other formats read as markup.
    """

    longest: int
    has_lines: bool = False
    may_be_blank: bool = True
    is_name: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        least = {} if self.may_be_blank else {"minLength": 1}
        return handler(schema) | least | {"maxLength": self.longest}

    def check(self, text: str) -> str:
        """The text; ValueError says what it may not hold."""
        if len(text) > self.longest:
            raise ValueError(f"has {len(text):,} characters, at most {self.longest:,} are allowed")
        if not (self.may_be_blank or text.strip()):
            raise ValueError("must not be empty" if not text else "must not be blank")
        line = text.replace("\n", "") if self.has_lines else text
        if not (line.isascii() and line.isprintable()):
            self._check_seen(line)
        if self.is_name:
            _check_name(text)
        return text

    def _check_seen(self, line: str) -> None:
        for character in line:
            if character == "\n":
                raise ValueError("must be one line")
            if not is_seen(character):
                name = unicodedata.name(character, "control character")
                code = f"U+{ord(character):04X}"
                raise ValueError(f"holds a character that is not seen: {code} ({name.lower()})")


def _check_name(text: str) -> None:
    if text != text.strip():
        raise ValueError("a name starts and ends without spaces")
    if not re.match(r"[^\W_]", text):
        raise ValueError(f"a name starts with a letter or a digit, found {text[0]!r}")
    if wrong := _NOT_IN_NAMES.search(text):
        raise ValueError(f"a name may not hold {wrong[0]!r}")


Name = Annotated[str, Text(60, may_be_blank=False, is_name=True)]  # of a row: a lab, an act
Line = Annotated[str, Text(200)]
Title = Annotated[str, Text(200, may_be_blank=False)]
Prose = Annotated[str, Text(4_000, has_lines=True)]
Source = Annotated[str, Text(4_000, has_lines=True, may_be_blank=False)]
Key = Annotated[str, Text(LONGEST_KEY, may_be_blank=False)]  # a dotted key, or the path of a file
Setting = Annotated[str, Text(4_000, may_be_blank=False)]  # KEY=VALUE, as `--set` takes it


STARTS = "2015-01", "2040-12"  # first and last month in which a scenario may start


def _between(first: str, last: str) -> AfterValidator:
    """Takes months from the first to the last one."""

    def check(label: str) -> str:
        parse_month(label)
        if not first <= label <= last:
            raise ValueError(f"{label} lies outside {first}..{last}")
        return label

    return AfterValidator(check)


Month = Annotated[Line, _between("1990-01", "2060-12")]
Start = Annotated[Line, _between(*STARTS)]
