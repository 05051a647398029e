"""Search through numbers, instruments, scenarios, outcomes, starting files and documentation.

>>> [hit.name for hit in search("EUV")][0]
'tools'
>>> any(hit.name == "labs.Meta.budget" for hit in search("budget Meta"))
True
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from sim.scenario.library import shipped, templates, title

MOST = 10  # hits that are shown
MOST_OF_A_KIND = 5
HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)
INDEX = Path(__file__).parents[1] / "search_index.json"
SYNONYMS = Path(__file__).with_name("synonyms.toml")
DOCS = Path(__file__).resolve().parents[2] / "docs"
RANK = {"question": 3.0, "instrument": 2.0, "incident": 2.0, "number": 1.0, "outcome": 1.0}
LONGEST_HEADING = 48
MADE_OF_NUMBERS = ("manual", "month", "revisions")  # pages whose headings name numbers and steps
NEAR = 0.8  # likeness from which a word is taken for a misspelt one


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes:
        what: it is: `number`, `instrument`, `scenario`, ...
        name: by which it is used.
        text: its meaning, with unit.
        then: the command, option or file to look at next.
    """

    what: str
    name: str
    text: str
    then: str


def search(words: str) -> list[Entry]:
    """The entries that fit some words best, the best first; words in any order."""
    asked = _asked(words)
    if not asked:
        return []
    scored = [(score, entry) for entry in entries() if (score := _score(asked, entry)) > 0]
    scored.sort(key=lambda pair: (-pair[0], len(pair[1].name), pair[1].name))
    found: list[Entry] = []
    best = scored[0][0] if scored else 0.0
    for score, entry in scored:
        same = sum(other.what == entry.what for other in found)
        if score >= best / 4 and same < MOST_OF_A_KIND and len(found) < MOST:
            found.append(entry)
    return found


def _asked(words: str) -> list[dict[str, float]]:
    """For each word that is asked for: it and its synonyms, with their weights."""
    text = " ".join(_tokens(words))
    asked = []
    for phrase, others in sorted(synonyms().items(), key=lambda pair: -len(pair[0])):
        if re.search(rf"\b{phrase}\b", text):
            text = re.sub(rf"\b{phrase}\b", "", text)
            asked.append(dict.fromkeys(others, 0.8) | dict.fromkeys(phrase.split(), 1.0))
    return asked + [{word: 1.0} for word in text.split()]


def _score(asked: list[dict[str, float]], entry: Entry) -> float:
    """How well an entry fits; 0 where it does not."""
    name, text = _tokens(entry.name), _tokens(entry.text)
    points = [max(w * _fit(word, name, text) for word, w in one.items()) for one in asked]
    hits = sum(point > 0 for point in points)
    share = hits / len(points)
    return (sum(points) + RANK.get(entry.what, 0.0)) * share**3 if hits else 0.0


def _fit(word: str, name: list[str], text: list[str]) -> float:
    """How well a word fits the words of a name and of its meaning."""
    if word in name:
        return 8.0
    if any(_alike(word, one) for one in name):
        return 6.0
    if word in text:
        return 4.0
    if any(_alike(word, one) for one in text):
        return 3.0
    return 1.0 if any(_is_near(word, one) for one in name) else 0.0


def _alike(word: str, other: str) -> bool:
    """Whether one of two words begins with the other, endings apart."""
    short, long = sorted((word.removesuffix("s"), other), key=len)
    return len(short) >= 3 and long.startswith(short)


def _is_near(word: str, other: str) -> bool:
    is_long = min(len(word), len(other)) >= 5
    return is_long and word[0] == other[0] and SequenceMatcher(None, word, other).ratio() >= NEAR


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


@cache
def synonyms() -> dict[str, list[str]]:
    """Words that people use, and the words of the project for them."""
    return tomllib.loads(SYNONYMS.read_text("utf-8"))


def kind_for(word: str) -> str | None:
    """The starting file that a word of people means, `tools` for `EUV`."""
    wanted = "_".join(_tokens(word))
    known = templates()
    if wanted in known:
        return wanted
    others = synonyms().get(" ".join(_tokens(word)), [])
    return next((kind for kind in known for other in others if kind == other), None)


@cache
def entries() -> tuple[Entry, ...]:
    """Everything that can be found."""
    return (*_questions(), *_indexed(), *_scenarios(), *_headings())


def _questions() -> Iterator[Entry]:
    for kind in templates():
        yield Entry("question", kind, about(kind), "moat new")


def about(kind: str) -> str:
    """What a starting file is for: its first line, and its title."""
    path = templates()[kind]
    first = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
    return f"{first} Such as: {title(path)}"


@cache
def index() -> dict[str, Any]:
    """What is looked up without loading the model: `python -m viz.pages.search_index` writes it.

    Returns:
        `entries`: instruments, incidents, numbers, outcomes; `keys`: the numbers and switches of
        the baseline, table by table.
    """
    return json.loads(INDEX.read_text("utf-8"))


def _indexed() -> Iterator[Entry]:
    yield from (Entry(*fields) for fields in index()["entries"])


def _scenarios() -> Iterator[Entry]:
    for name, path in shipped().items():
        yield Entry("scenario", name, title(path), "moat show")


def _headings() -> Iterator[Entry]:
    """Headings of the documentation, where it is at hand."""
    for page in sorted(DOCS.glob("*.md")):
        if page.stem in MADE_OF_NUMBERS:
            continue
        for heading in HEADING.findall(page.read_text("utf-8")):
            if not heading.startswith("[") and len(heading) <= LONGEST_HEADING:
                plain = heading.replace("`", "")
                yield Entry("page", plain, "", f"docs/{page.name}")
