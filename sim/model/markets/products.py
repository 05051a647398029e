"""Products: the catalogue of every supplier, and the offers made from it under export rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.core.calendar import Calendar
from sim.core.worlds import Block, Mask
from sim.model.agents.regulators import Regulators
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.forcing import Policy
from sim.model.markets.export_rules import Choice, Variants
from sim.model.markets.mixes import Mixes
from sim.model.mechanisms import chips, market
from sim.model.mechanisms.chips import Merits, Product
from sim.model.mechanisms.clearing import Offer
from sim.model.mechanisms.variants import Costs, Draft, Market, sale, unit_cost
from sim.policy.clauses import NO_CAP
from sim.scenario import actors
from sim.scenario.schema import Parameters


class Worths(NamedTuple):
    """What a chip is worth, `[supplier, world]`."""

    compute: Block  # H100e by peak performance
    training: Block  # H100e for training
    inference: Block
    value: Block  # as buyers see it


class Lot(NamedTuple):
    """A chip on its terms, and the part of an order's money that it takes, `[supplier, world]`."""

    money: Block  # share
    cap: Block  # limit relative to home sales
    price: Block  # USD to the buyer; times the overhead this is the cost all-in
    revenue: Block  # USD to the supplier
    worths: Worths
    power: Block  # W
    silicon: Block | float  # over the product's


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
        self.mixes = Mixes(suppliers, parameters, calendar, horizon)
        self.variants = Variants(regulators, parameters, self.mixes)
        self.home = at_home(suppliers, blocs)
        p = parameters.chip
        self.costs = Costs(p.die_cost, p.memory_cost, p.board_cost)

    def products(self, month: int) -> Product:
        """The product mix of every supplier this month, `[supplier, world]`."""
        return self.mixes.product(month)

    def offer(self, month: int, policy: Policy) -> Offer:
        """Terms, specifications and prices by supplier and destination.

        A supplier may sell to one destination at once a product under licence and a variant that
        needs none, on terms that change within a month: an order is then split between them, and
        the offer is their mean.
        """
        suppliers, product = self.suppliers, self.products(month)
        free = self.worths(self.variants.products(month))
        whole = self._whole(product, free)
        sold = [self._sold(parts, product, whole) for parts in self.variants.of(month, policy)]

        def by_destination(rows: Sequence[Block | float]) -> Block:
            table = np.empty((self.shape[0], len(rows), self.shape[1]))
            for at, block in enumerate(rows):
                table[:, at] = block
            return table

        paid = 1 - np.where(self.home, policy.voucher, 0.0)
        worths = [lot.worths for lot in sold]
        return Offer(
            price=by_destination([lot.price for lot in sold]) * paid,
            revenue=by_destination([lot.revenue for lot in sold]),
            licence=by_destination([lot.money for lot in sold]),
            cap=by_destination([lot.cap for lot in sold]),
            compute=by_destination([worth.compute for worth in worths]),
            training=by_destination([worth.training for worth in worths]),
            inference=by_destination([worth.inference for worth in worths]),
            value=by_destination([worth.value for worth in worths]),
            power=by_destination([lot.power for lot in sold]),
            silicon=by_destination([lot.silicon for lot in sold]),
            free_price=suppliers.price[:, None],
            free_compute=free.compute[:, None],
            free_training=free.training[:, None],
            free_inference=free.inference[:, None],
            free_value=free.value[:, None],
            free_power=product.power[:, None],
            supply=suppliers.supply,
            service=suppliers.service,
        )

    def _whole(self, product: Product, worths: Worths) -> Lot:
        """The product itself, where no rule meets it."""
        one = np.ones(self.shape)
        price = self.suppliers.price
        return Lot(one, NO_CAP * one, price, price, worths, product.power, 1.0)

    def _sold(self, parts: Sequence[Choice], product: Product, whole: Lot) -> Lot:
        """What is sold to a destination: the product where no rule meets it."""
        met = np.logical_or.reduce([part.terms.controlled for part in parts])
        if not met.any():
            return whole
        mean = mean_of([lot for part in parts for lot in self._lots(part, product, whole)])
        # Shares of days sum to one but for rounding, which may touch no world without a rule.
        return mean if len(parts) == 1 else _better(met, mean, whole)

    def _lots(self, part: Choice, product: Product, whole: Lot) -> list[Lot]:
        """What is sold in a part of a month: under licence as far as it goes, and a variant.

        Under licence goes the product, or the variant made for a licence where that lets through
        more and pays. Licences are for a number of chips: a cheaper chip brings no more of them.
        """
        overhead, terms = self.parameters.capital.overhead, part.terms
        licensed = whole._replace(
            money=part.share * terms.licence,
            cap=terms.cap,
            price=whole.price * (1 + terms.levy / overhead),
        )
        if not part.free:
            return [licensed]
        market = self._market(product, whole)
        least = self.parameters.rules.least_gain
        left = part.share - licensed.money
        if part.licensed:
            gain, lot = self._variant(part.licensed, product, whole, market)
            money = part.share * lot.money
            chosen = (gain > least) & (money > licensed.money)
            left = np.where(chosen, part.share - money, left)
            fewer = np.minimum(lot.price / whole.price, 1.0)
            licensed = _better(chosen, lot._replace(money=money * fewer), licensed)
        best, offered = self._variant(part.free[0], product, whole, market)
        for draft in part.free[1:]:
            gain, lot = self._variant(draft, product, whole, market)
            offered = _better(gain > best, lot, offered)
            best = np.maximum(best, gain)
        sold = np.where(best > least, left * offered.money, 0.0)
        return [licensed, offered._replace(money=sold)]

    def _market(self, product: Product, whole: Lot) -> Market:
        """What suppliers know when they price a variant."""
        p, suppliers = self.parameters, self.suppliers
        return Market(
            price=whole.price,
            cost=unit_cost(product, self.costs, suppliers.foundry_cost, 1.0, np.ones(1)),
            hosting=(p.capital.overhead - 1) * whole.price,
            scarcity=p.rules.foregone * (1 - suppliers.service),
            elasticity=p.supply.substitution,
            markup=p.leakage.markup,
        )

    def _variant(
        self, draft: Draft, product: Product, whole: Lot, market: Market
    ) -> tuple[Block, Lot]:
        """The gain from selling a variant (negative where none is designed), and its lot."""
        worths = self.worths(draft.merits)
        cost = unit_cost(product, self.costs, self.suppliers.foundry_cost, draft.die, draft.memory)
        training, inference, value = (
            ours / full for ours, full in zip(worths[1:], whole.worths[1:], strict=True)
        )
        price, gain = sale(draft, value, np.maximum(training, inference), market, cost)
        paid = price * (1 + draft.terms.levy) + market.hosting * draft.power
        lot = Lot(
            money=draft.terms.licence,
            cap=draft.terms.cap,
            price=paid / self.parameters.capital.overhead,
            revenue=price,
            worths=worths,
            power=product.power * draft.power,
            silicon=draft.die,
        )
        return np.where(draft.designed, gain, -1.0), lot

    def worths(self, merits: Merits) -> Worths:
        """What chips are worth with the software of today."""
        compute, trained, inference = merits
        training = trained * self.suppliers.maturity
        value = chips.hedonic(training, inference, self.parameters.chip.inference_weight)
        return Worths(compute, training, inference, value)


def _better(choose: Mask, one: Lot, other: Lot) -> Lot:
    """One lot where it is chosen, the other elsewhere."""
    worths = Worths._make(
        np.where(choose, ours, theirs)
        for ours, theirs in zip(one.worths, other.worths, strict=True)
    )
    chosen = {
        name: np.where(choose, getattr(one, name), getattr(other, name))
        for name in Lot._fields
        if name != "worths"
    }
    return Lot(worths=worths, **chosen)


def mean_of(lots: list[Lot]) -> Lot:
    """The chip that an order brings on the mean, and the part of an order that may ship.

    An order's money is split between the lots; means are by number of chips. A lot's cap limits
    the lot alone; where it binds, the order is limited as if all of it did.

    Args:
        lots: of one destination; the first stands for all where none may ship.
    """
    numbers = [lot.money / lot.price for lot in lots]
    every = sum(numbers[1:], start=numbers[0])
    bought = np.maximum(every, market.TINY)
    first = np.where(every > 0, numbers[0] / bought, 1.0)
    shares = [first, *(number / bought for number in numbers[1:])]

    def mean(blocks: Iterable[Block | float]) -> Block:
        products = [share * block for share, block in zip(shares, blocks, strict=True)]
        return sum(products[1:], start=products[0])

    worths = [lot.worths for lot in lots]
    caps = [
        lot.cap / np.maximum(share, market.TINY) for lot, share in zip(lots, shares, strict=True)
    ]
    return Lot(
        money=sum((lot.money for lot in lots[1:]), start=lots[0].money),
        cap=np.minimum(np.minimum.reduce(np.broadcast_arrays(*caps)), NO_CAP),
        price=mean(lot.price for lot in lots),
        revenue=mean(lot.revenue for lot in lots),
        worths=Worths._make(mean(blocks) for blocks in zip(*worths, strict=True)),
        power=mean(lot.power for lot in lots),
        silicon=mean(lot.silicon for lot in lots),
    )


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
