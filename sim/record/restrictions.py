"""What rules stop on each tie this month: series that are recorded only when they are asked for.

They follow from dated policy alone; a run that draws no network need not carry them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.core.worlds import Block
from sim.model.forcing import Policy

if TYPE_CHECKING:
    from sim.model.race import Race

Denial = tuple[str, str, str, str, Callable[["Race"], Block]]  # as `recorder.Series` takes them


def denials(race: Race) -> Iterable[Denial]:
    """Name, rows, unit, meaning and reader of every share that rules stop."""
    for name, rows, meaning, read in _ALL:
        yield name, rows, "share", meaning, _reader(read)


def _reader(read: Callable[[Race, Policy], Block]) -> Callable[[Race], Block]:
    """Reads the policy of the month that was just simulated, flat and as wide as the worlds."""

    def of(race: Race) -> Block:
        block = read(race, race.regulators.enforce(race.month - 1))
        block = block.reshape(-1, block.shape[-1])
        return np.broadcast_to(block, (block.shape[0], race.worlds.count))

    return of


def _wide(race: Race, of_labs: Block) -> Block:
    """`[giver, lab, ...]` with the clouds beside the labs, which no such rule names."""
    clouds = np.zeros((of_labs.shape[0], race.clouds.rows, of_labs.shape[2]))
    return np.concatenate([of_labs, clouds], axis=1)


_ALL: tuple[tuple[str, str, str, Callable[[Race, Policy], Block]], ...] = (
    (
        "denied_trade",
        "trade",
        "share of a buyer's purchases from a supplier that a listing stops",
        lambda race, policy: _wide(race, policy.listing),
    ),
    (
        "denied_dies",
        "die",
        "share of a supplier's orders at a foundry that rules stop",
        lambda race, policy: 1 - race.chip_making.open(policy.foundry_denial)[0],
    ),
    (
        "denied_tools",
        "foundry",
        "share of foreign equipment that is denied to a foundry",
        lambda race, policy: race.foundries.blocs.spread(policy.tool_denial),
    ),
    (
        "denied_memory",
        "supplier",
        "share of foreign memory stacks that is denied to a supplier",
        lambda race, policy: race.suppliers.blocs.spread(policy.hbm_denial),
    ),
    (
        "denied_use",
        "use",
        "share of a market's use of a maker that is banned",
        lambda race, policy: _wide(race, policy.service_ban),
    ),
    (
        "denied_rental",
        "lab",
        "share of rental abroad that is closed to a lab",
        lambda race, policy: race.labs.blocs.spread(policy.remote_denial),
    ),
)
NAMES = tuple(one[0] for one in _ALL)
