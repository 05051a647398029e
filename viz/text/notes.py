"""Notes on acts that do nothing: what is said of them, wherever a scenario is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.experiments.io import scenario_of
from sim.policy.idle import IdleAct, idle_acts
from sim.scenario.load import ResolvedScenario

FEW = 3  # acts outside the run from which they share a sentence


def note(act: IdleAct) -> str:
    """A sentence or two on why an act does nothing, and what to do."""
    others, is_or_are = " and ".join(act.others), "are" if len(act.others) > 1 else "is"
    match act.reason:
        case "outside":
            does = "is in force on no day of the run"
            todo = "set effective and ends so that it is, or run more months"
        case "ended":
            does = f"is never in force: {others} supersedes it before it takes effect"
            todo = "let it take effect earlier, or leave it out of supersedes there"
        case "withheld":
            does = (
                f"does nothing: {act.by} withholds {act.instrument} in what this scenario extends"
            )
            todo = f'set regulators."{act.by}".withholds without {act.instrument}'
        case "nothing":
            does = "does nothing: it stops nothing and ends no other act"
            todo = "give it a strength, or name in supersedes what it is to replace"
        case "weaker":
            does = f"does nothing: {others} {is_or_are} stricter and not superseded"
            names = ", ".join(f'"{name}"' for name in act.supersedes)
            place = "their" if len(act.others) > 1 else "its"
            todo = f"to put it in {place} place, set supersedes = [{names}]"
    return f"The act {act.name} {does}; {todo}."


def notes(resolved: ResolvedScenario) -> list[str]:
    """What is to be said of a scenario."""
    return _sentences(idle_acts(resolved.scenario, resolved.own))


def notes_on(about: dict[str, Any]) -> list[str]:
    """What is to be said of the scenarios of a result; of two, where they differ in it.

    Args:
        about: the provenance of a run, a comparison or an explanation.
    """
    idle = {}
    for role in ("scenario", "against"):
        if role in about:
            scenario, own = scenario_of(about[role]), about[role].get("own", ())
            idle[role] = idle_acts(scenario, own, about.get("months"))
    if len(idle) == 1:
        return _sentences(idle["scenario"])
    both = [act for act in idle["scenario"] if act in idle["against"]]
    return [
        f"In {about[role]['name']}: {text}"
        for role, acts in idle.items()
        for text in _sentences([act for act in acts if act not in both])
    ]


def _sentences(acts: Sequence[IdleAct]) -> list[str]:
    """A sentence an act; one for all that lie outside the run, of which there may be many."""
    outside = [act for act in acts if act.reason == "outside"]
    if len(outside) < FEW:
        return [note(act) for act in acts]
    names = ", ".join(act.name for act in outside)
    others = [note(act) for act in acts if act not in outside]
    return [*others, f"{len(outside)} acts are in force on no day of the run: {names}."]
