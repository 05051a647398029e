"""Measures: what can be read off the recorded arrays of a run, `[month, world]` each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.core.calendar import Calendar

Array = np.ndarray
HOME, RIVAL = "US", "China"  # the two blocs between which the lead is measured


@dataclass
class Record:
    """The recorded arrays of a run with what is needed to read them.

    Attributes:
        arrays: `[month, row, world]` by series name; pairs have two row axes.
        names: labels by axis (`lab`, `bloc`, ...), and the blocs of actors (`lab_bloc`).
        lab_blocs: bloc of each lab.
        supplier_blocs: bloc of each supplier.
    """

    arrays: Mapping[str, Array]
    names: dict[str, list[str]]
    lab_blocs: list[str]
    supplier_blocs: list[str]
    calendar: Calendar

    def labs(self, name: str, bloc: str | None = None) -> Array:
        """A lab series in double precision, of one bloc or all."""
        rows = [i for i, at in enumerate(self.lab_blocs) if bloc in (None, at)]
        return self.arrays[name][:, rows].astype(float)

    def flows(self, name: str, suppliers: str | None, to: str | None) -> Array:
        """A flow series of suppliers of a bloc (None: all) to a bloc (None: all)."""
        rows = [row for row, bloc in enumerate(self.supplier_blocs) if suppliers in (None, bloc)]
        return self._flow(name, rows, to)

    def supplier_flow(self, name: str, supplier: str, to: str | None = None) -> Array:
        """A flow series of one supplier to a bloc (None: all)."""
        rows = [row for row, other in enumerate(self.names["supplier"]) if other == supplier]
        return self._flow(name, rows, to)

    def _flow(self, name: str, rows: list[int], to: str | None) -> Array:
        """Flows of some suppliers to a bloc (None: all), summed in the order of the pairs."""
        columns = [row for row, bloc in enumerate(self.names["bloc"]) if to in (None, bloc)]
        flows = self.arrays[name][:, rows][:, :, columns].astype(float)
        return flows.reshape(len(flows), -1, flows.shape[-1]).sum(axis=1)


@dataclass(frozen=True)
class Outcome:
    """What is measured: name, unit, meaning, and how it comes from a run."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Record], Array]


@dataclass(frozen=True)
class PairedOutcome:
    """What is measured between two runs of the same worlds: `of(this, reference)`."""

    name: str
    unit: str
    meaning: str
    of: Callable[[Record, Record], Array]


def frontier(record: Record, bloc: str | None = None, series: str = "capability") -> Array:
    """Best released capability of a bloc; never falls."""
    best = record.labs(series, bloc).max(axis=1)
    return np.maximum.accumulate(best, axis=0)


def lag_observed(leader: Array, follower: Array) -> Array:
    """Months since the leader's frontier first reached the follower's level: a staircase.

    Negative when the follower is ahead: months since it first reached the leader's. Before the
    start the frontier is continued back at the pace that is known for those years.
    """
    return _signed(leader, follower, _first_reached)


def lag_smooth(leader: Array, follower: Array) -> Array:
    """The same, interpolating between frontier records: for differences between runs."""
    return _signed(leader, follower, _crossing)


def _signed(leader: Array, follower: Array, reached: Callable[[Array, Array], Array]) -> Array:
    months = np.arange(len(leader))[:, None]
    behind = months - reached(leader, follower)
    turned = (follower > leader).any(axis=0)  # few worlds: the others need no second look
    ours, theirs = leader[:, turned], follower[:, turned]
    behind[:, turned] = np.where(ours >= theirs, behind[:, turned], reached(theirs, ours) - months)
    return behind


BEFORE = 8.3 / 12  # ECI points a month before the start: Epoch AI, 8.3 a year (7-10) to 2024-04


FARTHEST = 60.0  # months before the start to which the frontier is continued back, at most


def _earlier(path: Array, level: Array) -> Array:
    """Months before the start at which the path, continued back, was at a level (at most 0)."""
    return np.clip((level - path[0]) / BEFORE, -FARTHEST, 0.0)


def _first_reached(path: Array, level: Array) -> Array:
    """First month in which a rising path is at or above the level of each later month."""
    found = np.empty_like(path)
    for world in range(path.shape[1]):
        found[:, world] = np.searchsorted(path[:, world], level[:, world], side="left")
    found = np.where(level < path[0], np.floor(_earlier(path, level)), found)
    return np.minimum(found, np.arange(len(path))[:, None])


def _crossing(path: Array, level: Array) -> Array:
    """Fractional month at which the path, straight between its records, crosses the level."""
    found = np.empty_like(path)
    months = np.arange(len(path), dtype=float)
    for world in range(path.shape[1]):
        rises = np.concatenate([[True], np.diff(path[:, world]) > 0])
        records, at = path[rises, world], months[rises]
        found[:, world] = np.interp(level[:, world], records, at)
    found = np.where(level < path[0], _earlier(path, level), found)
    return np.minimum(found, months[:, None])


def trailing(flow: Array, months: int) -> Array:
    """Sum over the last `months` months (fewer at the start)."""
    total = np.cumsum(flow, axis=0)
    earlier = np.concatenate([np.zeros((months, flow.shape[1])), total])[: len(total)]
    return total - earlier


def ratio(part: Array, whole: Array) -> Array:
    """A share or ratio, 0 where there is nothing to share."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


def best_log_efficiency(record: Record, bloc: str, kind: str = "training") -> Array:
    """ln of the best efficiency among a bloc's active labs."""
    there = record.labs("active", bloc) > 0
    return np.where(there, record.labs(f"log_{kind}_efficiency", bloc), -np.inf).max(axis=1)


def efficiency_ratio(kind: str) -> Callable[[Record], Array]:
    """Best Chinese over best US efficiency, for training or inference."""

    def of(record: Record) -> Array:
        ours, theirs = (best_log_efficiency(record, bloc, kind) for bloc in (RIVAL, HOME))
        return np.exp(ours - theirs)

    return of


def lead_points(record: Record) -> Array:
    """Best US released capability less best Chinese."""

    return frontier(record, HOME) - frontier(record, RIVAL)


def compute_ratio(record: Record) -> Array:
    """Chinese over US installed compute by worth for training, labs and clouds."""

    held = [
        record.labs("training", bloc).sum(axis=1) + by_bloc(record, "cloud", "cloud_training", bloc)
        for bloc in (RIVAL, HOME)
    ]
    return ratio(*held)


def rows_of(record: Record, kind: str, bloc: str) -> list[int]:
    """Rows of a kind of actor that are at home in a bloc."""
    return [at for at, home in enumerate(record.names[f"{kind}_bloc"]) if home == bloc]


def by_bloc(record: Record, kind: str, name: str, bloc: str) -> Array:
    """A series of the actors of a bloc, summed, `[month, world]`."""
    return record.arrays[name][:, rows_of(record, kind, bloc)].astype(float).sum(axis=1)


def largest_run(bloc: str) -> Callable[[Record], Array]:
    """Largest training run that a bloc has released."""

    return lambda record: record.labs("largest_run", bloc).max(axis=1)


def open_lag(record: Record) -> Array:
    """Months from the frontier to the best open weights, interpolated."""

    return lag_smooth(frontier(record), frontier(record, series="open_capability"))


def domestic_share(record: Record) -> Array:
    """Home-made share of units installed in China over twelve months, smuggled ones counted in."""

    home = record.flows("flow_units", RIVAL, RIVAL)
    everything = record.flows("flow_units", None, RIVAL)
    smuggled = record.flows("flow_smuggled", None, RIVAL)
    return ratio(trailing(home, 12), trailing(everything + smuggled, 12))


def leaked_share(record: Record) -> Array:
    """Smuggled share of the compute that China acquired over twelve months."""

    smuggled = trailing(record.flows("flow_smuggled_compute", None, RIVAL), 12)
    legal = trailing(record.flows("flow_compute", None, RIVAL), 12)
    return ratio(smuggled, smuggled + legal)


def nvidia_china_share(record: Record) -> Array:
    """China's legal share of new Nvidia compute over three months."""

    china = trailing(record.supplier_flow("flow_compute", "Nvidia", RIVAL), 3)
    world = trailing(
        record.supplier_flow("flow_compute", "Nvidia")
        + record.supplier_flow("flow_smuggled_compute", "Nvidia"),
        3,
    )
    return ratio(china, world)


def stock_since(to: str | None, start: str = "2022-01") -> Callable[[Record], Array]:
    """Nvidia compute shipped to a bloc (None: anywhere, smuggled counted in) since a month."""

    def of(record: Record) -> Array:
        flow = record.supplier_flow("flow_compute", "Nvidia", to)
        if to is None:
            flow = flow + record.supplier_flow("flow_smuggled_compute", "Nvidia")
        first = max(0, min(record.calendar.month(start), len(flow)))
        return np.concatenate([np.zeros((first, flow.shape[1])), np.cumsum(flow[first:], axis=0)])

    return of


def held(bloc: str) -> Callable[[Record], Array]:
    """Chips held in a bloc by peak performance, labs and clouds."""

    return lambda r: r.labs("chips", bloc).sum(axis=1) + by_bloc(r, "cloud", "cloud_chips", bloc)


def spent(bloc: str) -> Callable[[Record], Array]:
    """Money spent on compute in a bloc over twelve months, labs and clouds, USD bn."""

    return lambda r: trailing(
        r.labs("spent", bloc).sum(axis=1) + by_bloc(r, "cloud", "cloud_spent", bloc), 12
    )


NEAR = 12.0  # ECI points behind the frontier that count as near it


def frugality(record: Record) -> Array:
    """Leanest near-frontier Chinese run over the largest US run."""
    frontier_now = frontier(record, HOME)[:, None]
    near = record.labs("flagship_points", RIVAL) >= frontier_now - NEAR
    flop = np.where(near, record.labs("flagship_flop", RIVAL), np.inf).min(axis=1)
    leanest = np.where(np.isfinite(flop), flop, record.labs("flagship_flop", RIVAL).max(axis=1))
    return ratio(leanest, largest_run(HOME)(record))


def us_revenue(record: Record) -> Array:
    """Revenue of US suppliers since the start, USD bn."""
    rows = [i for i, bloc in enumerate(record.supplier_blocs) if bloc == HOME]
    return np.cumsum(record.arrays["supplier_revenue"][:, rows].astype(float).sum(axis=1), axis=0)
