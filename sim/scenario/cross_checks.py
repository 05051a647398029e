"""What does not fit together between the tables of a scenario: names, dates, what is wanting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sim.core.calendar import Calendar, parse_month
from sim.scenario.errors import Finding, cut, nearest
from sim.scenario.instruments import KINDS

ACTORS = [
    "labs",
    "clouds",
    "suppliers",
    "foundries",
    "tool_makers",
    "hbm_makers",
    "investors",
    "sectors",
    "markets",
    "power_suppliers",
    "talent_pools",
    "regulators",
]
NEEDED = (*ACTORS[:-1], "chips")  # tables that may not be empty
FEW = 3  # dates before the start that are told one by one
RACERS = ("US", "China")  # the blocs between which the lead is measured


def misfits(tree: dict) -> list[Finding]:
    """What does not fit together between the tables of a scenario.

    It works on the plain tables, of which some may be malformed: those are passed over here.
    """
    return [
        *_unknown_names(tree),
        *_unknown_in_events(tree),
        *_unknown_priors(tree),
        *_wanting(tree),
        *_doubled(tree),
        *_impossible_dates(tree),
    ]


def _rows(tree: dict, table: str) -> list[tuple[str, dict]]:
    rows = tree.get(table)
    rows = rows if isinstance(rows, dict) else {}
    return [(name, row) for name, row in rows.items() if isinstance(row, dict)]


def _names(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [name for name in listed if isinstance(name, str)]


def _keys(tree: dict, *tables: str) -> list[str]:
    return [key for table in tables for key in _dict(tree.get(table))]


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _unknown(key: str, value: Any, known: Iterable[str], what: str) -> Iterator[Finding]:
    for name in _names(value):
        if name not in known:
            yield Finding(key, f"unknown {what} '{name}'", nearest(name, known))


def _unknown_names(tree: dict) -> Iterator[Finding]:
    """References between the tables of actors that point nowhere."""
    for table in ACTORS:
        for name, actor in _rows(tree, table):
            known = [*_keys(tree, "blocs"), *RACERS]  # those two are missed elsewhere
            yield from _unknown(f"{table}.{name}.bloc", actor.get("bloc"), known, "bloc")
    for name, chip in _rows(tree, "chips"):
        known = _keys(tree, "suppliers")
        yield from _unknown(f"chips.{name}.supplier", chip.get("supplier"), known, "supplier")
    for name, tie in _rows(tree, "ties"):
        for end in ("giver", "taker"):
            yield from _unknown(f"ties.{name}.{end}", tie.get(end), _keys(tree, *ACTORS), "actor")
    for name, regulator in _rows(tree, "regulators"):
        key = f"regulators.{name}.withholds"
        yield from _unknown(key, regulator.get("withholds"), KINDS, "instrument")
    for name, tie in _rows(tree, "trust"):
        known = _keys(tree, "markets")
        yield from _unknown(f"trust.{name}.market", tie.get("market"), known, "market")
        yield from _unknown(f"trust.{name}.of", tie.get("of"), _keys(tree, "blocs"), "bloc")
    yield from _unknown_in_incidents(tree)
    for name, found in _rows(tree, "breakthroughs"):
        known = [*_keys(tree, "labs"), "all"]
        yield from _unknown(f"breakthroughs.{name}.lab", found.get("lab"), known, "lab")


def _unknown_in_incidents(tree: dict) -> Iterator[Finding]:
    """Incidents and reaction rules that name nobody."""
    for table, field, known, what in (
        ("incidents", "bloc", ("blocs",), "bloc"),
        ("incidents", "foundry", ("foundries",), "foundry"),
        ("incidents", "lab", ("labs",), "lab"),
        ("incidents", "maker", ("tool_makers", "hbm_makers"), "maker of tools or memory"),
        ("reactions", "by", ("regulators",), "regulator"),
        ("reactions", "destination", ("blocs",), "bloc"),
    ):
        for name, row in _rows(tree, table):
            key = f"{table}.{name}.{field}"
            yield from _unknown(key, row.get(field, []), _keys(tree, *known), what)
    for name, row in _rows(tree, "incidents"):
        for field, table in (("coverage", "hbm_makers"), ("capacity", "tool_makers")):
            if field in row and row.get("maker") in _keys(tree, table):
                other = "capacity" if field == "coverage" else "coverage"
                wrong = f"'{row['maker']}' is in [{table}], whose leap is one of {other}"
                yield Finding(f"incidents.{name}.{field}", wrong, f"give '{other}' instead")
    seen: dict[tuple, str] = {}
    for name, row in _rows(tree, "reactions"):
        pair = str(row.get("by")), str(row.get("kind"))
        if row.get("active", True) and pair in seen:
            wrong = f"'{pair[0]}' has such a rule already, reactions.{seen[pair]}"
            yield Finding(f"reactions.{name}", wrong, "set active = false in one of the two")
        elif row.get("active", True):
            seen[pair] = name


def _unknown_in_events(tree: dict) -> Iterator[Finding]:
    for name, event in _rows(tree, "events"):
        table, what = ("labs", "lab")
        if event.get("instrument") == "foundry_rule":
            table, what = ("suppliers", "supplier")
        for field, known, kind in (
            ("by", _keys(tree, "regulators"), "regulator"),
            ("destination", _keys(tree, "blocs"), "bloc"),
            ("bloc", _keys(tree, "blocs"), "bloc"),
            ("origin", _keys(tree, "blocs"), "bloc"),
            ("market", _keys(tree, "markets"), "market"),
            ("supersedes", _keys(tree, "events"), "event"),
            ("targets", _keys(tree, table), what),
        ):
            yield from _unknown(f"events.{name}.{field}", event.get(field), known, kind)
        for older in _names(event.get("supersedes")):
            other = tree["events"].get(older)
            other = other if isinstance(other, dict) else {}
            kinds = event.get("instrument"), other.get("instrument")
            if older != name and None not in kinds and kinds[0] != kinds[1]:
                wrong = f"'{older}' is a {kinds[1]}, this is a {kinds[0]}"
                yield Finding(f"events.{name}.supersedes", wrong, "an act supersedes its own kind")
        if name in _names(event.get("supersedes")):
            yield Finding(
                f"events.{name}.supersedes", "names the event itself", "name older events"
            )


def _unknown_priors(tree: dict) -> Iterator[Finding]:
    numbers = dict(_numbers(tree))
    for name, pair in _rows(tree, "correlations"):
        key, between = f"correlations.{name}.between", _names(pair.get("between"))
        for path in between:
            # A number that a scenario has set to a value has nothing left to correlate.
            yield from _unknown(key, path, numbers, "number")
        if len(between) == 2 and between[0] == between[1]:
            yield Finding(key, f"names '{between[0]}' twice", "name two different numbers")


def _numbers(node: dict, path: str = "") -> Iterator[tuple[str, dict]]:
    for key, value in node.items():
        at = f"{path}.{key}" if path else key
        if isinstance(value, dict) and {"value", "prior"} & value.keys():
            yield at, value
        elif isinstance(value, dict):
            yield from _numbers(value, at)


def _wanting(tree: dict) -> Iterator[Finding]:
    """What the engine cannot do without."""
    for table in NEEDED:
        if tree.get(table) == {}:
            yield Finding(table, "is empty", "the model needs at least one")
    at = {t: [row.get("bloc") for _, row in _rows(tree, t)] for t in ACTORS}
    for bloc in RACERS:
        if _keys(tree, "blocs") and bloc not in tree["blocs"]:
            yield Finding(f"blocs.{bloc}", "is missing", "outcomes compare the US with China")
        elif tree.get("labs") and bloc not in at["labs"]:
            yield Finding("labs", f"bloc '{bloc}' has none", "outcomes compare the US with China")
    for bloc in _keys(tree, "blocs"):
        for table in ("clouds", "investors"):
            if tree.get(table) and bloc not in at[table]:
                hint = f'add a table [{table}.NAME] with bloc = "{bloc}"'
                yield Finding(f"blocs.{bloc}", f"has nobody in [{table}]", hint)
    yield from _one_each(tree)
    makers = [chip.get("supplier") for _, chip in _rows(tree, "chips")]
    for name in _keys(tree, "suppliers"):
        if makers and name not in makers:
            hint = f'add a table [chips.NAME] with supplier = "{name}"'
            yield Finding(f"suppliers.{name}", "has no chip", hint)


def _one_each(tree: dict) -> Iterator[Finding]:
    """Power and people are counted by bloc: one grid and one pool each."""
    for table in ("power_suppliers", "talent_pools"):
        held = [row.get("bloc") for _, row in _rows(tree, table)]
        for bloc in _keys(tree, "blocs"):
            here = [name for name, row in _rows(tree, table) if row.get("bloc") == bloc]
            if held and not here:
                yield Finding(f"blocs.{bloc}", f"has 0 in [{table}]", "it needs exactly one")
            for name in here[1:]:
                wrong = f"bloc '{bloc}' has '{here[0]}' in [{table}] already"
                yield Finding(f"{table}.{name}", wrong, "it needs exactly one")


def _doubled(tree: dict) -> Iterator[Finding]:
    """Names that stand for two actors, pairs that have two ties."""
    seen: dict[str, str] = {}
    for table in ACTORS:
        for name in _keys(tree, table):
            if name in seen:
                yield Finding(f"{table}.{name}", f"stands in [{seen[name]}] too", "rename one")
            seen[name] = table
    paired = (("ties", ("giver", "taker"), "a tie"), ("trust", ("market", "of"), "trust"))
    for table, ends, what in paired:
        pairs: dict[tuple, str] = {}
        for name, row in _rows(tree, table):
            pair = tuple(str(row.get(end)) for end in ends)
            if pair in pairs:
                wrong = f"'{pair[0]}' and '{pair[1]}' have {what} already, {table}.{pairs[pair]}"
                yield Finding(f"{table}.{name}", wrong, "change that one")
            pairs[pair] = name


def _impossible_dates(tree: dict) -> Iterator[Finding]:
    """Months that are none, and dates before the start of the scenario."""
    for name, investor in _rows(tree, "investors"):
        for growth in ("lab_growth", "cloud_growth", "venture_growth"):
            for label in _dict(_dict(investor.get(growth)).get("knots")):
                if not _is_month(label):
                    key = f"investors.{name}.{growth}.knots"
                    yield Finding(key, f"'{label}' is not a month written as YYYY-MM")
    if _is_month(tree.get("start")):
        yield from _too_early(tree, tree["start"])


def _too_early(tree: dict, start: str) -> Iterator[Finding]:
    found = []
    dated = (("events", "announced"), ("breakthroughs", "date"), ("incidents", "date"))
    for table, field in dated:
        hint = "what was in force by then is dated on its first day" if table == "events" else ""
        for name, row in _rows(tree, table):
            day = row.get(field)
            if isinstance(day, date) and Calendar(start, 1).month_of(day) < 0:
                wrong = f"{day} lies before the start {start}"
                found.append(Finding(f"{table}.{name}.{field}", wrong, hint, "start"))
    if len(found) > FEW:
        keys = cut(", ".join(finding.key for finding in found))
        wrong = f"{start} is later than {len(found)} dates: {keys}"
        found = [Finding("start", wrong, "unset those, or start earlier")]
    yield from found


def _is_month(label: Any) -> bool:
    try:
        parse_month(label)
    except (ValueError, AttributeError):
        return False
    return True
