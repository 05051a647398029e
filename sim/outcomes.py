"""Outcomes, defined exactly, from recorded series (section "outcomes" of docs/model.md).

An outcome is a function of the recorded arrays of one run, `[month, row, world]`, and gives
`[month, world]`. A paired outcome compares two runs of the same worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.calendar import Calendar

Array = np.ndarray
HOME, RIVAL = "US", "China"  # the two blocs between which the lead is measured


@dataclass
class Record:
    """The recorded arrays of a run with what is needed to read them.

    Attributes:
        arrays: `[month, row, world]` by series name.
        names: row names by kind of row (`lab`, `flow`, ...).
        lab_blocs: bloc of each lab.
        supplier_blocs: bloc of each supplier.
    """

    arrays: dict[str, Array]
    names: dict[str, list[str]]
    lab_blocs: list[str]
    supplier_blocs: list[str]
    calendar: Calendar
    cache: dict[str, Array] = field(default_factory=dict)

    def labs(self, name: str, bloc: str | None = None) -> Array:
        """A lab series in double precision, of one bloc or all."""
        rows = [i for i, at in enumerate(self.lab_blocs) if bloc in (None, at)]
        return self.arrays[name][:, rows].astype(float)

    def flows(self, name: str, suppliers: str | None, to: str | None) -> Array:
        """A flow series of suppliers of a bloc (None: all) to a bloc (None: all)."""
        blocs = dict(zip(self.names["supplier"], self.supplier_blocs, strict=True))
        rows = [
            i
            for i, pair in enumerate(self.names["flow"])
            if suppliers in (None, blocs[pair.split(" > ")[0]]) and to in (None, pair.split(" > ")[1])
        ]
        return self.arrays[name][:, rows].astype(float).sum(axis=1)

    def supplier_flow(self, name: str, supplier: str, to: str | None = None) -> Array:
        """A flow series of one supplier to a bloc (None: all)."""
        rows = [
            i
            for i, pair in enumerate(self.names["flow"])
            if pair.split(" > ")[0] == supplier and to in (None, pair.split(" > ")[1])
        ]
        return self.arrays[name][:, rows].astype(float).sum(axis=1)


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
    ahead = months - reached(follower, leader)
    return np.where(leader >= follower, behind, -ahead)


BEFORE = 8.3 / 12  # ECI points a month before the start: Epoch AI, 8.3 a year (7-10) to 2024-04


def _earlier(path: Array, level: Array) -> Array:
    """Months before the start at which the path, continued back, was at a level (at most 0)."""
    return np.minimum((level - path[0]) / BEFORE, 0.0)


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


def _efficiency_ratio(kind: str) -> Callable[[Record], Array]:
    def of(record: Record) -> Array:
        ours, theirs = (best_log_efficiency(record, bloc, kind) for bloc in (RIVAL, HOME))
        return np.exp(ours - theirs)

    return of


def _lead_points(record: Record) -> Array:
    return frontier(record, HOME) - frontier(record, RIVAL)


def _compute_ratio(record: Record) -> Array:
    held = [
        record.labs("training", bloc).sum(axis=1) + _clouds(record, "cloud_training", bloc)
        for bloc in (RIVAL, HOME)
    ]
    return ratio(*held)


def _clouds(record: Record, name: str, bloc: str) -> Array:
    rows = [i for i, at in enumerate(record.names["cloud_bloc"]) if at == bloc]
    return record.arrays[name][:, rows].astype(float).sum(axis=1)


def _largest_run(bloc: str) -> Callable[[Record], Array]:
    return lambda record: record.labs("largest_run", bloc).max(axis=1)


def _open_lag(record: Record) -> Array:
    return lag_smooth(frontier(record), frontier(record, series="open_capability"))


def _domestic_share(record: Record) -> Array:
    home = record.flows("flow_units", RIVAL, RIVAL)
    everything = record.flows("flow_units", None, RIVAL)
    smuggled = record.flows("flow_smuggled", None, RIVAL)
    return ratio(trailing(home, 12), trailing(everything + smuggled, 12))


def _leaked_share(record: Record) -> Array:
    smuggled = trailing(record.flows("flow_smuggled_compute", None, RIVAL), 12)
    legal = trailing(record.flows("flow_compute", None, RIVAL), 12)
    return ratio(smuggled, smuggled + legal)


def _nvidia_china_share(record: Record) -> Array:
    china = trailing(record.supplier_flow("flow_compute", "Nvidia", RIVAL), 3)
    world = trailing(
        record.supplier_flow("flow_compute", "Nvidia")
        + record.supplier_flow("flow_smuggled_compute", "Nvidia"),
        3,
    )
    return ratio(china, world)


def _stock_since(to: str | None, start: str = "2022-01") -> Callable[[Record], Array]:
    def of(record: Record) -> Array:
        flow = record.supplier_flow("flow_compute", "Nvidia", to)
        if to is None:
            flow = flow + record.supplier_flow("flow_smuggled_compute", "Nvidia")
        first = max(0, min(record.calendar.month(start), len(flow)))
        return np.concatenate([np.zeros((first, flow.shape[1])), np.cumsum(flow[first:], axis=0)])

    return of


def _held(bloc: str) -> Callable[[Record], Array]:
    return lambda r: r.labs("chips", bloc).sum(axis=1) + _clouds(r, "cloud_chips", bloc)


def _budget(bloc: str) -> Callable[[Record], Array]:
    return lambda r: r.labs("budget", bloc).sum(axis=1) + _clouds(r, "cloud_budget", bloc)


NEAR = 12.0  # ECI points behind the frontier that count as near it


def _frugality(record: Record) -> Array:
    """Leanest near-frontier Chinese run over the largest US run."""
    frontier_now = frontier(record, HOME)[:, None]
    near = record.labs("capability", RIVAL) >= frontier_now - NEAR
    flop = np.where(near, record.labs("flagship_flop", RIVAL), np.inf).min(axis=1)
    leanest = np.where(np.isfinite(flop), flop, record.labs("flagship_flop", RIVAL).max(axis=1))
    return ratio(leanest, _largest_run(HOME)(record))


def us_revenue(record: Record) -> Array:
    """Revenue of US suppliers since the start, USD bn."""
    rows = [i for i, bloc in enumerate(record.supplier_blocs) if bloc == HOME]
    return np.cumsum(record.arrays["supplier_revenue"][:, rows].astype(float).sum(axis=1), axis=0)


OUTCOMES = (
    Outcome(
        "lead_points",
        "ECI points",
        "best US released capability less best Chinese",
        _lead_points,
    ),
    Outcome(
        "lead_months",
        "months",
        "months since the US frontier, interpolated between records, reached the best Chinese "
        "capability; negative when China leads (smooth: use it for differences)",
        lambda r: lag_smooth(frontier(r, HOME), frontier(r, RIVAL)),
    ),
    Outcome(
        "lead_months_observed",
        "months",
        "the same on released models, a staircase as Epoch AI measures it",
        lambda r: lag_observed(frontier(r, HOME), frontier(r, RIVAL)),
    ),
    Outcome(
        "open_lag_months",
        "months",
        "months since the frontier reached the best model with open weights",
        _open_lag,
    ),
    Outcome("us_frontier", "ECI points", "best US capability", lambda r: frontier(r, HOME)),
    Outcome("china_frontier", "ECI points", "best Chinese capability", lambda r: frontier(r, RIVAL)),
    Outcome(
        "open_frontier",
        "ECI points",
        "best capability with open weights",
        lambda r: frontier(r, series="open_capability"),
    ),
    Outcome(
        "efficiency_ratio",
        "1",
        "best Chinese training efficiency over best US",
        _efficiency_ratio("training"),
    ),
    Outcome(
        "inference_efficiency_ratio",
        "1",
        "best Chinese inference efficiency over best US",
        _efficiency_ratio("inference"),
    ),
    Outcome(
        "china_efficiency",
        "log",
        "ln of the best Chinese training efficiency (0: methods of mid-2022)",
        lambda r: best_log_efficiency(r, RIVAL),
    ),
    Outcome(
        "us_efficiency",
        "log",
        "ln of the best US training efficiency (0: methods of mid-2022)",
        lambda r: best_log_efficiency(r, HOME),
    ),
    Outcome(
        "compute_ratio",
        "1",
        "Chinese over US installed compute by worth for training",
        _compute_ratio,
    ),
    Outcome(
        "run_ratio",
        "1",
        "largest Chinese over largest US training run",
        lambda r: ratio(_largest_run(RIVAL)(r), _largest_run(HOME)(r)),
    ),
    Outcome("largest_run_us", "FLOP", "largest US training run released", _largest_run(HOME)),
    Outcome("largest_run_china", "FLOP", "largest Chinese run released", _largest_run(RIVAL)),
    Outcome(
        "frugality",
        "1",
        "compute of the leanest Chinese run within 12 ECI points of the frontier over the largest US",
        _frugality,
    ),
    Outcome("us_compute", "H100e", "chips in the US by peak performance", _held(HOME)),
    Outcome("china_compute", "H100e", "chips in China by peak performance", _held(RIVAL)),
    Outcome(
        "nvidia_china_share",
        "share",
        "China's share of new Nvidia compute, last three months, legal",
        _nvidia_china_share,
    ),
    Outcome("nvidia_stock", "H100e", "Nvidia compute shipped since 2022", _stock_since(None)),
    Outcome(
        "china_nvidia_stock",
        "H100e",
        "Nvidia compute shipped legally to China since 2022",
        _stock_since(RIVAL),
    ),
    Outcome(
        "domestic_share",
        "share",
        "home-made share of accelerators installed in China, units of the last twelve months",
        _domestic_share,
    ),
    Outcome(
        "leaked_share",
        "share",
        "smuggled share of compute that China acquired in the last twelve months",
        _leaked_share,
    ),
    Outcome("us_spending", "USD bn/yr", "compute spending of US labs and clouds", _budget(HOME)),
    Outcome("china_spending", "USD bn/yr", "the same in China", _budget(RIVAL)),
    Outcome(
        "us_supplier_revenue",
        "USD bn",
        "revenue of US chip suppliers since the start",
        us_revenue,
    ),
)

PAIRED = (
    PairedOutcome(
        "supplier_loss",
        "USD bn",
        "revenue of US suppliers forgone against the reference, since the start",
        lambda this, reference: us_revenue(reference) - us_revenue(this),
    ),
    PairedOutcome(
        "innovation_effect",
        "log points",
        "difference in ln training efficiency of the best Chinese lab",
        lambda this, ref: best_log_efficiency(this, RIVAL) - best_log_efficiency(ref, RIVAL),
    ),
    PairedOutcome(
        "innovation_effect_inference",
        "log points",
        "difference in ln inference efficiency of the best Chinese lab",
        lambda this, ref: (
            best_log_efficiency(this, RIVAL, "inference")
            - best_log_efficiency(ref, RIVAL, "inference")
        ),
    ),
)


def compute_outcomes(record: Record) -> dict[str, Array]:
    """Every outcome of a run, `[month, world]` by name."""
    return {one.name: one.of(record) for one in OUTCOMES}


def compute_effects(this: Record, reference: Record) -> dict[str, Array]:
    """Every effect between paired worlds: differences of outcomes, and the paired outcomes."""
    ours, theirs = compute_outcomes(this), compute_outcomes(reference)
    effects = {name: ours[name] - theirs[name] for name in ours}
    return effects | {one.name: one.of(this, reference) for one in PAIRED}


def unit_of(name: str) -> str:
    """Unit of an outcome or effect."""
    return {one.name: one.unit for one in (*OUTCOMES, *PAIRED)}[name]


def meaning_of(name: str) -> str:
    """Meaning of an outcome or effect."""
    return {one.name: one.meaning for one in (*OUTCOMES, *PAIRED)}[name]
