"""Words from numbers: same numbers, same sentence; nothing is said that no number says."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.units import figure_of
from sim.outcomes.catalogue import label_of
from sim.research.identification.distribution import agreement, sign_of

BARE, SOME, STRONG = (
    1.0,
    3.0,
    5.0,
)  # steps of a log Bayes factor (Kass and Raftery 1995, natural logs)
EXTREME = 9.0
FEW = 20.0  # effective worlds below which a Bayes factor is an order of magnitude


def odds(log: float) -> str:
    """A Bayes factor as odds: `1.8 : 1`."""
    return f"{ratio(abs(log))} : 1"


def ratio(log: float) -> str:
    """A ratio given by its logarithm: `0.3`, or a power of ten where it is extreme."""
    if abs(log) > EXTREME:
        return f"1e{round(log / np.log(10))}"
    return number(float(np.exp(log)), 3 if abs(log) < BARE else 2)


def weight_of(log: float) -> str:
    """How much a Bayes factor is worth, in words."""
    size = abs(log)
    if size < BARE:
        return "not worth more than a mention"
    return "some evidence" if size < SOME else "strong evidence" if size < STRONG else "decisive"


def prefers(found: dict[str, float], rival: str) -> str:
    """Whether history prefers a rival: `History leans to the model ..., 1.8 : 1`.

    Args:
        found: `log` of the marginal likelihood of the rival over that of the model, with its
            interval `low`, `high` and `effective` worlds.
    """
    log = found["log"]
    side = rival if log > 0 else "the full model"
    ends = f"90 % {ratio(found['low'])} to {ratio(found['high'])}"
    spread = f"rival over model {ratio(log)}, {ends}"
    told = f"history leans to {side}, {odds(log)} ({spread}): {weight_of(log)}"
    if found["low"] < 0 < found["high"] or abs(log) < BARE:
        told = f"history cannot tell ({spread})"
    if found["effective"] < FEW:
        told += f"; few worlds carry it ({found['effective']:.0f}), an order of magnitude at best"
    return told


def effect(name: str, one: dict[str, Any], month: str, subject: str = "") -> str:
    """One effect: `raised the US lead by 2.1 months by 2030-12 (...), in 95 % of worlds`."""
    label = label_of(name)
    unit = "" if one["unit"] in ("1", "share") else f" {one['unit']}"
    low, high = number(one["p5"]), number(one["p95"])
    if one["p5"] == one["p95"] == 0:
        return f"{subject}changed nothing in {label} by {month}"
    if sign_of(one) == 0:
        return (
            f"{subject}left the sign of the effect on {label} open by {month}: "
            f"{number(one['median'])}{unit} [{low}, {high}], above 0 in {share(one['positive'])} "
            f"and below in {share(one['negative'])} of worlds"
        )
    verb = "raised" if sign_of(one) > 0 else "lowered"
    return (
        f"{subject}{verb} {label} by {number(abs(one['median']))}{unit} by {month} (median; effect "
        f"[{low}, {high}]), in {share(agreement(one))} of worlds"
    )


def capital(text: str) -> str:
    """A sentence's first letter, and its full stop."""
    return f"{text[0].upper()}{text[1:]}."


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def cell(one: dict[str, Any]) -> str:
    """Median and range for a table."""
    return written(one | {"unit": "1"})


def ensemble(about: dict[str, Any]) -> str:
    """Which worlds, in words with the start of their hash."""
    one = about["ensemble"]
    if one["name"] == "prior":
        return "the prior (not fitted to history)"
    return f"the posterior `{one['hash'][:12]}` (fitted to history until {one['until']})"


def written(one: dict[str, Any], digits: int = 2) -> str:
    """`0.12 [-0.03, 0.4] log points`."""
    unit = "" if one["unit"] == "1" else f" {one['unit']}"
    low, median, high = (number(one[key], digits) for key in ("p5", "median", "p95"))
    return f"{median} [{low}, {high}]{unit}"


def number(value: float, digits: int = 2) -> str:
    """A number for a sentence: two significant digits, no exponents below a million."""
    return figure_of(value, digits)


def share(value: float) -> str:
    """A share for a sentence; what is not quite all or none is not rounded to it."""
    if 0.995 <= value < 1:
        return "over 99 %"
    if 0 < value < 0.005:
        return "under 1 %"
    return f"{100 * value:.0f} %"
