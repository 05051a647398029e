"""The list of sources: on which work numbers, acts and observations rest."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from sim.research.history.observations import observations
from sim.research.identification.published_results import published_results
from sim.scenario.library import shipped
from sim.scenario.load import ResolvedScenario, load
from sim.scenario.paths import value_at
from viz.pages.render import Page, render

UNVERIFIED = "unverified"
JUDGED = ("assumption", "by default", "by definition", "own", "fit ")
GROUPS = ("Published or measured", "Judgement")


def build(docs: Path) -> Page:
    """The page of the documentation."""
    return Page(written())


def written() -> str:
    """Every source of the shipped scenarios and of history, with what rests on it (Markdown)."""
    keys = sources([load(name) for name in shipped()])
    groups = [_group(title, keys) for title in GROUPS]
    studies = published_results().studies.values()
    return render("sources", groups=groups, observed=sources_of_history(), studies=studies)


def sources_of_history() -> dict[str, list[str]]:
    """Series of observations by the source that they are read from, in the order of the table."""
    series: dict[str, list[str]] = defaultdict(list)
    for fact in observations():
        series[fact.source].append(fact.series)
    return {source: list(dict.fromkeys(names)) for source, names in series.items()}


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
    """Of which kind a source is: published, or judgement."""
    return GROUPS[source.lower().startswith(JUDGED)]


def _group(title: str, keys: dict[str, list[str]]) -> dict[str, Any]:
    """One kind of sources, the most used first, and how many of their numbers are unverified."""
    chosen = [source for source in keys if group_of(source) == title]
    chosen.sort(key=lambda source: (-len(keys[source]), source.lower()))
    return {
        "title": title,
        "sources": {source: keys[source] for source in chosen},
        "uses": sum(len(keys[source]) for source in chosen),
        "unverified": sum(len(keys[source]) for source in chosen if UNVERIFIED in source.lower()),
    }
