"""The dated changes of a scenario: numbers of actors that are others from a month on.

What a change does to a number is declared with the number (`dated` in `sim/scenario/actors.py`). A
month in which a change begins or ends has its share of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.caching import replace_stacked
from sim.core.calendar import Calendar
from sim.core.worlds import Block
from sim.model.agents.labs import Labs
from sim.model.agents.population import Population
from sim.scenario.changes import Change, declared, target
from sim.scenario.quantity import COMPOUND, FLOW, MONTHLY, PATH, STOCK
from sim.scenario.schema import Parameters

LEAST = 1e-6  # of a flow that a change leaves, so that it can be taken back
STATES = {  # the state that a stock's first number starts, where it has another name
    ("foundries", "yield_at_start"): "dies_yield",
}
FLOORS = (("hbm_makers", "capacity"),)  # stocks whose first number is also their floor, for good


@dataclass(frozen=True)
class Dated:
    """A change with its place in the model.

    Attributes:
        change: with its drawn numbers.
        table, row, field: of the number that it changes.
        limits: its declaration: kind of change, lowest and highest number.
        begins, ends: months from the start to its first day, and to the day on which it ends.
    """

    change: Change[Block]
    table: str
    row: int
    field: str
    limits: Mapping[str, Any]
    begins: float
    ends: float

    def share(self, month: int) -> float:
        """Share of a month in which it holds."""
        return max(min(month + 1.0, self.ends) - max(float(month), self.begins), 0.0)

    def of(self, usual: Block, share: float = 1.0) -> Block:
        """The number on average over a month of which the change holds for a share."""
        if share == 0:
            return usual
        factor, value = self.change.factor, self.change.value
        if factor is not None:
            changed = usual * factor
        else:
            assert value is not None  # one of the two is given
            changed = value + np.zeros_like(usual)
        changed = np.clip(changed, self.limits["low"], self.limits["high"])
        return changed if share == 1 else usual + share * (changed - usual)

    def growth(self, usual: Block, month: int) -> Block:
        """A growth that, from the start until a month, gives the level of the changed growth."""
        held = max(min(float(month), self.ends) - self.begins, 0.0)
        return usual if held == 0 else usual * (self.of(usual) / usual) ** (held / month)


class Changes:
    """The dated changes of a scenario, applied month by month.

    Args:
        parameters: of the worlds, with the drawn changes.
        calendar: of the scenario.
        populations: every population by its table.
        others: markets that keep what follows from numbers of actors, to be renewed with them.
    """

    def __init__(
        self,
        parameters: Parameters,
        calendar: Calendar,
        populations: Mapping[str, Population],
        others: Sequence[Any] = (),
    ) -> None:
        self.populations, self.others = populations, others
        active = [change for change in parameters.changes.values() if change.active]
        self.dated = [_dated(change, vars(parameters), calendar, populations) for change in active]
        self.numbers: dict[tuple[str, str], list[Dated]] = defaultdict(list)
        self.flows: dict[tuple[str, str, int], list[Dated]] = defaultdict(list)
        for one in self.dated:
            if one.limits["dated"] in (MONTHLY, COMPOUND, FLOW) or _is_floor(one):
                self.numbers[one.table, one.field].append(one)
            if one.limits["dated"] == FLOW:
                self.flows[one.table, one.field, one.row].append(one)
        self.usual = {
            (table, field): getattr(populations[table].own, field) for table, field in self.numbers
        }
        self._held: dict[tuple[str, str], tuple[float, ...]] = {}

    def set_numbers(self, month: int) -> None:
        """Give actors the numbers of a month, and renew what follows from them."""
        renewed = set()
        for (table, field), changes in self.numbers.items():
            held = tuple(_held(change, month) for change in changes)
            if held == self._held.get((table, field), (0.0,) * len(changes)):
                continue
            self._held[table, field] = held
            numbers = np.array(self.usual[table, field])
            for change, share in zip(changes, held, strict=True):
                usual = numbers[change.row]
                is_growth = change.limits["dated"] == COMPOUND
                new = change.growth(usual, month) if is_growth else change.of(usual, share)
                if new.shape != usual.shape:
                    numbers = np.array(np.broadcast_to(numbers, (len(numbers), *new.shape)))
                numbers[change.row] = new
            population = self.populations[table]
            replace_stacked(population, field, numbers)
            renewed.add(table)
        for table in renewed:
            self.populations[table].renew()
        for other in self.others if renewed else ():
            other.renew()

    def move_states(self, month: int) -> None:
        """Raise or cut flows and stocks in the months in which their changes begin or end."""
        for (table, field, row), changes in self.flows.items():
            if any(month - 1 <= end <= month + 1 for c in changes for end in (c.begins, c.ends)):
                self._move_flow(table, field, row, changes, month)
        for change in self.dated:
            if change.limits["dated"] == STOCK:
                self._move_stock(change, month)

    def _move_flow(
        self, table: str, field: str, row: int, changes: list[Dated], month: int
    ) -> None:
        """A flow is so many times what it would be without its changes."""
        actors: Any = self.populations[table]
        owner = actors.purchasing if field == "budget" else actors
        flow, before = getattr(owner, field)[row], owner.changed[row]
        own = np.broadcast_to(self.usual[table, field][row], flow.shape)
        usual = np.where(flow > 0, flow / before, own)
        after = np.ones_like(usual)
        for change in changes:
            if change.change.factor is not None:
                after = after * np.maximum(
                    change.of(np.ones_like(usual), change.share(month)), LEAST
                )
            elif change.share(month) > 0:
                is_new = month < change.begins + 1
                full = np.maximum(change.of(usual) / np.maximum(usual, LEAST), LEAST)
                full = full if is_new else before
                after = after * (1 + change.share(month) * (full - 1))
        ratio = after / before
        setattr(owner, field, _with_row(getattr(owner, field), row, flow * ratio))
        owner.changed = _with_row(owner.changed, row, after)
        if isinstance(actors, Labs):
            left = actors.budget_deviation[row] + np.log(ratio)
            actors.budget_deviation = _with_row(actors.budget_deviation, row, left)
        elif table == "investors":
            invested = actors.invested[row] * ratio
            actors.invested = _with_row(actors.invested, row, invested)

    def _move_stock(self, change: Dated, month: int) -> None:
        """A stock is raised or cut once, in the month in which its change begins."""
        if not month <= change.begins < month + 1:
            return
        owner: Any = self.populations[change.table]
        name = STATES.get((change.table, change.field), change.field)
        stock = getattr(owner, name)
        setattr(owner, name, _with_row(stock, change.row, change.of(stock[change.row])))

    def on_growth(self, field: str, growth: Block) -> Block:
        """Log growth along the investors' paths with its changes, `[month, investor, world]`.

        Args:
            field: the path, `lab_growth`.
            growth: without changes, `[month, investor, 1]`.
        """
        for change in self.dated:
            if change.limits["dated"] == PATH and change.field == field:
                growth = _changed_growth(change, growth)
        return growth


def _changed_growth(change: Dated, growth: Block) -> Block:
    """Log growth with one change, `[month, investor, world]`."""
    row = growth[:, change.row]
    share = np.array([[change.share(month)] for month in range(len(growth))])
    factor, value = change.change.factor, change.change.value
    if factor is not None:
        least, most = (np.log(change.limits[end]) for end in ("low", "high"))
        new = np.clip(row + np.log(np.maximum(factor, 1e-9)), least, most)
    else:
        assert value is not None  # one of the two is given
        new = np.log(np.maximum(value, 1e-9)) + 0 * row
    new = np.where(share > 0, row + share * (new - row), row)
    whole = np.array(
        np.broadcast_to(growth, (*growth.shape[:2], max(growth.shape[2], new.shape[1])))
    )
    whole[:, change.row] = new
    return whole


def _dated(
    change: Change[Block],
    tables: Mapping[str, Any],
    calendar: Calendar,
    populations: Mapping[str, Population],
) -> Dated:
    """A change with its place in the model."""
    found = target(tables, change.key)
    assert found is not None  # the checks of scenarios see to it
    table, name, field = found
    row = populations[table].names.index(name)
    ends = calendar.morning(change.to) if change.to else np.inf
    limits = declared(table, field)
    return Dated(change, table, row, field, limits, calendar.morning(change.since), ends)


def _held(change: Dated, month: int) -> float:
    """What the number of a month depends on: the share of it, or the months of a growth so far."""
    if change.limits["dated"] == COMPOUND:
        begun = month > change.begins
        return float(month) if begun else 0.0
    if _is_floor(change):
        return 1.0 if month >= change.begins else 0.0
    return change.share(month)


def _is_floor(change: Dated) -> bool:
    return (change.table, change.field) in FLOORS


def _with_row(block: Block, row: int, values: Block) -> Block:
    """A block in which one row is another."""
    new = np.array(block)
    new[row] = values
    return new
