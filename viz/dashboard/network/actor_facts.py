"""What an actor's page tells: series, decisions of a month, ties, sources of its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.outcomes.measures import Array
from sim.record.recorder import POPULATIONS
from sim.scenario.cross_checks import ACTORS
from sim.scenario.quantity import Path
from sim.scenario.schema import quantities
from viz.dashboard.network.links import Link, links
from viz.dashboard.numbers import ranged
from viz.dashboard.state.actor_series import Chronicle
from viz.pages.manual import shown

ROWS_OF = {table: rows for rows, table in POPULATIONS.items()}
KINDS = {
    "labs": "Laboratory",
    "clouds": "Clouds and other buyers of chips",
    "suppliers": "Chip maker",
    "foundries": "Foundry",
    "tool_makers": "Makers of equipment",
    "hbm_makers": "Makers of memory",
    "investors": "Investors",
    "sectors": "Sector of listed firms",
    "markets": "Market",
    "power_suppliers": "Power supplier",
    "talent_pools": "Researchers",
    "regulators": "Government",
}
FRONT = {  # series drawn as fans; all others stand in the table
    "labs": "capability chips budget log_training_efficiency scarcity_training revenue",
    "clouds": "cloud_chips cloud_budget cloud_revenue",
    "suppliers": "supplier_revenue supplier_delivered supplier_price",
    "foundries": "foundry_capacity foundry_dies_yield foundry_tool_access",
    "tool_makers": "tool_maker_coverage",
    "hbm_makers": "hbm_maker_capacity",
    "investors": "investor_invested investor_lab_growth investor_mood",
    "sectors": "sector_value sector_sentiment",
    "markets": "market_spent market_adoption market_chinese",
    "power_suppliers": "power_supplier_capacity power_supplier_drawn power_supplier_running",
    "talent_pools": "talent_pool_people talent_pool_stayed",
    "regulators": "",
}
DECIDES = {  # series that the actor chooses, or that answer to what it chooses
    "labs": "budget spent smuggled_chips rented effort tilt serving service_price",
    "clouds": "cloud_budget cloud_spent cloud_service_price",
    "suppliers": "supplier_price supplier_supply supplier_delivered",
    "foundries": "foundry_use foundry_expansion",
    "investors": "investor_invested investor_lab_growth investor_cloud_growth investor_mood",
    "power_suppliers": "power_supplier_building",
    "regulators": "regulator_steps regulator_granted regulator_answer",
}
MOST_TIES = 12


@dataclass(frozen=True)
class Fact:
    """One number of an actor in a month: median and 90 % of worlds, in words."""

    what: str
    amount: str


def kind_of(told: Chronicle, name: str) -> str | None:
    """The table in which an actor stands, None for nobody."""
    return next((table for table in ACTORS if name in getattr(told.scenario, table)), None)


def quantiles_of(told: Chronicle, series: str, name: str) -> Array:
    """An actor's quantiles of a series, `[5, month]`."""
    row = told.names[told.about[series].rows].index(name)
    return told.quantiles[series][:, :, row]


def fans_of(told: Chronicle, table: str) -> list[str]:
    """Series of a kind of actor that are drawn."""
    return [one for one in FRONT[table].split() if one in told.about]


def state(told: Chronicle, name: str, month: int) -> list[Fact]:
    """Every recorded series of an actor in a month."""
    rows = ROWS_OF[kind_of(told, name)]
    return [_fact(told, one, name, month) for one, s in told.about.items() if s.rows == rows]


def decisions(told: Chronicle, name: str, month: int) -> list[Fact]:
    """What an actor decides in a month."""
    table = kind_of(told, name)
    found = [_fact(told, one, name, month) for one in DECIDES.get(table, "").split()]
    if table == "labs":
        found += _of_lab(told, name, month)
    if table in ("labs", "clouds"):
        found += _orders(told, name, month)
    if table == "suppliers":
        found += _products(told, name, month)
    if table == "regulators":
        found += acts(told, name, month)
    return found


def _fact(told: Chronicle, series: str, name: str, month: int) -> Fact:
    about = told.about[series]
    q = quantiles_of(told, series, name)[[2, 0, 4], month]
    return Fact(about.meaning, ranged(*map(float, q), about.unit))


def _of_lab(told: Chronicle, name: str, month: int) -> Iterator[Fact]:
    row = told.names["lab"].index(name)
    released, opened = float(told.released[month, row]), float(told.opened[month, row])
    yield Fact(
        "releases a better flagship this month",
        f"in {released:.0%} of worlds, in {opened:.0%} with open weights",
    )
    lab = told.scenario.labs[name]
    for field in ("flagship_share", "experiment_share", "openness"):
        meaning = type(lab).model_fields[field].description
        yield Fact(meaning, f"{shown(getattr(lab, field))} (from the scenario)")


def _orders(told: Chronicle, name: str, month: int) -> Iterator[Fact]:
    q = told.quantiles["trade_units"][:, month]
    for row, pair in enumerate(told.names["trade"]):
        supplier, buyer = pair.split(" > ")
        if buyer == name and q[4, row] > 0.0005:
            low, middle, high = (float(v) * 1e3 for v in q[[0, 2, 4], row])
            yield Fact(f"chips bought of {supplier}", ranged(middle, low, high, "chips"))


def _products(told: Chronicle, name: str, month: int) -> Iterator[Fact]:
    for bloc in told.scenario.blocs:
        row = told.names["flow"].index(f"{name} > {bloc}")
        speed = told.quantiles["flow_tflops"][[2, 0, 4], month, row]
        part = told.quantiles["flow_licence"][[2, 0, 4], month, row]
        yield Fact(f"chip offered to {bloc}", ranged(*map(float, speed), "TFLOP/s"))
        if part[1] < 0.995:
            yield Fact(f"orders of {bloc} that may ship", ranged(*map(float, part), "share"))


def acts(told: Chronicle, name: str, month: int) -> list[Fact]:
    """Acts of a government that are in force, the latest first."""
    now = told.months[month]
    mine = [
        (str(one.effective)[:7], one)
        for one in told.scenario.events.values()
        if one.by == name and one.active and str(one.effective)[:7] <= now
    ]
    told_acts = sorted(mine, key=lambda pair: pair[0], reverse=True)
    return [
        Fact(f"{one.instrument.replace('_', ' ')}, in force since {since}", one.source)
        for since, one in told_acts
    ]


def ties(told: Chronicle, name: str, month: int) -> tuple[list[Link], list[Link]]:
    """Links that come in and that go out, the largest of each kind first."""
    drawn = links(told, month)
    coming = [one for one in drawn if one.taker == name]
    going = [one for one in drawn if one.giver == name]
    return _largest(coming), _largest(going)


def _largest(them: list[Link]) -> list[Link]:
    ordered = sorted(them, key=lambda one: (one.kind, -one.flow))
    return ordered[:MOST_TIES]


def sources(told: Chronicle, name: str) -> list[tuple[str, str, str]]:
    """Numbers of an actor in the scenario: meaning, value with unit, source."""
    actor = getattr(told.scenario, kind_of(told, name))[name]
    found = []
    for key, item, _ in quantities(actor):
        field = type(actor).model_fields[key.split(".")[0]]
        value = f"by month from {min(item.knots)}" if isinstance(item, Path) else shown(item)
        found.append((field.description or key, f"{value} {item.unit}", item.source))
    return found


def is_wide(values: Array) -> bool:
    """Whether values are better read on a logarithmic axis."""
    there = values[values > 0]
    return bool(np.all(values >= 0) and there.size and there.max() > 100 * np.median(there) * 0.2)
