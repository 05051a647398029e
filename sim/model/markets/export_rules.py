"""Export rules: suppliers sell a product, or a variant made for a destination (M2)."""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_
from typing import NamedTuple

import numpy as np

from sim.core.worlds import Block
from sim.model.agents.regulators import Regulators
from sim.model.forcing import Policy
from sim.model.mechanisms import chips, rules
from sim.model.mechanisms.chips import Spec
from sim.policy.clauses import ClausePart
from sim.scenario.schema import Parameters

MATURE = np.ones(1)  # software: how mature it is in a month depends on the state of suppliers
AT_ONCE = 1024  # months times worlds that are computed at once: their arrays fit the cache


class Merits(NamedTuple):
    """What a chip can do with mature software, `[supplier, world]`."""

    compute: Block  # H100e by peak performance
    training: Block  # H100e for training
    inference: Block  # H100e for inference


class Sold(NamedTuple):
    """What is sold to a destination (None: the product itself), and on what terms."""

    merits: Merits | None
    terms: rules.Terms


class Variants:
    """What suppliers offer to each destination, and on what terms.

    Dated rules and products do not depend on the state of the model: consecutive months under the
    same clauses are computed at once. Rules that governments add in reaction are computed in their
    month.

    Args:
        regulators: whose dated clauses hold.
        parameters: of the worlds.
        specs: of the products in all months, `[month, number of a specification, supplier, world]`.
    """

    def __init__(self, regulators: Regulators, parameters: Parameters, specs: Block) -> None:
        self.clauses, self.parameters = regulators.clauses, parameters
        self._specs = specs
        self._no_rule = Sold(None, rules.no_terms(specs.shape[2:]))
        self._months = max(1, AT_ONCE // specs.shape[-1])
        # By month, of the months computed last; what is sold also by destination.
        self._products: dict[int, Merits] = {}
        self._sold: list[dict[int, Sold]] = [{} for _ in self.clauses[0]]

    def products(self, month: int) -> Merits:
        """What the products themselves can do."""
        if month not in self._products:
            months = range(month, min(month + self._months, len(self._specs)))
            merits = self._merits(self._spec(months))
            self._products = {now: _row(merits, now - month) for now in months}
        return self._products[month]

    def of(self, month: int, policy: Policy) -> list[Sold]:
        """What is sold, by destination."""
        dated = self.clauses[month]
        return [
            self._dated(month, at)
            if parts is dated[at] and len(parts) == 1
            else self._by_parts(month, parts)
            for at, parts in enumerate(policy.clauses)
        ]

    def _dated(self, month: int, at: int) -> Sold:
        """Under rules that the scenario dates, the same on all days of the month."""
        parts = self.clauses[month][at]
        clauses = parts[0].clauses
        if not clauses:
            return self._no_rule
        if month not in self._sold[at]:
            end, most = month + 1, min(month + self._months, len(self._specs))
            while end < most and _same(self.clauses[end][at], parts):
                end += 1
            self._sold[at] = self._answers(range(month, end), clauses)
        return self._sold[at][month]

    def _by_parts(self, month: int, parts: tuple[ClausePart, ...]) -> Sold:
        """Under rules that change within the month or react: the mean over its days."""
        sold = [self._answers(range(month, month + 1), part.clauses)[month] for part in parts]
        if len(sold) == 1:
            return sold[0]
        shares = [part.share for part in parts]

        def mean(blocks: Iterable[Block]) -> Block:
            return np.sum([share * b for share, b in zip(shares, blocks, strict=True)], axis=0)

        controlled, *terms = zip(*(one.terms for one in sold), strict=True)
        merits = [one.merits or self.products(month) for one in sold]
        return Sold(
            Merits._make(map(mean, zip(*merits, strict=True))),
            rules.Terms(np.logical_or.reduce(controlled), *map(mean, terms)),
        )

    def _answers(self, months: range, clauses: list[rules.Clause]) -> dict[int, Sold]:
        """What is sold in some months under the same clauses."""
        p = self.parameters
        spec = self._spec(months)
        redesigned = rules.redesign(
            spec,
            clauses,
            p.rules.redesign_margin,
            p.chip.interconnect_weight,
            p.chip.bandwidth_weight,
            p.chip.inference_weight,
        )
        terms = rules.terms(redesigned, clauses, spec.tflops.shape)
        merits = None if redesigned is spec else self._merits(redesigned)
        return {
            month: Sold(merits and _row(merits, row), rules.Terms._make([b[row] for b in terms]))
            for row, month in enumerate(months)
        }

    def _spec(self, months: range) -> Spec:
        """Specifications of the products in some months, `[month, supplier, world]`."""
        specs = self._specs[months.start : months.stop]
        return Spec._make([specs[:, number] for number in range(len(Spec._fields))])

    def _merits(self, spec: Spec) -> Merits:
        p = self.parameters.chip
        return Merits(
            chips.compute(spec),
            chips.training_worth(spec, MATURE, p.interconnect_weight),
            chips.inference_worth(spec, p.bandwidth_weight),
        )


def _row(merits: Merits, row: int) -> Merits:
    return Merits._make([block[row] for block in merits])


def _same(ours: tuple[ClausePart, ...], theirs: tuple[ClausePart, ...]) -> bool:
    """Whether the same clauses hold on all days of two months."""
    if not len(ours) == len(theirs) == 1:
        return False
    (our,), (their,) = ours, theirs
    same_number = len(our.clauses) == len(their.clauses)
    return same_number and all(map(is_, our.clauses, their.clauses))
