"""What a person is told about a bad scenario: file, key, what was wrong, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, and what to do about it."""

    file: str
    key: str
    wrong: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.wrong}" + (f" ({self.hint})" if self.hint else "")


class ScenarioError(Exception):
    """A scenario cannot be used; `problems` holds everything that was found wrong."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest valid words: `did you mean 'labs'?`."""
    known = sorted(set(known))
    by_case = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_case, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{by_case[close[0]]}'?"
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"known here: {shown}" if known else ""
