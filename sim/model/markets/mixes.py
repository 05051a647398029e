"""Product mixes: what each supplier makes in a month, of its products old and new."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.core.calendar import MONTHS_PER_YEAR, Calendar
from sim.core.worlds import Block, frozen
from sim.model.agents.suppliers import ChipSuppliers
from sim.model.mechanisms import chips
from sim.model.mechanisms.chips import Product, Spec
from sim.scenario import actors
from sim.scenario.parameters import ChipParameters
from sim.scenario.schema import Parameters

# Months times worlds mixed at once: a table of all months of 1,024 worlds takes 52 MB, and fresh
# memory costs more time than the numbers in it (`benchmarks/worlds.py`).
AT_ONCE = 20_000


class Mixes:
    """The product mixes of all suppliers, which depend on no state: some months are mixed at once.

    Args:
        suppliers: whose products they are.
        parameters: of the worlds, with the chips of the scenario.
        calendar, horizon: the months of the scenario, and how many are run.
    """

    def __init__(
        self, suppliers: ChipSuppliers, parameters: Parameters, calendar: Calendar, horizon: int
    ) -> None:
        self.shape, self.horizon = suppliers.shape, horizon
        self.parameters = parameters.chip
        self.lines = [_line(name, parameters.chips, calendar) for name in suppliers.names]
        self._span = max(1, AT_ONCE // self.shape[-1])
        self._months, self._table = range(0), frozen(np.empty(0))

    def end(self, month: int) -> int:
        """The month after the last one that is mixed at once with a month."""
        return min((month // self._span + 1) * self._span, self.horizon)

    def product(self, month: int) -> Product:
        """The product mix of every supplier, `[supplier, world]`."""
        now = self._of(range(month, month + 1))[0]
        return Product(Spec(*now[:3]), *now[3:])

    def specs(self, months: range) -> Spec:
        """Specifications in months before the same `end`, `[month, supplier, world]`."""
        table = self._of(months)
        return Spec._make([table[:, number] for number in range(len(Spec._fields))])

    def domains(self, months: range) -> Block:
        """Accelerators joined by fast links, `[month, supplier, world]`."""
        return self._of(months)[:, -1]

    def _of(self, months: range) -> Block:
        """Months before the same `end`: `[month, number of a product, supplier, world]`."""
        if months.start not in self._months:
            end = self.end(months.start)
            self._months = range((end - 1) // self._span * self._span, end)
            self._table = self._mixed(self._months)
        first = self._months.start
        return self._table[months.start - first : months.stop - first]

    def _mixed(self, months: range) -> Block:
        numbers = len(Spec._fields) + len(Product._fields) - 1
        mixes = np.empty((len(months), numbers, *self.shape))
        for row, line in enumerate(self.lines):
            for number, by_month in enumerate(_mix(line, self.parameters, months)):
                mixes[:, number, row] = by_month
        return frozen(mixes)


def _line(
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
                c.domain,
            ),
        )
        for c in catalogue.values()
        if c.supplier == supplier
    ]
    return sorted(line, key=lambda item: item[0])


def _mix(line: list[tuple[int, Product]], p: ChipParameters[Block], run: range) -> list[Block]:
    """A supplier's mix in some months: each number of a product, `[month, world or 1]`.

    Args:
        line: products with their launch months.
        p: the parameters of chips.
    """
    months = np.array(run, dtype=float)[:, None]
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
