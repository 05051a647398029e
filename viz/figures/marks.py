"""Acts of a scenario as marks on a time axis: which, when, by whom, and a short name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Tree = Mapping[str, Any]  # plain tables of a resolved scenario, or one of its entries
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FOREMOST = ("chip_rule", "hbm_control", "tool_control", "crackdown", "import_guidance")
LABELS = {  # from the first word of an event's name to its label
    "chips": "Chips",
    "tools": "Tools",
    "hbm": "HBM",
    "guidance": "Import guidance",
    "crackdown": "Crackdown",
}
ADDED = "my_"  # how names of acts begin that a visitor of the dashboard adds
STRUCK_BY = ("bloc", "lab", "foundry", "maker")  # keys of what an incident strikes
TABLES = ("labs", "foundries", "tool_makers", "hbm_makers")  # of actors that it can strike


@dataclass(frozen=True)
class Mark:
    """One act.

    Attributes:
        name: of its entry in the scenario.
        label: for people, `Chips Oct 2022`.
        month: in which it takes effect, `"2022-10"`.
        is_ours: by the US government.
        rank: marks with a smaller one are labelled first.
    """

    name: str
    label: str
    month: str
    is_ours: bool
    rank: int
    description: str

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
    return _mark(name, called(name, kind), event, event["effective"], is_ours, rank)


def _breakthrough(name: str, entry: Tree, tree: Tree) -> Mark:
    lab = tree["labs"].get(entry["lab"])
    label = f"Breakthrough {entry['lab']}" if lab else "Breakthrough"
    is_ours = lab is not None and lab.get("bloc") == "US"
    return _mark(name, label, entry, entry["date"], is_ours, 1)


def _incident(name: str, entry: Tree, tree: Tree) -> Mark:
    struck = next(entry[key] for key in STRUCK_BY if key in entry)
    bloc = next((tree[table][struck]["bloc"] for table in TABLES if struck in tree[table]), struck)
    label = f"{entry['kind'].capitalize()}: {struck}"
    return _mark(name, label, entry, entry["date"], bloc == "US", 1)


def _mark(name: str, label: str, entry: Tree, date: object, is_ours: bool, rank: int) -> Mark:
    """A mark; those that a visitor added are labelled before all others."""
    month = str(date)[:7]
    description = " ".join(str(entry.get("description", "")).split())
    rank = -1 if is_added(name) else rank
    return Mark(name, f"{label} {when(month)}", month, is_ours, rank, description)


def is_added(name: str) -> bool:
    """Whether a visitor of the dashboard added the act."""
    return name.startswith(ADDED)


def called(name: str, kind: str) -> str:
    """A short name for an act: `Chips`, `Domestic mandate`."""
    plain = kind.replace("_", " ").capitalize()
    return plain if is_added(name) else LABELS.get(name.split("_")[0], plain)


def when(month: str) -> str:
    """`"2022-10"` as `Oct 2022`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
