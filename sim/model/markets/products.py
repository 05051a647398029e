"""What suppliers can offer: the catalogue of products, the variants that rules force, the ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR
from sim.core.worlds import Block, Mask, frozen
from sim.model.forcing import Forcing
from sim.model.markets.export_rules import Merits, Variants
from sim.model.mechanisms import chips
from sim.model.mechanisms.chips import Product, Spec
from sim.model.mechanisms.clearing import Offer

if TYPE_CHECKING:
    from sim.model.race import Race


class Worths(NamedTuple):
    """What a chip is worth, `[supplier, world]`."""

    compute: Block  # H100e by peak performance
    training: Block  # H100e for training
    inference: Block
    value: Block  # as buyers see it


class Catalogue:
    """Products by supplier, and the offers made from them.

    Args:
        race: with its story and numbers.
    """

    def __init__(self, race: Race) -> None:
        self.race = race
        self.shape = (race.suppliers.rows, race.worlds.count)
        self.mixes = self._mixes()
        self.variants = Variants(race, self.mixes[:, : len(Spec._fields)])
        blocs, suppliers = race.blocs, race.suppliers.names
        self.home = np.array(
            [[[race.inputs.suppliers[s].bloc == bloc] for bloc in blocs] for s in suppliers]
        )

    def _line(self, supplier: str) -> list[tuple[int, Product]]:
        """A supplier's products with their launch months, the oldest first."""
        drawn = self.race.numbers.chips
        line = [
            (self.race.calendar.month(chip.launch), drawn[name])
            for name, chip in self.race.inputs.chips.items()
            if chip.supplier == supplier
        ]
        return [
            (
                launch,
                Product(
                    Spec(c.tflops, c.bandwidth, c.interconnect),
                    c.price,
                    c.silicon,
                    c.hbm_stacks,
                    c.power,
                ),
            )
            for launch, c in sorted(line, key=lambda item: item[0])
        ]

    def products(self, month: int) -> Product:
        """The product mix of every supplier this month, `[supplier, world]`."""
        tflops, bandwidth, interconnect, *others = self.mixes[month]
        return Product(Spec(tflops, bandwidth, interconnect), *others)

    def _mixes(self) -> Block:
        """The product mixes of all months: `[month, number of a product, supplier, world]`."""
        suppliers = self.race.suppliers.names
        numbers = len(Spec._fields) + len(Product._fields) - 1
        mixes = np.empty((self.race.horizon, numbers, *self.shape))
        for row, name in enumerate(suppliers):
            for number, by_month in enumerate(self._mix(self._line(name))):
                mixes[:, number, row] = by_month
        return frozen(mixes)

    def _mix(self, line: list[tuple[int, Product]]) -> list[Block]:
        """A supplier's mix in every month: each number of a product, `[month, world or 1]`."""
        p = self.race.numbers.chip
        months = np.arange(self.race.horizon, dtype=float)[:, None]
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
        # The list price already falls with age: what remains to be added is growth in performance.
        grown = chips.beyond_catalogue(
            mixed, years, p.performance_growth, p.value_growth, p.power_growth
        )
        grown = grown._replace(price=grown.price * keep**-years)
        return [*grown.spec, *grown[1:]]

    def offer(self, forcing: Forcing, product: Product) -> Offer:
        """Terms, specifications and prices by supplier and destination."""
        suppliers = self.race.suppliers
        free = self.worths(self.variants.products(forcing.month))
        variants = self.variants.of(forcing)
        sold = [self.worths(one.merits) if one.merits else free for one in variants]
        terms = [one.terms for one in variants]

        def by_destination(rows: list[Block]) -> Block:
            whole = np.empty((self.shape[0], len(rows), self.shape[1]))
            for at, block in enumerate(rows):
                whole[:, at] = block
            return whole

        value, free_value = by_destination([worth.value for worth in sold]), free.value
        listed = suppliers.price[:, None] * (value / free_value[:, None])
        paid = 1 - np.where(self.home, forcing.policy.voucher, 0.0)
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
            power=product.power,
        )

    def worths(self, merits: Merits) -> Worths:
        """What chips are worth with the software of today."""
        compute, trained, inference = merits
        training = trained * self.race.suppliers.maturity
        value = chips.hedonic(training, inference, self.race.numbers.chip.inference_weight)
        return Worths(compute, training, inference, value)


def pulls(race: Race, takers: list[str], bloc_of: list[str]) -> tuple[Block, Mask]:
    """How suppliers pull on buyers, and which are at home there, `[supplier, buyer, world or 1]`.

    Usually a supplier on the open market pulls on all alike, one that is not on none; the
    scenario's ties say where it differs.
    """
    weights = tie_weights(race, race.suppliers.names, takers, 1.0)
    market = np.array([[[float(s.open_market)]] for s in race.inputs.suppliers.values()])
    stated = np.array(
        [[[is_tied(race, giver, taker)] for taker in takers] for giver in race.suppliers.names]
    )
    preference = race.suppliers.number("preference")[:, None]
    home = np.array(
        [
            [[race.inputs.suppliers[name].bloc == bloc] for bloc in bloc_of]
            for name in race.suppliers.names
        ]
    )
    return preference * np.where(stated, weights, market), home


def is_tied(race: Race, giver: str, taker: str) -> bool:
    """Whether the scenario states the tie."""
    return any(t.giver == giver and t.taker == taker for t in race.inputs.ties.values())


def tie_weights(race: Race, givers: list[str], takers: list[str], otherwise: float) -> Block:
    """Weights of the scenario's ties, `[giver, taker, world or 1]`."""
    stated = {
        (tie.giver, tie.taker): race.numbers.ties[name].weight
        for name, tie in race.inputs.ties.items()
    }
    rows = [[stated.get((g, t), np.array([otherwise])) for t in takers] for g in givers]
    flat = np.broadcast_arrays(*(cell for row in rows for cell in row))
    return np.stack(flat).reshape(len(givers), len(takers), -1)
