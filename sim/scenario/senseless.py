"""What is well formed in a scenario and cannot mean anything.

Circles, rules of a country against itself, ties that nothing flows along, two answers to one
question, dates outside every possible run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sim.core.calendar import Calendar, parse_month
from sim.scenario.actors import ACTORS
from sim.scenario.errors import Finding, cut
from sim.scenario.plain_tables import names_in, rows_of, texts_in
from sim.scenario.texts import STARTS

FEW = 3  # dates before the start that are reported one by one
MOST_MONTHS = 600  # of a run
TIES = {"foundries": ("suppliers",), "suppliers": ("labs", "clouds")}  # who gives to whom
LISTING = "entity_listing"
DATES = {  # of tables whose rows happen on a day: the first, and those after it
    "events": ("announced", "effective", "ends"),
    "breakthroughs": ("date",),
    "incidents": ("date", "ends"),
    "reactions": ("since",),
    "changes": ("from", "to"),
}


def senseless(tree: dict) -> Iterator[Finding]:
    """What cannot mean anything in plain tables, of which some may be malformed."""
    yield from _wrong_supersedes(tree)
    yield from _against_itself(tree)
    yield from _wrong_ties(tree)
    yield from _wrong_correlations(tree)
    start: Any = tree.get("start")
    if _is_month(start) and STARTS[0] <= start <= STARTS[1]:
        yield from _too_early(tree, start)
        yield from _never(tree, start)


def _wrong_supersedes(tree: dict) -> Iterator[Finding]:
    """Acts that supersede themselves, an act of another instrument, or each other."""
    events = dict(rows_of(tree, "events"))
    older: dict[str, list[str]] = {}
    for name, event in events.items():
        key = f"events.{name}.supersedes"
        older[name] = [other for other in texts_in(event.get("supersedes")) if other != name]
        if name in texts_in(event.get("supersedes")):
            yield Finding(key, "names the event itself", "name older events")
        for other in older[name]:
            ours, theirs = event.get("instrument"), events.get(other, {}).get("instrument")
            if None not in (ours, theirs) and ours != theirs:
                wrong = f"'{other}' is a {theirs}, this is a {ours}"
                yield Finding(key, wrong, "an act supersedes its own kind")
    if circle := _circle(older):
        wrong = f"goes in a circle: {' -> '.join(circle)}"
        first, second = (f"events.{name}.supersedes" for name in circle[:2])
        yield Finding(first, wrong, "an act supersedes older ones", second)


def _circle(leads_to: Mapping[str, Iterable[str]]) -> list[str]:
    """Names that lead back to the first of them, if there are such."""
    try:
        TopologicalSorter(leads_to).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _against_itself(tree: dict) -> Iterator[Finding]:
    """Export rules, listings and reactions of a government against its own bloc."""
    blocs = {name: row.get("bloc") for name, row in rows_of(tree, "regulators")}
    labs = {name: row.get("bloc") for name, row in rows_of(tree, "labs")}
    for table in ("events", "reactions"):
        for name, row in rows_of(tree, table):
            by, destination = row.get("by"), row.get("destination")
            own = blocs.get(by) if isinstance(by, str) else None
            if own is not None and destination == own:
                wrong = f"'{destination}' is the bloc of '{by}' itself"
                hint = "a rule on exports and its like name another bloc"
                yield Finding(f"{table}.{name}.destination", wrong, hint)
            listed = texts_in(row.get("targets")) if row.get("instrument") == LISTING else []
            if home := [lab for lab in listed if own is not None and labs.get(lab) == own]:
                wrong = f"'{home[0]}' is at home in the bloc of '{by}'"
                yield Finding(f"{table}.{name}.targets", wrong, "a listing names labs abroad")


def _wrong_ties(tree: dict) -> Iterator[Finding]:
    """Ties of an actor to itself, or between actors of which none gives to the other."""
    tables = {name: table for table in ACTORS for name in names_in(tree, table)}
    for name, row in rows_of(tree, "ties"):
        giver, taker = row.get("giver"), row.get("taker")
        if not (isinstance(giver, str) and isinstance(taker, str)):
            continue
        if giver == taker:
            wrong = f"ties '{giver}' to itself"
            yield Finding(f"ties.{name}.taker", wrong, "name two different actors")
        elif {giver, taker} <= tables.keys() and tables[taker] not in TIES.get(tables[giver], ()):
            wrong = f"nothing flows from [{tables[giver]}] to [{tables[taker]}]"
            hint = "a foundry gives to a supplier, a supplier to a lab or a cloud"
            yield Finding(f"ties.{name}", wrong, hint)


def _wrong_correlations(tree: dict) -> Iterator[Finding]:
    """Correlations of a number with itself, twice of one pair, or in a circle."""
    first: dict[frozenset[str], str] = {}
    leads_to: dict[str, list[str]] = {}
    for name, row in rows_of(tree, "correlations"):
        key, between = f"correlations.{name}.between", texts_in(row.get("between"))
        if len(between) != 2:
            continue
        leader, follower = between
        if leader == follower:
            yield Finding(key, f"names '{leader}' twice", "name two different numbers")
        elif (pair := frozenset(between)) in first:
            wrong = f"'{leader}' and '{follower}' have a correlation already, {first[pair]}"
            yield Finding(key, wrong, "change that one")
        else:
            first[pair] = f"correlations.{name}"
            leads_to.setdefault(leader, []).append(follower)
    if circle := _circle(leads_to):
        wrong = f"go in a circle: {' -> '.join(circle)}"
        yield Finding("correlations", wrong, "each pair names first the number that leads")


def _too_early(tree: dict, start: str) -> Iterator[Finding]:
    """Acts and incidents before the start."""
    early = []
    for table in ("events", "breakthroughs", "incidents", "changes"):
        hint = "what was in force by then is dated on its first day" if table == "events" else ""
        for name, row in rows_of(tree, table):
            day = row.get(DATES[table][0])
            if isinstance(day, date) and Calendar(start, 1).month_of(day) < 0:
                key, wrong = (
                    f"{table}.{name}.{DATES[table][0]}",
                    f"{day} lies before the start {start}",
                )
                early.append(Finding(key, wrong, hint, "start"))
    yield from _few(early, f"{start} is later than", "unset those, or start earlier")


def _few(found: list[Finding], wrong: str, hint: str) -> list[Finding]:
    """Findings about dates; many are one, about the start."""
    if len(found) <= FEW:
        return found
    keys = cut(", ".join(finding.key for finding in found))
    return [Finding("start", f"{wrong} {len(found)} dates: {keys}", hint)]


def _never(tree: dict, start: str) -> Iterator[Finding]:
    """Acts after the longest run, and labs that leave before any."""
    calendar, late = Calendar(start, MOST_MONTHS), []
    for table, fields in DATES.items():
        for name, row in rows_of(tree, table):
            for field in fields:
                day = row.get(field)
                if isinstance(day, date) and calendar.month_of(day) > MOST_MONTHS:
                    wrong = f"{day} lies more than {MOST_MONTHS} months after the start {start}"
                    hint = (
                        "leave it out: it then holds to the end" if field in ("ends", "to") else ""
                    )
                    late.append(Finding(f"{table}.{name}.{field}", wrong, hint, "start"))
    wrong = f"{start} lies more than {MOST_MONTHS} months before"
    yield from _few(late, wrong, "unset those, or start later")
    for name, row in rows_of(tree, "labs"):
        if _is_month(row.get("exit")) and calendar.month(row["exit"]) <= 0:
            wrong = f"leaves {row['exit']}, not after the start {start}"
            yield Finding(f"labs.{name}.exit", wrong, "unset the lab, or start earlier", "start")


def _is_month(label: Any) -> bool:
    try:
        parse_month(label)
    except (ValueError, TypeError):
        return False
    return True
