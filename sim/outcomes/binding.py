"""What binds: the limits of Chinese chips and of US compute, and where a run shows that one binds.

A limit binds in a month where raising it alone by `RAISED` for twelve months from then on raises
the output by more than `COUNTS` within them. `sim.what_binds` finds it by paired runs. The
indicators here read one run and look back: what a tenth more of a limit would have given in the
last twelve months, as far as the limit next to it allows. They stand for the paired run that began
eleven months before. Section "Binding limits" of docs/model.md says how well they agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.outcomes.defined import Outcome
from sim.outcomes.record import HOME, RIVAL, Array, Record, trailing

RAISED = 1.1  # factor on a limit
MONTHS = 12  # for which it is raised, and within which the output is measured
COUNTS = 0.01  # rise of the output from which on a limit binds


@dataclass(frozen=True)
class Limit:
    """A limit of an output.

    Attributes:
        name: `china_tools`; `binds_china_tools` is the outcome.
        bloc: whose makers or buyers it holds back.
        raises: what of the model is raised (`sim.model.forcing.LIMITS`).
        words: the limit in a sentence.
    """

    name: str
    bloc: str
    raises: str
    words: str

    @property
    def is_of_chips(self) -> bool:
        """Whether it is a limit of Chinese chips (else: of US compute)."""
        return self.bloc == RIVAL


LIMITS = (
    Limit("china_tools", RIVAL, "tools", "tools"),
    Limit("china_yield", RIVAL, "yield", "yield"),
    Limit("china_dies", RIVAL, "dies", "wafers"),
    Limit("china_memory", RIVAL, "memory", "memory"),
    Limit("china_packaging", RIVAL, "packaging", "packaging"),
    Limit("china_orders", RIVAL, "orders", "orders"),
    Limit("china_money", RIVAL, "money", "money"),
    Limit("us_supply", HOME, "dies", "supply of chips"),
    Limit("us_power", HOME, "power", "power"),
    Limit("us_money", HOME, "money", "money"),
    Limit("us_chips", HOME, "chips", "chips"),
)
BY_NAME = {limit.name: limit for limit in LIMITS}


def home_chips(record: Record) -> Array:
    """Compute that Chinese suppliers ship in each month, H100e, `[month, world]`."""
    return record.flows("flow_compute", RIVAL, None)


def us_at_work(record: Record) -> Array:
    """Chips in the US that have power, H100e by peak performance, `[month, world]`."""
    labs = record.labs("chips", HOME) * record.labs("powered", HOME)
    clouds = record.actors("cloud", "cloud_chips", HOME)
    return labs.sum(axis=1) + (clouds * record.actors("cloud", "cloud_powered", HOME)).sum(axis=1)


def rise(limit: Limit, this: Record, reference: Record, first: int) -> Array:
    """By which share a raised limit raised the output within its twelve months, `[world]`.

    Chinese chips are summed over the months; US compute is a stock, read in the last of them.
    """
    months = slice(first, first + MONTHS)
    if limit.is_of_chips:
        ours, theirs = (home_chips(run)[months].sum(axis=0) for run in (this, reference))
    else:
        ours, theirs = (us_at_work(run)[months][-1] for run in (this, reference))
    return np.where(theirs > 0, ours / np.where(theirs > 0, theirs, 1.0) - 1, 0.0)


OUTPUTS: tuple[Callable[[Record], Array], ...] = (home_chips, us_at_work)

# What follows reads one run: what a raised limit would give, month by month.
INDICATES = 0.007  # less than COUNTS: one run does not show that better service brings orders
SAME = 1e-5  # relative; two series of single precision that stand for the same number


@dataclass(frozen=True)
class _Chain:
    """What Chinese suppliers can make of, 1e3 chips a month, `[month, supplier, world]`."""

    wished: Array
    packaged: Array
    memory: Array  # infinite where it is bought as it is needed
    abroad: Array  # of it bought abroad: a share of what is needed
    stock: Array  # dies from earlier months
    full: Array  # dies of this month from foundries that are full, [month, foundry, supplier, ...]
    free: Array  # and from others, which make what is ordered
    shipped: Array  # H100e


def _chain(record: Record) -> _Chain:
    wished, by_dies, by_memory, packaged = (
        record.actors("supplier", f"supplier_{name}", RIVAL)
        for name in ("wished", "by_dies", "by_memory", "by_packaging")
    )
    rows = record.rows("supplier", RIVAL)
    dies = record.arrays["die_flow"][:, :, rows].astype(float)
    stock = record.actors("supplier", "supplier_die_stock", RIVAL)
    before = np.concatenate([np.zeros_like(stock[:1]), stock[:-1]])
    per_die = by_dies / np.maximum(before + dies.sum(axis=1), 1e-12)  # chips
    dies = dies * per_die[:, None]
    is_full = record.arrays["foundry_use"][:, :, None] >= 1 - SAME
    able = np.minimum(np.minimum(wished, by_dies), packaged)
    as_needed = np.abs(by_memory - able) <= SAME * able
    shipped = record.arrays["flow_compute"][:, rows].astype(float).sum(axis=2)
    return _Chain(
        wished,
        packaged,
        np.where(as_needed, np.inf, by_memory),
        record.actors("supplier", "supplier_memory_abroad", RIVAL),
        before * per_die,
        dies * is_full,
        (dies * ~is_full).sum(axis=1),
        shipped,
    )


def _tools_gain(record: Record) -> Array:
    """Log of capacity that a tenth more equipment gives in each month, by foundry."""
    capacity = np.log(np.maximum(record.arrays["foundry_capacity"].astype(float), 1e-12))
    growth = np.diff(capacity, axis=0, prepend=capacity[:1])
    access = record.arrays["foundry_tool_access"].astype(float)
    use = record.arrays["foundry_use"]
    was_full = np.concatenate([use[:1], use[:-1]]) >= 1 - SAME  # else orders hold it back
    more = np.minimum(RAISED, 1 / np.maximum(access, 1e-12)) - 1
    return np.where(was_full, np.maximum(growth, 0.0) * more, 0.0)


def _chips_rise(record: Record, raises: str) -> Array:
    """By which share a raised limit would have raised Chinese chips in the last twelve months.

    Dies that are not used wait in stock, so the year is gone through month by month.

    Returns:
        the share, `[month, world]`; of fewer months at the start.
    """
    chain = _chain(record)
    months = len(chain.wished)
    ends = np.arange(months)
    begins = np.maximum(ends - MONTHS + 1, 0)
    each_month = _tools_gain(record) if raises == "tools" else np.zeros((months, 1, 1))
    tools = np.cumsum(each_month, axis=0)
    before = tools - each_month
    stock = more_stock = chain.stock[begins]
    gained = shipped = np.zeros_like(chain.shipped[:, 0])
    memory = RAISED if raises == "memory" else 1.0
    for ahead in range(MONTHS):
        at = np.minimum(begins + ahead, ends)
        counts = (begins + ahead <= ends)[:, None]
        full, free = chain.full[at], chain.free[at]
        more_full = full * np.exp(tools[at] - before[begins])[:, :, None]
        stock, more_stock = (
            stock + full.sum(axis=1) + free,
            more_stock + more_full.sum(axis=1) + free,
        )
        others = np.minimum(chain.wished[at], chain.packaged[at])
        able, more_able = np.minimum(others, stock), np.minimum(others, more_stock)
        rush = chain.abroad[at] * (more_able / np.maximum(able, 1e-12) - 1)
        made = np.minimum(able, chain.memory[at])
        more = np.minimum(more_able, (chain.memory[at] + rush) * memory)
        stock, more_stock = stock - made, more_stock - more
        each = chain.shipped[at] / np.maximum(made, 1e-12)
        gain = np.where(made > 0, (more - made) * each, 0.0).sum(axis=1)
        gained = gained + np.where(counts, gain, 0.0)
        shipped = shipped + np.where(counts, chain.shipped[at].sum(axis=1), 0.0)
    return gained / np.maximum(shipped, 1e-12)


def _us_rise(record: Record, raises: str) -> Array:
    """By which share power, or chips that arrived, raised for a year would raise US compute."""
    rows = record.rows("power_supplier", HOME)
    running = record.arrays["power_supplier_running"][:, rows].astype(float).min(axis=1)
    if raises == "power":
        return np.minimum(RAISED, 1 / np.maximum(running, 1e-12)) - 1
    arrives = record.flows("flow_compute", None, HOME)
    arrives = arrives + record.flows("flow_smuggled_compute", None, HOME)
    arrived = trailing(arrives, MONTHS)
    held = record.total("lab", "chips", HOME) + record.total("cloud", "cloud_chips", HOME)
    more = (RAISED - 1) * arrived / np.maximum(held, 1e-12)
    return np.where(running >= 1 - SAME, more, 0.0)  # without power they stand still


def indicated(name: str) -> Callable[[Record], Array]:
    """Whether a limit held the last twelve months back, by one run: 1 or 0, `[month, world]`."""
    limit = BY_NAME[name]
    predict = _chips_rise if limit.is_of_chips else _us_rise
    return lambda record: (predict(record, limit.raises) > INDICATES).astype(float)


def _outcome(name: str) -> Outcome:
    limit = BY_NAME[name]
    output = "Chinese chips" if limit.is_of_chips else "US compute"
    meaning = (
        f"whether more {limit.words} would have given more {output}: over 1 % more in the last "
        "twelve months from a tenth more in them"
    )
    return Outcome(f"binds_{name}", "probability", meaning, indicated(name))


BINDING = (
    _outcome("china_tools"),
    _outcome("china_memory"),
    _outcome("us_power"),
    _outcome("us_chips"),
)
INDICATED = tuple(outcome.name.removeprefix("binds_") for outcome in BINDING)


def shares(record: Record) -> dict[str, Any]:
    """Share of worlds in which each indicated limit binds.

    Returns:
        `months` (labels) and `shares` (by limit, a number for each of these months).
    """
    values = {name: indicated(name)(record).mean(axis=1) for name in INDICATED}
    months = len(next(iter(values.values())))
    return {
        "months": record.calendar.labels()[:months],
        "shares": {name: [round(float(one), 4) for one in by] for name, by in values.items()},
    }
