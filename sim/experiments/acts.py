"""The acts in which two scenarios differ, in groups, and scenarios that have only some of them.

>>> from sim.scenario.load import load
>>> pair = [load("as_enacted"), load("as_enacted", ["events.tools_dec_2024.active=false"])]
>>> groups(pair, "instrument")
{'US tool_control': ['tools_dec_2024']}
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sim.policy.acts import enacted
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import ResolvedScenario
from sim.scenario.schema import Scenario

BY_ACT = "act"
TEXTS = (
    "active",
    "title",
    "description",
    "source",
    "note",
)  # what an act can differ in without effect
NAMED = ("blocs", "regulators", "labs", "suppliers", "markets")  # whom an act can name
MOST = 62  # players: a coalition is a number of so many bits


def groups(pair: list[ResolvedScenario], by: str) -> dict[str, list[str]]:
    """Names of the acts that differ between two scenarios, by the name of their group.

    An act differs if only one of the two has it in use (there, active and not withheld), or if
    both have it with other dates, numbers or predecessors.

    Args:
        by: `"instrument"`: all acts of an instrument of one government are a group, called
            `US chip_rule`; `"act"`: each act is its own.

    Raises:
        ScenarioError: no act differs, too many do, or the actors that acts name are others.
    """
    _check_actors(pair)
    found: dict[str, list[str]] = {}
    ours, theirs = (enacted(one.scenario) for one in pair)
    for name in {**ours, **theirs}:
        first, second = ours.get(name), theirs.get(name)
        if first is None or second is None or _terms(first) != _terms(second):
            label = name if by == BY_ACT else _instrument(pair[0].scenario, first or second)
            found.setdefault(label, []).append(name)
    names = " and ".join(f"'{one.name}'" for one in pair)
    if not found:
        wrong = f"no act differs between {names}"
        hint = "split the effect --by channel, or compare scenarios with other acts"
        raise ScenarioError(Problem("events", "", wrong, hint))
    if len(found) > MOST:
        wrong = f"{len(found)} acts differ between {names}; {MOST} at most can be distinguished"
        raise ScenarioError(Problem("events", "", wrong, "split the effect --by instrument"))
    return found


def with_acts(pair: list[ResolvedScenario], taken: Collection[str]) -> ResolvedScenario:
    """The first scenario with the acts of the second, but for those `taken` from the first.

    An act that is not in use in the scenario it comes from is switched off, which is what
    `active = false` does: it does not end the acts that it supersedes.
    """
    ours, theirs = (one.scenario.events for one in pair)
    used = [enacted(one.scenario) for one in pair]
    events: dict[str, Any] = {}
    for name in {**ours, **theirs}:
        source = 0 if name in taken else 1
        event = used[source].get(name)
        events[name] = event or (ours.get(name) or theirs[name]).model_copy(
            update={"active": False}
        )
    scenario = pair[0].scenario
    # What a government withholds is switched off above, act by act.
    regulators = {
        name: row.model_copy(update={"withholds": []}) for name, row in scenario.regulators.items()
    }
    mixed = scenario.model_copy(update={"events": events, "regulators": regulators})
    return replace(pair[0], scenario=mixed)


def _check_actors(pair: list[ResolvedScenario]) -> None:
    for table in NAMED:
        ours, theirs = (list(getattr(one.scenario, table)) for one in pair)
        if ours != theirs:
            wrong = f"differ between '{pair[0].name}' and '{pair[1].name}'"
            hint = "acts can be split between scenarios with the same actors"
            raise ScenarioError(Problem(table, "", wrong, hint))


def _instrument(scenario: Scenario, event: Any) -> str:
    """An instrument with the bloc of its government, or its name where a bloc has several."""
    bloc = scenario.regulators[event.by].bloc
    several = sum(row.bloc == bloc for row in scenario.regulators.values()) > 1
    return f"{event.by if several else bloc} {event.instrument}"


def _terms(event: Any) -> Any:
    """What an act does, without its texts."""
    return _without_texts(event.model_dump())


def _without_texts(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    return {key: _without_texts(value) for key, value in node.items() if key not in TEXTS}
