"""Export rules: suppliers sell a product on its terms, or a variant made for a destination (M2)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from sim.core.worlds import Mask
from sim.model.agents.regulators import Regulators
from sim.model.forcing import Policy
from sim.model.markets.mixes import Mixes
from sim.model.mechanisms import chips, rules, variants
from sim.model.mechanisms.chips import Merits, Spec
from sim.model.mechanisms.variants import DIES, Draft
from sim.policy.clauses import Clause, ClausePart
from sim.scenario.schema import Parameters

AT_ONCE = 4096  # months times worlds computed at once, few enough for the cache (`benchmarks`)
MIDDLE = 0.5  # of a month: when a variant is on sale for more than half of it, it is for all


class Choice(NamedTuple):
    """What can be sold to a destination in a part of a month."""

    share: float  # of the month
    terms: rules.Terms  # of the product
    licensed: Draft | None  # the variant that a licence is sought for
    free: tuple[Draft, ...]  # variants that escape every rule that they can


class Variants:
    """What suppliers can sell to each destination, and on what terms.

    Dated rules and products do not depend on the state of the model: consecutive months under the
    same clauses are computed at once. Rules that governments add in reaction are computed in their
    month.

    Args:
        regulators: whose dated clauses hold.
        parameters: of the worlds.
        mixes: the products of all months.
    """

    def __init__(self, regulators: Regulators, parameters: Parameters, mixes: Mixes) -> None:
        self.clauses, self.parameters = regulators.clauses, parameters
        self.mixes = mixes
        p = parameters.chip
        self.exponents = chips.Exponents(
            p.interconnect_weight,
            p.bandwidth_weight,
            p.bandwidth_balance,
            p.inference_weight,
            p.domain_gain,
            p.cluster_loss,
            p.cluster_loss_inference,
        )
        self.value_exponents = chips.value_exponents(self.exponents)
        self._no_rule = [Choice(1.0, rules.no_terms(mixes.shape), None, ())]
        self._months = max(1, AT_ONCE // mixes.shape[-1])
        # By month, of the months computed last; choices by destination and part of the month.
        self._products: dict[int, Merits] = {}
        self._choices: dict[tuple[int, int], tuple[list[Clause], dict[int, Choice]]] = {}

    def products(self, month: int) -> Merits:
        """What the products themselves can do."""
        if month not in self._products:
            months = range(month, min(month + self._months, self.mixes.end(month)))
            merits = chips.merits(
                self.mixes.specs(months), self.mixes.domains(months), self.exponents
            )
            self._products = {now: _row(merits, now - month) for now in months}
        return self._products[month]

    def of(self, month: int, policy: Policy) -> list[list[Choice]]:
        """What can be sold, by destination and part of the month."""
        dated = self.clauses[month]
        return [
            self._dated(month, at) if now is dated[at] else self._reacting(month, now)
            for at, now in enumerate(policy.clauses)
        ]

    def _dated(self, month: int, at: int) -> list[Choice]:
        """Under rules that the scenario dates."""
        parts = self.clauses[month][at]
        if not any(part.clauses for part in parts):
            return self._no_rule
        return [self._of_part(month, at, number) for number in range(len(parts))]

    def _of_part(self, month: int, at: int, number: int) -> Choice:
        part = self.clauses[month][at][number]
        clauses, choices = self._choices.get((at, number), ([], {}))
        if month not in choices or not _same(clauses, part.clauses):
            months = range(month, self._last_alike(month, at, number) + 1)
            choices = self._answers(months, part.clauses)
            self._choices[at, number] = part.clauses, choices
        return choices[month]._replace(share=part.share)

    def _last_alike(self, month: int, at: int, number: int) -> int:
        """The last month, of those computed at once, with the same clauses in this part."""
        clauses = self.clauses[month][at][number].clauses
        last = month
        while last + 1 < min(month + self._months, self.mixes.end(month)):
            parts = self.clauses[last + 1][at]
            if len(parts) <= number or not _same(parts[number].clauses, clauses):
                break
            last += 1
        return last

    def _reacting(self, month: int, parts: Sequence[ClausePart]) -> list[Choice]:
        """Under rules of which some answer what happened."""
        months = range(month, month + 1)
        return [
            self._answers(months, part.clauses)[month]._replace(share=part.share) for part in parts
        ]

    def _answers(self, months: range, clauses: list[Clause]) -> dict[int, Choice]:
        """What can be sold in some months under the same clauses."""
        spec = self.mixes.specs(months)
        terms = rules.terms(spec, clauses, spec.tflops.shape)
        some = any((clause.licence_rate > 0).any() for clause in clauses)
        licensed = self._draft(months, spec, clauses, 1.0, licensed=True) if some else None
        free = [self._draft(months, spec, clauses, die) for die in DIES]
        return {
            month: Choice(
                1.0,
                _row(terms, row),
                licensed and _draft_row(licensed, row),
                tuple(_draft_row(draft, row) for draft in free if draft),
            )
            for row, month in enumerate(months)
        }

    def _draft(
        self, months: range, spec: Spec, clauses: list[Clause], die: float, licensed: bool = False
    ) -> Draft | None:
        """The variant with a die of some size, where suppliers have had the time to design it.

        Args:
            licensed: of the kind that a licence is sought for, where it still needs one.
        """
        p = self.parameters
        now = np.array(months)[:, None, None] + MIDDLE
        since = [clause.cut_from if die == 1 else clause.die_from for clause in clauses]
        ready = [
            clause.in_force & (now >= start) for clause, start in zip(clauses, since, strict=True)
        ]
        designed: Mask = np.zeros(spec.tflops.shape, bool)
        for clause, able in zip(clauses, ready, strict=True):
            designed = designed | (rules.reached(spec, clause) & able)
        if not designed.any():
            return None
        if die < 1:  # a smaller die has its parts switched off for whatever rule it meets
            ready = [clause.in_force for clause in clauses]
        start = variants.smaller(spec, die)
        margin = p.rules.redesign_margin
        made = rules.redesign(start, clauses, ready, margin, self.value_exponents, licensed)
        terms = rules.terms(made, clauses, spec.tflops.shape)
        if licensed:
            cut = [new < old for new, old in zip(made, spec, strict=True)]
            designed = designed & terms.controlled & np.logical_or.reduce(cut)
            if not designed.any():
                return None
        return Draft(
            merits=chips.merits(made, self.mixes.domains(months), self.exponents),
            terms=terms,
            designed=designed,
            die=die,
            memory=made.bandwidth / spec.bandwidth,
            power=variants.power_share(made.tflops / spec.tflops, die, p.rules.idle_power),
        )


def _row(table: Any, row: int) -> Any:
    """One month of a named tuple of blocks."""
    return table._make([block[row] for block in table])


def _draft_row(draft: Draft, row: int) -> Draft:
    """A variant in one of the months."""
    return Draft(
        _row(draft.merits, row),
        _row(draft.terms, row),
        draft.designed[row],
        draft.die,
        draft.memory[row],
        draft.power[row],
    )


def _same(ours: list[Clause], theirs: list[Clause]) -> bool:
    return len(ours) == len(theirs) and all(map(is_, ours, theirs))
