"""What suppliers sell under export rules: products, or variants made for a destination (M2)."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.core.worlds import Block
from sim.model.forcing import Forcing
from sim.model.mechanisms import chips, rules
from sim.model.mechanisms.chips import Spec

if TYPE_CHECKING:
    from sim.model.race import Race

MATURE = np.ones(1)  # software: how mature it is in a month depends on the race
AT_ONCE = 1024  # months times worlds that are worked out at once: their arrays fit the cache


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

    Dated rules and products do not depend on what happens in a race: months that follow each other
    under the same clauses are worked out at once. Rules that governments add in reaction are met in
    their month.

    Args:
        race: with its regulators and numbers.
        specs: of the products in all months, `[month, number of a specification, supplier, world]`.
    """

    def __init__(self, race: Race, specs: Block) -> None:
        self.race = race
        self._specs = specs
        self._no_rule = Sold(None, rules.no_terms(specs.shape[2:]))
        self._months = max(1, AT_ONCE // race.worlds.count)
        # By month, of those at hand; what is sold also by destination.
        self._products: dict[int, Merits] = {}
        self._sold: list[dict[int, Sold]] = [{} for _ in race.blocs]

    def products(self, month: int) -> Merits:
        """What the products themselves can do."""
        if month not in self._products:
            months = range(month, min(month + self._months, len(self._specs)))
            merits = self._merits(self._spec(months))
            self._products = {now: _row(merits, now - month) for now in months}
        return self._products[month]

    def of(self, forcing: Forcing) -> list[Sold]:
        """What is sold, by destination."""
        month, dated = forcing.month, self.race.regulators.clauses[forcing.month]
        return [
            self._dated(month, at) if now is dated[at] else self._reacting(month, now)
            for at, now in enumerate(forcing.policy.clauses)
        ]

    def _dated(self, month: int, at: int) -> Sold:
        """Under rules that the scenario dates."""
        by_month = self.race.regulators.clauses
        clauses = by_month[month][at]
        if not clauses:
            return self._no_rule
        if month not in self._sold[at]:
            end, most = month + 1, min(month + self._months, len(self._specs))
            while end < most and _same(by_month[end][at], clauses):
                end += 1
            self._sold[at] = self._answers(range(month, end), clauses)
        return self._sold[at][month]

    def _reacting(self, month: int, clauses: list[rules.Clause]) -> Sold:
        """Under rules of which some are the answer to what happened."""
        return self._answers(range(month, month + 1), clauses)[month]

    def _answers(self, months: range, clauses: list[rules.Clause]) -> dict[int, Sold]:
        """What is sold in some months under the same clauses."""
        p = self.race.numbers
        spec = self._spec(months)
        found = rules.redesign(
            spec,
            clauses,
            p.rules.redesign_margin,
            p.chip.interconnect_weight,
            p.chip.bandwidth_weight,
            p.chip.inference_weight,
        )
        terms = rules.terms(found, clauses, spec.tflops.shape)
        merits = None if found is spec else self._merits(found)
        return {
            month: Sold(merits and _row(merits, row), rules.Terms._make([b[row] for b in terms]))
            for row, month in enumerate(months)
        }

    def _spec(self, months: range) -> Spec:
        """Specifications of the products in some months, `[month, supplier, world]`."""
        specs = self._specs[months.start : months.stop]
        return Spec._make([specs[:, number] for number in range(len(Spec._fields))])

    def _merits(self, spec: Spec) -> Merits:
        p = self.race.numbers.chip
        return Merits(
            chips.compute(spec),
            chips.training_worth(spec, MATURE, p.interconnect_weight),
            chips.inference_worth(spec, p.bandwidth_weight),
        )


def _row(merits: Merits, row: int) -> Merits:
    return Merits._make([block[row] for block in merits])


def _same(ours: list[rules.Clause], theirs: list[rules.Clause]) -> bool:
    return len(ours) == len(theirs) and all(map(is_, ours, theirs))
