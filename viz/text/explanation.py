"""An effect split by channel, instrument or act: sentences, tables, one JSON object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.experiments.parts import Explanation, Part, Split
from viz.text.binding import CHIPS, why_nothing
from viz.text.format import aligned, number, percent
from viz.text.notes import notes_on
from viz.text.sentences import change, label, phrase, size_of_change, with_gaps
from viz.text.tables import Table
from viz.text.terminal import print_table, say

OTHER_WAYS = {  # what the part `OTHER` is
    "channel": "what is left with all of these channels off",
    "instrument": "what else differs between the two, beside acts",
    "act": "what else differs between the two, beside acts",
}
SIGNS = {1: "+", -1: "-", 0: "?"}


def writer(split: Split, digits: int = 2) -> Callable[[float], str]:
    """Writes numbers of one split alike, so that a reader can add them: `+5.2`, `-0.6`, `0.0`."""
    return aligned((part.mean for part in split.rows), digits)


def sentence(
    split: Split,
    month: str,
    most: int | None = None,
    show_name: bool = False,
    undefined: str = "",
) -> str:
    """One effect as a sentence: how much, how sure, and by which parts, the largest first.

    Args:
        most: name only so many parts, of those whose sign is clear.
        show_name: with the name that programs use for the outcome.
        undefined: in how many worlds it is not defined, and why (`Explanation.undefined`).
    """
    what = label(split.name, show_name)
    if not split.share_defined:
        return f"No effect on {what} in {month}: it is {undefined}."
    return with_gaps(_defined(split, month, what, most), undefined)


def told(explanation: Explanation, name: str, show_name: bool = True) -> str:
    """One effect of an explanation as a sentence."""
    split = explanation.splits[name]
    undefined = explanation.undefined(split)
    return sentence(split, explanation.month, show_name=show_name, undefined=undefined)


def _defined(split: Split, month: str, what: str, most: int | None) -> str:
    """The sentence on the worlds in which the effect is defined."""
    *parts, whole = split.rows
    if all(part.is_nothing for part in split.rows):
        return f"No change at all in {what} by {month}, in any part."
    size = size_of_change(whole.sign, whole.mean, whole.p5, whole.p95, split.unit, " on average")
    changed = change(what, month, whole.sign, size, whole.share_positive, whole.share_negative)
    if most is not None:
        return f"{changed}{_largest(parts, writer(split), most)}."
    error = number(split.sampling_error)
    sampled = f" (sampled: standard error of a part up to {error})" if split.sampling_error else ""
    return f"{changed}: {_all(parts, writer(split))}{sampled}."


def _large(parts: list[Part], write: Callable[[float], str]) -> list[Part]:
    """Parts that are not written as 0."""
    return [part for part in parts if set(write(part.mean)) & set("123456789")]


def _named(parts: list[Part], write: Callable[[float], str]) -> str:
    return ", ".join(f"{phrase(part.channel)} {write(part.mean)}" for part in parts)


def _largest(parts: list[Part], write: Callable[[float], str], most: int) -> str:
    """The largest parts whose sign is clear."""
    clear = [part for part in _large(parts, write) if part.sign][:most]
    named = _named(clear, write)
    return f"; most by {named}" if named else "; by nothing whose sign is clear"


def _all(parts: list[Part], write: Callable[[float], str]) -> str:
    """Parts whose sign is clear, then the others, then how many are too small to write."""
    large = _large(parts, write)
    clear = _named([part for part in large if part.sign], write)
    unclear = _named([part for part in large if not part.sign], write)
    small = len(parts) - len(large)
    clauses = (
        clear,
        unclear and f"sign unclear: {unclear}",
        f"{small} {'part' if small == 1 else 'parts'} near 0" if small else "",
    )
    return "; ".join(clause for clause in clauses if clause)


def method(explanation: Explanation) -> str:
    """How the effect was split, and what the numbers are."""
    about, by = explanation.about, explanation.by
    count = len(explanation.players)
    what = f"{count} {by}" if count == 1 else f"{count} {by}s"
    how = (
        f"exact: all {2**count} sets of {what}"
        if explanation.is_exact
        else f"sampled: {about['orders']} orders of {what}, reverses counted,"
    )
    return (
        f"{about['scenario']['name']} against {about['against']['name']}, {explanation.month}, by "
        f"{by}; {how} in each of {about['worlds']} paired worlds. "
        "Parts are means over worlds and add up; ranges are 5-95 % of worlds. Other ways: "
        f"{OTHER_WAYS[by]}."
    )


def print_explanation(explanation: Explanation) -> None:
    """Print the effects in sentences, then a table of parts for each outcome."""
    say(f"{method(explanation)}\n")
    for text in notes_on(explanation.about):
        say(f"Note: {text}\n")
    for name in explanation.splits:
        say(f"  {told(explanation, name)}\n")
    if why := why_little(explanation):
        say(f"  {why}\n")
    say("Means with their standard errors, and quantiles over worlds (?: sign unclear):\n")
    for split in explanation.splits.values():
        if split.share_defined:
            print_table(table(split))


def why_little(explanation: Explanation) -> str:
    """What binds instead, where a lever on tools, memory or dies moved little of chips."""
    splits = explanation.splits
    moved = [name for name in CHIPS if name in splits and splits[name].rows[-1].sign]
    asked = any(name in splits for name in CHIPS)
    return why_nothing(explanation.about, explanation.month) if asked and not moved else ""


def table(split: Split) -> Table:
    """The parts, narrow enough for a terminal of 80 columns; `parts.csv` has more."""
    write = writer(split, digits=3)
    rows = []
    for part in split.rows:
        error = write(part.standard_error).lstrip("+")
        quantiles = map(write, (part.p5, part.median, part.p95))
        sign = "none" if part.is_nothing else SIGNS[part.sign]
        up = percent(part.share_positive)
        rows.append([phrase(part.channel), write(part.mean), error, *quantiles, up, sign])
    head = ["by", "mean", "error", "5 %", "median", "95 %", "up in", "sign"]
    return Table(f"{split.name}, {split.unit}", head, rows, ("by",), is_last_apart=True)


def summary(explanation: Explanation) -> dict[str, Any]:
    """The JSON form: what `parts.csv` holds, and the sentences."""
    about = explanation.about
    outcomes = explanation.summary()
    for name, split in outcomes.items():
        split["words"] = told(explanation, name)
    names = {"scenario": about["scenario"]["name"], "against": about["against"]["name"]}
    split_by = {"by": explanation.by, f"{explanation.by}s": explanation.players}
    keys = ("month", "worlds", "seed", "orders")
    found = notes_on(about)
    head = names | {key: about[key] for key in keys} | split_by
    return head | ({"notes": found} if found else {}) | {"outcomes": outcomes}
