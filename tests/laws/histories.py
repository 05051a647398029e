"""What the laws are tried on: the complete state of a run, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pytest

from sim.core.state import states
from sim.model.public_state import PublicState
from sim.model.race import Race
from sim.record.recorder import Recorder
from sim.scenario.load import ResolvedScenario
from sim.scenario.schema import Scenario, quantities

Month = dict[str, np.ndarray]


def few_quick(cases: Iterable[Any], every: int) -> list[Any]:
    """Cases of a law of which only each so-many-th is tried without `-m slow`."""
    return [
        case if place % every == 0 else pytest.param(case, marks=pytest.mark.slow)
        for place, case in enumerate(cases)
    ]


@dataclass
class History:
    """A run: live state after each month by name, and what was recorded, `[month, row, world]`."""

    race: Race
    months: list[Month] = field(repr=False)
    recorded: dict[str, np.ndarray] = field(repr=False)


def owners(race: Race) -> list[tuple[str, Any]]:
    """Everything that holds state; parts of a population bear its name."""
    return [
        (type(getattr(race, place.partition(".")[0])).__name__, owner)
        for place, owner in race.owners.items()
    ]


def live(race: Race) -> Month:
    """All state of a race after a step, in full precision, worlds last."""
    found = {
        f"{label}.{name}": getattr(owner, name)
        for label, owner in owners(race)
        for name in states(type(owner))
    }
    del found["ModelMarket.yardstick"]  # infinite until somebody serves
    found |= {
        f"public_state.{one.name}": getattr(race.public_state, one.name)
        for one in fields(PublicState)
    }
    found |= {f"flows.{name}": block for name, block in race.flows._asdict().items()}
    return found


def run(
    scenario: ResolvedScenario | Scenario,
    worlds: int | Iterable[int],
    months: int | None = None,
    seed: int = 0,
    columns: Mapping[str, np.ndarray] | None = None,
) -> History:
    """Run some worlds of a scenario and keep everything."""
    race = Race(scenario, worlds, seed, months, columns=columns)
    recorder = Recorder(race)
    kept = []
    while race.running:
        race.step()
        recorder.take(race)
        kept.append(live(race))
    return History(race, kept, recorder.arrays())


def changed(scenario: Scenario, table: str, name: str, **fields: Any) -> Scenario:
    """The scenario with some fields of one entry of a table replaced."""
    entries = getattr(scenario, table)
    entry = entries[name].model_copy(update=fields)
    return scenario.model_copy(update={table: {**entries, name: entry}})


def differences(one: History, other: History, months: int | None = None) -> list[str]:
    """Names of what is not bit for bit the same in both, with the first month of difference."""
    found = {}
    for month, (ours, theirs) in enumerate(
        zip(one.months[:months], other.months[:months], strict=False)
    ):
        for name in ours:
            if not same(ours[name], theirs[name]):
                found.setdefault(name, month)
    for name in one.recorded:
        if not same(one.recorded[name][:months], other.recorded[name][:months]):
            found.setdefault(f"recorded {name}", None)
    return [f"{name} from month {month}" for name, month in found.items()]


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal shape and bit for bit equal numbers (NaN would equal NaN: another law forbids it)."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def of_world(history: History, world: int) -> History:
    """One world of a history (its position in the block), as if it had been run alone."""

    def column(block: np.ndarray) -> np.ndarray:
        at = 0 if block.shape[-1] == 1 else world
        return np.ascontiguousarray(block[..., at : at + 1])

    return History(
        history.race,
        [{name: column(block) for name, block in month.items()} for month in history.months],
        {name: column(block) for name, block in history.recorded.items()},
    )


def columns_of(scenario: Scenario, shares: Mapping[str, list[float]]) -> dict[str, np.ndarray]:
    """Numbers per world somewhere in the range that the schema allows: 0 lowest, 1 highest."""
    allowed = {path: declared for path, _, declared in quantities(scenario)}
    return {
        path: allowed[path]["low"] + np.array(part) * (allowed[path]["high"] - allowed[path]["low"])
        for path, part in shares.items()
    }
