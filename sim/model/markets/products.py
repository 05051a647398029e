"""Products: the catalogue of every supplier, and the offers made from it under export rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR, Calendar
from sim.core.worlds import Block, Mask, frozen
from sim.model.agents.regulators import Regulators
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.forcing import Policy
from sim.model.markets.export_rules import Merits, Variants
from sim.model.mechanisms import chips
from sim.model.mechanisms.chips import Product, Spec
from sim.model.mechanisms.clearing import Offer
from sim.scenario import actors
from sim.scenario.parameters import ChipParameters
from sim.scenario.schema import Parameters


class Worths(NamedTuple):
    """What a chip is worth, `[supplier, world]`."""

    compute: Block  # H100e by peak performance
    training: Block  # H100e for training
    inference: Block
    value: Block  # as buyers see it


class Products:
    """Products by supplier, and the offers made from them.

    Args:
        suppliers, regulators: whose products and rules they are.
        parameters: of the worlds, with the chips of the scenario.
        blocs: names of the blocs.
        calendar, horizon: the months of the scenario, and how many are run.
    """

    def __init__(
        self,
        suppliers: ChipSuppliers,
        regulators: Regulators,
        parameters: Parameters,
        blocs: Sequence[str],
        calendar: Calendar,
        horizon: int,
    ) -> None:
        self.suppliers, self.parameters = suppliers, parameters
        self.shape = suppliers.shape
        self.mixes = _all_mixes(suppliers, parameters, calendar, horizon)
        specs = self.mixes[:, : len(Spec._fields)]
        self.variants = Variants(regulators, parameters, specs)
        self.home = at_home(suppliers, blocs)

    def products(self, month: int) -> Product:
        """The product mix of every supplier this month, `[supplier, world]`."""
        tflops, bandwidth, interconnect, *others = self.mixes[month]
        return Product(Spec(tflops, bandwidth, interconnect), *others)

    def offer(self, month: int, policy: Policy, power: Block) -> Offer:
        """Terms, specifications and prices by supplier and destination.

        Args:
            power: of the products, `[supplier, world]`.
        """
        suppliers = self.suppliers
        free = self.worths(self.variants.products(month))
        variants = self.variants.of(month, policy)
        sold = [self.worths(one.merits) if one.merits else free for one in variants]
        terms = [one.terms for one in variants]

        def by_destination(rows: list[Block]) -> Block:
            whole = np.empty((self.shape[0], len(rows), self.shape[1]))
            for at, block in enumerate(rows):
                whole[:, at] = block
            return whole

        value, free_value = by_destination([worth.value for worth in sold]), free.value
        listed = suppliers.price[:, None] * (value / free_value[:, None])
        paid = 1 - np.where(self.home, policy.voucher, 0.0)
        return Offer(
            price=listed * (1 + by_destination([t.levy for t in terms])) * paid,
            revenue=listed,
            licence=by_destination([t.licence for t in terms]),
            cap=by_destination([t.cap for t in terms]),
            compute=by_destination([worth.compute for worth in sold]),
            training=by_destination([worth.training for worth in sold]),
            inference=by_destination([worth.inference for worth in sold]),
            value=value,
            free_price=suppliers.price[:, None],
            free_compute=free.compute[:, None],
            free_training=free.training[:, None],
            free_inference=free.inference[:, None],
            free_value=free_value[:, None],
            supply=suppliers.supply,
            service=suppliers.service,
            power=power,
        )

    def worths(self, merits: Merits) -> Worths:
        """What chips are worth with the software of today."""
        compute, trained, inference = merits
        training = trained * self.suppliers.maturity
        value = chips.hedonic(training, inference, self.parameters.chip.inference_weight)
        return Worths(compute, training, inference, value)


def _all_mixes(
    suppliers: ChipSuppliers, parameters: Parameters, calendar: Calendar, horizon: int
) -> Block:
    """The product mixes of all months: `[month, number of a product, supplier, world]`."""
    numbers = len(Spec._fields) + len(Product._fields) - 1
    mixes = np.empty((horizon, numbers, *suppliers.shape))
    for row, name in enumerate(suppliers.names):
        line = _product_line(name, parameters.chips, calendar)
        for number, by_month in enumerate(_mix(line, parameters.chip, horizon)):
            mixes[:, number, row] = by_month
    return frozen(mixes)


def _product_line(
    supplier: str, catalogue: Mapping[str, actors.Chip[Block]], calendar: Calendar
) -> list[tuple[int, Product]]:
    """A supplier's products with their launch months, the oldest first."""
    line = [
        (
            calendar.month(c.launch),
            Product(
                Spec(c.tflops, c.bandwidth, c.interconnect),
                c.price,
                c.silicon,
                c.hbm_stacks,
                c.power,
            ),
        )
        for c in catalogue.values()
        if c.supplier == supplier
    ]
    return sorted(line, key=lambda item: item[0])


def _mix(line: list[tuple[int, Product]], p: ChipParameters[Block], horizon: int) -> list[Block]:
    """A supplier's mix in every month: each number of a product, `[month, world or 1]`.

    Args:
        line: products with their launch months.
        p: the parameters of chips.
    """
    months = np.arange(horizon, dtype=float)[:, None]
    weights = [np.clip((months - launch) / p.ramp, 0.0, 1.0) for launch, _ in line]
    keep = 1 - p.price_decline
    aged = [
        product._replace(
            price=product.price * keep ** (np.maximum(months - launch, 0) / MONTHS_PER_YEAR)
        )
        for launch, product in line
    ]
    years = np.maximum(months - line[-1][0] - p.ramp, 0.0) / MONTHS_PER_YEAR
    mixed = chips.mix(aged, weights)
    # The list price already falls with age: only growth in performance remains to be added.
    grown = chips.beyond_catalogue(
        mixed, years, p.performance_growth, p.value_growth, p.power_growth
    )
    grown = grown._replace(price=grown.price * keep**-years)
    return [*grown.spec, *grown[1:]]


def at_home(suppliers: ChipSuppliers, blocs: Sequence[str]) -> Mask:
    """Which suppliers are at home in which of some blocs, `[supplier, bloc, 1]`."""
    homes = [suppliers.blocs.names[at] for at in suppliers.blocs.index]
    return np.array([[[home == bloc] for bloc in blocs] for home in homes])


def pulls(
    suppliers: ChipSuppliers, ties: Mapping[str, actors.Tie[Block]], buyers: Sequence[str]
) -> Block:
    """How suppliers pull on buyers, `[supplier, buyer, world or 1]`.

    Usually a supplier on the open market pulls on all alike, and one that is not pulls on nobody;
    the ties of the scenario say where it differs.
    """
    weights = tie_weights(ties, suppliers.names, buyers, 1.0)
    market = np.array([[[float(s.open_market)]] for s in suppliers.table.values()])
    pairs = {(tie.giver, tie.taker) for tie in ties.values()}
    stated = np.array(
        [[[(giver, taker) in pairs] for taker in buyers] for giver in suppliers.names]
    )
    return suppliers.own.preference[:, None] * np.where(stated, weights, market)


def tie_weights(
    ties: Mapping[str, actors.Tie[Block]],
    givers: Sequence[str],
    takers: Sequence[str],
    otherwise: float,
) -> Block:
    """Weights of the scenario's ties, `[giver, taker, world or 1]`."""
    return pair_table(
        {(tie.giver, tie.taker): tie.weight for tie in ties.values()}, givers, takers, otherwise
    )


def pair_table(
    cells: Mapping[tuple[str, str], Block],
    rows: Sequence[str],
    columns: Sequence[str],
    otherwise: float,
) -> Block:
    """A table of numbers by pairs of names, `[row, column, world or 1]`."""
    flat = [cells.get((r, c), np.array([otherwise])) for r in rows for c in columns]
    return np.stack(np.broadcast_arrays(*flat)).reshape(len(rows), len(columns), -1)
