"""Errors of scenarios: file, key, what is wrong, what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from sim.core.seen import escaped


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, and what to do about it."""

    file: str
    key: str
    wrong: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {cut(self.key, 120)}" if self.key else self.file
        text = f"{place}: {cut(self.wrong, 500)}" + (f" ({self.hint})" if self.hint else "")
        # One line each that can be shown anywhere, whatever stands in names and texts.
        return escaped(" ".join(text.split()))


class ScenarioError(Exception):
    """A scenario cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        listed = [problems] if isinstance(problems, Problem) else problems
        self.problems = list(dict.fromkeys(listed))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Finding:
    """Something wrong between the tables of a scenario: at which key, what, what to do.

    `because` is the key of another table that may be the reason.
    """

    key: str
    wrong: str
    hint: str = ""
    because: str = ""


class CrossCheckError(ValueError):
    """The tables of a scenario are well formed each, but do not go together."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__("\n".join(f"{f.key}: {f.wrong} ({f.hint})" for f in findings))


def close(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to a misspelt one, None if none is near."""
    by_case = {name.lower(): name for name in sorted(set(known))}
    matches = difflib.get_close_matches(word.lower()[:80], by_case, n=1, cutoff=0.6)
    return by_case[matches[0]] if matches else None


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest valid words: `did you mean 'labs'?`."""
    known = sorted(set(known))
    if match := close(word, known):
        return f"did you mean '{match}'?"
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"known here: {shown}" if known else ""


def cut(text: object, length: int = 60) -> str:
    """A text short enough for a message."""
    text = str(text)
    return text if len(text) <= length else f"{text[: length - 3]}..."
