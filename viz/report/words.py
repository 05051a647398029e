"""What a run says, in sentences made of its numbers by rule: an unclear sign is called so."""

from __future__ import annotations

import numpy as np

from sim.core.units import figure_of
from sim.experiments.verdict import Verdict, verdict_of
from sim.record.results import Results
from viz.text.screen import reversal

FAR = "2030-12"  # at which answers look, where a run reaches it
RANGES = "Numbers are medians with the range of 90 % of worlds in brackets."
MEANS = "Numbers are means, which add up, with the range of 90 % of worlds in brackets."
CAVEAT = "Conditional forecasts, not predictions."
SINCE = "2024-12"  # from which changes are told: the end of what was observed


def told_month(results: Results) -> str:
    """The month of which the answer speaks."""
    return FAR if FAR in results.months else results.months[-1]


def above(results: Results, name: str, pivot: float = 0.0, log: bool = False) -> Verdict:
    """A level against a pivot: on which side of it most worlds are."""
    values = results.outcomes[name].values.astype(float)
    if log:  # a ratio is as far from 1 when it is turned over
        values = np.log(np.maximum(values, 1e-300))
    unit = results.outcomes[name].attrs["unit"]
    return verdict_of(name, unit, told_month(results), results.months, values - pivot)


def since(results: Results, name: str, start: str = SINCE) -> Verdict | None:
    """Change of an outcome within each world since a month; None where a run does not span it."""
    month = told_month(results)
    if start not in results.months or start >= month:
        return None
    values = results.outcomes[name].values.astype(float)
    change = values - values[results.months.index(start)]
    return verdict_of(name, results.outcomes[name].attrs["unit"], month, results.months, change)


def ranged(results: Results, name: str, scale: float = 1.0) -> str:
    """A level now: median with 5-95 % of worlds."""
    values = results.at(name, told_month(results)) * scale
    low, median, high = (figure_of(float(x)) for x in np.percentile(values, [5, 50, 95]))
    return f"{median} [{low}, {high}]"


def _size(found: Verdict) -> str:
    """How large, whatever the sign: `3.1 [1.2, 5.0]` turned round where it is negative."""
    ends = (found.low, found.median, found.high)
    low, middle, high = ends if found.sign >= 0 else (-found.high, -found.median, -found.low)
    return f"{figure_of(middle)} [{figure_of(low)}, {figure_of(high)}]"


def lead(results: Results) -> str:
    """Who leads now, and by how much."""
    found = above(results, "lead_months_observed")
    up, down = f"{found.share_positive:.0%}", f"{found.share_negative:.0%}"
    size = f"{_size(found)} months on released models"
    if found.sign > 0:
        return f"In {found.month} the US leads by {size}; it is ahead in {up} of worlds."
    if found.sign < 0:
        return f"In {found.month} China leads by {size}; it is ahead in {down} of worlds."
    return (
        f"Unclear: who leads in {found.month}: the US lead is {size}, "
        f"the US is ahead in {up} of worlds, China in {down}."
    )


def capability(results: Results) -> str:
    """How far apart the best models are."""
    found = above(results, "lead_points")
    up, down = f"{found.share_positive:.0%}", f"{found.share_negative:.0%}"
    if found.sign == 0:
        return (
            f"Unclear: whose best model is ahead in {found.month}: the US one by {_size(found)} "
            f"ECI points, ahead in {up} of worlds, behind in {down}."
        )
    who, agree = ("US", up) if found.sign > 0 else ("Chinese", down)
    return (
        f"In {found.month} the best {who} model is ahead by {_size(found)} points of the Epoch "
        f"Capabilities Index, in {agree} of worlds. Time and points are two measures of one lead: "
        "where the frontier is fast, the same points are fewer months."
    )


def lead_change(results: Results) -> str | None:
    """How the lead has changed since observations end."""
    found = since(results, "lead_months_observed")
    if found is None:
        return None
    up, down = f"{found.share_positive:.0%}", f"{found.share_negative:.0%}"
    if found.sign == 0:
        return (
            f"Unclear: how the US lead changes from {SINCE} to {found.month}: {_size(found)} "
            f"months, longer in {up} of worlds, shorter in {down}."
        )
    verb, agree = ("grows", up) if found.sign > 0 else ("shrinks", down)
    return (
        f"From {SINCE} to {found.month} the US lead {verb} by {_size(found)} months, "
        f"in {agree} of worlds."
    )


def efficiency(results: Results) -> str:
    """Whose methods get more out of a computation."""
    found = above(results, "efficiency_ratio", log=True)
    ratio = ranged(results, "efficiency_ratio")
    up, down = f"{found.share_positive:.0%}", f"{found.share_negative:.0%}"
    of = f"the best Chinese training methods are {ratio} times as efficient as the best US ones"
    if found.sign == 0:
        return (
            f"Unclear: whose methods are more efficient in {found.month}: {of}, "
            f"ahead in {up} of worlds, behind in {down}."
        )
    side = f"ahead in {up}" if found.sign > 0 else f"behind in {down}"
    return f"In {found.month} {of}, {side} of worlds."


def compute(results: Results) -> str:
    """How much compute China has, and how much of it it makes."""
    home = ranged(results, "domestic_share", 100)
    return (
        f"China then has {ranged(results, 'compute_ratio')} times the US compute by worth for "
        f"training, and makes {home} % of the accelerators that it installs."
    )


def money(results: Results) -> str:
    """What services earn on both sides, and who applies AI."""
    us, china = (ranged(results, f"{bloc}_service_revenue") for bloc in ("us", "china"))
    share = ranged(results, "application_share", 100)
    return (
        f"In the twelve months before, US labs and hosts earn {us} bn USD with services, Chinese "
        f"ones {china} bn; China has {share} % of the value of applied AI."
    )


def moat(results: Results) -> str:
    """What it costs to catch up, and how long a gain lasts."""
    rebuild = ranged(results, "replication_cost")
    return (
        f"For the best placed Chinese lab it costs {rebuild} times what the leader paid to train "
        f"in {told_month(results)} what the US frontier has released. Half of a lead that a "
        f"release gains is gone after {ranged(results, 'moat_half_life')} months. The best open "
        f"weights lag the frontier by {ranged(results, 'open_lag_months')} months."
    )


def answer(results: Results) -> list[str]:
    """The answer of a run: who leads, where it goes, whether it turns, by which means, for whom."""
    change = lead_change(results)
    turn = reversal(results)
    both = f"{change} {turn}" if change else turn
    return [lead(results), both, efficiency(results), compute(results), money(results)]
