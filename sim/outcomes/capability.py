"""Outcomes of capability: frontiers, the lead and its lag, efficiency, training runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.outcomes.record import BASE_MONTH, HOME, RIVAL, Array, Record, ratio, trailing

BEFORE = 8.3 / 12  # ECI points a month before the start: Epoch AI, 8.3 a year (7-10) to 2024-04
FARTHEST = 60.0  # months before the start to which the frontier is continued back, at most
NEAR = 12.0  # ECI points behind the frontier that count as near it
MOST = 700.0  # log: what a number of double precision can hold
LASTING = 3  # months ahead in a row that count as a reversal of the lead
JUMP = 1.0  # ECI points: the least gain of lead in a month that counts as gained by a release


def frontier(record: Record, bloc: str | None = None, series: str = "capability") -> Array:
    """Best released capability of a bloc; never falls."""
    best = record.labs(series, bloc).max(axis=1, initial=0.0)
    return np.maximum.accumulate(best, axis=0)


def lead_points(record: Record) -> Array:
    """Best US released capability less best Chinese."""
    return frontier(record, HOME) - frontier(record, RIVAL)


def lag_observed(leader: Array, follower: Array) -> Array:
    """Months since the leader's frontier first reached the follower's level: a staircase.

    Negative when the follower is ahead: months since it first reached the leader's level. Before
    the start the frontier is continued back at the pace measured for those years (`BEFORE`).
    """
    return _signed(leader, follower, _first_reached)


def lag_smooth(leader: Array, follower: Array) -> Array:
    """The same lag, interpolated between frontier records: for differences between runs."""
    return _signed(leader, follower, _crossing)


def _signed(leader: Array, follower: Array, reached: Callable[[Array, Array], Array]) -> Array:
    """The lag of the follower, negative where it is ahead.

    Args:
        reached: gives the month in which a path reached each level of another.
    """
    months = np.arange(len(leader))[:, None]
    behind = months - reached(leader, follower)
    overtaken = (follower > leader).any(axis=0)  # few worlds: the rest need no second search
    ours, theirs = leader[:, overtaken], follower[:, overtaken]
    ahead = reached(theirs, ours) - months
    behind[:, overtaken] = np.where(ours >= theirs, behind[:, overtaken], ahead)
    return behind


def _earlier(path: Array, level: Array) -> Array:
    """Months before the start at which the path, continued back, was at a level (at most 0)."""
    return np.clip((level - path[0]) / BEFORE, -FARTHEST, 0.0)


def _first_reached(path: Array, level: Array) -> Array:
    """First month in which a rising path is at or above the level of each later month."""
    reached = np.empty_like(path)
    for world in range(path.shape[1]):
        reached[:, world] = np.searchsorted(path[:, world], level[:, world], side="left")
    reached = np.where(level < path[0], np.floor(_earlier(path, level)), reached)
    return np.minimum(reached, np.arange(len(path))[:, None])


def _crossing(path: Array, level: Array) -> Array:
    """Fractional month at which the path, straight between its records, crosses the level."""
    reached = np.empty_like(path)
    months = np.arange(len(path), dtype=float)
    for world in range(path.shape[1]):
        rises = np.concatenate([[True], np.diff(path[:, world]) > 0])
        records, when = path[rises, world], months[rises]
        reached[:, world] = np.interp(level[:, world], records, when)
    reached = np.where(level < path[0], _earlier(path, level), reached)
    return np.minimum(reached, months[:, None])


def open_lag(record: Record) -> Array:
    """Months from the frontier to the best open weights, interpolated."""
    return lag_smooth(frontier(record), frontier(record, series="open_capability"))


def china_leads(record: Record) -> Array:
    """1 where the best Chinese model is ahead now, else 0."""
    return (frontier(record, RIVAL) > frontier(record, HOME)).astype(float)


def lead_reversed(record: Record) -> Array:
    """1 once China has been ahead for three months in a row after the end of 2024, else 0."""
    ahead = china_leads(record)
    ahead[: max(record.calendar.month(BASE_MONTH) + 1, 0)] = 0.0
    lasting = trailing(ahead, LASTING) >= LASTING
    return np.maximum.accumulate(lasting, axis=0).astype(float)


def moat_half_life(record: Record) -> Array:
    """Months until half of what a release adds to the US lead is gone, from all releases so far.

    A gain is a month in which the lead rises by at least a point. The half-life is the time that
    all gains have lasted so far over the number of gains that have halved (the estimate of a
    constant hazard); 0 before the first gain.
    """
    lead = lead_points(record)
    gains = np.diff(lead, axis=0)
    both = (frontier(record, HOME) > 0) & (frontier(record, RIVAL) > 0)
    gains = np.where(both[:-1], gains, 0.0)  # before both have a model there is no lead to gain
    starts, worlds = np.nonzero(gains >= JUMP)
    starts += 1
    half_gone = lead[starts, worlds] - gains[starts - 1, worlds] / 2
    gone = lead[:, worlds] <= half_gone
    gone &= np.arange(len(lead))[:, None] >= starts
    halved = gone.any(axis=0)
    started = _counted(starts, worlds, lead.shape)
    over = _counted(gone.argmax(axis=0)[halved], worlds[halved], lead.shape)
    exposed = np.cumsum(np.cumsum(started - over, axis=0), axis=0)
    return exposed / np.maximum(np.cumsum(over, axis=0), 1.0)


def _counted(months: Array, worlds: Array, shape: tuple[int, ...]) -> Array:
    """How many of the pairs fall on each month and world, `[month, world]`."""
    count = np.zeros(shape)
    np.add.at(count, (months, worlds), 1.0)
    return count


def best_log_efficiency(record: Record, bloc: str, kind: str = "training") -> Array:
    """ln of the best efficiency among a bloc's active labs; 0 where there is none."""
    active = record.labs("active", bloc) > 0
    of_active = np.where(active, record.labs(f"log_{kind}_efficiency", bloc), -np.inf)
    best = of_active.max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(best), best, 0.0)


def efficiency_ratio(kind: str) -> Callable[[Record], Array]:
    """Best Chinese over best US efficiency, for training or inference."""

    def of(record: Record) -> Array:
        ours, theirs = (best_log_efficiency(record, bloc, kind) for bloc in (RIVAL, HOME))
        return np.exp(np.clip(ours - theirs, -MOST, MOST))

    return of


def innovation_effect(kind: str) -> Callable[[Record, Record], Array]:
    """Difference in ln efficiency of the best Chinese lab between two runs of the same worlds."""

    def of(this: Record, reference: Record) -> Array:
        ours, theirs = (best_log_efficiency(record, RIVAL, kind) for record in (this, reference))
        return ours - theirs

    return of


def largest_run(bloc: str) -> Callable[[Record], Array]:
    """Largest training run that a bloc has released."""
    return lambda record: record.labs("largest_run", bloc).max(axis=1, initial=0.0)


def frugality(record: Record) -> Array:
    """Leanest near-frontier Chinese run over the largest US run."""
    frontier_now = frontier(record, HOME)[:, None]
    near = record.labs("flagship_points", RIVAL) >= frontier_now - NEAR
    runs = record.labs("flagship_flop", RIVAL)
    flop = np.where(near, runs, np.inf).min(axis=1, initial=np.inf)
    leanest = np.where(np.isfinite(flop), flop, runs.max(axis=1, initial=0.0))
    return ratio(leanest, largest_run(HOME)(record))


def replication_cost(record: Record) -> Array:
    """Cost for the cheapest Chinese lab to train today what the US frontier has released.

    Relative to what the leading US lab paid for its flagship; 0 where no lab can.
    """
    cost = record.labs("rebuild_cost", RIVAL)
    rebuild = np.where(cost > 0, cost, np.inf).min(axis=1, initial=np.inf)
    points, costs = (record.labs(f"flagship_{name}", HOME) for name in ("points", "cost"))
    if not points.shape[1]:
        return np.zeros(rebuild.shape)
    paid = np.take_along_axis(costs, points.argmax(axis=1)[:, None], axis=1)[:, 0]
    return ratio(np.where(np.isfinite(rebuild), rebuild, 0.0), paid)
