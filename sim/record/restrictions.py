"""The share that rules stop on each tie in a month: series that are recorded only on request.

They follow from dated policy alone, and only the network reads them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.core.worlds import Block
from sim.model.forcing import Policy
from sim.model.race import Race

Restriction = tuple[str, tuple[str, ...], str, str, Callable[[Race], Block]]


def _restriction(
    name: str, axes: tuple[str, ...], meaning: str, share: Callable[[Race, Policy], Block]
) -> Restriction:
    """A restriction in the form of a recorded series.

    Args:
        share: gives the share that the policy of a month stops, `[..., world or 1]`.
    """

    def read(race: Race) -> Block:
        block = share(race, race.forcing.policy)
        return np.broadcast_to(block, (*block.shape[:-1], race.worlds.count))

    return name, axes, "share", meaning, read


def _with_clouds(race: Race, of_labs: Block) -> Block:
    """A block `[row, lab, ...]` extended by the clouds, which no such rule restricts."""
    clouds = np.zeros((of_labs.shape[0], race.clouds.rows, of_labs.shape[2]))
    return np.concatenate([of_labs, clouds], axis=1)


RESTRICTIONS: tuple[Restriction, ...] = (
    _restriction(
        "denied_trade",
        ("supplier", "buyer"),
        "share of a buyer's purchases from a supplier that a listing stops",
        lambda race, policy: _with_clouds(race, policy.listing),
    ),
    _restriction(
        "denied_dies",
        ("foundry", "supplier"),
        "share of a supplier's orders at a foundry that rules stop",
        lambda race, policy: 1 - race.die_market.access(policy.foundry_denial)[0],
    ),
    _restriction(
        "denied_tools",
        ("foundry",),
        "share of foreign equipment that is denied to a foundry",
        lambda race, policy: race.foundries.blocs.spread(policy.tool_denial),
    ),
    _restriction(
        "denied_memory",
        ("supplier",),
        "share of foreign memory stacks that is denied to a supplier",
        lambda race, policy: race.suppliers.blocs.spread(policy.hbm_denial),
    ),
    _restriction(
        "denied_use",
        ("market", "maker"),
        "share of a market's use of a maker that is banned",
        lambda race, policy: _with_clouds(race, policy.service_ban),
    ),
    _restriction(
        "denied_rental",
        ("lab",),
        "share of rental abroad that is closed to a lab",
        lambda race, policy: race.labs.blocs.spread(policy.remote_denial),
    ),
)
NAMES = tuple(name for name, *_ in RESTRICTIONS)
