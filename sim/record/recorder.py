"""The recorder: writes what is read off each month into one array by series."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.units import H100_TFLOPS
from sim.core.worlds import Block, states
from sim.record.restrictions import denials

if TYPE_CHECKING:
    from sim.model.race import Race
    from sim.scenario.schema import Scenario

STORED = np.float32  # precision of what is kept: a run of 256 worlds stays below 100 MB


@dataclass(frozen=True)
class Series:
    """One recorded series.

    Attributes:
        rows: name of its first axis (`lab`, `supplier`, `flow`, ...).
        read: gives the month's block `[row, world]`.
    """

    name: str
    rows: str
    unit: str
    meaning: str
    read: Callable[[Race], Block]


POPULATIONS = {
    "lab": "labs",
    "cloud": "clouds",
    "supplier": "suppliers",
    "foundry": "foundries",
    "tool_maker": "tool_makers",
    "hbm_maker": "hbm_makers",
    "investor": "investors",
    "sector": "sectors",
    "market": "markets",
    "power_supplier": "power_suppliers",
    "talent_pool": "talent_pools",
    "regulator": "regulators",
}
KEPT = {
    "lab": (
        "active budget spent chips training inference rented scarcity_training "
        "scarcity_inference effort tilt log_training_efficiency log_inference_efficiency "
        "largest_run flagship_flop flagship_cost flagship_points capability open_capability "
        "rebuild_cost staff powered serving unit_cost service_price revenue tokens reinvested"
    ),
    "cloud": "budget spent chips training rented powered unit_cost service_price revenue tokens",
    "supplier": "price supply delivered revenue maturity installed hbm_stock die_stock",
    "foundry": "capacity dies_yield use tool_stock tool_reserve tool_access expansion damage",
    "tool_maker": "coverage",
    "hbm_maker": "capacity",
    "investor": "lab_growth cloud_growth invested need mood elasticity_seen news",
    "sector": "value sentiment exposure",
    "market": "adoption quality log_price served spent tokens chinese hosted value",
    "power_supplier": "capacity building drawn running",
    "talent_pool": "people stayed",
    "regulator": "steps granted answer",
}


def series(race: Race) -> list[Series]:
    """Everything that is recorded, with unit and meaning."""
    found = [_state(rows, name, race) for rows, names in KEPT.items() for name in names.split()]
    return [*found, *_bought(), *_ties(), *_flows(), *_offers(), *_services()]


def row_names(race: Race) -> dict[str, list[str]]:
    """Names along the first axis of each kind of series."""
    names = {rows: getattr(race, table).names for rows, table in POPULATIONS.items()}
    suppliers = race.suppliers.names
    buyers = [*race.labs.names, *race.clouds.names]
    return {
        **names,
        "flow": [f"{s} > {bloc}" for s in suppliers for bloc in race.blocs],
        "trade": [f"{s} > {buyer}" for s in suppliers for buyer in buyers],
        "die": [f"{f} > {s}" for f in race.foundries.names for s in suppliers],
        "use": [f"{market} > {maker}" for market in race.markets.names for maker in buyers],
        "quality": ["anchor"],
    }


def bloc_names(scenario: Scenario) -> dict[str, list[str]]:
    """Blocs of the actors of each population, as `lab_bloc`."""
    return {
        f"{kind}_bloc": [actor.bloc for actor in getattr(scenario, table).values()]
        for kind, table in POPULATIONS.items()
    }


def _state(rows: str, name: str, race: Race) -> Series:
    table = POPULATIONS[rows]
    state = states(type(getattr(race, table)))[name]
    prefix = "" if rows == "lab" else f"{rows}_"
    return Series(
        f"{prefix}{name}",
        rows,
        state.unit,
        state.meaning,
        lambda race: getattr(getattr(race, table), name),
    )


def _bought() -> Iterable[Series]:
    yield Series(
        "smuggled_chips",
        "lab",
        "H100e",
        "chips smuggled to a lab this month, by peak performance",
        lambda race: race.labs.bought.smuggled,
    )


def _flat(block: Block) -> Block:
    return block.reshape(-1, block.shape[-1])


def _ties() -> Iterable[Series]:
    yield Series(
        "trade_units",
        "trade",
        "1e3 chips",
        "chips shipped legally from supplier to buyer this month",
        lambda race: _flat(np.concatenate([b.bought.by_supplier for b in race.buyers], axis=1)),
    )
    yield Series(
        "die_flow",
        "die",
        "1e3 reticles",
        "good dies from foundry to supplier this month",
        lambda race: _flat(race.chip_making.flow),
    )


def _flows() -> Iterable[Series]:
    yield Series(
        "flow_units",
        "flow",
        "1e3 chips",
        "chips shipped legally from supplier to bloc this month",
        lambda race: _flat(race.flows.shipped),
    )
    yield Series(
        "flow_smuggled",
        "flow",
        "1e3 chips",
        "chips smuggled from supplier to bloc this month",
        lambda race: _flat(race.flows.smuggled),
    )
    yield Series(
        "flow_compute",
        "flow",
        "H100e",
        "compute shipped legally from supplier to bloc this month, by peak performance",
        lambda race: _flat(race.flows.shipped * race.offer.compute) * 1e3,
    )
    yield Series(
        "flow_smuggled_compute",
        "flow",
        "H100e",
        "compute smuggled from supplier to bloc this month, by peak performance",
        lambda race: _flat(race.flows.smuggled * race.offer.free_compute) * 1e3,
    )


def _offers() -> Iterable[Series]:
    yield Series(
        "flow_tflops",
        "flow",
        "TFLOP/s",
        "performance of the chip that a supplier offers to a bloc",
        lambda race: _flat(race.offer.compute) * H100_TFLOPS,
    )
    yield Series(
        "flow_licence",
        "flow",
        "share",
        "share of orders that a supplier may ship to a bloc",
        lambda race: _flat(race.offer.licence),
    )


def _services() -> Iterable[Series]:
    yield Series(
        "use_share",
        "use",
        "share",
        "share of a market's use that goes to a lab, or to a cloud that hosts open weights",
        lambda race: _flat(race.model_market.share),
    )
    yield Series(
        "quality_price",
        "quality",
        "USD/1e6 tokens",
        "lowest price at which the anchor's quality is served",
        lambda race: np.minimum(race.model_market.yardstick, DEAREST)[None],
    )


DEAREST = 1e12  # USD/1e6 tokens: nobody serves


class Recorder:
    """Keeps the series of a race month by month.

    Args:
        race: to be recorded; call `take` after each step.
        only: names of the series to keep (None: all but those of `sim.record.restrictions`).
    """

    def __init__(self, race: Race, only: Collection[str] | None = None) -> None:
        found = series(race)
        if only is not None:
            found = [*found, *(Series(*one) for one in denials(race))]
        self.series = [one for one in found if only is None or one.name in only]
        self._kept: dict[str, np.ndarray] = {}  # of all months, made when first filled
        self._months = 0

    def following(self, race: Race) -> Recorder:
        """One for another race of these worlds, with what was kept up to the month it stands at."""
        other = copy(self)
        other._months = race.month
        other._kept = {}
        for name, kept in self._kept.items():
            room = np.empty((race.horizon, *kept.shape[1:]), STORED)
            room[: race.month] = kept[: race.month]
            other._kept[name] = room
        return other

    def take(self, race: Race) -> None:
        """Keep this month."""
        for one in self.series:
            block = one.read(race)
            if one.name not in self._kept:
                self._kept[one.name] = np.empty((race.horizon, *block.shape), STORED)
            self._kept[one.name][self._months] = block
        self._months += 1

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything kept, `[month, row, world]` by name."""
        return {name: kept[: self._months] for name, kept in self._kept.items()}
