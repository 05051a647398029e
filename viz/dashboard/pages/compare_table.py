"""What the page Compare shows: outcomes of several cases in a table, and the keys that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.outcomes.catalogue import label_of, meaning_of, unit_of
from viz.dashboard.charts.panels import LEAD, PANELS, Line, Panel
from viz.dashboard.numbers import ranged
from viz.dashboard.state.edited_scenario import dotted
from viz.dashboard.state.ensemble import Ensemble

TABLED = (
    "lead_months",
    "us_frontier",
    "china_frontier",
    "efficiency_ratio",
    "compute_ratio",
    "replication_cost",
    "moat_half_life",
    "quality_price",
    "domestic_share",
    "application_share",
    "china_use_abroad",
    "us_supplier_revenue",
    "value_chips",
    "lead_reversed",
)
MOST_KEYS = 60
SILENT = ("title", "why", "source", "note", "description", "about")


def chart_panels() -> dict[str, Panel]:
    """Panels of a single outcome, by title."""
    lone = [one for one in (LEAD, *PANELS) if len(one.lines) == 1]
    drawn = {line.outcome for one in lone for line in one.lines}
    others = [
        Panel(name, label_of(name).capitalize(), unit_of(name), (Line(name),), meaning_of(name))
        for name in TABLED
        if name not in drawn
    ]
    return {one.title: one for one in [*lone, *others]}


def table(cases: Sequence[Ensemble], month: str) -> list[tuple[str, str, list[str]]]:
    """Rows of outcomes: label, meaning, and a cell a case with median and 90 % of worlds."""
    found = []
    for name in TABLED:
        cells = []
        for one in cases:
            q = one.quantiles(name)[[2, 0, 4], one.months.index(month)]
            told = f"{one.outcomes[name][one.months.index(month)].mean():.0%} of worlds"
            cells.append(told if name == "lead_reversed" else ranged(*q, unit_of(name)))
        found.append((label_of(name), f"{meaning_of(name)} ({unit_of(name)})", cells))
    return found


def differing(trees: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Keys of the resolved scenarios that are not the same in all, with what each says."""
    flat = [dict(_leaves(tree, ())) for tree in trees]
    keys = dict.fromkeys(key for one in flat for key in one)
    return [
        (key, [_said(one.get(key)) for one in flat])
        for key in sorted(keys)
        if len({_said(one.get(key)) for one in flat}) > 1
    ]


def _leaves(node: Mapping[str, Any], path: tuple[str, ...]) -> Iterable[tuple[str, Any]]:
    for key, value in node.items():
        if key in SILENT:
            continue
        if isinstance(value, Mapping) and not {"value", "prior"} & value.keys():
            yield from _leaves(value, (*path, key))
        else:
            yield dotted(*path, key), value


def _said(value: Any) -> str:
    """A value in a cell: a number, or the median of its prior with 5 and 95 %."""
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        if "value" in value:
            return f"{value['value']:g}"
        prior = value["prior"]
        ends = [prior.get(key) for key in ("p5", "p95")]
        if None in ends:
            ends = [prior["low"], prior["high"]]
        middle = prior.get("median", prior.get("mode", (ends[0] + ends[1]) / 2))
        return f"{middle:g} [{ends[0]:g}, {ends[1]:g}]"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
