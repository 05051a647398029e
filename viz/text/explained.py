"""What a person is told about an effect split by channel: sentences, tables, one JSON object."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from sim.core.units import figure_of
from sim.experiments.parts import WHOLE, Explanation, Part, Split, phrase
from sim.outcomes.catalogue import label_of

POWERS = 1e6  # from here on numbers are written with powers of ten
SAID, LISTED = 2, 3  # significant digits of the largest number of a sentence, of a table


def writer(split: Split, digits: int = SAID) -> Callable[[float], str]:
    """Writes numbers of one split alike, so that a reader can add them: `+5.2`, `-0.6`, `0.0`."""
    largest = max(abs(part.mean) for part in split.rows)
    if not 1e-3 <= largest < POWERS:
        return lambda value: ("+" if value > 0 else "") + figure_of(value)
    decimals = max(0, digits - 1 - math.floor(math.log10(largest)))

    def write(value: float) -> str:
        sign = "+" if round(value, decimals) else ""
        return f"{round(value, decimals) or 0.0:{sign},.{decimals}f}"

    return write


def sentence(split: Split, month: str, most: int | None = None) -> str:
    """One effect in plain words: how much, how sure, and by which channels, the largest first.

    Args:
        most: name only so many channels, of those whose sign is clear.
    """
    *parts, whole = split.rows
    what = f"{label_of(split.name)} ({split.name})"
    if all(part.is_nothing for part in split.rows):
        return f"No change at all in {what} by {month}, by any channel."
    unit = "" if split.unit == "1" else f" {split.unit}"
    spread = f"[{figure_of(whole.p5)}, {figure_of(whole.p95)}]"
    up, down = f"{whole.share_positive:.0%}", f"{whole.share_negative:.0%}"
    if whole.sign:
        verb, agree = ("Raised", up) if whole.sign > 0 else ("Lowered", down)
        spread = spread if whole.sign > 0 else f"(effect {spread})"
        size = f"{figure_of(abs(whole.mean))}{unit} on average {spread}"
        told = f"{verb} {what} by {size} by {month}, in {agree} of worlds"
    else:
        size = f"{figure_of(whole.mean)}{unit} on average {spread}"
        told = f"Unclear: {what} by {month}: {size}, up in {up} of worlds, down in {down}"
    if most is not None:
        return f"{told}{_mostly(parts, writer(split), most)}."
    error = figure_of(split.sampling_error)
    sampled = f" (sampled: standard error of a part up to {error})" if split.sampling_error else ""
    return f"{told}: {_listed(parts, writer(split))}{sampled}."


def _large(parts: list[Part], write: Callable[[float], str]) -> list[Part]:
    """Parts that are not written as 0."""
    return [part for part in parts if set(write(part.mean)) & set("123456789")]


def _mostly(parts: list[Part], write: Callable[[float], str], most: int) -> str:
    """The largest parts whose sign is clear."""
    clear = [part for part in _large(parts, write) if part.sign][:most]
    named = ", ".join(f"{phrase(part.channel)} {write(part.mean)}" for part in clear)
    return f"; most by {named}" if named else "; by no channel whose sign is clear"


def _listed(parts: list[Part], write: Callable[[float], str]) -> str:
    """Parts whose sign is clear, then the others, then how many are too small to write."""
    large = _large(parts, write)
    clear, unclear = (
        ", ".join(f"{phrase(part.channel)} {write(part.mean)}" for part in some)
        for some in ([p for p in large if p.sign], [p for p in large if not p.sign])
    )
    small = len(parts) - len(large)
    near = f"{small} {'part' if small == 1 else 'parts'} near 0" if small else ""
    unclear = unclear and f"sign unclear: {unclear}"
    return "; ".join(one for one in (clear, unclear, near) if one)


def method(found: Explanation) -> str:
    """How the effect was split, and what the numbers are."""
    about = found.about
    count = len(about["channels"])
    how = (
        f"exact: all {2**count} sets of {count} channels"
        if found.is_exact
        else f"sampled: {about['orders']} orders of {count} channels, reverses counted,"
    )
    return (
        f"{about['scenario']['name']} against {about['against']['name']}, {found.month}, by "
        f"channel; {how} in each of {about['worlds']} paired worlds. "
        "Parts are means over worlds and add up; ranges are 5-95 % of worlds. Other ways: what "
        "is left with all of these channels off."
    )


def print_explanation(found: Explanation) -> None:
    """The effects in words, then a table of parts for each outcome."""
    from rich.console import Console

    print(f"{method(found)}\n")
    for split in found.splits.values():
        print(f"  {sentence(split, found.month)}\n")
    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    print("Means with their standard errors, and quantiles over worlds (?: sign unclear):\n")
    for split in found.splits.values():
        console.print(table(split), "")


def table(split: Split) -> Any:
    """Narrow enough for a terminal of 80 columns; `parts.csv` has more."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    found = Table(title=f"{split.name}, {split.unit}", title_justify="left", box=SIMPLE_HEAD)
    found.padding, found.show_edge, write = (0, 1, 0, 0), False, writer(split, LISTED)
    found.add_column("by", no_wrap=True)
    for head in ("mean", "error", "5 %", "median", "95 %", "up in", "sign"):
        found.add_column(head, justify="right", no_wrap=True)
    for part in split.rows:
        if part.channel == WHOLE:
            found.add_section()
        error = write(part.standard_error).lstrip("+")
        quantiles = map(write, (part.p5, part.median, part.p95))
        sign = "none" if part.is_nothing else {1: "+", -1: "-", 0: "?"}[part.sign]
        cells = [write(part.mean), error, *quantiles, f"{part.share_positive:.0%}", sign]
        found.add_row(phrase(part.channel), *cells)
    return found


def summary(found: Explanation) -> dict[str, Any]:
    """The JSON form: what `parts.csv` holds, and the sentences."""
    about = found.about
    outcomes = found.summary()
    for name, one in outcomes.items():
        one["words"] = sentence(found.splits[name], found.month)
    named = {"scenario": about["scenario"]["name"], "against": about["against"]["name"]}
    kept = ("month", "worlds", "seed", "channels", "orders")
    return named | {key: about[key] for key in kept} | {"outcomes": outcomes}
