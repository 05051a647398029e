"""What binds, in words: which limits hold Chinese chips and US compute back, in how many worlds.

>>> held_back("In 2026", {"china_tools": 0.02, "china_memory": 0.71, "us_power": 0.8})
'In 2026 Chinese chips are held back by memory in 71 % of worlds and hardly by tools (2 %); \
US compute by power in 80 % of worlds.'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.experiments.what_binds import WhatBinds
from sim.outcomes.binding import BY_NAME, COUNTS, INDICATED, MONTHS, RAISED
from sim.record.results import Results
from viz.text.format import capitalised, counted, date, percent, signed_percent, when
from viz.text.tables import Table
from viz.text.terminal import print_table, say, say_wrapped

HARDLY = 0.05  # share of worlds below which a limit hardly binds
HALF = 0.5
PREFIX = "binds_"
LEVERS = {  # instruments that deny an input of Chinese chips, and the limit they tighten
    "tool_control": "china_tools",
    "allied_alignment": "china_tools",
    "hbm_control": "china_memory",
    "foundry_rule": "",  # no indicator of dies is good enough
}
CHIPS = ("china_compute", "compute_ratio", "domestic_share")  # what such a lever would move
METHOD = (
    f"A limit binds in a world if {100 * (RAISED - 1):.0f} % more of it alone, for {MONTHS} "
    f"months, gives over {100 * COUNTS:.0f} % more Chinese chips (or US compute with power) in "
    "these months. Several limits, or none, may bind in a world."
)


def held_back(when: str, shares: Mapping[str, float]) -> str:
    """What holds back Chinese chips and US compute.

    Args:
        when: the start of the sentence, `"In 2026"`.
        shares: share of worlds in which a limit binds, by its name.
    """
    chips = {name: share for name, share in shares.items() if BY_NAME[name].is_of_chips}
    compute = {name: share for name, share in shares.items() if name not in chips}
    subjects = ("Chinese chips are held back", chips), ("US compute", compute)
    texts = [f"{subject} {_by(some)}" for subject, some in subjects if some]
    return f"{when} {'; '.join(texts)}.".strip()


def _by(shares: Mapping[str, float]) -> str:
    """By which limits, the most frequent first."""
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    large = [(BY_NAME[name].words, share) for name, share in ranked if share >= HARDLY]
    small = [(BY_NAME[name].words, share) for name, share in ranked if share < HARDLY]
    texts = []
    if large:
        first, *others = large
        named = [f"{first[0]} in {percent(first[1])} of worlds"]
        named += [f"{words} in {percent(share)}" for words, share in others]
        texts.append(f"by {', '.join(named)}")
    if small:
        texts.append(f"hardly by {', '.join(f'{words} ({percent(s)})' for words, s in small)}")
    return " and ".join(texts)


def shares_of_run(results: Results) -> dict[str, np.ndarray]:
    """Share of worlds in which each limit binds by month, `[month]`, as far as a run shows it."""
    names = [name for name in INDICATED if f"{PREFIX}{name}" in results.names]
    return {name: results.outcomes[f"{PREFIX}{name}"].values.mean(axis=1) for name in names}


def lines_of_run(results: Results) -> list[str]:
    """Two sentences on what binds in a run: in its last twelve months, and since when."""
    shares = shares_of_run(results)
    chips = {name: by_month for name, by_month in shares.items() if BY_NAME[name].is_of_chips}
    if not shares:
        return []
    months = results.months
    last = {name: float(by_month[-1]) for name, by_month in shares.items()}
    now = held_back(f"In the twelve months to {date(months[-1])}", last)
    begun = "; ".join(_since(name, months, by_month) for name, by_month in chips.items())
    return [now, f"{capitalised(begun)}."] if begun else [now]


def lines_at(months: Sequence[str], month: int, worlds: Mapping[str, np.ndarray]) -> str:
    """What bound in the twelve months to a month.

    Args:
        worlds: outcomes by name, `[month, world]`.
    """
    shares = {
        name: float(worlds[f"{PREFIX}{name}"][month].mean())
        for name in INDICATED
        if f"{PREFIX}{name}" in worlds
    }
    return held_back(f"In the twelve months to {date(months[month])}", shares) if shares else ""


def _since(name: str, months: Sequence[str], by_month: np.ndarray) -> str:
    """In which month a limit is first found to bind in more than half of the worlds."""
    words, over = BY_NAME[name].words, np.flatnonzero(by_month > HALF)
    if not over.size:
        most = float(by_month.max())
        return f"{words} never in more than {percent(most)} of worlds"
    return f"{words} in more than half of worlds first in {date(months[over[0]])}"


def why_nothing(about: Mapping[str, Any], month: str) -> str:
    """Why a lever on tools, memory or dies moved little: what binds when it first acts.

    Args:
        about: provenance of a comparison or an explanation.
        month: in which nothing moved.

    Returns:
        a sentence; empty where no such lever differs or nothing is known of what binds.
    """
    binds = about.get("binds") or {}
    acts = _differing(about)
    if not binds or not acts:
        return ""
    labels, shares = binds["months"], binds["shares"]
    day, limit = min(acts)
    at = min(sum(label < day[:7] for label in labels), len(labels) - 1)
    if labels[at] >= month:
        return ""
    of_chips = [name for name in shares if BY_NAME[name].is_of_chips]
    now = {name: float(shares[name][at]) for name in of_chips}
    year = f"the twelve months to {labels[at]}"
    rival = max((name for name in now if name != limit), key=lambda name: now[name], default="")
    if not limit or not rival or now[rival] <= now[limit]:
        return held_back(f"In {year}", now)
    words, others = BY_NAME[limit].words, BY_NAME[rival].words
    return (
        f"In {year}, Chinese chips were held back by {words} in {percent(now[limit])} of worlds, "
        f"and by {others} in {percent(now[rival])}."
    )


def _differing(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Day and limit of each act on an input of Chinese chips that only one scenario has so."""
    ours, theirs = (about[role]["resolved"] for role in ("scenario", "against"))
    found = []
    for name in {**ours.get("events", {}), **theirs.get("events", {})}:
        acts = [_in_force(one, name) for one in (ours, theirs)]
        if acts[0] != acts[1]:
            act = acts[0] or acts[1]
            if act and act["instrument"] in LEVERS:
                found.append((str(act["effective"]), LEVERS[act["instrument"]]))
    return found


def _in_force(tree: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """An act of a scenario; None if it has none of that name, or does not enact it."""
    act = tree.get("events", {}).get(name)
    if act is None or not act.get("active", True):
        return None
    government = tree["regulators"].get(act["by"], {})
    return None if act["instrument"] in government.get("withholds", ()) else act


def table(found: WhatBinds) -> Table:
    """Share of worlds in which each limit binds, with the median rise, by date."""
    rows = []
    for name in found.rises:
        limit = BY_NAME[name]
        what = "Chinese chips" if limit.is_of_chips else "US compute"
        cells = [
            f"{percent(found.share(name, month))} ({signed_percent(float(np.median(rises)))})"
            for month, rises in zip(found.dates, found.rises[name], strict=True)
        ]
        rows.append([what, limit.words, *cells])
    title = f"What binds: share of {found.about['worlds']} worlds (median rise of the output)"
    return Table(title, ["output", "limit", *map(when, found.dates)], rows, ("output", "limit"))


def sentences(found: WhatBinds) -> list[str]:
    """A sentence for each date."""
    return [
        held_back(
            f"In the twelve months from {date(month)}",
            {name: found.share(name, month) for name in found.rises},
        )
        for month in found.dates
    ]


def print_binding(found: WhatBinds) -> None:
    """Print what binds as sentences, a table, and how it was found."""
    about = found.about
    worlds = counted(about["worlds"], "world")
    say_wrapped(f"{about['scenario']['title']}: what binds, in {worlds}. In this model:")
    for sentence in sentences(found):
        say_wrapped(sentence, indent=2)
    say()
    shown = table(found)
    say_wrapped(f"{shown.title}:")
    print_table(shown.untitled())
    say_wrapped(METHOD)


def summary(found: WhatBinds) -> dict[str, Any]:
    """The JSON form: the shares, and the sentences."""
    about = found.about
    return {
        "scenario": about["scenario"]["name"],
        "worlds": about["worlds"],
        "seed": about["seed"],
        "limits": found.summary(),
        "words": sentences(found),
    }
