"""Signposts in words: which observations tell most of each headline, and what each would mean.

>>> value(0.123, "share"), value(2.1e6, "H100e"), value(812.0, "1e3 chips"), value(0.61, "1")
('12 %', '2.1m H100e', '810,000 chips', '0.61')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.outcomes.presentation import POINTS, label_of, title_of
from sim.research.signposts.study import MAIN, MAIN_QUESTION, MEASURES, best_of
from sim.uncertainty.posterior import shipped
from viz.text import structures
from viz.text.format import (
    SHORT,
    amount,
    capitalised,
    counted,
    date,
    interval,
    percent,
    ranged,
    when,
)
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped
from viz.text.worlds import of_form

Found = Mapping[str, Any]  # what `sim.research.signposts.study.signposts` gives, or a part of it

LITTLE, MOST = 0.1, 0.5  # shares of a variance below which little, from which most, is learnt
SHOWN = 10  # signposts in a table of the terminal
THOUSANDS = "1e3 "  # how units of thousands begin
READING = (
    "Share of the variance and of the width of the 90 % range that the observation is expected to "
    "take away. {sign} Dash: not distinguishable from an observation without information. Errors "
    "of measurement and of the model are counted in."
)


SIGN = (
    "Sign: share of worlds in which the likelier sign, given the observation, is the true one, "
    "against {before} without it."
)
SAME_SIGN = (
    "With any of them the likelier sign is the true one in {after} of worlds; without, in {before}."
)


def value(amount_of: float, unit: str, digits: int = SHORT) -> str:
    """A value of a signpost with its unit."""
    if unit == "share":
        return percent(amount_of)
    if unit.startswith(THOUSANDS):
        amount_of, unit = 1e3 * amount_of, unit.removeprefix(THOUSANDS)
    return amount(amount_of, unit, digits)


def headline(one: Found) -> str:
    """What a headline is about, in a sentence."""
    if one["is_level"]:
        return f"{label_of(one['name'])} as enacted in {date(one['month'])}"
    return f"the effect of the controls on {label_of(one['name'])} by {date(one['month'])}"


def title(one: Found) -> str:
    """A headline in a table."""
    level = " (level)" if one["is_level"] else ""
    return f"{title_of(one['name'])}{level}, {one['month'][:4]}"


def now(one: Found) -> str:
    """A headline before anything is observed: `-11 % [-76, 12], below 0 in 91 % of worlds`."""
    spread = ranged(one["median"], one["p5"], one["p95"], one["unit"], SHORT)
    return f"{spread}, {sign(one['positive'])}"


def third(one: Found, numbers: Sequence[float]) -> str:
    """A headline in a third of the worlds, in the same words."""
    middle, low, high, positive = numbers
    return f"{ranged(middle, low, high, one['unit'], SHORT)}, {sign(positive)}"


def sign(positive: float) -> str:
    """The more frequent sign: `below 0 in 91 % of worlds`."""
    side, share = ("above", positive) if positive >= 0.5 else ("below", 1 - positive)
    return f"{side} 0 in {percent(share)} of worlds"


def agreement(one: Found) -> float:
    """Share of worlds that have the more frequent sign of a headline."""
    return max(one["positive"], one["negative"])


def observation(row: Found) -> str:
    """What is observed, and when it is known."""
    return f"{row['title']}, {date(row['month'])} (known in {date(row['known'])})"


def answer(found: Found) -> str:
    """How much will be known of the main question, what tells of it, and what of any sign."""
    one = found["headlines"][MAIN_QUESTION]
    share = one["together"]["variance"]
    how = "Little" if share < LITTLE else "Most" if share >= MOST else "Some"
    return (
        f"{how} will be known to the end of 2028 of {headline(one)}, {now(one)}: all "
        f"{len(found['signposts'])} observations together are expected to take away "
        f"at least {percent(share)} of its variance. {tells(found, MAIN_QUESTION)} "
        f"{of_any_sign(found)}"
    )


def over_all_forms(found: Found) -> str:
    """The effect of the main question over all forms; empty where worlds are not the usual ones."""
    is_usual = found["about"]["ensemble"].get("posterior") == shipped().name
    name = found["headlines"][MAIN_QUESTION]["name"]
    return structures.together(structures.recorded(), name) if is_usual else ""


def of_headline(found: Found, key: str) -> str:
    """A headline now, and what tells most of it."""
    one = found["headlines"][key]
    return f"{capitalised(headline(one))} is {now(one)}. {tells(found, key)}"


def tells(found: Found, key: str) -> str:
    """What tells most of a headline."""
    best = best_of(found["signposts"], key)
    if not best:
        return "No observation can be distinguished from one without information."
    row, gain = best[0], best[0]["gains"][key]
    names = {"variance": "the variance", "width": "the 90 % range"}
    gone = [f"{percent(gain[name])} of {words}" for name, words in names.items() if gain[name]]
    gone = gone or [f"{percent(gain['sign'])} of the uncertainty of the sign"]
    return (
        f"Most is learnt from {lower(observation(row))}: it is expected to take away "
        f"{' and '.join(gone)}{_with_others(found, key, row)}. {of_sign(found, key, row)}"
    )


def _with_others(found: Found, key: str, row: Found) -> str:
    """What an observation tells together with the others of the best set."""
    best = found["headlines"][key]["best"]
    if not best or best[-1]["variance"] <= row["gains"][key]["variance"]:
        return ""
    rows = {one["key"]: one for one in found["signposts"]}
    others = [rows[step["key"]] for step in best if step["key"] != row["key"]]
    names = " and ".join(f"{lower(one['title'])} in {one['month'][:4]}" for one in others)
    return f"; with {names} {percent(best[-1]['variance'])} of the variance"


def of_sign(found: Found, key: str, row: Found) -> str:
    """What an observation does for the sign."""
    before = percent(agreement(found["headlines"][key]))
    after = percent(row["gains"][key]["agreement"])
    if before == "100 %":
        return "The sign is known already."
    if after == before or not row["gains"][key]["sign"]:
        return f"The sign is then guessed right in {before} of worlds, as it is now."
    return f"The sign is then guessed right in {after} of worlds, now in {before}."


def of_any_sign(found: Found) -> str:
    """By how much any observation helps to guess the sign of any headline."""
    rises = [
        gain["agreement"] - agreement(found["headlines"][key])
        for row in found["signposts"]
        for key, gain in row["gains"].items()
        if gain["sign"]
    ]
    most = 100 * max(rises, default=0.0)
    if most < 1:
        return (
            "No single observation raises the share of worlds in which the sign of a headline is "
            "guessed right by a percentage point."
        )
    return (
        "The share of worlds in which the sign of a headline is guessed right rises by "
        f"{most:.0f} {POINTS} at most with a single observation."
    )


def lower(text: str) -> str:
    """A title inside a sentence; names keep their capitals."""
    first, _, _ = text.partition(" ")
    is_name = first[:2].isupper() or first.rstrip("'s,") in NAMES
    return text if is_name else f"{text[:1].lower()}{text[1:]}"


NAMES = {"Huawei", "Chinese-made", "Chinese", "OpenAI", "Anthropic", "DeepSeek", "ByteDance"}
NAMES |= {"Nvidia", "China/US"}


def meaning(found: Found, row: Found, key: str) -> str:
    """What each outcome of a signpost would mean for a headline."""
    one, gain = found["headlines"][key], row["gains"][key]
    low, high = (value(limit, row["unit"]) for limit in row["thirds"])
    below, between, above = (third(one, numbers) for numbers in gain["thirds"])
    return (
        f"If it is above {high} (upper third of worlds), {headline(one)} moves to {above}; below "
        f"{low} (lower third), to {below}; in between it is {between}."
    )


def silent(found: Found) -> list[str]:
    """Titles of series that inform no headline, as far as these worlds show."""
    useful = {
        row["series"]
        for row in found["signposts"]
        for gain in row["gains"].values()
        if any(gain[name] for name in MEASURES)
    }
    titles = {row["series"]: row["title"] for row in found["signposts"]}
    return [name for series, name in titles.items() if series not in useful]


def table_of_headlines(found: Found, keys: Sequence[str]) -> Table:
    """A row for each headline, with the signpost that tells most of it."""
    rows = []
    for key in keys:
        one, best = found["headlines"][key], best_of(found["signposts"], key)
        gain = best[0]["gains"][key] if best else dict.fromkeys(MEASURES, 0.0)
        now = amount(one["median"], one["unit"].replace(POINTS, "points"), SHORT)
        spread = f"{now}\n{interval(one['p5'], one['p95'], SHORT)}"
        name = f"{best[0]['title']}, {best[0]['month'][:4]}" if best else "none"
        cells = [gone(gain["variance"]), gone(gain["width"])]
        rows.append([title(one), spread, percent(agreement(one)), name, *cells])
    head = ["headline", "now", "agree", "tells most", "variance", "range"]
    texts = ("headline", "now", "tells most")
    return Table("What tells most", head, rows, texts, is_tight=True)


def gone(share: float) -> str:
    """A share that is expected to go; a dash where chance would do as much."""
    return percent(share) if share else "-"


def table_of_signposts(found: Found, key: str, most: int = SHOWN) -> Table:
    """The signposts that tell most of a headline, the best month of each series."""
    rows = []
    for row in best_of(found["signposts"], key)[:most]:
        gain = row["gains"][key]
        shares = [gone(gain["variance"]), gone(gain["width"]), percent(gain["agreement"])]
        rows.append([f"{row['title']}, {row['month'][:4]}", when(row["known"]), *shares])
    head = ["observation", "known", "variance", "range", "sign"]
    if signs_alike(rows):  # said once, in the sentence below the table
        head, rows = head[:-1], [row[:-1] for row in rows]
    subject = headline(found["headlines"][key])
    return Table(f"What tells most of {subject}", head, rows, ("observation",))


def signs_alike(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the last cell, on the sign, is the same in all rows."""
    return len({row[-1] for row in rows}) == 1


def reading(found: Found, key: str, shown: Table) -> str:
    """How to read the table of signposts of a headline."""
    before = percent(agreement(found["headlines"][key]))
    if shown.head[-1] == "sign":
        return READING.format(sign=SIGN.format(before=before))
    after = percent(best_of(found["signposts"], key)[0]["gains"][key]["agreement"])
    return READING.format(sign=SAME_SIGN.format(before=before, after=after))


def print_signposts(found: Found, key: str) -> None:
    """Print the answer, what tells most of each headline, and the ranking for one of them."""
    about, fitted = found["about"], found["about"]["ensemble"]
    until = f" that fit history to {date(fitted['until'])}" if "until" in fitted else ""
    whole = f"{counted(about['worlds'], 'world')}{of_form(about)}"
    say_wrapped(f"In this model, in {whole}{until}:")
    say_wrapped(answer(found), indent=2)
    if forms := over_all_forms(found):
        say_wrapped(forms, indent=2)
    first = [
        row for series in found["first"] for row in found["signposts"] if row["series"] == series
    ]
    titles = list(dict.fromkeys(lower(row["title"]) for row in first))
    say_wrapped(f"To watch first: {'; '.join(titles)}.", indent=2)
    say()
    shown = table_of_headlines(found, MAIN)
    say_wrapped(
        f"{shown.title} of the main headlines (--headline NAME for another); agree: worlds that "
        "have the more frequent sign."
    )
    print_table(shown.untitled())
    say()
    _print_ranking(found, key)
    if nothing := silent(found):
        say_wrapped(f"No better than chance for any headline: {'; '.join(map(lower, nothing))}.")


def _print_ranking(found: Found, key: str) -> None:
    shown = table_of_signposts(found, key)
    if not shown.rows:
        say_wrapped(of_headline(found, key))
        return
    say_wrapped(f"{shown.title}:")
    print_table(shown.untitled())
    say_wrapped(reading(found, key, shown))
    say()
    best = best_of(found["signposts"], key)[0]
    say_wrapped(f"{observation(best)}; {best['publisher']}. {meaning(found, best, key)}")


def summary(found: Found) -> dict[str, Any]:
    """The JSON form: the numbers, and the sentences."""
    words = {key: of_headline(found, key) for key in found["headlines"]}
    return {**found, "answer": answer(found), "words": words}
