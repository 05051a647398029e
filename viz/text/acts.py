"""What acts are called wherever people read of them: charts, lists, reports, tables.

>>> act_name("x", {"title": "CHIPS Act subsidies", "instrument": "fab_subsidy"}, {})
'CHIPS Act subsidies'
>>> tree = {"regulators": {"Chinese government": {"bloc": "China"}}}
>>> act_name("x", {"instrument": "import_guidance", "by": "Chinese government"}, tree)
'Chinese import guidance'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from textwrap import shorten
from typing import Any

from sim.experiments.parts import Explanation
from viz.text.format import when

Tree = Mapping[str, Any]  # plain tables of a resolved scenario, or one of its entries
TABLES = ("events", "breakthroughs", "incidents")  # of dated acts
OF = {"US": "US", "China": "Chinese"}  # what belongs to a bloc
KINDS = {  # instruments whose key is no name
    "hbm_control": "memory control",
    "remote_access": "rule on rental abroad",
    "minerals_retaliation": "minerals rule",
    "adoption_program": "program for AI in use",
}
LONGEST = 40  # letters of a title that charts can show
STRUCK_BY = ("bloc", "lab", "foundry", "maker")  # keys of what an incident strikes


def act_name(name: str, entry: Tree, tree: Tree) -> str:
    """The title of an act, or what it is: country and instrument, kind and who is struck.

    Args:
        name: of the entry in the scenario.
        tree: of the scenario, for the country of a government.
    """
    if entry.get("title"):
        return shorten(str(entry["title"]), LONGEST, placeholder=" …")
    if "instrument" in entry:
        kind = str(entry["instrument"])
        bloc = tree.get("regulators", {}).get(entry.get("by"), {}).get("bloc", "")
        return f"{OF.get(bloc, bloc)} {KINDS.get(kind, kind.replace('_', ' '))}".strip()
    struck = next((str(entry[key]) for key in STRUCK_BY if key in entry), "")
    kind = str(entry.get("kind", "breakthrough")).replace("_", " ").capitalize()
    return f"{kind}: {struck}" if struck not in ("", "all") else kind


def day_of(entry: Tree) -> str:
    """The day from which an act holds, `2022-10-07`."""
    return str(entry.get("effective") or entry.get("date"))[:10]


def act_names(tree: Tree) -> dict[str, str]:
    """Names of all acts by key; two of one name are distinguished by their month."""
    acts = {name: entry for table in TABLES for name, entry in tree.get(table, {}).items()}
    names = {name: act_name(name, entry, tree) for name, entry in acts.items()}
    counts = Counter(names.values())
    return {
        name: text if counts[text] == 1 else f"{text} {when(day_of(acts[name])[:7])}"
        for name, text in names.items()
    }


def with_act_names(explanation: Explanation) -> Explanation:
    """An effect split by act, its parts called as people call the acts."""
    if explanation.by != "act":
        return explanation
    names: dict[str, str] = {}
    for role in ("against", "scenario"):
        names |= act_names(explanation.about[role]["resolved"])
    splits = {
        name: replace(
            split,
            rows=[
                replace(part, channel=names.get(part.channel, part.channel)) for part in split.rows
            ],
        )
        for name, split in explanation.splits.items()
    }
    return replace(explanation, splits=splits)
