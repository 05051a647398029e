"""What is on an actor's page: series, decisions of a month, ties, sources of its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.model.setup import KINDS as TABLES
from sim.outcomes.record import Array
from sim.scenario.cross_checks import ACTORS
from sim.scenario.paths import meaning_at
from sim.scenario.quantity import Path
from sim.scenario.schema import quantities
from viz.dashboard.charts.fan_chart import NOT_THERE
from viz.dashboard.levers.assumptions import quantity_text
from viz.dashboard.network.kinds import KINDS
from viz.dashboard.network.links import Link, links
from viz.dashboard.state.actor_series import ActorSeries
from viz.figures.flows import HALF, PRESENT
from viz.text.acts import act_name
from viz.text.format import percent, ranged, when

ROWS_OF = {table: rows for rows, table in TABLES.items()}
MOST_TIES = 12


class Fact(NamedTuple):
    """One number of an actor in a month: median and 90 % of worlds, in words."""

    meaning: str
    text: str


def table_of(actors: ActorSeries, name: str) -> str | None:
    """The table of the scenario that an actor is in, None for nobody."""
    return next((table for table in ACTORS if name in getattr(actors.scenario, table)), None)


def quantiles_of(actors: ActorSeries, series: str, name: str) -> Array:
    """An actor's quantiles of a series, `[5, month]`; NaN in months in which it is not there."""
    axis = actors.about[series].axes[0]
    row = actors.names[axis].index(name)
    values = actors.quantiles[series][:, :, row]
    there = actors.quantiles.get(PRESENT.get(axis, ""))
    return values if there is None else np.where(there[2, :, row] >= HALF, values, np.nan)


def words_of(meaning: str) -> str:
    """A meaning without the formula after its colon."""
    return meaning.partition(":")[0]


def main_series(actors: ActorSeries, table: str) -> list[str]:
    """Series of a kind of actor that are drawn."""
    return [series for series in KINDS[table].drawn if series in actors.about]


def state(actors: ActorSeries, table: str, name: str, month: int) -> list[Fact]:
    """Every recorded series of an actor in a month."""
    mine = [series for series, about in actors.about.items() if about.axes == (ROWS_OF[table],)]
    return [_fact(actors, series, name, month) for series in mine]


def decisions(actors: ActorSeries, table: str, name: str, month: int) -> list[Fact]:
    """What an actor decides in a month."""
    facts = [_fact(actors, series, name, month) for series in KINDS[table].decides]
    if table == "labs":
        facts += _of_lab(actors, name, month)
    if table in ("labs", "clouds"):
        facts += _orders(actors, name, month)
    if table == "suppliers":
        facts += _products(actors, name, month)
    if table == "regulators":
        facts += acts(actors, name, month)
    return facts


def _range(quantiles: Array, unit: str) -> str:
    low, middle, high = (float(quantiles[at]) for at in (0, 2, 4))
    if np.isnan(middle):
        return NOT_THERE
    return ranged(middle, low, high, unit)


def _fact(actors: ActorSeries, series: str, name: str, month: int) -> Fact:
    about = actors.about[series]
    return Fact(about.meaning, _range(quantiles_of(actors, series, name)[:, month], about.unit))


def _of_lab(actors: ActorSeries, name: str, month: int) -> Iterator[Fact]:
    row = actors.names["lab"].index(name)
    released, opened = (percent(part[month, row]) for part in (actors.released, actors.opened))
    yield Fact(
        "releases a better flagship this month",
        f"in {released} of worlds, in {opened} with open weights",
    )
    lab = actors.scenario.labs[name]
    for field in ("flagship_share", "experiment_share", "openness"):
        yield Fact(
            meaning_at(lab, field), f"{quantity_text(getattr(lab, field))} (from the scenario)"
        )


def _orders(actors: ActorSeries, name: str, month: int) -> Iterator[Fact]:
    q = actors.quantiles["trade_units"][:, month]
    for row, pair in enumerate(actors.labels("trade_units")):
        supplier, buyer = pair.split(" > ")
        if buyer == name and q[4, row] > 0.0005:
            yield Fact(f"chips bought of {supplier}", _range(q[:, row] * 1e3, "chips"))


def _products(actors: ActorSeries, name: str, month: int) -> Iterator[Fact]:
    for bloc in actors.scenario.blocs:
        row = actors.labels("flow_tflops").index(f"{name} > {bloc}")
        speed = actors.quantiles["flow_tflops"][:, month, row]
        licensed = actors.quantiles["flow_licence"][:, month, row]
        yield Fact(f"chip offered to {bloc}", _range(speed, "TFLOP/s"))
        if licensed[0] < 0.995:
            yield Fact(f"orders of {bloc} that may ship", _range(licensed, "share"))


def acts(actors: ActorSeries, name: str, month: int) -> list[Fact]:
    """Acts of a government that are in force, the latest first."""
    dated = [
        (str(act.effective)[:7], act)
        for act in actors.scenario.events.values()
        if act.by == name and act.active and str(act.effective)[:7] <= actors.months[month]
    ]
    tree = {"regulators": {name: {"bloc": actors.scenario.regulators[name].bloc}}}
    return [
        Fact(f"{act_name('', vars(act), tree)}, since {when(since)}", act.source)
        for since, act in sorted(dated, key=lambda pair: pair[0], reverse=True)
    ]


def ties(actors: ActorSeries, name: str, month: int) -> tuple[list[Link], list[Link]]:
    """Links that come in and that go out, the largest of each kind first."""
    ordered = sorted(links(actors, month), key=lambda link: (link.kind, -link.flow))
    incoming = [link for link in ordered if link.taker == name]
    outgoing = [link for link in ordered if link.giver == name]
    return incoming[:MOST_TIES], outgoing[:MOST_TIES]


def sources(actors: ActorSeries, table: str, name: str) -> list[tuple[str, str, str]]:
    """Numbers of an actor in the scenario: meaning, value with unit, source."""
    actor = getattr(actors.scenario, table)[name]
    rows = []
    for key, item, _ in quantities(actor):
        value = (
            f"by month from {min(item.knots)}" if isinstance(item, Path) else quantity_text(item)
        )
        rows.append((meaning_at(actor, key) or key, f"{value} {item.unit}", item.source))
    return rows


def is_log(values: Array) -> bool:
    """Whether values are better read on a logarithmic axis; NaN are left out."""
    values = values[np.isfinite(values)]
    positive = values[values > 0]
    return bool(
        np.all(values >= 0) and positive.size and positive.max() > 100 * np.median(positive) * 0.2
    )
