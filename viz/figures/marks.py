"""Acts of a scenario as marks on a time axis: which, when, by whom, what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from viz.text.acts import STRUCK_BY, act_name, day_of
from viz.text.format import when

Tree = Mapping[str, Any]  # plain tables of a resolved scenario, or one of its entries
FOREMOST = ("chip_rule", "hbm_control", "tool_control", "crackdown", "import_guidance")
ADDED = "my_"  # how names of acts begin that a visitor of the dashboard adds
TABLES = ("labs", "foundries", "tool_makers", "hbm_makers")  # of actors that it can strike


@dataclass(frozen=True)
class Mark:
    """One act.

    Attributes:
        name: of its entry in the scenario.
        title: for people, `Chip export rule`.
        day: on which it takes effect, `"2022-10-07"`.
        is_ours: by the US government.
        rank: marks with a smaller one are labelled first.
        by: who acts; empty where nobody does.
        source: of the entry.
        is_shared: nobody's own, such as a method that is open to all.
    """

    name: str
    title: str
    day: str
    is_ours: bool
    rank: int
    description: str
    by: str = ""
    source: str = ""
    is_shared: bool = False

    @property
    def whose(self) -> str:
        """Whose it is, as figures colour it: `ours`, `theirs`, `nobodys`."""
        return "nobodys" if self.is_shared else "ours" if self.is_ours else "theirs"

    @property
    def month(self) -> str:
        """Its month, `"2022-10"`."""
        return self.day[:7]

    @property
    def label(self) -> str:
        """Title and month, `Chip export rule Oct 2022`."""
        return f"{self.title} {when(self.month)}"

    @property
    def is_foremost(self) -> bool:
        """Whether a figure with room for few shows it."""
        return self.rank < len(FOREMOST)


def marks(tree: Tree) -> list[Mark]:
    """Acts in force of a resolved scenario, in order of time, breakthroughs and incidents too."""
    found = [_act(name, event, tree) for name, event in acts_in_force(tree)]
    for table, mark in (("breakthroughs", _breakthrough), ("incidents", _incident)):
        entries = tree.get(table, {}).items()
        found += [mark(name, entry, tree) for name, entry in entries if entry.get("active", True)]
    return sorted(found, key=lambda mark: (mark.month, mark.name))


def acts_in_force(tree: Tree) -> list[tuple[str, dict[str, Any]]]:
    """Active events of a resolved scenario whose government does not withhold the instrument."""
    withheld = {name: row.get("withholds", []) for name, row in tree["regulators"].items()}
    return [
        (name, event)
        for name, event in tree.get("events", {}).items()
        if event.get("active", True) and event["instrument"] not in withheld[event["by"]]
    ]


def _act(name: str, event: Tree, tree: Tree) -> Mark:
    kind = event["instrument"]
    rank = FOREMOST.index(kind) if kind in FOREMOST else len(FOREMOST)
    is_ours = tree["regulators"][event["by"]]["bloc"] == "US"
    return _mark(name, event, tree, is_ours, rank)


def _breakthrough(name: str, entry: Tree, tree: Tree) -> Mark:
    lab = tree["labs"].get(entry["lab"])
    is_ours = lab is not None and lab.get("bloc") == "US"
    return replace(_mark(name, entry, tree, is_ours, 1), is_shared=lab is None)


def _incident(name: str, entry: Tree, tree: Tree) -> Mark:
    struck = next(entry[key] for key in STRUCK_BY if key in entry)
    bloc = next((tree[table][struck]["bloc"] for table in TABLES if struck in tree[table]), struck)
    return _mark(name, entry, tree, bloc == "US", 1)


def _mark(name: str, entry: Tree, tree: Tree, is_ours: bool, rank: int) -> Mark:
    """A mark; those that a visitor added are labelled before all others."""
    about, source = (" ".join(str(entry.get(key, "")).split()) for key in ("description", "source"))
    rank = -1 if is_added(name) else rank
    by, title = str(entry.get("by", "")), act_name(name, entry, tree)
    return Mark(name, title, day_of(entry), is_ours, rank, about, by, source)


def is_added(name: str) -> bool:
    """Whether a visitor of the dashboard added the act."""
    return name.startswith(ADDED)
