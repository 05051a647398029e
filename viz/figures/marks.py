"""Acts of a scenario as marks on a time axis: which, when, by whom, and a short name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FOREMOST = ("chip_rule", "hbm_control", "tool_control", "crackdown", "import_guidance")
LEADING = {  # from the first word of an event's name to its label
    "chips": "Chips",
    "tools": "Tools",
    "hbm": "HBM",
    "guidance": "Import guidance",
    "crackdown": "Crackdown",
}


@dataclass(frozen=True)
class Mark:
    """One act.

    Attributes:
        name: of its entry in the scenario.
        label: for people, `Chips Oct 2022`.
        month: in which it takes effect, `"2022-10"`.
        is_ours: by the US government.
        rank: the smaller, the rather its label is shown.
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


def marks(tree: Mapping[str, Any]) -> list[Mark]:
    """Acts in force of a resolved scenario, in order of time, breakthroughs and incidents too."""
    withheld = {name: set(r.get("withholds", [])) for name, r in tree["regulators"].items()}
    found = [
        _act(name, event, tree)
        for name, event in tree.get("events", {}).items()
        if event.get("active", True) and event["instrument"] not in withheld[event["by"]]
    ]
    found += [
        _find(name, one, tree)
        for name, one in tree.get("breakthroughs", {}).items()
        if one.get("active", True)
    ]
    found += [
        _befall(name, one, tree)
        for name, one in tree.get("incidents", {}).items()
        if one.get("active", True)
    ]
    return sorted(found, key=lambda mark: (mark.month, mark.name))


def _act(name: str, event: Mapping[str, Any], tree: Mapping[str, Any]) -> Mark:
    kind = event["instrument"]
    rank = FOREMOST.index(kind) if kind in FOREMOST else len(FOREMOST)
    ours = tree["regulators"][event["by"]]["bloc"] == "US"
    month = str(event["effective"])[:7]
    label = f"{called(name, kind)} {when(month)}"
    return Mark(name, label, month, ours, -1 if is_added(name) else rank, _told(event))


def _find(name: str, one: Mapping[str, Any], tree: Mapping[str, Any]) -> Mark:
    lab = tree["labs"].get(one["lab"], {})
    month = str(one["date"])[:7]
    label = f"Breakthrough {one['lab'] if lab else ''} {when(month)}".replace("  ", " ")
    return Mark(name, label, month, lab.get("bloc") == "US", 1, _told(one))


WHOM = ("bloc", "lab", "foundry", "maker")  # whom an incident befalls
STRUCK = ("labs", "foundries", "tool_makers", "hbm_makers")  # where those stand


def _befall(name: str, one: Mapping[str, Any], tree: Mapping[str, Any]) -> Mark:
    whom = next(one[field] for field in WHOM if field in one)
    bloc = next((tree[at][whom]["bloc"] for at in STRUCK if whom in tree[at]), whom)
    month = str(one["date"])[:7]
    label = f"{one['kind'].capitalize()}: {whom} {when(month)}"
    return Mark(name, label, month, bloc == "US", -1 if is_added(name) else 1, _told(one))


def _told(act: Mapping[str, Any]) -> str:
    return " ".join(str(act.get("description", "")).split())


def is_added(name: str) -> bool:
    """Whether a visitor of the page added the act."""
    return name.startswith(ADDED)


ADDED = "my_"  # how names of acts begin that a visitor adds


def called(name: str, kind: str) -> str:
    """A short name for an act: `Chips`, `Domestic mandate`."""
    if is_added(name):
        return kind.replace("_", " ").capitalize()
    return LEADING.get(name.split("_")[0], kind.replace("_", " ").capitalize())


def when(month: str) -> str:
    """`"2022-10"` as `Oct 2022`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
