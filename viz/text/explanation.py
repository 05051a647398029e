"""An effect split by channel, instrument or act: sentences, tables, one JSON object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sim.experiments.explain import HEADLINES
from sim.experiments.parts import Explanation, Part, Split
from sim.outcomes.presentation import PERCENT, POINTS, presentation_of, title_of
from viz.text.acts import with_act_names
from viz.text.binding import CHIPS, why_nothing
from viz.text.format import aligned, counted, date, number, percent
from viz.text.format import unit as unit_after
from viz.text.notes import notes_on
from viz.text.sentences import effect, phrase, shown
from viz.text.structures import MONTH, SHOWN, beside
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped
from viz.text.worlds import of_form

OTHER_WAYS = {  # what the part `OTHER` is
    "channel": "what is left with all of these channels off",
    "instrument": "what else differs between the two, beside acts",
    "act": "what else differs between the two, beside acts",
}
LOOKS = (
    "Blue raises, vermilion lowers; pale: the sign is unclear. Lines: 90 % of worlds (uncertain "
    "parameters, and luck); dots: medians."
)
IN_PERCENT = (
    "Effects on efficiency compound: in each world a part in percent is its share of the effect "
    "on the logarithm, times the whole effect in percent."
)
FIRST = 3  # effects that are printed, unless all are asked for or some were chosen
LARGEST = 5  # parts that are named of each effect, unless all are asked for
SIZES = ("mean", "median", "p5", "p95", "standard_error", "sampling_error")  # in the unit
SIGNS = {1: "+", -1: "-", 0: "?"}


def writer(split: Split, digits: int = 2) -> Callable[[float], str]:
    """Writes numbers of one split alike, so that a reader can add them: `+5.2`, `-0.6`, `0.0`."""
    return aligned((part.mean for part in in_points(split).rows), digits)


def compared(explanation: Explanation) -> str:
    """What was split: `“As enacted” against “No controls” in December 2030, by channel`."""
    a, b = (explanation.about[role]["title"] for role in ("scenario", "against"))
    return f"“{a}” against “{b}” in {date(explanation.month)}, by {explanation.by}"


def sentence(
    explanation: Explanation, name: str, most: int | None = None, show_name: bool = False
) -> str:
    """One effect as a sentence: how sure, how much, and by which parts, the largest first.

    Args:
        name: of the outcome.
        most: name only so many parts, of those whose sign is clear.
        show_name: with the name that programs use for the outcome.
    """
    split = explanation.splits[name]
    whole = effect(explanation.verdict(name), show_name)
    if not split.share_defined or all(part.is_nothing for part in split.rows):
        return whole
    *parts, mean = in_points(split).rows
    write, unit = writer(split), shown(in_points(split).unit)
    if most is not None:
        return f"{whole} On average {write(mean.mean)} {unit}{_largest(parts, write, most)}"
    error = number(in_points(split).sampling_error, 2)
    sampled = f" (a part may be off by about {error}: orders are sampled)"
    return (
        f"{whole} On average {write(mean.mean)} {unit}: {_all(parts, write)}"
        f"{sampled if split.sampling_error else ''}."
    )


def in_points(split: Split) -> Split:
    """A split; a share in percentage points, which add up as it does."""
    if split.unit != "share":
        return split
    rows = [
        replace(part, **{name: 100 * getattr(part, name) for name in SIZES}) for part in split.rows
    ]
    return Split(split.name, POINTS, rows)


def _large(parts: list[Part], write: Callable[[float], str]) -> list[Part]:
    """Parts that are not written as 0."""
    return [part for part in parts if set(write(part.mean)) & set("123456789")]


def _named(parts: list[Part], write: Callable[[float], str]) -> str:
    return ", ".join(f"{phrase(part.channel)} {write(part.mean)}" for part in parts)


def _largest(parts: list[Part], write: Callable[[float], str], most: int) -> str:
    """The largest parts whose sign is clear, as the end of a sentence."""
    named = _named([part for part in _large(parts, write) if part.sign][:most], write)
    return f", in parts (the largest): {named}." if named else "; no part has a clear sign."


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
        f"How it was split (Shapley values): {how} in each of {about['worlds']} paired worlds. "
        "Parts are means over worlds and add up; ranges hold 90 % of worlds; ? marks an open sign. "
        f"Other ways: {OTHER_WAYS[by]}. {note_on_percent(explanation)}".rstrip()
    )


def note_on_percent(explanation: Explanation) -> str:
    """How parts of an effect that compounds are given in percent; empty where there are none."""
    splits = explanation.splits.values()
    if any(one.unit == PERCENT and presentation_of(one.name).effect == "log" for one in splits):
        return f"{IN_PERCENT} "
    return ""


def print_explanation(explanation: Explanation, in_full: bool = False) -> None:
    """Print the effects in sentences with their parts, then the parts of the first in a table.

    Args:
        in_full: the table of every effect.
    """
    explanation = with_act_names(explanation)
    about = explanation.about
    first, second = (f"“{about[role]['title']}”" for role in ("scenario", "against"))
    compared = f"{first} compared with {second}, by {explanation.by}"
    say_wrapped(f"{compared}: {in_which_worlds(about)}. In this model:")
    say()
    names = list(explanation.splits) if in_full else asked_first(explanation)
    for name in names:
        say_wrapped(sentence(explanation, name, None if in_full else LARGEST), indent=2)
    if why := why_little(explanation):
        say_wrapped(why, indent=2)
    if SHOWN[0] in names and explanation.month == MONTH and (forms := beside(about)):
        say_wrapped(forms, indent=2)
    say()
    splits = [one for one in map(explanation.splits.get, names) if one and one.share_defined]
    for split in splits if in_full else splits[:1]:
        print_table(table(split))
        say()
    say_wrapped(method(explanation))
    for text in notes_on(about):
        say_wrapped(f"Note: {text}")
    if not in_full and len(explanation.splits) > 1:
        say_wrapped("More: --all prints every effect with its table; parts.csv has all parts.")


def in_which_worlds(about: dict[str, Any]) -> str:
    """In how many worlds of which form whole effects are judged, and in how many they are split."""
    whole = about.get("verdict_worlds", about["worlds"])
    worlds = f"{counted(whole, 'paired world')}{of_form(about['scenario'])}"
    few = about["worlds"] < whole
    return f"whole effects in {worlds}, parts in {about['worlds']} of them" if few else worlds


def asked_first(explanation: Explanation) -> list[str]:
    """Effects that are printed unless all are asked for: what the scenario asks about, first."""
    names = list(explanation.splits)
    if set(names) != set(HEADLINES):  # somebody chose them
        return names
    asked = explanation.about["scenario"]["resolved"].get("question") or {}
    own = [name for name in asked.get("outcomes", ()) if name in names]
    return list(dict.fromkeys([*own, *names]))[:FIRST]


def why_little(explanation: Explanation) -> str:
    """What binds instead, where a lever on tools, memory or dies moved little of chips."""
    splits = explanation.splits
    moved = [name for name in CHIPS if name in splits and splits[name].rows[-1].sign]
    asked = any(name in splits for name in CHIPS)
    return why_nothing(explanation.about, explanation.month) if asked and not moved else ""


def table(split: Split) -> Table:
    """The parts, narrow enough for a terminal of 80 columns; `parts.csv` has more."""
    split = in_points(split)
    write = writer(split, digits=3)
    rows = []
    for part in split.rows:
        error = write(part.standard_error).lstrip("+")
        quantiles = map(write, (part.p5, part.median, part.p95))
        sign = "none" if part.is_nothing else SIGNS[part.sign]
        up = percent(part.share_positive)
        rows.append([phrase(part.channel), write(part.mean), error, *quantiles, up, sign])
    head = ["by", "mean", "error", "5 %", "median", "95 %", "up in", "sign"]
    title = ", ".join(filter(None, [title_of(split.name), unit_after(split.unit)]))
    return Table(title, head, rows, ("by",), is_last_apart=True)


def summary(explanation: Explanation) -> dict[str, Any]:
    """The JSON form: what `parts.csv` holds, and the sentences."""
    about = explanation.about
    outcomes = explanation.summary()
    for name, split in outcomes.items():
        split["words"] = sentence(explanation, name, show_name=True)
    names = {"scenario": about["scenario"]["name"], "against": about["against"]["name"]}
    split_by = {"by": explanation.by, f"{explanation.by}s": explanation.players}
    keys = ("month", "worlds", "seed", "orders")
    found = notes_on(about)
    head = names | {key: about[key] for key in keys} | split_by
    return head | ({"notes": found} if found else {}) | {"outcomes": outcomes}
