"""The list of sources: on which work the numbers and acts of the shipped scenarios rest."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from sim.scenario.library import shipped
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.paths import value_at
from viz.pages.render import Page, render

MEMORY = "from memory"
JUDGED = ("assumption", "by default", "by definition", "own", "fit ")
GROUPS = ("Published or measured", "From memory, not looked up", "Judgement")


def build(docs: Path) -> Page:
    """The page of the documentation."""
    return Page(written())


def written() -> str:
    """Every source of the shipped scenarios, with what rests on it (Markdown)."""
    keys = sources([load(name) for name in shipped()])
    return render("sources", groups=[_group(title, keys) for title in GROUPS])


def sources(scenarios: list[ResolvedScenario]) -> dict[str, list[str]]:
    """Keys by source, each over the scenarios that set them themselves."""
    keys: dict[str, list[str]] = defaultdict(list)
    for resolved in scenarios:
        for key in resolved.own:
            table, _, last = key.rpartition(".")
            if last == "source":
                keys[" ".join(str(value_at(resolved.tree, key)).split())].append(table)
    return {source: list(dict.fromkeys(names)) for source, names in keys.items()}


def group_of(source: str) -> str:
    """Of which kind a source is: published, from memory, or judgement."""
    text = source.lower()
    if text.startswith(MEMORY):
        return GROUPS[1]
    return GROUPS[2] if text.startswith(JUDGED) else GROUPS[0]


def _group(title: str, keys: dict[str, list[str]]) -> dict[str, Any]:
    """One kind of sources, the most used first, and how many of their numbers are from memory."""
    chosen = [source for source in keys if group_of(source) == title]
    chosen.sort(key=lambda source: (-len(keys[source]), source.lower()))
    return {
        "title": title,
        "sources": {source: keys[source] for source in chosen},
        "uses": sum(len(keys[source]) for source in chosen),
        "from_memory": sum(len(keys[source]) for source in chosen if MEMORY in source.lower()),
    }
