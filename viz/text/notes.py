"""Notes on acts that do nothing: what is said of them, wherever a scenario is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiments.ensemble import PRIOR
from sim.experiments.io import scenario_of
from sim.policy.idle import IdleAct, idle_acts, idle_changes
from sim.scenario.load import ResolvedScenario
from sim.scenario.paths import is_within
from sim.scenario.schema import Scenario
from sim.scenario.structures import ALL, REFERENCE, structures
from sim.uncertainty.structure_weights import weights

TABLE = "structure"
FEW = 3  # acts outside the run from which they share a sentence
NAMED = 2  # of them that it names


def note(act: IdleAct) -> str:
    """A sentence or two on why an act does nothing, and what to do."""
    others, is_or_are = " and ".join(act.others), "are" if len(act.others) > 1 else "is"
    match act.reason:
        case "outside":
            does = "is not in force on any day of the run"
            todo = "change effective and ends, or run more months"
        case "ended":
            does = f"is never in force: {others} supersedes it before it takes effect"
            todo = "let it take effect earlier, or leave it out of supersedes there"
        case "withheld":
            does = (
                f"does nothing: {act.by} withholds {act.instrument} in what this scenario extends"
            )
            todo = f'set regulators."{act.by}".withholds without {act.instrument}'
        case "nothing":
            does = "does nothing: it limits nothing and ends no other act"
            todo = "give it a strength, or name the acts that it replaces in supersedes"
        case "weaker":
            does = f"does nothing: {others} {is_or_are} stricter and not superseded"
            names = ", ".join(f'"{name}"' for name in act.supersedes)
            place = "their" if len(act.others) > 1 else "its"
            todo = f"to put it in {place} place, set supersedes = [{names}]"
    return f"The act {act.name} {does}; {todo}."


def notes(resolved: ResolvedScenario) -> list[str]:
    """What is to be said of a scenario."""
    scenario, own = resolved.scenario, resolved.own
    structure = ALL if resolved.parts else resolved.structure
    return (
        _without_effect(scenario, own, structure)
        + ([] if resolved.posterior is None else _not_fitted(scenario, own, structure))
        + _sentences(idle_acts(scenario, own))
        + _of_changes(idle_changes(scenario, own))
    )


def notes_on(about: dict[str, Any]) -> list[str]:
    """What is to be said of the scenarios of a result; of two, where they differ in it.

    Args:
        about: the provenance of a run, a comparison or an explanation.
    """
    idle, changes, forms = {}, {}, {}
    for role in ("scenario", "against"):
        if role in about:
            scenario, own = scenario_of(about[role]), about[role].get("own", ())
            forms[role] = _of_forms(scenario, own, about[role]["ensemble"])
            idle[role] = idle_acts(scenario, own, about.get("months"))
            changes[role] = _of_changes(idle_changes(scenario, own, about.get("months")))
    if len(idle) == 1:
        return forms["scenario"] + _sentences(idle["scenario"]) + changes["scenario"]
    alike = [text for text in forms["scenario"] if text in forms["against"]]
    twice = [text for text in changes["scenario"] if text in changes["against"]]
    both = [act for act in idle["scenario"] if act in idle["against"]]
    return alike + [
        f"In {about[role]['name']}: {text}"
        for role, acts in idle.items()
        for text in (
            *(text for text in forms[role] if text not in alike),
            *_sentences([act for act in acts if act not in both]),
            *(text for text in changes[role] if text not in twice),
        )
    ]


def _of_forms(scenario: Scenario, own: Sequence[str], ensemble: Mapping[str, Any]) -> list[str]:
    """What is to be said of the forms of the model in a saved result."""
    structure = ensemble.get("structure", REFERENCE)
    said = _without_effect(scenario, own, structure)
    is_fitted = ensemble["name"] != PRIOR
    return said + (_not_fitted(scenario, own, structure) if is_fitted else [])


def _without_effect(scenario: Scenario, own: Sequence[str], structure: str) -> list[str]:
    """Own numbers that no chosen form reads; in worlds of all structures, by own choices alone."""
    choices = scenario.structure.choices()
    return [
        f"{key} has no effect: {TABLE}.{choice} is {choices[choice]}."
        for key, choice in scenario.structure.unread().items()
        if any(is_within(one, key) for one in own)
        and (structure != ALL or f"{TABLE}.{choice}" in own)
    ]


def _not_fitted(scenario: Scenario, own: Sequence[str], structure: str) -> list[str]:
    """Forms that a scenario sets, with which its worlds were not fitted.

    Worlds of all structures have several forms: of them only what the scenario itself sets counts.
    """
    known, found = structures(), dict[str, list[str]]()
    names = weights() if structure == ALL else {structure} & known.keys()
    for choice, form in scenario.structure.choices().items():
        others = [name for name in names if known[name].choices[choice] != form]
        if others and (structure != ALL or f"{TABLE}.{choice}" in own):
            worlds = _worlds_of(others if structure == ALL else [])
            found.setdefault(worlds, []).append(f"{TABLE}.{choice} is {form}")
    return [
        f"{' and '.join(forms)}, with which {worlds} were not fitted; "
        "moat structures lists the forms that have fits of their own (--structure NAME)."
        for worlds, forms in found.items()
    ]


def _worlds_of(names: Sequence[str]) -> str:
    """The worlds of some structures; of none: the worlds."""
    listed = " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
    return f"the worlds of {listed}" if listed else "the worlds"


def _of_changes(idle: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each dated change that changes nothing."""
    why = {
        "outside": "it holds on no day of the run; set from and to so that it does, "
        "or run more months",
        "one": "its factor is 1",
    }
    return [f"The change {name} has no effect: {why[reason]}." for name, reason in idle]


def _sentences(acts: Sequence[IdleAct]) -> list[str]:
    """A sentence an act; one for all that lie outside the run, of which there may be many."""
    outside = [act for act in acts if act.reason == "outside"]
    if len(outside) < FEW:
        return [note(act) for act in acts]
    names = ", ".join(act.name for act in outside[:NAMED])
    others = [note(act) for act in acts if act not in outside]
    return [
        *others,
        f"{len(outside)} acts are not in force on any day of the run: {names} and "
        f"{len(outside) - NAMED} more.",
    ]
