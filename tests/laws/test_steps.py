"""The month is data: each step reads and replaces the state that `STEPS` says, and no other."""

from __future__ import annotations

from collections import defaultdict

import pytest

from sim.core.state import states
from sim.model.race import STEPS, Race
from sim.scenario.load import load

MONTHS = 100  # reaction rules act within them
CHANGED = (  # one number of every kind of actor whose state a dated change moves
    "labs.Meta.budget",
    'clouds."US clouds".budget',
    "suppliers.Nvidia.packaging",
    "foundries.SMIC.capacity",
    'tool_makers."Chinese tool makers".coverage',
    'hbm_makers."Chinese memory".capacity',
    'investors."US capital".venture',
    'power_suppliers."US grid".capacity',
    'talent_pools."Researchers in China".people',
)


class Watched:
    """Notes in a set when it is read, and reads the object that it stands for."""

    def __init__(self, value, name: str, seen: set[str]) -> None:
        self.__dict__.update(value=value, name=name, seen=seen)

    def __getattr__(self, name: str):
        self.seen.add(self.name)
        return getattr(self.value, name)


@pytest.fixture(scope="module")
def traced():
    """What each step read and wrote over a run with reaction rules, by name of the step."""
    changes = [
        f"changes.n{at}={{key='{key}', from='2024-03', factor=1.1}}"
        for at, key in enumerate(CHANGED)
    ]
    race = Race(load("reacting", changes), 2, months=MONTHS)
    places = {id(owner): place for place, owner in race.owners.items()}
    read, written = set(), set()
    reads, writes = defaultdict(set), defaultdict(set)
    with pytest.MonkeyPatch.context() as patch:
        for kind in {type(owner) for owner in race.owners.values()}:
            _watch(patch, kind, places, read, written)
        while race.month < MONTHS:
            for step in STEPS:
                read.clear(), written.clear()
                race.public_state = state = Watched(race.public_state, "public_state", read)
                if step.name != "enforce":
                    race.forcing = Watched(race.forcing, "forcing", read)
                step.run(race)
                if race.public_state is not state:
                    written.add("public_state")
                race.public_state = _real(race.public_state)
                race.forcing = _real(race.forcing)
                reads[step.name] |= read
                writes[step.name] |= written
            race.month += 1
    return reads, writes


def _real(value):
    return value.__dict__["value"] if isinstance(value, Watched) else value


def _watch(patch, kind, places, read, written) -> None:
    """Note reads and writes of the state of a kind of owner."""
    names, assign = frozenset(states(kind)), kind.__setattr__

    def noted(owner, name):
        if name in names:
            read.add(places.get(id(owner)))
        return object.__getattribute__(owner, name)

    def set_and_noted(owner, name, value):
        if name in names:
            written.add(places.get(id(owner)))
        assign(owner, name, value)

    patch.setattr(kind, "__getattribute__", noted)
    patch.setattr(kind, "__setattr__", set_and_noted)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_reads_what_it_says(step, traced):
    assert traced[0][step.name] == set(step.reads)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_replaces_what_it_says(step, traced):
    assert traced[1][step.name] | {"forcing"} == set(step.writes) | {"forcing"}
