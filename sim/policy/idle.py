"""Acts that do nothing: in force on no day of the run, or never stricter than others in force.

The usual mistake when a rule is to be eased: a looser act is added beside a tighter one that it
does not supersede. Both hold then, and the strictest counts.

>>> from sim.scenario.load import load
>>> late = ["events.tools_dec_2024.effective=2035-01-01"]
>>> [(act.name, act.reason) for act in idle_acts(load("as_enacted", late).scenario)]
[('tools_dec_2024', 'outside')]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri

from sim.core.calendar import parse_month
from sim.core.worlds import Block
from sim.policy.acts import enacted
from sim.scenario.paths import split_key
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Scenario
from sim.uncertainty.draw import quantile

Reason = Literal["outside", "ended", "withheld", "nothing", "weaker"]
ADDED = (  # instruments whose acts add up: a weaker one adds to a stronger one
    "fab_subsidy",
    "chip_fund",
    "talent_program",
    "power_program",
    "power_subsidy",
    "adoption_program",
)
LIMITS = ("tpp", "interconnect", "bandwidth")
NEARLY_ALL = 0.9  # share of worlds in which an act must be weaker
SCORES = ndtri((np.arange(99) + 0.5) / 99)  # normal scores at which priors are compared
Place = tuple[str, ...]


@dataclass(frozen=True)
class IdleAct:
    """An act that does nothing in a run, beyond what its announcement may do.

    Attributes:
        name: of the act.
        reason: `outside` the months of the run; `ended` before it takes effect; `withheld` by its
            government in a scenario that this one extends; `nothing`: it has no strength and ends
            no other act; `weaker` than older ones in force, all the time.
        others: acts because of which it does nothing, in order.
        supersedes: what it has to supersede to take the place of these.
        instrument, by: of the act.
    """

    name: str
    reason: Reason
    others: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    instrument: str = ""
    by: str = ""


def idle_acts(
    scenario: Scenario, own: Collection[str] = (), months: int | None = None
) -> list[IdleAct]:
    """Acts of a scenario that do nothing, in its order; those switched off by `active` are not.

    Args:
        own: keys set by the last file or by flags (`ResolvedScenario.own`): only acts that have
            such a key are named, as the others were where they come from, or are those
            that an own act is to replace. Empty: all acts, but for those that are withheld.
        months: of the run (None: all of the scenario).
    """
    acts = enacted(scenario)
    spans = {name: _span(name, acts) for name in acts}
    begin, end = _run(scenario, months)
    found = [
        _withheld(name, event)
        for name, event in scenario.events.items()
        if event.active and name not in acts and _is_own(name, event, own)
    ]
    for name, event in acts.items():
        start, stop = spans[name]
        window = max(start, begin), min(stop, end)
        idle = partial(IdleAct, name, instrument=event.instrument, by=event.by)
        if start >= stop:
            found.append(idle("ended", tuple(_successors(name, acts))))
        elif window[0] >= window[1]:
            found.append(idle("outside"))
        elif _ends_others(name, acts):
            continue
        elif _is_nothing(event):
            found.append(idle("nothing"))
        elif stronger := _stronger(scenario, name, acts, spans, window):
            supersedes = dict.fromkeys([*event.supersedes, *stronger])
            found.append(idle("weaker", stronger, tuple(supersedes)))
    names = {split_key(key)[1] for key in own if key.startswith("events.")}
    order = list(scenario.events)
    reported = [act for act in found if act.name in names or not own]
    return sorted(reported, key=lambda act: order.index(act.name))


def idle_changes(
    scenario: Scenario, own: Collection[str] = (), months: int | None = None
) -> list[tuple[str, str]]:
    """Dated changes that change nothing in a run, and why: `outside` its months, or `one`.

    Args:
        own, months: as for `idle_acts`.
    """
    begin, end = _run(scenario, months)
    names = {split_key(key)[1] for key in own if key.startswith("changes.")}
    found = []
    for name, change in scenario.changes.items():
        if not change.active or (own and name not in names):
            continue
        if change.since >= end or (change.to is not None and change.to <= begin):
            found.append((name, "outside"))
        elif change.factor is not None and change.factor.ends == (1.0, 1.0):
            found.append((name, "one"))
    return found


def _run(scenario: Scenario, months: int | None) -> tuple[date, date]:
    """First day of the run, and the first day after it."""
    calendar = scenario.calendar
    first, after = (parse_month(calendar.label(at)) for at in (0, months or calendar.months))
    return date(*first, 1), date(*after, 1)


def _span(name: str, acts: dict[str, Any], without: str = "") -> tuple[date, date]:
    """First day in force, and the first day after it.

    Args:
        without: an act that is taken to be switched off.
    """
    event = acts[name]
    ends = [acts[other].effective for other in _successors(name, acts) if other != without]
    return event.effective, min([event.ends or date.max, *ends])


def _successors(name: str, acts: dict[str, Any]) -> list[str]:
    return [other for other, event in acts.items() if name in event.supersedes]


def _is_own(name: str, event: Any, own: Collection[str]) -> bool:
    """Whether an act is of the last file, and that its government withholds it is not."""
    return (
        f"events.{name}.instrument" in own
        and f"regulators.{event.by}.withholds" not in own
        and f'regulators."{event.by}".withholds' not in own
    )


def _withheld(name: str, event: Any) -> IdleAct:
    return IdleAct(name, "withheld", instrument=event.instrument, by=event.by)


def _ends_others(name: str, acts: dict[str, Any]) -> bool:
    """Whether an act ends one that would be in force later without it."""
    event = acts[name]
    old = (_span(other, acts, without=name) for other in event.supersedes if other in acts)
    return any(start < stop and stop > event.effective for start, stop in old)


def _is_nothing(event: Any) -> bool:
    """Whether an act stops nothing: no strength, or licences for all orders on free terms."""
    if event.instrument != "chip_rule":
        return event.strength.prior is None and event.strength.value == 0
    terms = [event.licence_rate, event.levy, event.cap]
    return all(one.prior is None for one in terms) and (
        [one.value for one in terms[:2]] == [1, 0] and terms[2].value >= 10
    )


def _stronger(
    scenario: Scenario,
    name: str,
    acts: dict[str, Any],
    spans: dict[str, tuple[date, date]],
    window: tuple[date, date],
) -> tuple[str, ...]:
    """Older acts of which one is stronger on each day of a window and for each target, or none."""
    event, order = acts[name], list(acts)
    if event.instrument in ADDED:
        return ()
    rivals = [
        other
        for other, rival in acts.items()
        if (rival.effective, order.index(other)) < (event.effective, order.index(name))
        and rival.instrument == event.instrument
        and _is_weaker(event, rival)
    ]
    days = {day for other in rivals for day in spans[other] if window[0] < day < window[1]}
    found: dict[str, None] = {}
    for day in sorted({window[0], *days}):
        for place in _places(scenario, event):
            over = [
                other
                for other in rivals
                if spans[other][0] <= day < spans[other][1]
                and place in _places(scenario, acts[other])
            ]
            if not over:
                return ()
            found |= dict.fromkeys(over)
    return tuple(found)


def _places(scenario: Scenario, event: Any) -> Iterator[Place]:
    """Where an act counts: acts of one instrument with a place in common are combined there."""
    issuer = scenario.regulators[event.by].bloc
    match event.instrument:
        case "chip_rule" | "visa_restriction":
            yield issuer, event.destination
        case "entity_listing":
            yield from ((issuer, target) for target in event.targets)
        case "foundry_rule":
            yield from ((target,) for target in event.targets)
        case "service_ban":
            yield event.market, event.origin
        case _:
            yield (getattr(event, "destination", None) or event.bloc,)


def _is_weaker(ours: Any, theirs: Any) -> bool:
    """Whether an act adds nothing to another, and is less strict than it in something."""
    if ours.instrument != "chip_rule":
        return _share(ours.strength, "<", theirs.strength) >= NEARLY_ALL
    is_within, is_narrower = True, False  # of the chips that they reach
    for limit in LIMITS:
        our_limit, their_limit = getattr(ours, limit), getattr(theirs, limit)
        if their_limit is None:
            is_narrower |= our_limit is not None
        elif our_limit is None or _share(our_limit, ">=", their_limit) < NEARLY_ALL:
            is_within = False
        else:
            is_narrower |= _share(our_limit, ">", their_limit) >= NEARLY_ALL
    if not is_within:
        return False
    if _is_denial(theirs):
        return is_narrower or not _is_denial(ours)
    pairs = (
        (ours.licence_rate, theirs.licence_rate),
        (theirs.levy, ours.levy),
        (ours.cap, theirs.cap),
    )
    is_easier = [_share(loose, ">=", tight) >= NEARLY_ALL for loose, tight in pairs]
    stricter = [_share(loose, ">", tight) >= NEARLY_ALL for loose, tight in pairs]
    return all(is_easier) and (is_narrower or any(stricter))


def _is_denial(event: Any) -> bool:
    """Whether a chip rule licenses nothing, so that levy and cap do not matter."""
    return event.licence_rate.prior is None and event.licence_rate.value == 0


def _share(ours: Quantity, relation: Literal["<", ">", ">="], theirs: Quantity) -> float:
    """Share of worlds in which two independent numbers are in a relation."""
    compare = {"<": np.less, ">": np.greater, ">=": np.greater_equal}[relation]
    return float(np.mean(compare(_values(ours)[:, None], _values(theirs))))


def _values(number: Quantity) -> Block:
    """Values of a number, each as likely as the others."""
    if number.prior is None:
        return np.array([number.value])
    return quantile(number.prior, SCORES)
