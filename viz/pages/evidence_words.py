"""Sentences made from numbers: the same numbers always give the same sentence."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.outcomes.catalogue import label_of
from sim.research.identification.numbers import agreement, sign_of
from viz.text.format import interval, number, percent, ranged, unit

# Steps of a log Bayes factor (Kass and Raftery 1995, natural logs).
BARE, SOME, STRONG = 1.0, 3.0, 5.0
EXTREME = 9.0  # logs beyond which a ratio is given as a power of ten
FEW = 20.0  # effective worlds below which a Bayes factor is an order of magnitude
DIGITS = 2


def median_and_range(spread: dict[str, Any], with_unit: bool = True, digits: int = DIGITS) -> str:
    """What worlds say of a quantity: `0.12 log points [-0.03, 0.4]`."""
    name = spread["unit"] if with_unit else "1"
    return ranged(spread["median"], spread["p5"], spread["p95"], name, digits)


def odds(log: float) -> str:
    """A Bayes factor as odds: `1.8 : 1`."""
    return f"{ratio(abs(log))} : 1"


def ratio(log: float) -> str:
    """A ratio given by its logarithm: `0.3`, or a power of ten where it is extreme."""
    if abs(log) > EXTREME:
        return f"1e{round(log / np.log(10))}"
    return number(float(np.exp(log)), 3 if abs(log) < BARE else DIGITS)


def weight_of(log: float) -> str:
    """How much a Bayes factor is worth, in words."""
    size = abs(log)
    if size < BARE:
        return "not worth more than a mention"
    return "some evidence" if size < SOME else "strong evidence" if size < STRONG else "decisive"


def is_open(factor: dict[str, float]) -> bool:
    """Whether a Bayes factor lies within its error, or is hardly more than 1."""
    return factor["low"] < 0 < factor["high"] or abs(factor["log"]) < BARE


def prefers(factor: dict[str, float], rival: str) -> str:
    """Whether history prefers a rival: `history leans to the full model, 1.8 : 1 (...)`.

    Args:
        factor: `log` of the marginal likelihood of the rival over that of the model, with its
            interval `low`, `high` and `effective` worlds.
    """
    log = factor["log"]
    ends = f"90 % {ratio(factor['low'])} to {ratio(factor['high'])}"
    sizes = f"rival over model {ratio(log)}, {ends}"
    if is_open(factor):
        text = f"history cannot tell ({sizes})"
    else:
        side = rival if log > 0 else "the full model"
        text = f"history leans to {side}, {odds(log)} ({sizes}): {weight_of(log)}"
    if factor["effective"] < FEW:
        text += (
            f"; only {factor['effective']:.0f} worlds carry it, so that it is an order of magnitude"
        )
    return text


def effect(name: str, spread: dict[str, Any], month: str) -> str:
    """One effect: `raised the US lead by 2.1 months by 2030-12 (...), in 95 % of worlds`."""
    label = label_of(name)
    if spread["p5"] == spread["p95"] == 0:
        return f"changed nothing in {label} by {month}"
    sign = sign_of(spread)
    if sign == 0:
        return (
            f"left the sign of the effect on {label} open by {month}: {median_and_range(spread)}, "
            f"above 0 in {percent(spread['positive'])} and below in {percent(spread['negative'])} "
            "of worlds"
        )
    verb = "raised" if sign > 0 else "lowered"
    size = f"{number(abs(spread['median']), DIGITS)} {unit(spread['unit'])}".strip()
    ends = interval(spread["p5"], spread["p95"], DIGITS)
    return (
        f"{verb} {label} by {size} by {month} (median; effect {ends}), "
        f"in {percent(agreement(spread))} of worlds"
    )


def ensemble(about: dict[str, Any]) -> str:
    """Which worlds, with the start of the posterior's hash."""
    worlds = about["ensemble"]
    if worlds["name"] == "prior":
        return "the prior (not fitted to history)"
    return f"the posterior `{worlds['hash'][:12]}` (fitted to history until {worlds['until']})"
